// γ^{(k,ℓ)}(u, ũ; w, w̃) = ⟨Ψ, a*_{w_1} … a*_{w_k} b*_{w̃_1} … b*_{w̃_ℓ} b_{ũ_ℓ} … b_{ũ_1} a_{u_k} … a_{u_1} Ψ⟩      (2.7)
//
// and alike for any number of species,
//
// (printed with a_{u_1} … a_{u_k}; the order of (2.11) is meant, otherwise m^{(2,0)} < 0). It is antisymmetric in the u
// of a species and in its w, so it is kept on ascending modes only: a matrix of order Π_α C(M,k_α), the Gram matrix of
// the vectors a_{u_k} … a_{u_1} Ψ. Trace Π_α C(N_α, k_α). Cost: one zgemm.

import CLibraries
public import Numerics
import PhaseSpace

/// A reduced density matrix of order (k, ℓ, …) on plane waves, antisymmetric form.
public struct ReducedDensity: Sendable {
  /// k_α
  public let order: [Int]
  /// The plane waves its indices number.
  public let waves: PlaneWaves
  /// Ascending mode tuples of each species.
  public let subsets: [[[Int]]]
  /// G[u,w], row-major; rows u, the last species' tuple fastest.
  public let matrix: [Complex<Double>]
  private let positions: [[UInt64: Int]]

  /// Order of the matrix.
  public var dimension: Int { subsets.reduce(1) { $0 * $1.count } }

  private init(order: [Int], waves: PlaneWaves, subsets: [[[Int]]], matrix: [Complex<Double>]) {
    self.order = order
    self.waves = waves
    self.subsets = subsets
    self.matrix = matrix
    positions = subsets.map { list in
      Dictionary(uniqueKeysWithValues: list.enumerated().map { (ReducedDensity.key($1), $0) })
    }
  }

  /// The reduced density matrix of a state, at most three particles in all.
  /// - Throws: `ArgumentError` for other orders or a state that several ranks have together, `MemoryError` when it does not fit.
  public init(of state: FockState, order: [Int]) throws {
    let space = state.space
    guard !space.ranks.isShared else {
      throw ArgumentError("state", expected: "a state that one rank has whole", got: "several ranks")
    }
    try ReducedDensity.check(order, speciesCount: space.speciesCount)
    let subsets = order.map { ReducedDensity.subsets(of: space.waves.count, size: $0) }
    let n = subsets.reduce(1) { $0 * $1.count }
    guard zip(order, space.particles).allSatisfy({ $0 <= $1 }) else {
      self.init(
        order: order, waves: space.waves, subsets: subsets,
        matrix: [Complex<Double>](repeating: .zero, count: n * n))
      return
    }
    let width = space.dimensions(removed: order).reduce(1, *)
    let vectorBytes = Memory.product(n, width, 16)
    let matrixBytes = Memory.product(n, n, 16)
    try Memory.require(
      Memory.sum(vectorBytes, matrixBytes), for: "the reduced density matrix of order \(order)")
    var vectors: [Complex<Double>] = []
    vectors.reserveCapacity(n * width)
    func descend(_ state: FockState, _ species: Int) {
      guard species < order.count else {
        vectors += state.coefficients
        return
      }
      for tuple in subsets[species] {
        descend(tuple.reduce(state) { $0.annihilated(mode: $1, species: species) }, species + 1)
      }
    }
    descend(state, 0)
    var matrix = [Complex<Double>](repeating: .zero, count: n * n)
    MatrixProduct.multiply(
      n, n, width, vectors, stride: width, .plain, vectors, stride: width, .adjoint, into: &matrix,
      stride: n)
    self.init(order: order, waves: space.waves, subsets: subsets, matrix: matrix)
  }

  /// Wick's theorem for a Slater state: γ^{(k,ℓ,…)} = Π_α det γ_α(u_i; w_j), from the one-particle matrices.
  /// - Throws: `ArgumentError` for more than three particles.
  public init(wick densities: [[Complex<Double>]], waves: PlaneWaves, order: [Int]) throws {
    try ReducedDensity.check(order, speciesCount: densities.count)
    let m = waves.count
    let subsets = order.map { ReducedDensity.subsets(of: m, size: $0) }
    var (matrix, size) = ([Complex<Double>(1)], 1)
    for (species, list) in subsets.enumerated() {
      let factor = list.flatMap { u in
        list.map { w in
          determinant(
            u.flatMap { i in w.map { densities[species][i * m + $0] } }, order: order[species])
        }
      }
      // The Kronecker product of what there is with the factor of one species more.
      let n = list.count
      var product: [Complex<Double>] = []
      product.reserveCapacity(size * n * size * n)
      for s in 0..<size {
        for t in 0..<n {
          for v in 0..<size {
            for w in 0..<n { product.append(matrix[s * size + v] * factor[t * n + w]) }
          }
        }
      }
      (matrix, size) = (product, size * n)
    }
    self.init(order: order, waves: waves, subsets: subsets, matrix: matrix)
  }

  /// γ(u; w) for the mode indices of each species in any order; zero when a mode repeats.
  public func element(_ u: [[Int]], _ w: [[Int]]) -> Complex<Double> {
    var sign = 1.0
    var row = 0
    var column = 0
    for species in subsets.indices {
      guard let from = positions[species][ReducedDensity.key(u[species])],
        let to = positions[species][ReducedDensity.key(w[species])],
        let before = ReducedDensity.parity(u[species]), let after = ReducedDensity.parity(w[species])
      else { return .zero }
      sign *= before * after
      row = row * subsets[species].count + from
      column = column * subsets[species].count + to
    }
    return matrix[row * dimension + column].multiplied(by: sign)
  }

  /// Σ over distinct tuples: Tr γ = Π_α (N_α)_{k_α}.
  public var trace: Double {
    let factorial = [1.0, 1, 2, 6]
    return (0..<dimension).reduce(0) { $0 + matrix[$1 * dimension + $1].real }
      * order.reduce(1) { $0 * factorial[$1] }
  }

  /// max |difference| over all elements.
  public func distance(to other: ReducedDensity) -> Double {
    zip(matrix, other.matrix).reduce(0) { .greatest($0, ($1.0 - $1.1).length) }
  }

  /// Tr γ Π_j W_j = Σ_u Π_j e^{iħκξ_j·(u_j + n_j/2)} γ(u; u + n).
  public func weylExpectation(_ operators: [[WeylOperator]], hbar: Double) -> Complex<Double> {
    let moves = operators.enumerated().map { arrangements(of: $1, species: $0, hbar: hbar) }
    let size = dimension
    var sum = Complex<Double>.zero
    func descend(_ species: Int, _ row: Int, _ column: Int, _ factor: Complex<Double>) {
      guard species < moves.count else {
        sum += factor * matrix[row * size + column]
        return
      }
      let width = subsets[species].count
      for move in moves[species] {
        descend(species + 1, row * width + move.row, column * width + move.column, factor * move.factor)
      }
    }
    descend(0, 0, 0, 1)
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
          guard let target = waves.index(of: mode &+ op.mode) else { continue arrangement }
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

  private static func check(_ order: [Int], speciesCount: Int) throws {
    guard order.count == speciesCount, order.allSatisfy({ $0 >= 0 }), (1...3).contains(order.reduce(0, +))
    else {
      throw ArgumentError(
        "marginal", expected: "a count for each of \(speciesCount) species, 1 to 3 in all", got: "\(order)")
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
