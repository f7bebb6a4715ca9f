// A v = λ v for Hermitian and for real symmetric tridiagonal matrices (LAPACK zheevd, dstevd; divide and conquer).
// Eigenvalues ascending. OpenBLAS 0.3.21's zgemv reads one element past a strided vector on some processors (the
// COOPERLAKE kernel), that is one row past the matrix: the copy that LAPACK works on is longer by that. Cost about 9 n³ (Hermitian, with vectors) and 3 n³ (tridiagonal) flops.

internal import COpenBLAS
public import Numerics

/// Eigenvalues and eigenvectors of Hermitian matrices.
public enum HermitianEigenproblem {
  /// Eigenvalues (ascending) and, row by row, the eigenvectors of a Hermitian n × n matrix (row-major;
  /// the lower triangle is read): vectors[i·n ..< (i+1)·n] belongs to values[i].
  /// - Throws: `NumericalFailure` when LAPACK does not converge or meets a NaN.
  public static func solve(_ matrix: [Complex<Double>], order n: Int) throws -> (
    values: [Double], vectors: [Complex<Double>]
  ) {
    precondition(matrix.count == n * n, "a square matrix")
    guard n > 0 else { return ([], []) }
    // A row-major Hermitian matrix is, read by columns, its conjugate: same values, conjugate vectors.
    var a = matrix + [Complex<Double>](repeating: .zero, count: n + 8)
    var values = [Double](repeating: 0, count: n)
    try run(&a, &values, n, job: "V")
    return (values, a.prefix(n * n).map(\.conjugate))
  }

  /// Eigenvalues alone, ascending.
  /// - Throws: `NumericalFailure` when LAPACK does not converge or meets a NaN.
  public static func values(_ matrix: [Complex<Double>], order n: Int) throws -> [Double] {
    precondition(matrix.count == n * n, "a square matrix")
    guard n > 0 else { return [] }
    var a = matrix + [Complex<Double>](repeating: .zero, count: n + 8)
    var values = [Double](repeating: 0, count: n)
    try run(&a, &values, n, job: "N")
    return values
  }

  private static func run(
    _ a: inout [Complex<Double>], _ values: inout [Double], _ n: Int, job: String
  ) throws {
    guard a.allSatisfy({ $0.isFinite }) else {
      throw NumericalFailure(in: "zheevd", "the matrix has a NaN or an infinity")
    }
    BLASThreads.start
    var order = Int32(n)
    var info: Int32 = 0
    var size: Int32 = -1
    var realSize: Int32 = -1
    var integerSize: Int32 = -1
    var work = [Complex<Double>](repeating: 0, count: 1)
    var realWork = [0.0]
    var integerWork: [Int32] = [0]
    for _ in 0..<2 {  // the first call asks for the sizes of the work arrays
      zheevd_(
        job, "U", &order, &a, &order, &values, &work, &size, &realWork, &realSize, &integerWork,
        &integerSize, &info)
      if size >= 0 || info != 0 { break }
      size = Int32(work[0].real)
      realSize = Int32(realWork[0])
      integerSize = integerWork[0]
      work = [Complex<Double>](repeating: 0, count: Int(size) + n + 8)
      realWork = [Double](repeating: 0, count: Int(realSize))
      integerWork = [Int32](repeating: 0, count: Int(integerSize))
    }
    guard info == 0 else { throw NumericalFailure(in: "zheevd", "info = \(info) at order \(n)") }
  }

  /// Eigenvalues (ascending) and, row by row, eigenvectors of the real symmetric tridiagonal matrix with the
  /// given diagonal (n numbers) and off-diagonal (n − 1 numbers).
  /// - Throws: `NumericalFailure` when LAPACK does not converge or meets a NaN.
  public static func solveTridiagonal(diagonal: [Double], offDiagonal: [Double]) throws -> (
    values: [Double], vectors: [Double]
  ) {
    let n = diagonal.count
    precondition(offDiagonal.count >= n - 1, "n − 1 off-diagonal entries")
    guard n > 0 else { return ([], []) }
    guard diagonal.allSatisfy(\.isFinite), offDiagonal.allSatisfy(\.isFinite) else {
      throw NumericalFailure(in: "dstevd", "the matrix has a NaN or an infinity")
    }
    BLASThreads.start
    var d = diagonal
    var e = offDiagonal + [0]
    var vectors = [Double](repeating: 0, count: n * n)
    var order = Int32(n)
    var size = Int32(1 + 4 * n + n * n)
    var integerSize = Int32(3 + 5 * n)
    var work = [Double](repeating: 0, count: Int(size))
    var integerWork = [Int32](repeating: 0, count: Int(integerSize))
    var info: Int32 = 0
    dstevd_("V", &order, &d, &e, &vectors, &order, &work, &size, &integerWork, &integerSize, &info)
    guard info == 0 else { throw NumericalFailure(in: "dstevd", "info = \(info) at order \(n)") }
    return (d, vectors)  // columns in Fortran's order are rows here
  }
}
