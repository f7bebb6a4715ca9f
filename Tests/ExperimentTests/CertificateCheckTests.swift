import Foundation
import Testing

/// `scripts/check-certificate.py` on a certificate that `dyson-remainder` wrote (two points and times of its default model), and on
/// copies of it in which one thing was changed.
@Suite("The checker of certificates")
struct CertificateCheckTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The interpreter that `scripts/setup` prepares, where it has python-flint.
  private static let python: String? = {
    guard let python = DataFileTests.python else { return nil }
    let libraries = root.appendingPathComponent(".venv/lib")
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: libraries.path)) ?? []
    let isThere = versions.contains {
      FileManager.default.fileExists(
        atPath: libraries.appendingPathComponent("\($0)/site-packages/flint").path)
    }
    return isThere ? python : nil
  }()

  /// What the program says of a certificate, at one point and its first time, with the terms D_0 and D_1 proved again.
  private func check(_ text: String, point: Int = 0) throws -> (exitCode: Int32, output: String) {
    let scratch = try ScratchFolder()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(Self.python))
    process.arguments = [
      Self.root.appendingPathComponent("scripts/check-certificate.py").path,
      try scratch.write(text, to: "certificate.json"), "--point", "\(point)", "--time", "0.4", "--order", "1",
    ]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    // A few hundred bytes: no pipe fills.
    process.waitUntilExit()
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    return (process.terminationStatus, said)
  }

  private func certificate(_ name: String = "certificate") throws -> String {
    try String(
      contentsOf: Self.root.appendingPathComponent("Tests/References/\(name).json"), encoding: .utf8)
  }

  @Test("a certificate is proved again from its configuration", .enabled(if: python != nil))
  func proved() throws {
    let (exitCode, output) = try check(try certificate())
    #expect(exitCode == 0, "\(output)")
    #expect(output.contains("'proved' of 1 rows.") && output.contains("follows of 2 rows"), "\(output)")
  }

  @Test("that of a mixture, two streams, unequal masses and two modes too", .enabled(if: python != nil))
  func mixture() throws {
    let (exitCode, output) = try check(try certificate("certificate-mixture"), point: 1)
    #expect(exitCode == 0, "\(output)")
    #expect(output.contains("'proved' of 1 rows.") && output.contains("follows of 2 rows"), "\(output)")
  }

  /// One change, of the first place where the text stands.
  struct Change: Sendable, CustomTestStringConvertible {
    let what, old, new: String
    var exitCode: Int32 = 1
    var testDescription: String { what }
  }

  private static let changes = [
    Change(
      what: "a coupling in its 10th digit", old: "0.5000000000000000000000000000000000000000",
      new: "0.5000000001000000000000000000000000000000"),
    Change(
      what: "a width", old: "1.0000000000000000000\",\n      \"drift\"",
      new: "1.0000000001\",\n      \"drift\""),
    Change(what: "a phase", old: "0.40000000000000000000", new: "0.40000000010000000000"),
    Change(what: "a mass", old: "\"mass\": \"1.0\"", new: "\"mass\": \"1.00000000001\""),
    Change(what: "the length", old: "6.283185307179586", new: "6.283185307179587"),
    Change(what: "a point", old: "\"xi\": \"0.5\"", new: "\"xi\": \"0.5000000001\""),
    Change(
      what: "D_1 in its 16th digit", old: "-0.003111652327342163", new: "-0.003111652327342168"),
    Change(what: "the solution in its 14th digit", old: "0.0627664356532444", new: "0.0627664356532494"),
    Change(what: "a remainder's upper end", old: "0.003094932704010637", new: "0.003094932704010737"),
    Change(what: "a remainder's lower end", old: "1.255276493457728e-09", new: "1.255276493457528e-09"),
    Change(what: "a bound", old: "1.9707268359810938e-06", new: "1.9707268359830938e-06"),
    Change(what: "the data-aware bound", old: "6.845876017854435e-11", new: "6.845876017844435e-11"),
    Change(what: "the tail", old: "2.636877946103936e-26", new: "2.636878946103936e-26"),
    Change(what: "a verdict", old: "\"proved\"", new: "\"undecided\""),
    Change(what: "no length", old: "\"length\"", new: "\"size\"", exitCode: 64),
    Change(
      what: "a number that is none", old: "\"fraction\": \"0.5\"", new: "\"fraction\": \"half\"", exitCode: 64
    ),
    Change(what: "another format", old: "certificate 1", new: "certificate 2", exitCode: 64),
    Change(what: "half a file", old: "\"claims\": [", new: "\"claims\": (", exitCode: 64),
  ]

  @Test("one change is seen", .enabled(if: python != nil), arguments: changes)
  func tampered(change: Change) throws {
    var text = try certificate()
    let place = try #require(text.range(of: change.old), "the certificate has no \(change.old)")
    text.replaceSubrange(place, with: change.new)
    let (exitCode, output) = try check(text)
    #expect(exitCode == change.exitCode, "\(output)")
    #expect(!output.contains("Traceback") && !output.isEmpty, "\(output)")
  }
}
