internal import CGSL

/// Sobol's sequence (GSL; I. M. Sobol, 1967, direction numbers of P. Bratley, B. L. Fox, 1988), as 30-bit integers.
///
/// GSL leaves out the first point, the origin; it is put back, so that the first 2^m points are a digital net.
/// A random digital shift n ⊕ s of all coordinates keeps the net and makes every point uniform.
///
/// `@unchecked Sendable`: one thread at a time calls `next`; nothing else touches the state.
public final class SobolSequence: @unchecked Sendable {
  /// The largest dimension GSL's tables reach.
  public static let highestDimension = 40

  /// Coordinates of a point, 1 … 40.
  public let dimension: Int
  private let generator: OpaquePointer
  private var point: [Double]
  private var isAtOrigin = true

  /// - Throws: `ArgumentError` unless 1 ≤ dimension ≤ 40.
  public init(dimension: Int) throws {
    guard dimension >= 1, dimension <= Self.highestDimension,
      let generator = gsl_face_sobol(UInt32(dimension))
    else {
      throw ArgumentError(
        "Sobol dimension", expected: "from 1 to \(Self.highestDimension)", got: "\(dimension)")
    }
    self.dimension = dimension
    self.generator = OpaquePointer(generator)
    point = Array(repeating: 0, count: dimension)
  }

  deinit { gsl_qrng_free(UnsafeMutablePointer(generator)) }

  /// The next `count` points, coordinate by coordinate: point i has coordinate k at `target[k·stride + i]`.
  public func next(_ count: Int, into target: UnsafeMutablePointer<UInt32>, stride: Int) {
    for i in 0..<count {
      if isAtOrigin {
        isAtOrigin = false
      } else {
        _ = gsl_qrng_get(UnsafeMutablePointer(generator), &point)
      }
      for k in 0..<dimension { target[k * stride + i] = UInt32(point[k] * 0x1p30) }
    }
  }
}
