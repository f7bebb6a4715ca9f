import Foundation
import Testing

/// What many-body says of too few plane waves, as it is printed.
@Suite("Plane waves of the programs")
struct PlaneWaveResolutionTests {
  /// Three and three fermions on few waves.
  static func manyBody(modes: Int, times: String, more: String = "companion: none\n", momentum: Double = 0.3)
    -> String
  {
    func modeList(_ v: [Double]) -> String {
      v.enumerated().map { "{m: [\($0)], coefficient: \($1)}" }.joined(separator: ", ")
    }
    return """
      model:
        dimension: 1
        domain: {kind: torus, length: 6.283185307179586}
        species: [{name: electron}, {name: ion}]
        particles: {electron: 3, ion: 3}
        potentials:
          - {between: [electron, electron], kind: trigonometric, modes: [\(modeList([0.3, 0.5, 0.2]))]}
          - {between: [ion, ion], kind: trigonometric, modes: [\(modeList([0.1, 0.4, -0.15]))]}
          - {between: [electron, ion], kind: trigonometric, modes: [\(modeList([-0.2, -0.6, 0.1]))]}
      modes: \(modes)
      orbitals:
        electron: {amplitude: 0.3, phase: 0.0, momentum: \(momentum), occupation: sea}
        ion: {amplitude: -0.2, phase: 0.5, momentum: -0.2, occupation: sea}
      window: {kind: gaussian, width: 1.0}
      times: \(times)
      husimi-points:
        - particles: [{species: electron, q: [0.7], p: [0.2]}]
        - particles: [{species: ion, q: [4.0], p: [0.1]}]
      grid: {positions: 8, momenta: 9, p-max: 1.2}
      \(more)
      """
  }

  private func run(_ yaml: String, _ output: String, in folder: ScratchFolder) throws
    -> ExperimentProcess.Outcome
  {
    let file = try folder.write(yaml, to: "\(output).yaml")
    let outcome = try ExperimentProcess(name: "many-body").run(
      ["--config", file, "--output", output], in: folder.url)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    return outcome
  }

  private func firstMode(_ row: [String: Any]) throws -> Double {
    try #require((row["densityModes"] as? [[[Double]]])?[0][1][0])
  }

  /// Re r_1 of the electrons at t = 3 on |n| ≤ 9 and 10, by an independent dense program: 0.0433.
  @Test("five plane waves for three fermions: wrong, within the error, and said", arguments: [2, 4])
  func fewWaves(modes: Int) throws {
    let folder = try ScratchFolder()
    let outcome = try run(Self.manyBody(modes: modes, times: "[0, 1, 3]"), "run", in: folder)
    let row = try #require(try folder.rows("run").last)
    let truncation = try #require(row["truncation"] as? [String: Any])
    let bound = try #require(truncation["state"] as? Double)
    let error = try (firstMode(row) - 0.0433).magnitude
    #expect(error > 1e-3 || modes > 2)
    #expect(error <= bound)
    #expect(error <= (try #require((truncation["densityModes"] as? [Double])?[0])) + 1e-4)
    #expect(outcome.output.contains("not resolved"))
    let check = try #require(
      try folder.rows("run", "checks").first { ($0["check"] as? String)?.contains("by differences") == true })
    #expect(check["verdict"] as? String == "undecided")
  }

  @Test("the table of modes and values goes on to the same state on more plane waves, bit for bit")
  func convergence() throws {
    let folder = try ScratchFolder()
    _ = try run(
      Self.manyBody(modes: 3, times: "[0, 0.5]", more: "companion: none\nconvergence: [2, 4]\n"), "run",
      in: folder)
    _ = try run(
      Self.manyBody(modes: 4, times: "[0, 0.5]", more: "companion: none\nconvergence: []\n"), "more",
      in: folder)
    let table = try folder.rows("run", "convergence")
    #expect(table.compactMap { $0["modes"] as? Int } == [2, 2, 3, 3, 4, 4])
    let (last, alone) = try (#require(table.last), #require(try folder.rows("more").last))
    for key in ["kinetic", "husimi"] {
      #expect((last[key] as? [Double]) == (alone[key] as? [Double]) && last[key] is [Double])
    }
    #expect((last["densityModes"] as? NSArray)?.isEqual(alone["densityModes"]) == true)
    let truncation = try #require(alone["truncation"] as? [String: Any])
    #expect(truncation["densityModes"] is NSNull)
    #expect(truncation["state"] as? Double == last["state"] as? Double)
  }

  @Test("orbitals of which most is cut off are seen at t = 0")
  func tail() throws {
    let folder = try ScratchFolder()
    let outcome = try run(Self.manyBody(modes: 4, times: "[0]", momentum: 1.5), "run", in: folder)
    #expect(outcome.output.contains("orbital cut off by the plane waves at the start"))
  }

  @Test(
    "other plane waves that are none, exit 64 and name the key",
    arguments: [
      ("convergence: [3]", "convergence[0]"), ("convergence: [4, 2]", "convergence"),
      ("convergence: [0]", "convergence[0]"), ("convergence: [40]", "convergence[0]"),
      ("method: hartree-fock\nconvergence: [2]", "convergence"),
    ])
  func refusals(line: String, path: String) throws {
    let folder = try ScratchFolder()
    let more = line.hasPrefix("method") ? line + "\n" : "companion: none\n" + line + "\n"
    let file = try folder.write(Self.manyBody(modes: 3, times: "[0]", more: more), to: "config.yaml")
    let outcome = try ExperimentProcess(name: "many-body").run(
      ["--config", file, "--dump-config"], in: folder.url)
    #expect(outcome.exitCode == 64)
    #expect(outcome.errors.contains("\(path):"), "\(outcome.errors)")
  }
}
