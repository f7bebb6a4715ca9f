import Foundation
import Testing

@Suite("Provenance")
struct ProvenanceTests {
  private static let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private func git(_ arguments: [String], in folder: URL) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["git", "-C", folder.path] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  @Test("programs, change log and citation agree on the version and its day")
  func version() throws {
    func text(_ name: String) throws -> String {
      try String(contentsOf: Self.source.appendingPathComponent(name), encoding: .utf8)
    }
    let outcome = try ExperimentProcess(name: "chain").run(["--version"], in: Self.source)
    let (log, citation) = (try text("CHANGELOG.md"), try text("CITATION.cff"))
    let newest = try #require(log.firstMatch(of: #/\n## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)\n/#))
    #expect(outcome.output == "chain (vlasov-hierarchy) \(newest.1)\n")
    #expect(citation.contains("\nversion: \(newest.1)\ndate-released: \"\(newest.2)\"\n"))
  }

  @Test(
    "a program run in another repository names the commit and compiler of its own build, and starts no other program"
  )
  func anotherRepository() throws {
    let scratch = try ScratchFolder()
    let experiment = ExperimentUnderTest(name: "dyson-trees")
    let file = try scratch.write(try experiment.smallConfiguration, to: "small.yaml")
    _ = try git(["init", "--quiet"], in: scratch.url)
    _ = try git(
      ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--allow-empty", "-m", "other"],
      in: scratch.url)
    let other = try git(["rev-parse", "HEAD"], in: scratch.url)
    #expect(other.count == 40)

    // A git and a swift that say when they are called, and then do not answer.
    let tools = scratch.url.appendingPathComponent("tools")
    try FileManager.default.createDirectory(at: tools, withIntermediateDirectories: true)
    for name in ["git", "swift"] {
      let tool = tools.appendingPathComponent(name)
      try "#!/bin/sh\ntouch '\(scratch.url.path)/called'\nsleep 60\n".write(
        to: tool, atomically: true, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: tool.path)
    }
    let process = Process()
    process.executableURL = experiment.process.executable
    process.arguments = ["--config", file, "--output", "run", "--quiet"]
    process.currentDirectoryURL = scratch.url
    process.environment = ProcessInfo.processInfo.environment.merging([
      "PATH": tools.path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
    ]) { $1 }
    try process.run()
    process.waitUntilExit()
    #expect([0, 1].contains(process.terminationStatus))
    #expect(!scratch.entries().contains("called"))

    let manifest = try #require(
      JSONSerialization.jsonObject(with: scratch.data("run/manifest.json")) as? [String: Any])
    let build = try #require(manifest["git"] as? [String: Any])
    let isRepository = try git(["rev-parse", "--show-toplevel"], in: Self.source) == Self.source.path
    if isRepository {
      #expect(try build["commit"] as? String == git(["rev-parse", "HEAD"], in: Self.source))
      let changes = try git(
        ["status", "--porcelain", "--", "Package.swift", "Sources", "experiments"], in: Self.source)
      #expect(build["dirty"] as? Bool == !changes.isEmpty)
    } else {
      #expect(build["commit"] as? String != other)
    }
    #expect((manifest["toolchain"] as? String)?.hasPrefix("Swift ") == true)
    #expect((manifest["flags"] as? String)?.isEmpty == false)
  }

  @Test(
    "the commit that a build embeds is the package's own, with git and without, and none outside a repository"
  )
  func embedding() throws {
    let scratch = try ScratchFolder()
    func embedded(_ package: String, path: String? = nil) throws -> String {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments = [
        Self.source.path + "/scripts/embed-provenance", scratch.url.path + "/" + package,
        scratch.url.path + "/embedded",
      ]
      if let path { process.environment = ["PATH": path] }
      try process.run()
      process.waitUntilExit()
      return String(decoding: try scratch.data("embedded"), as: UTF8.self)
    }
    let package = scratch.url.appendingPathComponent("package")
    try FileManager.default.createDirectory(
      at: package.appendingPathComponent("Sources"), withIntermediateDirectories: true)
    try FileManager.default.createDirectory(
      at: package.appendingPathComponent("inner"), withIntermediateDirectories: true)
    #expect(try embedded("package").contains("commit: String? = nil"))

    _ = try git(["init", "--quiet"], in: package)
    _ = try scratch.write("let x = 1\n", to: "package/Sources/a.swift")
    _ = try git(["add", "-A"], in: package)
    _ = try git(["-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", "one"], in: package)
    let commit = try git(["rev-parse", "HEAD"], in: package)
    let clean = try embedded("package")
    #expect(clean.contains("\"\(commit)\"") && clean.contains("isDirty: Bool? = false"))
    #expect(try embedded("package/inner").contains("commit: String? = nil"))

    _ = try scratch.write("let x = 2\n", to: "package/Sources/a.swift")
    #expect(try embedded("package").contains("isDirty: Bool? = true"))

    // No git: a folder with the other tools alone.
    let tools = scratch.url.appendingPathComponent("tools")
    try FileManager.default.createDirectory(at: tools, withIntermediateDirectories: true)
    for tool in ["cat", "sed"] {
      let place = ["/bin/", "/usr/bin/"].map { $0 + tool }.first {
        FileManager.default.fileExists(atPath: $0)
      }
      try FileManager.default.createSymbolicLink(
        atPath: tools.path + "/" + tool, withDestinationPath: try #require(place))
    }
    for isPacked in [false, true] {
      if isPacked { _ = try git(["pack-refs", "--all"], in: package) }
      let text = try embedded("package", path: tools.path)
      #expect(text.contains("\"\(commit)\"") && text.contains("isDirty: Bool? = nil"))
    }
  }
}
