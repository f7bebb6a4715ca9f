import Foundation
import TestRandomNumbers
import Testing

/// Slopes of residues that are zero: homogeneous states do not move, and no force acts on them, whatever the potentials.
@Suite("Slopes below the noise")
struct NoiseSlopesTests {
  private static let isCampaign = ProcessInfo.processInfo.environment["VLASOV_CAMPAIGN"] == "1"
  /// The terms of one particle: translations leave nothing of them. With a second particle the places of two test functions count.
  private static func isZero(_ term: String) -> Bool {
    !term.hasSuffix("-spectator") && !term.hasPrefix("Rhat")
  }

  @Test(
    "residues of homogeneous states are zero within their errors, and have no slope and no verdict",
    arguments: 0..<(isCampaign ? 20 : 2))
  func homogeneous(seed: Int) throws {
    var random = SplitMix(seed: UInt64(seed) &+ 500)
    let functions = ["a", "b"].map { name in
      "\(name): {constant: 1.0, modes: [{m: [\(1 + random.below(2))], amplitude: \(random.within(-0.6, 0.6)), "
        + "phase: \(random.within(-1, 1))}], p-centre: \(random.within(-0.3, 0.3)), p-width: \(random.scale(0.02, 1))}"
    }
    let yaml =
      random.model(["a", "b"], strength: 0.8, modes: 1 + random.below(2))
        + """
        orbitals:
          a: {amplitude: 0.0, phase: 0.0, momentum: 0.0, occupation: sea}
          b: {amplitude: 0.0, phase: \(random.within(-1, 1)), momentum: 0.0, occupation: sea}
        particle-numbers: [10, 18, 34]
        windows: [{kind: gaussian, width: \(random.within(0.5, 2))}]
        times: [0.0, \(random.within(0.1, 0.5))]
        test-functions: {\(functions.joined(separator: ", "))}

        """
    let folder = try ScratchFolder()
    let file = try folder.write(yaml, to: "config.yaml")
    let outcome = try ExperimentProcess(name: "residue-scaling").run(
      ["--config", file, "--output", "run"], in: folder.url)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let rows = try folder.rows("run")
    #expect(rows.count == 3 * 2 * 13)
    for row in rows where Self.isZero(row["term"] as? String ?? "") {
      #expect(try row.number("value").magnitude <= row.number("error"), "\(row)")
    }
    for slope in try folder.rows("run", "slopes") where Self.isZero(slope["term"] as? String ?? "") {
      #expect(slope["slope"] is NSNull && slope["verdict"] as? String == "none", "\(slope)")
    }
  }
}
