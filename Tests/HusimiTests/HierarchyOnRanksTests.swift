import FermionTestModels
import Husimi
import ManyBody
import Numerics
import Testing

/// The terms of the hierarchy of a state that ranks have together.
@Suite("The hierarchy on several ranks")
struct HierarchyOnRanksTests {
  @Test(
    "every term of (3.5) is the same, bit for bit, for 1, 2, 3 and 5 ranks", arguments: [[3, 2], [2, 1, 2]])
  func terms(_ particles: [Int]) throws {
    let interaction = try SpeciesModel.interaction(particles.count)
    let window = try GaussianWindow(width: 1)
    let waves = try PlaneWaves(cutoff: particles.count == 2 ? 3 : 2, period: ReferenceModel.period)
    let whole = try randomState(FockSpace(waves: waves, particles: particles), seed: 8)
    let points = particles.indices.map { species in
      (0..<min(particles[species], species == 0 ? 2 : 1)).map { HusimiPoint(0.7 + Double($0 + species), 0.2) }
    }
    @Sendable func terms(_ state: FockState) throws -> HierarchyTerms {
      try HierarchyIdentity(state: state, interaction: interaction, window: window).terms(points)
    }
    let alone = try terms(whole)
    #expect(alone.defect.magnitude < 1e-12)
    for count in [2, 3, 5] {
      let found = try VirtualRanks.run(count) { ranks in
        let space = try FockSpace(waves: waves, particles: particles, ranks: ranks)
        let rest = whole.coefficients.count / space.dimensions[0]
        let own = ranks.share(space.dimensions[0])
        let part = whole.coefficients[own.lowerBound * rest..<own.upperBound * rest]
        let found = try terms(FockState(space: space, coefficients: Array(part)))
        try ranks.check()
        return found
      }
      #expect(found.allSatisfy { $0 == alone }, "\(count) ranks")
    }
  }
}
