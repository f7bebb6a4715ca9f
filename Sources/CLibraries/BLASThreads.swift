// OpenBLAS starts with one thread here, not with one per core: its threaded kernels (0.3.21) crash now and then when
// several threads of the program are inside them at once. More threads are asked for by `MatrixProduct.setThreads`, by
// a program that calls from one thread.

internal import COpenBLAS

/// The number of threads inside one call of BLAS or LAPACK.
enum BLASThreads {
  /// Evaluated before the first call: one thread.
  static let start: Void = openblas_set_num_threads(1)

  /// Sets the number of threads.
  static func set(_ count: Int) {
    start
    openblas_set_num_threads(Int32(count))
  }
}
