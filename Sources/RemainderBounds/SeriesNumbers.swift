import CLibraries

/// Numbers in one piece of memory, for the sums of products of power series: their cost is that of all series here.
protocol SeriesNumbers: AnyObject, Sendable {
  associatedtype Scalar: RealScalar

  /// Zeros.
  init(zeros count: Int)

  /// cos 2πk/K, k = 0 … K − 1; nil where the numbers do not know what a difference of them has lost.
  static func cosines(_ count: Int) -> Self?

  subscript(_: Int) -> Scalar { get set }

  /// self_i ← 0
  func setZero(_ index: Int)
  /// self_i ← self_i + Σ_{k<count} x_{a+k} y_{b−k}
  func addConvolution(_ index: Int, _ x: Self, from a: Int, _ y: Self, backFrom b: Int, count: Int)
  /// self_i ← x_a y_b
  func setProduct(_ index: Int, _ x: Self, _ a: Int, _ y: Self, _ b: Int)
  /// self_i ← n self_i
  func multiply(_ index: Int, by n: Int)
  /// self_i ← self_i/n
  func divide(_ index: Int, by n: Int)
}

extension SeriesNumbers {
  init(_ values: [Scalar]) {
    self.init(zeros: values.count)
    for (index, value) in values.enumerated() { self[index] = value }
  }
}

/// In any arithmetic.
final class ScalarNumbers<Scalar: RealScalar>: SeriesNumbers, @unchecked Sendable {
  private var values: [Scalar]

  init(zeros count: Int) { values = Array(repeating: Scalar(0), count: count) }

  static func cosines(_ count: Int) -> ScalarNumbers? { nil }

  subscript(index: Int) -> Scalar {
    get { values[index] }
    set { values[index] = newValue }
  }

  func setZero(_ index: Int) { values[index] = Scalar(0) }

  func addConvolution(
    _ index: Int, _ x: ScalarNumbers, from a: Int, _ y: ScalarNumbers, backFrom b: Int, count: Int
  ) {
    var sum = values[index]
    for k in 0..<count { sum.addProduct(x.values[a + k], y.values[b - k]) }
    values[index] = sum
  }

  func setProduct(_ index: Int, _ x: ScalarNumbers, _ a: Int, _ y: ScalarNumbers, _ b: Int) {
    values[index] = x.values[a] * y.values[b]
  }

  func multiply(_ index: Int, by n: Int) { values[index] = Scalar(n) * values[index] }

  func divide(_ index: Int, by n: Int) { values[index] = values[index] / Scalar(n) }
}

/// Balls of 128 bits, which every operation here takes without memory of its own.
extension BallVector: SeriesNumbers {
  convenience init(zeros count: Int) { self.init(count: count, precision: 128) }

  static func cosines(_ count: Int) -> BallVector? {
    let (angles, sines, cosines) = (BallVector(zeros: count), BallVector(zeros: 1), BallVector(zeros: count))
    for k in 0..<count {
      angles[k] = Ball(2 * k) * Ball.pi / Ball(count)
      sines.setSine(0, cosine: cosines, k, of: angles, k)
    }
    return cosines
  }

  @inline(__always)
  func addConvolution(
    _ index: Int, _ x: BallVector, from a: Int, _ y: BallVector, backFrom b: Int, count: Int
  ) {
    if count == 1 {
      addProduct(index, x, a, y, b)
    } else {
      setDot(index, x, from: a, y, from: b, stride: -1, count: count, adding: true)
    }
  }
}
