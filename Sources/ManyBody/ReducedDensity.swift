// γ^{(k,ℓ)}(u, ũ; w, w̃) = ⟨Ψ, a*_{w_1} … a*_{w_k} b*_{w̃_1} … b*_{w̃_ℓ} b_{ũ_ℓ} … b_{ũ_1} a_{u_k} … a_{u_1} Ψ⟩      (2.7)
//
// (printed with a_{u_1} … a_{u_k}; the order of (2.11) is meant, otherwise m^{(2,0)} < 0). It is antisymmetric in the u
// of a species and in its w, so it is kept on ascending modes only: a matrix of order C(M,k)·C(M,ℓ), the Gram matrix of
// the vectors a_{u_k} … a_{u_1} Ψ. Trace N_1!/(N_1−k)! · N_2!/(N_2−ℓ)!/(k! ℓ!). Cost: one zgemm.

import CLibraries
public import Numerics

/// A reduced density matrix of order (k, ℓ) on plane waves, antisymmetric form.
public struct ReducedDensity: Sendable {
  /// k, ℓ.
  public let order: [Int]
  /// The plane waves its indices number.
  public let waves: PlaneWaves
  /// Ascending mode tuples of each species.
  public let subsets: [[[Int]]]
  /// G[u,w], row-major; rows u = (S, T) with T fastest.
  public let matrix: [Complex<Double>]
  private let positions: [[UInt64: Int]]

  /// Order of the matrix.
  public var dimension: Int { subsets[0].count * subsets[1].count }

  private init(order: [Int], waves: PlaneWaves, subsets: [[[Int]]], matrix: [Complex<Double>]) {
    self.order = order
    self.waves = waves
    self.subsets = subsets
    self.matrix = matrix
    positions = subsets.map { list in
      Dictionary(uniqueKeysWithValues: list.enumerated().map { (ReducedDensity.key($1), $0) })
    }
  }

  /// The reduced density matrix of a state, k + ℓ ≤ 3.
  /// - Throws: `ArgumentError` for other orders, `MemoryError` when it does not fit.
  public init(of state: FockState, order: [Int]) throws {
    try ReducedDensity.check(order)
    let space = state.space
    let subsets = order.map { ReducedDensity.subsets(of: space.waves.count, size: $0) }
    let n = subsets[0].count * subsets[1].count
    guard order[0] <= space.particles[0], order[1] <= space.particles[1] else {
      self.init(
        order: order, waves: space.waves, subsets: subsets,
        matrix: [Complex<Double>](repeating: .zero, count: n * n))
      return
    }
    let width = space.sector(0, removed: order[0]).count * space.sector(1, removed: order[1]).count
    let vectorBytes = Memory.product(n, width, 16)
    let matrixBytes = Memory.product(n, n, 16)
    try Memory.require(
      vectorBytes.flatMap { v in
        matrixBytes.flatMap { v.addingReportingOverflow($0).overflow ? nil : v + $0 }
      }, for: "the reduced density matrix of order \(order)")
    var vectors: [Complex<Double>] = []
    vectors.reserveCapacity(n * width)
    for s in subsets[0] {
      let first = s.reduce(state) { $0.annihilated(mode: $1, species: 0) }
      for t in subsets[1] {
        vectors += t.reduce(first) { $0.annihilated(mode: $1, species: 1) }.coefficients
      }
    }
    var matrix = [Complex<Double>](repeating: .zero, count: n * n)
    MatrixProduct.multiply(
      n, n, width, vectors, stride: width, .plain, vectors, stride: width, .adjoint, into: &matrix,
      stride: n)
    self.init(order: order, waves: space.waves, subsets: subsets, matrix: matrix)
  }

  /// Wick's theorem for a Slater state: γ^{(k,ℓ)} = det(γ(u_i; w_j)) · det(γ̃(ũ_i; w̃_j)), from the one-particle matrices.
  /// - Throws: `ArgumentError` for k + ℓ > 3.
  public init(wick densities: [[Complex<Double>]], waves: PlaneWaves, order: [Int]) throws {
    try ReducedDensity.check(order)
    let m = waves.count
    let subsets = order.map { ReducedDensity.subsets(of: m, size: $0) }
    let factors = (0..<2).map { species -> [Complex<Double>] in
      let list = subsets[species]
      return list.flatMap { u in
        list.map { w in
          determinant(
            u.flatMap { i in w.map { densities[species][i * m + $0] } }, order: order[species])
        }
      }
    }
    let (n1, n2) = (subsets[0].count, subsets[1].count)
    var matrix: [Complex<Double>] = []
    matrix.reserveCapacity(n1 * n2 * n1 * n2)
    for s in 0..<n1 {
      for t in 0..<n2 {
        for v in 0..<n1 {
          for w in 0..<n2 { matrix.append(factors[0][s * n1 + v] * factors[1][t * n2 + w]) }
        }
      }
    }
    self.init(order: order, waves: waves, subsets: subsets, matrix: matrix)
  }

