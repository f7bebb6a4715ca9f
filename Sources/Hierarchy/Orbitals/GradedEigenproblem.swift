// Eigenvalues of Gram matrices by Jacobi's rotations. Gram matrices of orbitals are graded: weights fall by ten orders from the
// first to the last. Rotations until |g_ij| ≤ ε (g_ii g_jj)^{1/2} give every eigenvalue of a graded positive matrix to its own
// relative accuracy (Demmel, Veselić 1992); a solver that is accurate to ε λ_max would lose weights below 1e-8.

/// Real symmetric positive semidefinite matrices of small order.
enum GradedEigenproblem {
  /// Eigenvalues, descending, and the eigenvectors as columns, row-major: A = V Λ Vᵀ. Cost: some 8 sweeps of 6 n³ flops.
  static func solve(_ matrix: [Double], order n: Int) -> (values: [Double], vectors: [Double]) {
    var a = matrix
    var v = [Double](repeating: 0, count: n * n)
    for i in 0..<n { v[i * n + i] = 1 }
    for _ in 0..<60 {
      var rotated = false
      for p in 0..<n {
        for q in (p + 1)..<max(p + 1, n) {
          let (app, aqq, apq) = (a[p * n + p], a[q * n + q], a[p * n + q])
          guard apq.magnitude > 1e-15 * (app * aqq).magnitude.squareRoot(), apq.magnitude > 1e-300 else {
            continue
          }
          rotated = true
          let theta = (aqq - app) / (2 * apq)
          let t = (theta < 0 ? -1 : 1) / (theta.magnitude + (1 + theta * theta).squareRoot())
          let c = 1 / (1 + t * t).squareRoot()
          let s = t * c
          for k in 0..<n {
            let (x, y) = (a[k * n + p], a[k * n + q])
            a[k * n + p] = c * x - s * y
            a[k * n + q] = s * x + c * y
          }
          for k in 0..<n {
            let (x, y) = (a[p * n + k], a[q * n + k])
            a[p * n + k] = c * x - s * y
            a[q * n + k] = s * x + c * y
            let (u, w) = (v[k * n + p], v[k * n + q])
            v[k * n + p] = c * u - s * w
            v[k * n + q] = s * u + c * w
          }
          (a[p * n + p], a[q * n + q]) = (app - t * apq, aqq + t * apq)
          (a[p * n + q], a[q * n + p]) = (0, 0)
        }
      }
      if !rotated { break }
    }
    let order = (0..<n).sorted { (a[$0 * n + $0], $1) > (a[$1 * n + $1], $0) }
    var vectors = [Double](repeating: 0, count: n * n)
    for (column, from) in order.enumerated() {
      for k in 0..<n { vectors[k * n + column] = v[k * n + from] }
    }
    return (order.map { a[$0 * n + $0] }, vectors)
  }
}
