// OpenBLAS starts with one thread here, not with one per core: most calls come from loops that already share the cores,
// and results do not depend on the machine. More threads are asked for by `MatrixProduct.setThreads`.

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
