// Points of one species in a field that is a power series in time, a Taylor series of each:
//
//     (k + 1) p_{k+1} = [s^k] Im Σ_m (a_m − ib_m) e^{iκmq},     m_α (k + 1) q_{k+1} = p_k.
//
// The field may be that of the points themselves, whose coefficients come out order by order (`NodeSeries`, in s for λ), or a given
// one. A step of any length, of either sign, is then the sum of the series: how long it may be, their last terms say.
//
// Cost: 4 J² flops a point, mode and step of J orders; memory 8(J + 1)(2M + 2) bytes a point.

import CLibraries
import Computing
import Interaction
import PhaseSpace

/// The points of one species, and their series at the present time.
final class TaylorNodes {
  /// J
  let order: Int
  /// m_α
  let mass: Double
  let weights: [Double]
  var positions, momenta: [Double]
  let series: NodeSeries
  private let wavenumber: Double
  /// |w| relative to the largest.
  private let relative: [Double]
  /// p_k at k·points.
  private var velocities: [Double]

  /// - Precondition: a multiple of `NodeSeries.block` points.
  init(_ points: PhaseSpaceQuadrature, mass: Double, order: Int, field: SeriesField, workers: Workers) {
    precondition(points.weights.count % NodeSeries.block == 0, "whole blocks of points")
    (self.mass, self.order) = (mass, order)
    (weights, positions, momenta) = (points.weights, points.positions, points.momenta)
    let largest = weights.reduce(0) { Double.greatest($0, $1.magnitude) }
    relative = weights.map { largest > 0 ? $0.magnitude / largest : 0 }
    wavenumber = field.wavenumber
    series = NodeSeries(weights: weights, stages: 1, orders: order, field: field, workers: workers)
    velocities = [Double](repeating: 0, count: (order + 1) * series.nodes)
  }

  /// Bytes of points; nil where they overflow.
  static func bytes(points: Int, order: Int, modes: Int) -> Int? {
    Memory.sum(
      NodeSeries.bytes(nodes: points, stages: 1, orders: order, modes: modes),
      Memory.product(points, order + 6, 8))
  }

  /// The orders 0 of p and 0, 1 of q.
  func begin() {
    let (target, nodes, rate) = (series.positions, series.nodes, 1 / mass)
    for i in 0..<nodes {
      target[i] = positions[i]
      target[nodes + i] = momenta[i] * rate
      velocities[i] = momenta[i]
    }
  }

  /// p_{k+1} and q_{k+2} from the orders 0 … k of the field, a_m and b_m at m·stride + i.
  func extend(_ k: Int, _ a: [Double], _ b: [Double]) {
    let (nodes, order) = (series.nodes, order)
    let (share, rate) = (1 / Double(k + 1), 1 / (mass * Double(k + 2)))
    velocities.withUnsafeMutableBufferPointer { p in
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

  /// max w|p_k|, w relative to the largest weight.
  func largest(_ k: Int) -> Double {
    let nodes = series.nodes
    var result = 0.0
    for i in 0..<nodes { result = .greatest(result, relative[i] * velocities[k * nodes + i].magnitude) }
    return result
  }

  /// What the terms k of p and q are at most at |s| = h: of p relative to `scale` (nothing where that is zero), of q to 1/κ.
  func term(_ k: Int, at h: Double, scale: Double) -> Double {
    let power = Double.pow(h, Double(k))
    let q = wavenumber * largest(k - 1) * power / (mass * Double(k))
    return scale > 0 ? .greatest(largest(k) * power / scale, q) : q
  }

  /// The longest |s| at which the last three terms are below the tolerance; 0 where one is not finite, ∞ where all vanish.
  func allowedStep(tolerance: Double, scale: Double) -> Double {
    var step = Double.infinity
    for k in (order - 2)...order {
      let term = term(k, at: 1, scale: scale)
      guard term.isFinite else { return 0 }
      if term > 0 { step = .least(step, .pow(tolerance / term, 1 / Double(k))) }
    }
    return step
  }

  /// The series to some order at s, of either sign.
  func move(_ s: Double, through last: Int) {
    let (nodes, q) = (series.nodes, series.positions)
    for i in 0..<nodes {
      var (x, y) = (0.0, 0.0)
      for k in stride(from: last, through: 1, by: -1) {
        x = (x + q[k * nodes + i]) * s
        y = (y + velocities[k * nodes + i]) * s
      }
      positions[i] += x
      momenta[i] += y
    }
  }
}

/// The field on one step that was made.
struct FieldPiece: Sendable, Hashable {
  /// Its length.
  let length: Double
  /// max w|p| of each species at its start.
  let scales: [Double]
  /// a_m and b_m of each species from its start on, order k of mode m at m·J + k.
  let a, b: [[Double]]

  /// a_m and b_m of a species about a time after the start.
  func about(_ time: Double, _ alpha: Int, orders: Int) -> (a: [Double], b: [Double]) {
    func moved(_ values: [Double]) -> [Double] {
      var result = values
      for first in stride(from: 0, to: values.count, by: orders) {
        // Horner's scheme, once for each coefficient.
        for k in 0..<orders {
          for i in stride(from: orders - 2, through: k, by: -1) {
            result[first + i] += time * result[first + i + 1]
          }
        }
      }
      return result
    }
    return (moved(a[alpha]), moved(b[alpha]))
  }
}
