// The greatest and the least of numbers some of which may be NaN.
//
// The standard library's `max(x, y)` is x when y is NaN, `Sequence.max()` forgets every NaN but a first one, and IEEE's
// maxNum (`Double.maximum`) forgets them all. A result that is reduced with them looks fine although a part of it could not
// be computed. Here a NaN stays a NaN.

extension Double {
  /// The greater of two numbers, NaN when one of them is (IEEE 754-2019 `maximum`).
  @inlinable
  public static func greatest(_ a: Double, _ b: Double) -> Double {
    a >= b ? a : b > a ? b : .nan
  }

  /// The lesser of two numbers, NaN when one of them is (IEEE 754-2019 `minimum`).
  @inlinable
  public static func least(_ a: Double, _ b: Double) -> Double {
    a <= b ? a : b < a ? b : .nan
  }
}

extension Sequence where Element == Double {
  /// The greatest element, NaN when one of them is; nil where there is none.
  @inlinable
  public func largest() -> Double? {
    reduce(nil as Double?) { found, value in found.map { Double.greatest($0, value) } ?? value }
  }

  /// The least element, NaN when one of them is; nil where there is none.
  @inlinable
  public func smallest() -> Double? {
    reduce(nil as Double?) { found, value in found.map { Double.least($0, value) } ?? value }
  }
}
