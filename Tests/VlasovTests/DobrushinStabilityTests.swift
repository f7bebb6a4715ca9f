import CLibraries
import Foundation
import Interaction
import PhaseSpace
import Testing
import Vlasov
import Wasserstein

@Suite("Dobrushin's stability inequality for two species")
struct DobrushinStabilityTests {
  @Test("the constant is max(1/2m + 3a/2), the bound its exponential between equal species")
  func constant() throws {
    // Σ(κm)²|v_m|, both signs: 11: 2(0.5 + 0.8) = 2.6, 22: 2(0.4 + 0.6) = 2, 12: 2(0.6 + 0.4) = 2; halves.
    let stability = try DobrushinStability(CharacteristicsModel.model())
    #expect((stability.constant - (0.5 + 1.5 * 2.3)).magnitude < 1e-14)
    let expected = [[0.5 + 1.15 + 1.3, 1.0], [1.0, 0.5 + 1.0 + 1.0]]
    for a in 0..<2 {
      for b in 0..<2 { #expect((stability.rates[a][b] - expected[a][b]).magnitude < 1e-14) }
    }
    let free = try DobrushinStability(CharacteristicsModel.model(strength: 0, masses: [2, 0.5]))
    let bound = try free.bound([0.3, 0.2], time: -1.5)
    #expect((bound[0] - 0.3 * exp(1.5 / 4)).magnitude < 1e-13)
    #expect((bound[1] - 0.2 * exp(1.5)).magnitude < 1e-13)
    #expect(bound[0] >= 0.3 * exp(1.5 / 4))
  }

  @Test("the bound solves D' = A D: two half times are the whole, and never above the scalar one")
  func semigroup() throws {
    let stability = try DobrushinStability(CharacteristicsModel.model(masses: [1, 3]))
    let whole = try stability.bound([0.1, 0.02], time: 1.4)
    let halves = try stability.bound(stability.bound([0.1, 0.02], time: 0.7), time: 0.7)
    for index in 0..<2 {
      #expect((whole[index] - halves[index]).magnitude < 1e-12 * whole[index])
      #expect(whole[index] <= 0.1 * exp(stability.constant * 1.4))
    }
  }

  @Test("two Vlasov flows part no faster, in both species", arguments: VlasovOrbitalLimit.Occupation.allCases)
  func flows(occupation: VlasovOrbitalLimit.Occupation) throws {
    let model = try CharacteristicsModel.model()
    let stability = try DobrushinStability(model)
    let period = CharacteristicsModel.period
    let near = [
      try VlasovOrbitalLimit(
        fraction: 0.5, amplitude: 0.15, phase: 0.3, momentum: 0.35, occupation: occupation, period: period),
      try VlasovOrbitalLimit(
        fraction: 0.5, amplitude: -0.1, phase: 0.9, momentum: -0.05, occupation: occupation, period: period),
    ]
    let flows = try [CharacteristicsModel.densities(occupation), near].map {
      try VlasovCharacteristics(model: model, densities: $0, positions: 64, momenta: 64)
    }
    let cells = try PhaseSpaceGrid(positions: 24, momenta: 24, period: period, momentumRange: -1.5...1.5)
    let grid = try PhaseSpaceGrid(positions: 24, momenta: 24, period: period, momentumRange: -1.5...1.5)
    func distances() throws -> [TransportDistance] {
      try (0..<2).map { species in
        let histograms = try flows.map {
          try PhaseSpaceHistogram($0.cellMeans(species, on: cells).values, on: grid)
        }
        return try wassersteinDistance(histograms[0], histograms[1])
      }
    }
    // Mass moved to the centre of its cell moves by at most half a diagonal, in each of the two histograms.
    let diagonal = (pow(cells.positionStep, 2) + pow(cells.momentumStep, 2)).squareRoot()
    let start = try distances().map { $0.upper + diagonal }
    var grown = false
    for step in 1...3 {
      for flow in flows { try flow.advance(to: 0.4 * Double(step)) }
      let bound = try stability.bound(start, time: 0.4 * Double(step))
      let now = try distances()
      for species in 0..<2 {
        #expect(now[species].lower - diagonal <= bound[species])
        #expect(now[species].lower > 0.01)
        grown = grown || now[species].lower > start[species] - diagonal
      }
    }
    #expect(grown)
  }

  @Test("refuses the Moyal kernel")
  func refusals() throws {
    let model = try CharacteristicsModel.model()
    #expect(throws: HypothesisError.self) { try DobrushinStability(model.with(kernel: .moyal(hbar: 0.1))) }
    #expect(throws: ArgumentError.self) { try DobrushinStability(model).bound([1], time: 1) }
    #expect(throws: NumericalFailure.self) { try DobrushinStability(model).bound([1, 1], time: 1e4) }
  }
}
