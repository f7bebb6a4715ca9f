internal import COpenBLAS
public import Numerics

/// Dense matrix products (BLAS level 3), row-major.
public enum MatrixProduct {
  /// Transposition of a factor.
  public enum Form: Sendable {
    /// A
    case plain
    /// Aᵀ
    case transposed
    /// A*, the conjugate transpose.
    case adjoint

    var code: CBLAS_TRANSPOSE {
      switch self {
      case .plain: CblasNoTrans
      case .transposed: CblasTrans
      case .adjoint: CblasConjTrans
      }
    }
  }

  /// C ← α·op(A)·op(B) + β·C, with op(A) m × k, op(B) k × n, C m × n (zgemm). Cost 8mnk flops.
  ///
  /// Leading dimensions are row lengths of the stored matrices.
  public static func multiply(
    _ m: Int, _ n: Int, _ k: Int, alpha: Complex<Double> = 1,
    _ a: UnsafePointer<Complex<Double>>, stride lda: Int, _ formA: Form = .plain,
    _ b: UnsafePointer<Complex<Double>>, stride ldb: Int, _ formB: Form = .plain,
    beta: Complex<Double> = 0, into c: UnsafeMutablePointer<Complex<Double>>, stride ldc: Int
  ) {
    BLASThreads.start
    withUnsafePointer(to: alpha) { alpha in
      withUnsafePointer(to: beta) { beta in
        cblas_zgemm(
          CblasRowMajor, formA.code, formB.code, blasint(m), blasint(n), blasint(k), alpha, a,
          blasint(lda), b, blasint(ldb), beta, c, blasint(ldc))
      }
    }
  }

  /// C ← α·op(A)·op(B) + β·C over the reals (dgemm). Cost 2mnk flops.
  public static func multiply(
    _ m: Int, _ n: Int, _ k: Int, alpha: Double = 1,
    _ a: UnsafePointer<Double>, stride lda: Int, _ formA: Form = .plain,
    _ b: UnsafePointer<Double>, stride ldb: Int, _ formB: Form = .plain,
    beta: Double = 0, into c: UnsafeMutablePointer<Double>, stride ldc: Int
  ) {
    BLASThreads.start
    cblas_dgemm(
      CblasRowMajor, formA.code, formB.code, blasint(m), blasint(n), blasint(k), alpha, a,
      blasint(lda), b, blasint(ldb), beta, c, blasint(ldc))
  }

  /// Sets the number of threads OpenBLAS uses for one product, 1 at first; more only while one thread calls.
  public static func setThreads(_ count: Int) { BLASThreads.set(count) }

  /// OpenBLAS's own description of its build and kernel.
  public static var libraryDescription: String { String(cString: openblas_get_config()) }
}
