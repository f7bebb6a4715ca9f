import FermionTestModels
import Foundation
import Husimi
import ManyBody
import Numerics
import Testing

/// Random states, test functions from a thousandth of ħ to ten thousand times as wide, and windows to several times the period: every
/// residue within the error it comes with.
@Suite("Residues in weak form, everywhere")
struct WeakResiduesCampaignTests {
  private static let isCampaign = ProcessInfo.processInfo.environment["VLASOV_CAMPAIGN"] == "1"
  static let seeds = Array(0..<(isCampaign ? 1000 : 48))

  private struct Case {
    let state: SlaterDeterminant
    let width: Double
    let functions: [PhaseSpaceTestFunction]
  }

  private func model(_ seed: Int) throws -> Case {
    var source = RandomNumbers(seed: seed)
    let hbar = source.scale(0.004, 1)
    let waves = try PlaneWaves(cutoff: 3 + source.below(4), period: source.scale(0.5, 40))
    let orbitals = try (0..<2).map { _ -> Orbitals in
      let count = 1 + source.below(4)
      return try Orbitals(
        waves: waves, count: count,
        rows: (0..<count * waves.count).map { _ in Complex(source.within(-1, 1), source.within(-1, 1)) }
      ).orthonormalized()
    }
    // The momenta that are occupied, ±ħκn_max.
    let reach = hbar * waves.wavenumber * Double(waves.cutoff)
    let functions = try (0..<2).map { _ in
      try PhaseSpaceTestFunction(
        constant: source.within(-1, 1),
        waves: (1...(1 + source.below(2))).map {
          .init(mode: $0, amplitude: source.within(-1, 1), phase: source.within(-3, 3))
        }, centre: source.within(-reach, reach), width: source.scale(1e-3, 1e4) * hbar)
    }
    return Case(
      state: try SlaterDeterminant(orbitals: orbitals, masses: [1, source.scale(0.1, 10)], hbar: hbar),
      width: source.scale(0.05, 20), functions: functions)
  }

  @Test("every term is within its error of Gaussian integrals in closed form", arguments: seeds)
  func closedForm(seed: Int) throws {
    let model = try model(seed)
    let interaction = try ReferenceModel.interaction()
    let weak = try WeakResidues(
      model.state, interaction: interaction, window: GaussianWindow(width: model.width),
      testFunctions: model.functions)
    let dense = DenseResidues(model.state, interaction, width: model.width, model.functions)
    let errors = weak.errors
    func check(_ name: String, _ value: Double, _ expected: Double, _ error: Double) {
      #expect(
        (value - expected).magnitude <= error, "\(name), seed \(seed): \(value) for \(expected) ± \(error)")
    }
    for a in 0..<2 {
      check("measure", weak.measure[a], dense.measure(a), errors.measure[a])
      check("velocity", weak.velocity[a], dense.velocity(a), errors.velocity[a])
      for b in 0..<2 {
        let (force, pair) = (dense.force(a, b), dense.pair(a, b))
        check("force", weak.force[a][b], force.direct, errors.force[a][b])
        check("classical", weak.classicalForce[a][b], force.classical, errors.force[a][b])
        check("exchange", weak.forceCorrelation[a][b], force.exchange, errors.forceCorrelation[a][b])
        check("spectator", weak.spectator?[a][b] ?? .nan, force.spectator, errors.spectator[a][b])
        check("pair", weak.pair[a][b], pair.direct, errors.pair[a][b])
        check("pair exchange", weak.pairCorrelation[a][b], pair.exchange, errors.pairCorrelation[a][b])
      }
    }
  }
}
