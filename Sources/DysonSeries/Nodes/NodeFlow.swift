// The exact solution of one product by nodes that move in the field of all of them, one Taylor series in time a step,
//
//     (k + 1) p_{k+1} = [s^k] Im Σ_m (a_m − ib_m) e^{iκmq},     m_α (k + 1) q_{k+1} = p_k,     ρ_{β,m} = Σ_j w_j e^{iκmq_j},
//
// the coefficients of the fields with those of the nodes (`NodeSeries`, in s for λ). A step is so long that the last two terms of the
// momenta, each node with its weight relative to the largest, are below 10^{−17}: what is summed has errors of that order, and a
// node far out, of weight e^{−40}, need not be followed well.
//
// Cost: 4 J² flops a node, mode and step, J = 18; memory 8(J + 1)(2M + 2) bytes a node.

import CLibraries
import Computing
import Interaction
import PhaseSpace
import Vlasov

final class NodeFlow {
  /// J
  static let order = 18

  let masses: [Double]
  /// Of the step that the tail allows.
  let share: Double
  private(set) var time = 0.0
  private let field: SeriesField
  private let weights: [[Double]]
  private let relative: [[Double]]
  private var positions, momenta: [[Double]]
  private let series: [NodeSeries]
  /// p_k of each species at k·nodes.
  private var velocities: [[Double]]

  init(
    model: Model, densities: [VlasovGaussians], positions: Int, momenta: Int, share: Double, workers: Workers
  ) throws(MemoryError) {
    masses = model.masses
    self.share = share
    let field = SeriesField(model.potentials)
    self.field = field
    try Memory.require(
      Self.bytes(
        nodes: densities.map { $0.nodeCount(positions: positions, momenta: momenta) },
        modes: field.modes.count),
      for: "\(positions) × \(momenta) nodes")
    let data = densities.map {
      $0.quadrature(positions: positions, momenta: momenta).padded(to: NodeSeries.block)
    }
    weights = data.map(\.weights)
    relative = data.map { nodes in
      let largest = nodes.weights.reduce(0) { Double.greatest($0, $1.magnitude) }
      return nodes.weights.map { $0.magnitude / largest }
    }
    self.positions = data.map(\.positions)
    self.momenta = data.map(\.momenta)
    series = data.map {
      NodeSeries(weights: $0.weights, stages: 1, orders: Self.order, field: field, workers: workers)
    }
    velocities = series.map { [Double](repeating: 0, count: (Self.order + 1) * $0.nodes) }
  }

  /// Bytes of the nodes of all species; nil where they overflow.
  static func bytes(nodes: [Int], modes: Int) -> Int? {
    Memory.sum(
      nodes.map { count in
        Memory.sum(
          NodeSeries.bytes(nodes: count, stages: 1, orders: order, modes: modes),
          Memory.product(count, order + 6, 8))
      })
  }

  /// κ, and the force modes.
  var wavenumber: Double { field.wavenumber }

  /// The nodes of one species now.
  func nodes(_ alpha: Int) -> PhaseSpaceQuadrature {
    PhaseSpaceQuadrature(positions: positions[alpha], momenta: momenta[alpha], weights: weights[alpha])
  }

  /// Reaches a time in steps that depend on the state alone: what is stopped on its way goes on in the same.
  /// - Throws: `NumericalFailure` when a momentum is no longer finite, or no step is short enough.
  func advance(to target: Double, afterStep: () throws -> Void) throws {
    while time < target {
      expand()
      let step = share * allowedStep()
      guard step > 1e-9 * Double.greatest(1, target) else {
        throw NumericalFailure(in: "the solution by nodes", "no step is short enough at t = \(time)")
      }
      let isLast = time + step * (1 + 1e-9) >= target
      sum(isLast ? target - time : step)
      time = isLast ? target : time + step
      guard momenta.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
        throw NumericalFailure(in: "the solution by nodes", "a momentum that is not finite at t = \(time)")
      }
      try afterStep()
    }
  }

  /// The Taylor coefficients of all nodes and fields at the present time.
  private func expand() {
    let (modes, species, order) = (field.modes.count, masses.indices, Self.order)
    for alpha in species {
      let (target, nodes, rate) = (series[alpha].positions, series[alpha].nodes, 1 / masses[alpha])
      for i in 0..<nodes {
        target[i] = positions[alpha][i]
        target[nodes + i] = momenta[alpha][i] * rate
        velocities[alpha][i] = momenta[alpha][i]
      }
    }
    var a = species.map { _ in [Double](repeating: 0, count: max(1, modes) * order) }
    var b = a
    for k in 0..<order {
      let densities = series.map { $0.densities(order: k) }
      for alpha in species {
        for mode in 0..<modes {
          let amplitude = field.amplitude(alpha, mode: mode, order: k) { densities[$0][mode] }
          a[alpha][mode * order + k] = amplitude.real
          b[alpha][mode * order + k] = amplitude.imaginary
        }
      }
      for alpha in species { extend(alpha, k, a[alpha], b[alpha]) }
    }
  }

  /// p_{k+1}, and q_{k+2} of it.
  private func extend(_ alpha: Int, _ k: Int, _ a: [Double], _ b: [Double]) {
    let series = series[alpha]
    let (nodes, order) = (series.nodes, Self.order)
    let (share, rate) = (1 / Double(k + 1), 1 / (masses[alpha] * Double(k + 2)))
    velocities[alpha].withUnsafeMutableBufferPointer { p in
      guard let base = p.baseAddress else { return }
      nonisolated(unsafe) let (p, q) = (base + (k + 1) * nodes, series.positions + min(k + 2, order) * nodes)
      nonisolated(unsafe) let forces = series.forces
      series.addForces(order: k, a, b) { block in
        for i in block {
          p[i] = forces[i] * share
          if k + 2 <= order { q[i] = p[i] * rate }
        }
      }
    }
  }

  /// h with w |p_k| h^k ≤ 10^{−17} for the last two k; at most 2.
  private func allowedStep() -> Double {
    var step = 2.0
    for k in [Self.order - 1, Self.order] {
      var largest = 0.0
      for alpha in masses.indices {
        let nodes = series[alpha].nodes
        for i in 0..<nodes {
          largest = .greatest(largest, relative[alpha][i] * velocities[alpha][k * nodes + i].magnitude)
        }
      }
      guard largest.isFinite else { return 0 }
      if largest > 0 { step = .least(step, .pow(1e-17 / largest, 1 / Double(k))) }
    }
    return step
  }

  /// The series at h.
  private func sum(_ h: Double) {
    for alpha in masses.indices {
      let (nodes, q) = (series[alpha].nodes, series[alpha].positions)
      for i in 0..<nodes {
        var (x, y) = (0.0, 0.0)
        for k in stride(from: Self.order, through: 1, by: -1) {
          x = (x + q[k * nodes + i]) * h
          y = (y + velocities[alpha][k * nodes + i]) * h
        }
        positions[alpha][i] += x
        momenta[alpha][i] += y
      }
    }
  }

  func save(to sink: some StateSink) {
    for alpha in masses.indices {
      sink.write("positions-\(alpha)", positions[alpha])
      sink.write("momenta-\(alpha)", momenta[alpha])
    }
    sink.write("time", [time])
  }

  func restore(_ state: SavedState) throws {
    func arrays(_ name: String) throws -> [[Double]] {
      try masses.indices.map { try state.array("\(name)-\($0)", count: positions[$0].count) }
    }
    let restored = (try arrays("positions"), try arrays("momenta"))
    time = try state.array("time", count: 1)[0]
    (positions, momenta) = restored
  }
}
