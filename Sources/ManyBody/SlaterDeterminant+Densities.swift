// Wick's theorem for Slater determinants, γ = Σ_i |ψ_i⟩⟨ψ_i| per species, species independent:
//
//     ⟨Π a*(c_j) Π a(c_j)⟩ = det (⟨c_i, γ c_j⟩)_{ij},
//     Tr γ^{(k)} W_1⊗…⊗W_k = Σ_π sgn π Π_{cycles (j_1 j_2 …)} Tr γW_{j_1}γW_{j_2} ….

import CLibraries
public import Numerics

extension SlaterDeterminant: FermionState {
  public var waves: PlaneWaves { orbitals[0].waves }
  public var particles: [Int] { orbitals.map(\.count) }

  public func expectation(_ vectors: [[[Complex<Double>]]]) -> Double {
    var result = 1.0
    for (species, list) in vectors.enumerated() where !list.isEmpty {
      // Rows: ⟨f_j, ψ_i⟩ for every vector j; the Gram matrix of the rows is ⟨f_i, γ f_j⟩.
      let set = orbitals[species]
      let projections = list.map { set.projections(on: $0) }
      var gram: [Complex<Double>] = []
      for a in projections {
        for b in projections {
          gram.append(zip(a, b).reduce(Complex<Double>.zero) { $0 + $1.0 * $1.1.conjugate })
        }
      }
      result *= determinant(gram, order: list.count).real
    }
    return result
  }

  public func oneParticleDensity(_ species: Int) -> [Complex<Double>] { orbitals[species].densityMatrix }

  public func weylExpectations(upTo rank: Int) -> @Sendable ([[WeylOperator]]) -> Complex<Double> {
    { weylExpectation($0) }
  }

  public func weylExpectation(_ operators: [[WeylOperator]]) -> Complex<Double> {
    var result = Complex<Double>(1)
    for (species, list) in operators.enumerated() where !list.isEmpty {
      let set = orbitals[species]
      let n = set.count
      // w[j]_{ab} = ⟨ψ_a, W_j ψ_b⟩
      let matrices = list.map { set.matrix(of: $0, hbar: hbar) }
      var sum = Complex<Double>.zero
      for permutation in ReducedDensity.permutations(of: Array(list.indices)) {
        var seen = [Bool](repeating: false, count: list.count)
        var term = Complex<Double>(1)
        for start in list.indices where !seen[start] {
          var cycle: [Int] = []
          var j = start
          while !seen[j] {
            seen[j] = true
            cycle.append(j)
            j = permutation[j]
          }
          var product = matrices[cycle[0]]
          for j in cycle.dropFirst() {
            var next = [Complex<Double>](repeating: .zero, count: n * n)
            MatrixProduct.multiply(
              n, n, n, product, stride: n, .plain, matrices[j], stride: n, into: &next, stride: n)
            product = next
          }
          let trace = (0..<n).reduce(Complex<Double>.zero) { $0 + product[$1 * n + $1] }
          term *= cycle.count % 2 == 1 ? trace : -trace
        }
        sum += term
      }
      result *= sum
    }
    return result
  }
}

extension Orbitals {
  /// Σ_n c_n ψ_i(n) for every orbital i.
  func projections(on vector: [Complex<Double>]) -> [Complex<Double>] {
    (0..<count).map { i in
      var sum = Complex<Double>.zero
      for n in 0..<waves.count { sum += vector[n] * rows[i * waves.count + n] }
      return sum
    }
  }

  /// ⟨ψ_a, W ψ_b⟩ = Σ_k conj ψ_a(k + n) e^{iħκξ·(k + n/2)} ψ_b(k).
  func matrix(of op: WeylOperator, hbar: Double) -> [Complex<Double>] {
    let m = waves.count
    var image = [Complex<Double>](repeating: .zero, count: count * m)
    for (k, target) in waves.shift(by: op.mode).enumerated() {
      guard let target else { continue }
      let phase = op.phase(waves.modes[k], hbar: hbar, wavenumber: waves.wavenumber)
      for b in 0..<count { image[b * m + target] = phase * rows[b * m + k] }
    }
    var result = [Complex<Double>](repeating: .zero, count: count * count)
    guard count > 0 else { return result }
    // (image·rows*)_{ba} = ⟨ψ_a, W ψ_b⟩, so transpose.
    var transposed = result
    MatrixProduct.multiply(
      count, count, m, image, stride: m, .plain, rows, stride: m, .adjoint, into: &transposed,
      stride: count)
    for a in 0..<count {
      for b in 0..<count { result[a * count + b] = transposed[b * count + a] }
    }
    return result
  }
}
