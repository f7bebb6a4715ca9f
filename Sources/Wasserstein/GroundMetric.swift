// The ground metric on cell centres,
//
//   Euclidean  c = √(|q − q'|²_torus + |p − p'|²),      taxicab  c = |q − q'|_torus + |p − p'|,
//
// with |q − q'|_torus = min(|q − q'|, Λ − |q − q'|). It depends on the difference of two cells only, so its N² values
// are a table of N_q × (2N_p − 1) numbers, in cache, with p' − p running: rows of costs are contiguous.

import PhaseSpace

/// Which distance between phase-space points a unit of mass pays.
public enum GroundMetric: String, Sendable, Hashable, CaseIterable {
  /// √(Δq² + Δp²).
  case euclidean
  /// |Δq| + |Δp|: an exact minimum-cost flow on the grid's four neighbours, much faster.
  case taxicab

  func length(_ dq: Double, _ dp: Double) -> Double {
    switch self {
    case .euclidean: (dq * dq + dp * dp).squareRoot()
    case .taxicab: dq + dp
    }
  }
}

/// Table of the ground metric on a grid.
struct CostTable: Sendable {
  let grid: PhaseSpaceGrid
  let metric: GroundMetric
  /// values[di·width + (dk + N_p − 1)], di = (i' − i) mod N_q, dk = k' − k; relative error ≤ 4u, u = 2⁻⁵³.
  let values: [Double]
  /// 2N_p − 1.
  let width: Int
  /// Largest distance.
  let diameter: Double

  init(_ grid: PhaseSpaceGrid, _ metric: GroundMetric) {
    let width = 2 * grid.momenta - 1
    var values = [Double](repeating: 0, count: grid.positions * width)
    for di in 0..<grid.positions {
      let dq = Double(min(di, grid.positions - di)) * grid.positionStep
      for dk in 0..<grid.momenta {
        let length = metric.length(dq, Double(dk) * grid.momentumStep)
        values[di * width + grid.momenta - 1 + dk] = length
        values[di * width + grid.momenta - 1 - dk] = length
      }
    }
    self.grid = grid
    self.metric = metric
    self.values = values
    self.width = width
    diameter = values.max() ?? 0
  }

  /// The same table in integers, rounded to the nearest multiple of `unit`, still held as Doubles: exact below 2⁵³.
  func rounded(to unit: Double) -> [Double] { values.map { ($0 / unit).rounded() } }

  /// Index into the table of the pair of cells x → y.
  @inline(__always)
  func index(_ x: Int, _ y: Int) -> Int {
    let (i, k) = x.quotientAndRemainder(dividingBy: grid.momenta)
    let (j, l) = y.quotientAndRemainder(dividingBy: grid.momenta)
    let di = j >= i ? j - i : j - i + grid.positions
    return di * width + (l - k) + grid.momenta - 1
  }
}
