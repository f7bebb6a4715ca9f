// Whether data are a quantum state of one particle.
//
// On the torus f(ξ,κn) = Tr ρ e^{i(ξ·p + κn·q)} shifts momenta by ħκn: in fibres of momenta p_k = p_0 + ħκk, k ∈ Z^d,
//
//     ⟨k|ρ|l⟩ = (2π)^{−d} ∫ f(ξ, κ(l − k)) e^{−iξ·(p_k + p_l)/2} dξ     (up to a factor),
//
// and f is a state when this Weyl matrix has no negative eigenvalue for any p_0. Here the integral is a sum over the points g of
// the spacing Δξ. That is an average of ρ over displacements of its momenta (by the periods 2π/Δξ), and so are the weights
// Π_i (1 − |g_i|/(G + 1)) where f has not decayed to 10⁻⁹ at the last point (by Fejér's kernel, which is nonnegative). A
// displaced state is a state: so the matrix of a state is nonnegative whatever the grid, to rounding and what is left at the
// last point, and a negative eigenvalue is a proof that f is none. Not every f that
// is no state is found: what is negative on less than 1/ξ_max in momentum, or on more momenta than
// a section has, or where there is less than some 10⁻⁶ of the largest weight, is not.

import CLibraries
import Numerics
package import PhaseSpace

/// Sections of the Weyl matrix of a function f(ξ,κn).
package struct WeylMatrix {
  /// −λ_min/λ_max, the largest of all sections; 0 where no eigenvalue is negative.
  package let negativePart: Double

  /// - Parameter hbar: ħ
  ///
  /// Cost: d = 1: 24 momenta a section, seven sections where the momenta of n = 0 are; d = 2, 3: 5 and 3 momenta an axis around
  /// the mean, 33^2 and 17^3 points.
  /// - Throws: `NumericalFailure` when the eigenvalues do not converge.
  package init(_ function: DataOnLattice.Function, _ lattice: FourierLattice, species: Int, hbar: Double)
    throws
  {
    let dimension = lattice.dimension
    let grid = Grid(lattice, species: species, half: [512, 16, 8][dimension - 1], function)
    let perAxis = [24, 5, 3][dimension - 1]
    let momenta = dimension == 1 ? grid.centres(function, count: 7) : [grid.mean(function)]
    let places = (0..<(0..<dimension).reduce(1) { product, _ in product * perAxis }).map { index in
      Grid.unravel(index, perAxis: perAxis, dimension: dimension)
    }
    var rows: [ModeIndex: [Complex<Double>]?] = [:]
    var worst = 0.0
    for momentum in momenta {
      var matrix = [Complex<Double>](repeating: .zero, count: places.count * places.count)
      for (i, k) in places.enumerated() {
        for (j, l) in places.enumerated() where j <= i {
          let mode = l &- k
          if rows[mode] == nil { rows[mode] = .some(grid.row(function, mode)) }
          guard case .some(.some(let row)) = rows[mode] else { continue }
          let middle = momentum + (k &+ l).vector * (hbar * lattice.kappa / 2)
          matrix[i * places.count + j] = grid.transform(row, at: middle)
          matrix[j * places.count + i] = matrix[i * places.count + j].conjugate
        }
      }
      let values = try HermitianEigenproblem.values(matrix, order: places.count)
      guard let least = values.first, let greatest = values.last else { continue }
      worst = .greatest(worst, least < 0 ? -least / Double.greatest(greatest, -least) : 0)
    }
    negativePart = worst
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
