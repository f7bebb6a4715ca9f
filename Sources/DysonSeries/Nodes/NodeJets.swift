// The Dyson terms of one product in one dimension on the torus, classical kernel, without a lattice. The characteristics of the
// data's nodes are power series in the coupling, Q = Σ λ^j Q_j and P = Σ λ^j P_j with Q_0 = q + pt/m and P_0 = p, and so are the
// densities ρ_{β,m} = ∫ e^{iκmQ} df_β; order by order, with nothing to solve,
//
//     P_j' = [λ^{j−1}] Im Σ_m (a_m − ib_m) e^{iκmQ},   m_α Q_j' = P_j,     D_j = [λ^j] Π_i ∫ e^{i(ξ_iP + η_i(Q − Pt/m))} df_{α_i}.
//
// Modes in q. Let the data have modes |n| ≤ n_0. Then ρ_{m,i} = 0 for |m| > (i + 1)n_0, P_j and Q_j have modes |k| ≤ jr and e^{iκmQ} at order j
// the modes m + k, |k| ≤ jr, r = min(n_0, m_V). For: z_{m,j} is a sum of products Q_i z_{m,j−i}, of modes m + k with |k| ≤ ir + (j − i)r;
// ρ_{m,i}, its mean with the data, needs m + k + n = 0, |k| ≤ in_0, |n| ≤ n_0; and P_{j+1} is a sum of conj(ρ_{m,i}) z_{m,j−i}, of modes m + k with
// |m| ≤ min(m_V, (i + 1)n_0), so |m + k| ≤ (j + 1)m_V and ≤ (j + 1)n_0. The sums over equidistant q are therefore exact for more nodes than
// n_0 + max(|n|, m_V) + Lr. In p they converge exponentially; in time there are panels of Gauss collocation (`GaussPanel`).
//
// Cost: 8 flops a node, stage and mode for every pair of orders; memory as `NodeSeries` with K stages, and 16 bytes a node and order.

import CLibraries
import Computing
import Interaction
import PhaseSpace
import Vlasov

/// Nodes, stages and the length of a panel.
struct NodeJetsSize: Sendable, Hashable {
  /// Along q and p, the latter a multiple of 8.
  let positions, momenta: Int
  /// K
  let stages: Int
  /// Panels are no longer than this.
  let panel: Double
}

/// The jets Q_j, P_j of the nodes of every species, 1 ≤ j ≤ L, moving in time.
final class NodeJets {
  /// L
  let orders: Int
  let masses: [Double]
  let size: NodeJetsSize
  /// Panels made on the way to a time, and that time.
  private var course: NodeCourse?
  private(set) var time = 0.0

  private let field: SeriesField
  private let rule: GaussPanel
  private let workers: Workers
  /// Of each species: the data, Q_j and P_j at (j − 1)·nodes, and the series at the stages.
  private let data: [PhaseSpaceQuadrature]
  private var positions, momenta: [[Double]]
  private let series: [NodeSeries]

  init(
    model: Model, densities: [VlasovGaussians], orders: Int, size: NodeJetsSize, workers: Workers
  ) throws(MemoryError) {
    (self.orders, self.size, self.workers) = (orders, size, workers)
    masses = model.masses
    field = SeriesField(model.potentials)
    rule = GaussPanel(points: size.stages)
    try Memory.require(
      Self.bytes(
        nodes: densities.map { $0.nodeCount(positions: size.positions, momenta: size.momenta) },
        orders: orders, stages: size.stages, modes: field.modes.count),
      for: "the series of \(size.positions) × \(size.momenta) nodes")
    data = densities.map {
      $0.quadrature(positions: size.positions, momenta: size.momenta).padded(to: NodeSeries.block)
    }
    let field = field
    series = data.map {
      NodeSeries(weights: $0.weights, stages: size.stages, orders: orders, field: field, workers: workers)
    }
    positions = series.map { [Double](repeating: 0, count: orders * $0.nodes) }
    momenta = positions
  }

  /// The force modes.
  var modes: [Int] { field.modes }

  /// Bytes of the nodes of all species; nil where they overflow.
  static func bytes(nodes: [Int], orders: Int, stages: Int, modes: Int) -> Int? {
    Memory.sum(
      nodes.map { count in
        Memory.sum(
          NodeSeries.bytes(nodes: count, stages: stages + 1, orders: orders, modes: modes),
          Memory.product(count, 2 * orders + 6, 8))
      })
  }

  /// Reaches a time in equal panels.
  func advance(to target: Double, afterStep: () throws -> Void) throws {
    if course?.end != target {
      course = target > time ? try NodeCourse(from: time, to: target, longest: size.panel) : nil
    }
    while var now = course {
      move(now.next - time, to: now.next)
      now.done += 1
      course = now.isDone ? nil : now
      try afterStep()
    }
  }

