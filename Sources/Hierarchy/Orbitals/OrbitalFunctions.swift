// One-particle functions φ_1 … φ_r of a species on the lattice with φ(−ξ,−n) = conj φ(ξ,n): a real vector space with the inner
// product ⟨φ,ψ⟩ = Δξ^d Σ conj φ ψ, which is real there. Of n and −n the one that comes second in the lattice is stored, times √2, and n = 0
// as it is, so that the inner product is that of what is stored: each is N reals over (n,g), then N imaginary parts, N some half of
// the sites.

import CLibraries
import PhaseSpace
import Vlasov

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
  var length: Int { 2 * rowCount * lattice.pointCount(species) }
  /// Modes that are stored: n = 0, which is the first, and half of the others.
  var rowCount: Int { lattice.orbitalRows }

  /// Where a mode of the lattice stands, whether as −n, and what its values are times those that are stored.
  func stored(_ row: Int) -> (row: Int, isMirrored: Bool, scale: Double) {
    let own = row - lattice.modeCount / 2
    return (Int(own.magnitude), own < 0, own == 0 ? 1 : Self.scale)
  }

  /// 1/√2
  static let scale = 0.5.squareRoot()

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

  /// After free transport: φ(ξ + κnτ/m, n), zero where that is outside the window.
  func transported(by transport: FreeTransport, _ workers: Workers) -> OrbitalFunctions {
    let points = lattice.pointCount(species)
    let parts = 2 * count
    let axes = (0..<rowCount).map {
      FreeTransport.axes(lattice, species: species, mode: lattice.storedMode($0), outer: 1, inner: 1)
    }
    var result = [Double](repeating: 0, count: values.count)
    let half = length / 2
    result.withUnsafeMutableBufferPointer { result in
      values.withUnsafeBufferPointer { values in
        nonisolated(unsafe) let (source, target) = (values.baseAddress!, result.baseAddress!)
        workers.forEachRange(of: parts) { range in
          withUnsafeTemporaryAllocation(of: Double.self, capacity: points) { room in
            for part in range {
              for (row, axes) in axes.enumerated() {
                let start = part * half + row * points
                transport.apply(
                  axes, from: source + start, to: target + start, other: room.baseAddress!, count: points)
              }
            }
          }
        }
      }
    }
    return OrbitalFunctions(lattice, species: species, values: result)
  }

  /// The same functions at the sites of a coarser lattice, every `stride`-th point.
  func restricted(to coarser: FourierLattice, stride: Int) -> OrbitalFunctions {
    guard coarser != lattice else { return self }
    let sites = (0..<coarser.orbitalRows).flatMap { row in
      (0..<coarser.pointCount(species)).map { point in
        place(coarser.storedMode(row), coarser.point(at: point, species: species) &* stride)
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

  /// Where a site of a stored mode stands in a function; nil outside the lattice.
  private func place(_ mode: ModeIndex, _ point: ModeIndex) -> Int? {
    guard let row = lattice.modeOffset(mode), let at = lattice.pointOffset(point, species: species) else {
      return nil
    }
    return (row - lattice.modeCount / 2) * lattice.pointCount(species) + at
  }

  /// A row of the lattice of one function: the reals of all points, then the imaginary parts, times √2 but for n = 0, as stored.
  func copy(row: Int, of function: Int, to target: UnsafeMutablePointer<Double>) {
    let (own, isMirrored, _) = stored(row)
    let (points, length) = (lattice.pointCount(species), length)
    values.withUnsafeBufferPointer { values in
      for part in 0..<2 {
        let source = values.baseAddress! + function * length + part * length / 2 + own * points
        let target = target + part * points
        if isMirrored {
          let sign = part == 0 ? 1.0 : -1
          for g in 0..<points { target[g] = sign * source[points - 1 - g] }
        } else {
          target.update(from: source, count: points)
        }
      }
    }
  }
}

extension FourierLattice {
  /// Modes of which orbitals are stored: n = 0 and half of the others.
  var orbitalRows: Int { modeCount - modeCount / 2 }

  /// The mode of such a row.
  func storedMode(_ row: Int) -> ModeIndex { mode(at: modeCount / 2 + row) }
}
