// How many nodes a solution by nodes begins with, and how many its refinements have.
//
//     momenta     the trapezoidal rule in p, spacing 18σ/N, takes e^{iyp} right for |y| ≤ Y where the alias at 2π·N/18σ − Y still
//                 meets e^{−σ²y²/2} < 10^{−17}:  N = 18σ(Y + 9/σ)/2π,  Y = window + κ n_max T/m, what phase mixing makes
//     positions   more than the modes of the data and of the sites together
//     step        as its series allows (`MotionEstimate`)
//
// Level k has (3/2)^k times the nodes along each axis and (2/3)^k of the steps.

import CLibraries
import Interaction
import PhaseSpace

/// The sizes of the levels.
struct NodeCounts: RefinedNodes, Sendable {
  private let leastPositions: Double
  private let leastMomenta: Double
  let motion: MotionEstimate
  /// Products and species.
  private let functions: Double
  private let modes: Int
  private let end: Double

  /// The last refinement.
  let highestLevel = 8

  init(model: Model, densities: [[VlasovGaussians]], lattice: FourierLattice, end: Double) throws {
    let force = try VlasovForce(model.potentials)
    let all = densities.joined()
    let highest = all.map(\.highestMode).max() ?? 0
    leastPositions = Double(24 + 2 * (highest + max(lattice.modes, force.highestMode)))
    var momenta = 64.0
    for product in densities {
      for (alpha, density) in product.enumerated() {
        let mass = model.masses[alpha]
        let reach =
          Double(lattice.halfWidths[alpha]) * lattice.spacing(alpha)
          + lattice.kappa * Double(lattice.modes) * end / mass
        let (narrow, wide) = (density.widths.lowerBound, density.widths.upperBound)
        momenta = .greatest(momenta, 18 / (2 * .pi) * wide * (reach + 9 / narrow))
      }
    }
    leastMomenta = momenta
    motion = try MotionEstimate(model, densities, until: end)
    modes = SeriesField(model.potentials).modes.count
    functions = Double(densities.reduce(0) { $0 + $1.count })
    self.end = end
  }

  /// Whether the first two levels have at most 2¹⁷ nodes a function and 512 MiB, and take less than 4·10¹¹ products.
  var isReasonable: Bool {
    motion.step > 0 && leastMomenta * leastPositions * 2.25 < Double(Self.mostNodes)
      && firstProducts(until: end) < Self.mostWork
      && (bytes(1).map { $0 <= Self.mostBytes(1) } ?? false)
  }

  /// Nodes of a function.
  private static let mostNodes = 1 << 17
  /// Bytes of the first two levels, and of further ones, which are seldom needed and asked for beforehand all the same.
  private static func mostBytes(_ level: Int) -> Int { level > 1 ? 1 << 27 : 1 << 29 }
  /// Products of the first two levels.
  static let mostWork = 4e11

  private func factor(_ level: Int) -> Double { (0..<level).reduce(1) { factor, _ in 1.5 * factor } }

  func positions(_ level: Int) -> Int { 8 * Int((leastPositions * factor(level) / 8).rounded(.up)) }
  func momenta(_ level: Int) -> Int { 8 * Int((leastMomenta * factor(level) / 8).rounded(.up)) }
  func share(_ level: Int) -> Double { 1 / factor(level) }

  /// Products of the first two levels up to the end, and of refinements where the force is strong.
  var work: Double { work(until: end) }

  func products(_ level: Int, until time: Double) -> Double {
    let order = Double(VlasovCharacteristics.order)
    let steps = (time / (motion.step * share(level))).rounded(.up)
    return Double(positions(level) * momenta(level)) * functions * steps * 4 * order * order
      * Double(max(1, modes))
  }

  /// All refinements together may cost 10¹¹ products, some ten seconds, and each 128 MiB.
  func isAffordable(_ level: Int, until time: Double) -> Bool {
    level <= highestLevel && positions(level) * momenta(level) <= Self.mostNodes
      && refinements(level, until: time) <= 1e11
      && (bytes(level).map { $0 <= Self.mostBytes(level) } ?? false)
  }

  /// Bytes of a level and the one before, nil where they overflow.
  private func bytes(_ level: Int) -> Int? {
    let nodes = positions(level) * momenta(level) + positions(level - 1) * momenta(level - 1)
    return Memory.product(
      Int(functions), VlasovCharacteristics.bytes(nodes: [nodes], modes: modes))
  }

  /// Bytes of two levels as they are when refined as far as they may be.
  var bytes: Int? {
    let last = (1...highestLevel).last { isAffordable($0, until: 0) } ?? 1
    return bytes(last)
  }
}