  /// γ^{(k,ℓ)}(u, ũ; w, w̃) for mode indices in any order; zero when a mode repeats.
  public func element(_ u: [[Int]], _ w: [[Int]]) -> Complex<Double> {
    var sign = 1.0
    var index = [0, 0]
    for (side, tuples) in [u, w].enumerated() {
      for species in 0..<2 {
        guard let place = positions[species][ReducedDensity.key(tuples[species])] else { return .zero }
        guard let parity = ReducedDensity.parity(tuples[species]) else { return .zero }
        sign *= parity
        index[side] = index[side] * subsets[species].count + place
      }
    }
    return matrix[index[0] * dimension + index[1]].multiplied(by: sign)
  }

  /// Σ over distinct tuples: Tr γ^{(k,ℓ)} = (N_1)_k (N_2)_ℓ.
  public var trace: Double {
    let factorial = [1.0, 1, 2, 6]
    return (0..<dimension).reduce(0) { $0 + matrix[$1 * dimension + $1].real } * factorial[order[0]]
      * factorial[order[1]]
  }

  /// max |difference| over all elements.
  public func distance(to other: ReducedDensity) -> Double {
    zip(matrix, other.matrix).reduce(0) { .greatest($0, ($1.0 - $1.1).length) }
  }

  /// Tr γ^{(k,ℓ)} Π_j W_j = Σ_u Π_j e^{iħκξ_j·(u_j + n_j/2)} γ(u; u + n).
  public func weylExpectation(_ operators: [[WeylOperator]], hbar: Double) -> Complex<Double> {
    let first = arrangements(of: operators[0], species: 0, hbar: hbar)
    let second = arrangements(of: operators[1], species: 1, hbar: hbar)
    let width = subsets[1].count
    let size = dimension
    var sum = Complex<Double>.zero
    for a in first {
      for b in second {
        let row = a.row * width + b.row
        let column = a.column * width + b.column
        sum += a.factor * b.factor * matrix[row * size + column]
      }
    }
    return sum
  }

  /// The ways in which W_1, W_2, … of one species move its particles: from the modes u (row) to w (column), with the
  /// phases and the signs that sort both.
  private func arrangements(of operators: [WeylOperator], species: Int, hbar: Double) -> [(
    row: Int, column: Int, factor: Complex<Double>
  )] {
    var result: [(row: Int, column: Int, factor: Complex<Double>)] = []
    for (row, subset) in subsets[species].enumerated() {
      arrangement: for u in ReducedDensity.permutations(of: subset) {
        var factor = Complex<Double>(1)
        var w: [Int] = []
        for (i, op) in zip(u, operators) {
          let mode = waves.modes[i]
          guard let target = waves.index(of: zip(mode, op.mode).map(+)) else { continue arrangement }
          w.append(target)
          factor *= op.phase(mode, hbar: hbar, wavenumber: waves.wavenumber)
        }
        guard let before = ReducedDensity.parity(u), let after = ReducedDensity.parity(w),
          let column = positions[species][ReducedDensity.key(w)]
        else { continue }
        result.append((row, column, factor.multiplied(by: before * after)))
      }
    }
    return result
  }

  private static func check(_ order: [Int]) throws {
    guard order.count == 2, order.allSatisfy({ $0 >= 0 }), (1...3).contains(order.reduce(0, +)) else {
      throw ArgumentError("marginal", expected: "counts [k, ℓ] with 1 ≤ k + ℓ ≤ 3", got: "\(order)")
    }
  }

  private static func key(_ tuple: [Int]) -> UInt64 {
    tuple.reduce(UInt64(0)) { $0 | UInt64(1) << UInt64($1) }
  }

  /// The sign that sorts the tuple, nil when an entry repeats.
  private static func parity(_ tuple: [Int]) -> Double? {
    var sign = 1.0
    for i in tuple.indices {
      for j in 0..<i {
        if tuple[i] == tuple[j] { return nil }
        if tuple[i] < tuple[j] { sign = -sign }
      }
    }
    return sign
  }

  static func subsets(of m: Int, size: Int) -> [[Int]] {
    switch size {
    case 0: return [[]]
    default:
      return subsets(of: m, size: size - 1).flatMap { head in
        ((head.last ?? -1) + 1..<max(m, (head.last ?? -1) + 1)).map { head + [$0] }
      }
    }
  }

  static func permutations<T>(of list: [T]) -> [[T]] {
    guard list.count > 1 else { return [list] }
    return list.indices.flatMap { i -> [[T]] in
      var rest = list
      let first = rest.remove(at: i)
      return permutations(of: rest).map { [first] + $0 }
    }
  }
}