  /// One panel.
  private func move(_ duration: Double, to end: Double) {
    let (stages, modes, species) = (size.stages, field.modes.count, masses.indices)
    for alpha in species { place(alpha, duration) }
    var a = species.map { _ in [Double](repeating: 0, count: stages * modes * orders) }
    var b = a
    for j in 1...orders {
      let densities = series.map { $0.densities(order: j - 1) }
      for alpha in species {
        for index in 0..<(stages * modes) {
          let amplitude = field.amplitude(alpha, mode: index % max(1, modes), order: j - 1) {
            densities[$0][index]
          }
          a[alpha][index * orders + j - 1] = amplitude.real
          b[alpha][index * orders + j - 1] = amplitude.imaginary
        }
      }
      for alpha in species { integrate(alpha, order: j, duration, a[alpha], b[alpha]) }
    }
    time = end
  }

  /// Q_0 at the stages.
  private func place(_ alpha: Int, _ duration: Double) {
    let (nodes, data, target) = (series[alpha].nodes, data[alpha], series[alpha].positions)
    for (stage, point) in rule.points.enumerated() {
      let rate = (time + point * duration) / masses[alpha]
      for i in 0..<nodes { target[stage * nodes + i] = data.positions[i] + rate * data.momenta[i] }
    }
  }

  /// P_j and Q_j at the stages and at the end, from the force of order j − 1.
  private func integrate(_ alpha: Int, order j: Int, _ duration: Double, _ a: [Double], _ b: [Double]) {
    let series = series[alpha]
    let (nodes, stages, rule, mass) = (series.nodes, size.stages, rule, masses[alpha])
    let target = series.positions + j * series.stride
    let first = (j - 1) * nodes
    positions[alpha].withUnsafeMutableBufferPointer { q in
      momenta[alpha].withUnsafeMutableBufferPointer { p in
        nonisolated(unsafe) let (q, p) = (q.baseAddress! + first, p.baseAddress! + first)
        nonisolated(unsafe) let (target, forces) = (target, series.forces)
        series.addForces(order: j - 1, a, b) { block in
          let (width, at) = (block.count, block.lowerBound)
          withUnsafeTemporaryAllocation(of: Double.self, capacity: stages * width) { momenta in
            guard let momenta = momenta.baseAddress else { return }
            for stage in 0..<stages {
              (momenta + stage * width).update(from: p + at, count: width)
              (target + stage * nodes + at).update(from: q + at, count: width)
            }
            func multiply(
              _ rows: Int, _ matrix: [Double], _ scale: Double, _ source: UnsafePointer<Double>,
              _ stride: Int,
              into result: UnsafeMutablePointer<Double>, _ resultStride: Int
            ) {
              MatrixProduct.multiply(
                rows, width, stages, alpha: scale, matrix, stride: stages, .plain, source, stride: stride,
                .plain,
                beta: 1, into: result, stride: resultStride)
            }
            multiply(stages, rule.matrix, duration, forces + at, nodes, into: momenta, width)
            multiply(stages, rule.matrix, duration / mass, momenta, width, into: target + at, nodes)
            multiply(1, rule.weights, duration / mass, momenta, width, into: q + at, width)
            multiply(1, rule.weights, duration, forces + at, nodes, into: p + at, width)
          }
        }
      }
    }
  }

  /// [λ^j] w_α(ξ,κn), j ≤ L, at the present time in the interaction picture, with Σ w |·| of what is summed.
  func jet(_ alpha: Int, xi: Double, mode: Int) -> NodeJet {
    let (eta, nodes) = (field.wavenumber * Double(mode), series[alpha].nodes)
    let (data, orders) = (data[alpha], orders)
    let shifted = xi - eta * time / masses[alpha]
    var partial = [NodeJet](repeating: NodeJet(orders: orders), count: nodes / NodeSeries.block)
    partial.withUnsafeMutableBufferPointer { partial in
      nonisolated(unsafe) let partial = partial
      let jets = (positions: positions[alpha], momenta: momenta[alpha])
      workers.forEachRange(of: partial.count, grain: 8) { range in
        for block in range {
          partial[block].add(
            data, xi: xi, eta: eta, from: block * NodeSeries.block, jets, nodes: nodes, shifted: shifted)
        }
      }
    }
    return partial.reduce(NodeJet(orders: orders)) { $0 + $1 }
  }

  /// ρ_{β,m} of all force modes now, [β][mode].
  func densities() -> [[NodeJet]] {
    masses.indices.map { beta in
      // ξ − ηt/m = 0
      field.modes.map {
        jet(beta, xi: field.wavenumber * Double($0) * time / masses[beta], mode: $0)
      }
    }
  }

  func save(to sink: some StateSink) {
    for alpha in masses.indices {
      sink.write("positions-\(alpha)", positions[alpha])
      sink.write("momenta-\(alpha)", momenta[alpha])
    }
    sink.write("course", [time] + (course?.numbers ?? []))
  }

  func restore(_ state: SavedState) throws {
    func arrays(_ name: String) throws -> [[Double]] {
      try masses.indices.map { try state.array("\(name)-\($0)", count: orders * series[$0].nodes) }
    }
    let restored = (try arrays("positions"), try arrays("momenta"))
    let way = try state.array("course")
    course = try NodeCourse(Array(way.dropFirst()))
    time = way.first ?? 0
    (positions, momenta) = restored
  }
}
