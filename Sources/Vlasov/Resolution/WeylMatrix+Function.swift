// Of data that are known everywhere: sections around the momenta that occur. Fejér's weights in ξ where the data have not decayed
// to 10⁻⁹ at the last point; what is negative where the momenta weigh less than some 10⁻⁶ of the largest is not seen.

import Numerics
package import PhaseSpace

extension WeylMatrix {
  /// Of a function f(ξ,κn), at the points of a lattice's spacing.
  /// - Parameter hbar: ħ
  ///
  /// Cost: d = 1: 24 momenta a section, seven sections where the momenta of n = 0 are; d = 2, 3: 5 and 3 momenta an axis around
  /// the mean, 33^2 and 17^3 points.
  /// - Throws: `NumericalFailure` when the eigenvalues do not converge.
  package init(_ function: DataOnLattice.Function, _ lattice: FourierLattice, species: Int, hbar: Double)
    throws
  {
    self.init()
    let dimension = lattice.dimension
    let grid = Grid(lattice, species: species, half: [512, 16, 8][dimension - 1], function)
    let perAxis = [24, 5, 3][dimension - 1]
    let momenta = dimension == 1 ? grid.centres(function, count: 7) : [grid.mean(function)]
    let places = (0..<(0..<dimension).reduce(1) { product, _ in product * perAxis }).map { index in
      Grid.unravel(index, perAxis: perAxis, dimension: dimension)
    }
    var rows: [ModeIndex: [Complex<Double>]?] = [:]
    for momentum in momenta {
      try add(order: places.count) { i, j in
        let (k, l) = (places[i], places[j])
        let mode = l &- k
        if rows[mode] == nil { rows[mode] = .some(grid.row(function, mode)) }
        guard case .some(.some(let row)) = rows[mode] else { return .zero }
        return grid.transform(row, at: momentum + (k &+ l).vector * (hbar * lattice.kappa / 2))
      }
    }
  }
}

/// The points of the sum, and their weights.
private struct Grid {
  let dimension: Int
  let spacing: Double
  let half: Int
  let points: [(point: ModeIndex, weight: Double)]

  init(_ lattice: FourierLattice, species: Int, half: Int, _ function: DataOnLattice.Function) {
    let (dimension, spacing) = (lattice.dimension, lattice.spacing(species))
    (self.dimension, self.spacing, self.half) = (dimension, spacing, half)
    let hasDecayed = (0..<dimension).allSatisfy { axis in
      var end = SpaceVector.zero
      end[axis] = Double(half) * spacing
      return function(end, .zero).length < 1e-9
    }
    points = (0..<(0..<dimension).reduce(1) { product, _ in product * (2 * half + 1) }).map { index in
      let point = Self.unravel(index, perAxis: 2 * half + 1, dimension: dimension)
      let weight = (0..<dimension).reduce(1.0) { $0 * (1 - Double(abs(point[$1])) / Double(half + 1)) }
      return (point, hasDecayed ? 1 : weight)
    }
  }

  /// The place of an index in a cube around zero.
  static func unravel(_ index: Int, perAxis: Int, dimension: Int) -> ModeIndex {
    var (rest, place) = (index, ModeIndex.zero)
    for axis in 0..<dimension {
      place[axis] = rest % perAxis - perAxis / 2
      rest /= perAxis
    }
    return place
  }

  /// f(·,κn) with the weights; nil where it is zero.
  func row(_ function: DataOnLattice.Function, _ mode: ModeIndex) -> [Complex<Double>]? {
    let row = points.map { function($0.point.vector * spacing, mode).multiplied(by: $0.weight) }
    return row.allSatisfy { $0 == .zero } ? nil : row
  }

  /// Σ_g f e^{−iξ·p}
  func transform(_ row: [Complex<Double>], at momentum: SpaceVector) -> Complex<Double> {
    zip(points, row).reduce(Complex<Double>.zero) { sum, term in
      sum + term.1 * Complex.unit(-spacing * term.0.point.vector.dot(momentum))
    }
  }

  /// ⟨p⟩ modulo 2π/Δξ, from the phase of f(Δξ,0).
  func mean(_ function: DataOnLattice.Function) -> SpaceVector {
    var mean = SpaceVector.zero
    for axis in 0..<dimension {
      var point = SpaceVector.zero
      point[axis] = spacing
      mean[axis] = function(point, .zero).phase / spacing
    }
    return mean
  }

  /// d = 1: momenta at which that of n = 0 is at least a hundredth of its largest, evenly chosen.
  func centres(_ function: DataOnLattice.Function, count: Int) -> [SpaceVector] {
    guard let row = row(function, .zero) else { return [.zero] }
    let momenta = (-half...half).map {
      SpaceVector(2 * .pi * Double($0) / (Double(2 * half + 1) * spacing), 0, 0)
    }
    let weights = momenta.map { transform(row, at: $0).real }
    let largest = weights.largest() ?? 0
    let likely = zip(momenta, weights).filter { $0.1 >= 0.01 * largest }.map(\.0)
    guard likely.count > count else { return likely.isEmpty ? [.zero] : likely }
    return (0..<count).map { likely[$0 * (likely.count - 1) / (count - 1)] }
  }
}
