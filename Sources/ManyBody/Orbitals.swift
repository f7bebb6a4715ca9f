// Orbitals ψ_1 … ψ_n of one species as an n × M matrix of plane-wave coefficients, one row per orbital, and their
// overlap, symmetric orthonormalisation (Löwdin) and one-particle density matrix.

import CLibraries
public import Numerics

/// Orbitals of one species on plane waves; row i holds ⟨e_n, ψ_i⟩.
public struct Orbitals: Sendable, Hashable {
  /// The plane waves, M of them.
  public let waves: PlaneWaves
  /// n, the number of orbitals.
  public let count: Int
  /// count × waves.count, row-major.
  public let rows: [Complex<Double>]

  /// - Precondition: `rows` holds count · waves.count numbers.
  public init(waves: PlaneWaves, count: Int, rows: [Complex<Double>]) {
    precondition(rows.count == count * waves.count, "one coefficient per orbital and plane wave")
    self.waves = waves
    self.count = count
    self.rows = rows
  }

  /// ⟨ψ_i, ψ_j⟩, n × n.
  public var overlap: [Complex<Double>] {
    var result = [Complex<Double>](repeating: .zero, count: count * count)
    guard count > 0 else { return result }
    // (rows·rows^*)_{ij} = ⟨ψ_j, ψ_i⟩
    MatrixProduct.multiply(
      count, count, waves.count, rows, stride: waves.count, .plain, rows, stride: waves.count, .adjoint,
      into: &result, stride: count)
    return result.map(\.conjugate)
  }

  /// max |⟨ψ_i, ψ_j⟩ − δ_ij|.
  public var orthonormalityDefect: Double {
    let overlap = overlap
    var worst = 0.0
    for i in 0..<count {
      for j in 0..<count {
        worst = .greatest(worst, (overlap[i * count + j] - (i == j ? 1 : 0)).length)
      }
    }
    return worst
  }

  /// Löwdin's orthonormal orbitals: the nearest ones, Σ_j (S^{−1/2})_{ji} ψ_j.
  /// - Throws: `ArgumentError` when the orbitals are linearly dependent to 1e-12.
  public func orthonormalized() throws -> Orbitals {
    guard count > 0 else { return self }
    guard count <= waves.count else {
      throw ArgumentError(
        "modes", expected: "at least as many plane waves as orbitals", got: "\(waves.count) for \(count)")
    }
    let (values, vectors) = try HermitianEigenproblem.solve(overlap, order: count)
    guard values[0] > 1e-12 else {
      throw ArgumentError(
        "modes", expected: "plane waves that keep the \(count) orbitals independent",
        got: "smallest overlap eigenvalue \(values[0])")
    }
    // T_ij = (S^{−1/2})_{ji} = Σ_k conj(v_k(i)) λ_k^{−1/2} v_k(j)
    var scaled = vectors
    for (k, value) in values.enumerated() {
      for j in 0..<count { scaled[k * count + j] = scaled[k * count + j].divided(by: value.squareRoot()) }
    }
    var inverseRoot = [Complex<Double>](repeating: .zero, count: count * count)
    MatrixProduct.multiply(
      count, count, count, vectors, stride: count, .adjoint, scaled, stride: count, into: &inverseRoot,
      stride: count)
    var result = [Complex<Double>](repeating: .zero, count: rows.count)
    MatrixProduct.multiply(
      count, waves.count, count, inverseRoot, stride: count, .plain, rows, stride: waves.count, into: &result,
      stride: waves.count)
    return Orbitals(waves: waves, count: count, rows: result)
  }

  /// γ_{uw} = Σ_i ψ_i(u) conj ψ_i(w), the kernel γ(u;w) of (2.8) for a Slater determinant; M × M.
  public var densityMatrix: [Complex<Double>] {
    let m = waves.count
    var result = [Complex<Double>](repeating: .zero, count: m * m)
    guard count > 0 else { return result }
    var conjugate = rows
    for i in conjugate.indices { conjugate[i] = conjugate[i].conjugate }
    MatrixProduct.multiply(
      m, m, count, rows, stride: m, .transposed, conjugate, stride: m, into: &result, stride: m)
    return result
  }
}
