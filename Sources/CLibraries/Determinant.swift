// det A by LU factorisation with partial pivoting (LAPACK zgetrf). Cost 8n³/3 flops.

internal import COpenBLAS
public import Numerics

/// The determinant of a complex n × n matrix, row-major; 1 for n = 0.
public func determinant(_ matrix: [Complex<Double>], order n: Int) -> Complex<Double> {
  precondition(matrix.count == n * n, "a square matrix")
  switch n {
  case 0: return 1
  case 1: return matrix[0]
  case 2: return matrix[0] * matrix[3] - matrix[1] * matrix[2]
  default: break
  }
  BLASThreads.start
  // One row more: see HermitianEigenproblem on what zgemv reads.
  var a = matrix + [Complex<Double>](repeating: .zero, count: n + 8)
  var order = Int32(n)
  var pivots = [Int32](repeating: 0, count: n)
  var info: Int32 = 0
  zgetrf_(&order, &order, &a, &order, &pivots, &info)
  var result = Complex<Double>(1)
  for i in 0..<n {
    result = result * a[i * n + i]
    if pivots[i] != Int32(i + 1) { result = -result }
  }
  return result
}
