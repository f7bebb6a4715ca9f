// How many nodes, stages and steps the solution and the series by nodes begin with, and how many their refinements have.
//
//     q, series    order j of e^{iκmQ} has the modes m + k, |k| ≤ j min(n_0, m_V): each of the j forces comes from data of modes ≤ n_0. With
//                  n_0 + max(|n|, m_V) + L min(n_0, m_V) + 1 of them the sums over q are exact
//     q, solution  24 more than twice what the data and the points have: the modes of what is exponentiated fall off exponentially
//     p            the trapezoidal rule over 18σ takes e^{iyp} right where the alias at 2πN/18σ − |y| still meets e^{−σ²y²/2} < 10^{−17}:
//                  N = 18σ(Y + 9/σ)/2π, Y = |ξ| + κ(max(|n|, m_V) + 2)T/m, one or two modes for what forces bring in
//     panels       K = 16 + 2k Gauss points take w(p)(κ m_V p h/2m)^{32}: κ m_V p h/m = 15 at p = |u| + 9σ
//     steps        the solution's, by the tails of its series
//
// Level k has (5/4)^k times the nodes along each axis (the series along p: three nodes more in q) and (4/5)^k of the panels and steps; K
// differs where the number of panels does not. Aliases of two levels stand at different frequencies, by a ratio that is not whole.

import CLibraries
import Interaction
import PhaseSpace
import Vlasov

struct NodeSizes: RefinedNodes, Sendable {
  private let solutionPositions, seriesPositions: Int
  private let leastMomenta: Double
  private let longestPanel: Double
  let motion: MotionEstimate
  private let stages: Int
  private let orders, modes: Int
  /// Gaussians of each species and component: every one has its own nodes.
  private let gaussians: [[Int]]

  /// Times the nodes, steps and panels that are thought necessary, and the last refinement: for tests of what too few make.
  private let scale: Double
  let highestLevel: Int

  /// Bytes that a refinement may take, where the first two levels do not take more, and products of all of them: 256 MiB, ten seconds.
  private static let mostBytes = 1 << 28
  private static let mostProducts = 2e10

  init(
    model: Model, densities: [[VlasovGaussians]], particles: [NodeParticle],
    orders: Int, end: Double, scale: Double = 1, highestLevel: Int = 8
  ) throws {
    (self.scale, self.highestLevel) = (scale, highestLevel)
    let field = SeriesField(model.potentials)
    let reach = field.modes.last ?? 0
    let data = densities.joined().map(\.highestMode).max() ?? 0
    let points = particles.map { abs($0.mode) }.max() ?? 0
    self.orders = orders
    modes = field.modes.count
    let each = min(data, reach)
    seriesPositions = 1 + data + max(points, reach) + orders * each
    solutionPositions = 24 + 2 * (data + max(points, reach))
    var (momenta, panel) = (48.0, 2.0)
    for product in densities {
      for (alpha, density) in product.enumerated() {
        let mass = model.masses[alpha]
        let own = particles.filter { $0.species == alpha }
        let xi = own.reduce(0) { Double.greatest($0, $1.xi.magnitude) }
        let mode = own.reduce(0) { max($0, abs($1.mode)) }
        let extent = xi + field.wavenumber * Double(max(mode, reach) + 2) * end / mass
        momenta = .greatest(
          momenta, 18 / (2 * .pi) * density.widths.upperBound * (extent + 9 / density.widths.lowerBound))
        if reach > 0 {
          let passage = field.wavenumber * Double(reach) * density.largestMomentum / mass
          panel = .least(panel, 15 / passage)
        }
      }
    }
    leastMomenta = momenta
    longestPanel = panel
    motion = try MotionEstimate(model, densities, until: end)
    stages = 16
    gaussians = densities.map { $0.map { $0.nodeCount(positions: 1, momenta: 1) } }
  }

  private func factor(_ level: Int) -> Double { (0..<level).reduce(scale) { factor, _ in 1.25 * factor } }

  /// A multiple of 8, at least 16, and more than that of the level before, by a ratio below 2.
  private func momenta(_ level: Int) -> Int {
    (0...level).reduce(8) { before, number in
      let wanted = (leastMomenta * factor(number) / 8).rounded(.up)
      return max(before + 8, 8 * Int(Double.least(wanted, 1e12)))
    }
  }

  private func positions(_ level: Int) -> Int {
    (0...level).reduce(3) { before, number in
      max(before + 1, Int(Double.least(Double(solutionPositions) * factor(number), 1e12)))
    }
  }

  func jets(_ level: Int) -> NodeJetsSize {
    NodeJetsSize(
      positions: seriesPositions + 3 * level, momenta: momenta(level),
      stages: stages + 2 * level,
      panel: longestPanel / factor(level))
  }

  func solution(_ level: Int) -> (positions: Int, momenta: Int, share: Double) {
    (positions(level), momenta(level), scale / factor(level))
  }

  /// Bytes of a level; nil where they overflow.
  func bytes(_ level: Int) -> Int? {
    let (jets, flow) = (jets(level), solution(level))
    return Memory.sum(
      gaussians.flatMap { counts in
        [
          NodeJets.bytes(
            nodes: counts.map { Memory.product($0, jets.positions, jets.momenta) ?? .max / 64 },
            orders: orders,
            stages: jets.stages, modes: modes),
          VlasovCharacteristics.bytes(
            nodes: counts.map { Memory.product($0, flow.positions, flow.momenta) }, modes: modes),
        ]
      })
  }

  /// Multiply–adds of a level until a time.
  func products(_ level: Int, until time: Double) -> Double {
    let (jets, flow) = (jets(level), solution(level))
    let functions = Double(gaussians.joined().reduce(0, +))
    let pairs = Double(orders * (orders + 1) / 2)
    let series =
      Double(jets.positions) * Double(jets.momenta) * (time / jets.panel + 1) * Double(jets.stages)
      * (4 * Double(modes) * pairs + Double(2 * orders * jets.stages))
    let moves =
      Double(flow.positions) * Double(flow.momenta) * (time / (motion.step * flow.share) + 1)
      * 4 * Double(modes) * Double(VlasovCharacteristics.order * VlasovCharacteristics.order)
    return functions * (series + moves)
  }

  /// Whether a level may be gone to, when its nodes at the beginning of all are too few.
  func isAffordable(_ level: Int, until time: Double) -> Bool {
    guard level <= highestLevel, let two = Memory.sum(bytes(level), bytes(level - 1)) else { return false }
    return two <= Self.mostBytes && refinements(level, until: time) <= Self.mostProducts
  }

  /// Bytes of two levels as far as they may be refined; nil where they overflow.
  var bytes: Int? { Memory.sum(bytes(0), bytes(1)).map { max($0, Self.mostBytes) } }
}
