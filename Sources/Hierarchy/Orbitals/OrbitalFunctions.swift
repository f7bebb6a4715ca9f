// One-particle functions φ_1 … φ_r of a species on the lattice with φ(−ξ,−n) = conj φ(ξ,n): a real vector space with the inner
// product ⟨φ,ψ⟩ = Δξ^d Σ conj φ ψ, which is real there. Each is N reals over (n,g), then N imaginary parts.

import CLibraries
import PhaseSpace

/// Functions of one species, one after the other.
struct OrbitalFunctions: Sendable {
  let lattice: FourierLattice
  let species: Int
  /// 2N numbers a function.
  var values: [Double]

  init(_ lattice: FourierLattice, species: Int, values: [Double] = []) {
    self.lattice = lattice
    self.species = species
    self.values = values
  }

  /// 2N
  var length: Int { 2 * lattice.elementCount(species) }
  /// r
  var count: Int { values.count / length }
  /// Δξ^d
  var cell: Double { (0..<lattice.dimension).reduce(1) { product, _ in product * lattice.spacing(species) } }

  /// ⟨φ_a, ψ_b⟩, row-major.
  func overlaps(_ other: [Double]) -> [Double] {
    DenseRows.overlaps(values, count, other, other.count / length, factor: cell)
  }

  /// Σ_a M_{ca} φ_a, one function for each row c.
  func combined(_ matrix: [Double]) -> [Double] {
    DenseRows.product(matrix, count == 0 ? 0 : matrix.count / count, count, values)
  }

  /// What of other functions is orthogonal to these, by Gram and Schmidt twice.
  func remainder(of other: [Double]) -> [Double] {
    guard count > 0, !other.isEmpty else { return other }
    var result = other
    for _ in 0..<2 {
      let inside = DenseRows.overlaps(result, result.count / length, values, count, factor: cell)
      let projection = combined(inside)
      for i in result.indices { result[i] -= projection[i] }
    }
    return result
  }

  /// Adds what is new in other functions, one after the other, normalised; those that are dependent to rounding are left out.
  mutating func append(orthonormalising other: [Double]) {
    for start in stride(from: 0, to: other.count, by: length) {
      let function = Array(other[start..<(start + length)])
      let size = norm(function)
      guard size > 0 else { continue }
      let rest = remainder(of: function.map { $0 / size })
      let left = norm(rest)
      guard left > 1e-12 else { continue }
      // Once more, as small as it may have become.
      let again = remainder(of: rest.map { $0 / left })
      let last = norm(again)
      values += again.map { $0 / last }
    }
  }

  /// ‖φ‖
  private func norm(_ function: [Double]) -> Double {
    (cell * function.reduce(0) { $0 + $1 * $1 }).squareRoot()
  }

  /// Orthonormal functions of the same span, and L with φ_a = Σ_b L_ab φ'_b, row-major.
  func orthonormalised() -> (functions: OrbitalFunctions, matrix: [Double]) {
    var result = OrbitalFunctions(lattice, species: species)
    result.append(orthonormalising: values)
    return (result, overlaps(result.values))
  }

  /// After free transport over Δt: φ(g + 2n, n), zero where that is outside the window.
  func transported() -> OrbitalFunctions {
    let points = lattice.pointCount(species)
    let half = length / 2
    var result = [Double](repeating: 0, count: values.count)
    for row in 0..<lattice.modeCount {
      let mode = lattice.mode(at: row)
      let map = PointShift(lattice, species, by: mode &* 2)
      for function in 0..<count {
        for part in 0..<2 {
          let start = function * length + part * half + row * points
          for g in 0..<points where map.sources[g] >= 0 { result[start + g] = values[start + map.sources[g]] }
        }
      }
    }
    return OrbitalFunctions(lattice, species: species, values: result)
  }

  /// The same functions at the sites of a coarser lattice, every `stride`-th point.
  func restricted(to coarser: FourierLattice, stride: Int) -> OrbitalFunctions {
    guard coarser != lattice else { return self }
    let sites = (0..<coarser.modeCount).flatMap { row in
      (0..<coarser.pointCount(species)).map { point in
        place(coarser.mode(at: row), coarser.point(at: point, species: species) &* stride)
      }
    }
    var result = OrbitalFunctions(coarser, species: species)
    result.values.reserveCapacity(2 * sites.count * count)
    for function in 0..<count {
      for part in 0..<2 {
        let start = function * length + part * length / 2
        for site in sites { result.values.append(site.map { values[start + $0] } ?? 0) }
      }
    }
    return result
  }

  /// Where a site stands in a function; nil outside the lattice.
  func place(_ mode: ModeIndex, _ point: ModeIndex) -> Int? {
    guard let row = lattice.modeOffset(mode), let at = lattice.pointOffset(point, species: species) else {
      return nil
    }
    return row * lattice.pointCount(species) + at
  }
}

/// g ↦ g + δ on the ξ grid of a species, −1 outside.
struct PointShift {
  let sources: [Int]

  init(_ lattice: FourierLattice, _ species: Int, by shift: ModeIndex) {
    sources = (0..<lattice.pointCount(species)).map {
      lattice.pointOffset(lattice.point(at: $0, species: species) &+ shift, species: species) ?? -1
    }
  }
}
