import CLibraries
import Foundation
import Testing

@Suite("HDF5 files")
struct HDF5FileTests {
  static func path() -> String {
    FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).h5").path
  }

  private static let long = String(repeating: "ξ, η; ", count: 20_000)

  @Test("arrays, shapes and attributes come back exactly")
  func roundTrip() throws {
    let path = Self.path()
    defer { unlink(path) }
    let values = (0..<24).map { 1 / Double($0 + 1) }
    do {
      let file = try HDF5File(creating: path)
      try file.write(values, shape: [2, 3, 4], at: "group/sub/array")
      try file.write([], shape: [0, 5], at: "empty")
      try file.write([.infinity], shape: [], at: "scalar")
      try file.writeIntegers([-3, Int.max, 0, 7], shape: [2, 2], at: "group/counts")
      try file.writeTexts(["electron", "ħ", ""], at: "names")
      try file.setAttribute("units", of: "group/sub/array", to: "ħ")
      try file.setAttribute("N", of: "/", to: 17)
      // Longer than what HDF5 keeps of an attribute of fixed length, 64 KiB.
      try file.setAttribute("configuration", of: "/", to: Self.long)
      try file.flush()
    }
    let file = try HDF5File(opening: path)
    let (read, shape) = try file.read("group/sub/array")
    #expect(read == values)
    #expect(shape == [2, 3, 4])
    #expect(try file.read("empty").shape == [0, 5])
    #expect(try file.read("scalar").values == [.infinity])
    #expect(try file.readIntegers("group/counts").values == [-3, .max, 0, 7])
    #expect(try file.readIntegers("group/counts").shape == [2, 2])
    #expect(try file.readTexts("names") == ["electron", "ħ", ""])
    #expect(try file.attribute("units", of: "group/sub/array") == "ħ")
    #expect(try file.attribute("configuration", of: "/") == Self.long)
  }

  @Test("what cannot be done is a typed error")
  func errors() throws {
    #expect(throws: HDF5Error.self) { try HDF5File(creating: "/nonexistent/folder/file.h5") }
    #expect(throws: HDF5Error.self) { try HDF5File(opening: "/nonexistent.h5") }
    let path = Self.path()
    defer { unlink(path) }
    let file = try HDF5File(creating: path)
    #expect(throws: HDF5Error.self) { try file.write([1, 2], shape: [3], at: "wrong") }
    #expect(throws: HDF5Error.self) { try file.write([1.0], shape: [-1, -1], at: "negative") }
    #expect(throws: HDF5Error.self) { try file.write([1.0], shape: [1 << 40, 1 << 40], at: "overflow") }
    try file.write([1.5], shape: [1], at: "once")
    #expect(throws: HDF5Error.self) { try file.write([1.5], shape: [1], at: "once") }
    #expect(throws: HDF5Error.self) { try file.readIntegers("once") }
    #expect(throws: HDF5Error.self) { try file.readTexts("once") }
    #expect(throws: HDF5Error.self) { try file.read("absent") }
    #expect(throws: HDF5Error.self) { try file.attribute("absent", of: "/") }
  }
}
