import ExperimentKit
import Foundation
import Testing

/// A folder of its own for one test, removed afterwards.
final class TemporaryFolder {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("kit-\(UUID().uuidString)").path

  init() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Everything in it or in a folder of it, the lock aside.
  func entries(_ name: String = "") -> [String] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: path + "/" + name)) ?? []
    return all.filter { $0 != ".lock" }.sorted()
  }

  func text(_ name: String) -> String {
    FileManager.default.contents(atPath: path + "/" + name).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
  }
}

@Suite("Output folders")
struct OutputFolderTests {
  @Test("two runs cannot share a folder; the lock goes with its holder")
  func lock() throws {
    let scratch = try TemporaryFolder()
    let path = scratch.path + "/out"
    do {
      let first = try OutputFolder(path, allowExisting: false)
      for allowExisting in [false, true] {
        let error = #expect(throws: OutputError.self) {
          try OutputFolder(path, allowExisting: allowExisting)
        }
        #expect(error?.reason == "another run is using this folder")
      }
      try first.write(Data("x".utf8), to: "file")
    }
    let again = try OutputFolder(path, allowExisting: true)
    #expect(again.read("file") == Data("x".utf8))
  }

  @Test("a folder that is not empty is refused and left alone")
  func occupied() throws {
    let scratch = try TemporaryFolder()
    try scratch.write("mine", to: "thesis.tex")
    let error = #expect(throws: OutputError.self) { try OutputFolder(scratch.path, allowExisting: false) }
    #expect(error?.reason.contains("not empty") == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["thesis.tex"])
  }

  @Test("what cannot be a folder is an error", arguments: ["", "/dev/null", "/dev/null/below", "/proc/new"])
  func impossible(path: String) {
    #expect(throws: OutputError.self) { try OutputFolder(path, allowExisting: true) }
  }

  @Test("a file whose writing fails leaves the old one as it was and nothing beside it")
  func wholeOrNothing() throws {
    let scratch = try TemporaryFolder()
    let folder = try OutputFolder(scratch.path, allowExisting: false)
    try folder.write(Data("old".utf8), to: "file")
    let error = #expect(throws: OutputError.self) {
      try folder.replace("file") { temporary throws(OutputError) in
        _ = FileManager.default.createFile(atPath: temporary, contents: Data("ne".utf8))
        throw OutputError(path: "file", reason: "No space left on device")
      }
    }
    #expect(error?.description == "cannot write \(scratch.path)/file: No space left on device")
    #expect(scratch.text("file") == "old")
    #expect(scratch.entries() == ["file"])
    try folder.write(Data("new".utf8), to: "file")
    #expect(scratch.text("file") == "new")
    #expect(scratch.entries() == ["file"])
  }

  @Test("what a killed run left half-written is swept away by the next, and nothing that looks like it")
  func leftovers() throws {
    let scratch = try TemporaryFolder()
    try scratch.write(
      "vlasov-hierarchy output folder 1\npartial .data.h5.1f.partial\npartial .summ", to: ".lock")
    for name in [".data.h5.1f.partial", ".summ", ".data.h5.partial"] { try scratch.write("half", to: name) }
    _ = try OutputFolder(scratch.path, allowExisting: true)
    #expect(scratch.entries() == [".data.h5.partial", ".summ"])
  }

  @Test("a file that no run of ours wrote is never replaced nor removed, whatever its name")
  func foreign() throws {
    let scratch = try TemporaryFolder()
    for name in ["data.h5", "config.yaml", "manifest.json", "checkpoint"] {
      try scratch.write("mine", to: name)
    }
    let folder = try OutputFolder(scratch.path, allowExisting: true)
    for name in ["data.h5", "config.yaml", "manifest.json", "checkpoint"] {
      let error = #expect(throws: OutputError.self) { try folder.write(Data("new".utf8), to: name) }
      #expect(error?.reason.contains("move it away") == true)
      folder.remove(name)
      #expect(scratch.text(name) == "mine")
    }
    // One of ours is, until somebody changes it.
    try folder.write(Data("ours".utf8), to: "table.txt")
    try folder.write(Data("ours again".utf8), to: "table.txt")
    try scratch.write("with a note", to: "table.txt")
    #expect(throws: OutputError.self) { try folder.write(Data("new".utf8), to: "table.txt") }
    #expect(scratch.text("table.txt") == "with a note")
  }

  @Test("the lock file of another program is not written into")
  func foreignLock() throws {
    let scratch = try TemporaryFolder()
    try scratch.write("1234", to: ".lock")
    let error = #expect(throws: OutputError.self) { try OutputFolder(scratch.path, allowExisting: true) }
    #expect(error?.reason.contains("another program") == true)
    #expect(scratch.text(".lock") == "1234")
  }

  @Test("a path that is too long, or leads through a file, is refused and nothing of it is made")
  func paths() throws {
    let scratch = try TemporaryFolder()
    try scratch.write("", to: "file")
    let long = String(repeating: "x", count: 300)
    for (path, reason) in [
      ("a/b/\(long)", "File name too long"), ("file/below", "is a file"), ("file", "it is a file"),
    ] {
      let error = #expect(throws: OutputError.self) {
        try OutputFolder("\(scratch.path)/\(path)", allowExisting: true)
      }
      #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    }
    #expect(scratch.entries() == ["file"])
  }

  @Test("the digest of a file is that of its bytes")
  func digest() throws {
    let scratch = try TemporaryFolder()
    let folder = try OutputFolder(scratch.path, allowExisting: false)
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try folder.write(Data(bytes), to: "big")
    #expect(folder.digest("big") == SHA256.hexadecimal(bytes))
    #expect(folder.digest("absent") == nil)
  }
}
