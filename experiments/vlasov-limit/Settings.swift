import ExperimentKit
import Hierarchy
import ModelConfiguration
import Wasserstein

/// What a Husimi measure is compared with.
enum Reference: String, CaseIterable {
  case vlasov
  case smoothedVlasov = "smoothed-vlasov"
}

/// The configuration: a Hartree–Fock series, the histogram, and what to compare with.
struct Settings {
  let series: HartreeFockSeries
  let grid: PhaseSpaceGrid
  let references: [Reference]
  /// Points a cell is cut into along each axis, for densities and portraits.
  let refinement: Int
  /// Particle numbers and plane waves of the exact states whose factorisation (1.9) is followed; nil: none.
  let factorisation: (particleNumbers: [Int], modes: Int)?
  /// Characteristics of the Vlasov flow: nodes in θ and in p of each species.
  let characteristics: (positions: Int, momenta: Int)

  init(_ configuration: ConfigurationNode) throws {
    series = try HartreeFockSeries(configuration)
    let node = configuration["histogram"]
    let positions = try node["q"].integer(in: 1...1024)
    let momenta = try node["p"].integer(in: 1...1024)
    let reach = try node["p-max"].number("a positive number") { $0 > 0 && $0 < 1e6 }
    let period = series.period
    grid = try node.locating {
      try PhaseSpaceGrid(
        positions: positions, momenta: momenta, period: period, momentumRange: -reach.value...reach.value)
    }
    references = try configuration["compare"].choices(
      of: Reference.allCases.map(\.rawValue), default: Reference.allCases.map(\.rawValue)
    ).compactMap(Reference.init)
    refinement = try configuration["refinement"].integer(in: 1...64, default: 8)
    let nodes = configuration["characteristics"]
    characteristics = (
      8 * (try nodes["q"].integer(in: 8...65536, default: 256) / 8),
      try nodes["p"].integer(in: 8...65536, default: 200)
    )
    let exact = configuration["factorisation"]
    if exact.isAbsent {
      exact.recordNull()
      factorisation = nil
    } else {
      let numbers = try exact["particle-numbers"].list(atLeast: 1).map { entry in
        let total = try entry.integer(in: 2...12)
        guard total % 2 == 0 else { throw entry.error(expected: "an even number", got: "\(total)") }
        return total
      }
      let modes = try exact["modes"].integer(in: 1...15)
      guard numbers.allSatisfy({ $0 / 2 <= 2 * modes + 1 }) else {
        throw exact["modes"].error(expected: "at least one plane wave for each particle")
      }
      factorisation = (numbers, modes)
    }
  }
}
