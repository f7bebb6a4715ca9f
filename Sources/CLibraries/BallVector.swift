// Many balls in one piece of memory, for loops over polynomials: Arb's dot products at a precision that the caller names.

internal import CArb

/// A vector of real balls at a working precision of its own, in one allocation.
///
/// Every operation encloses the exact result for every choice of numbers in its arguments, as those of `Ball`; none allocates
/// while the precision is at most 128 bits. Not for two threads at once when one of them writes.
public final class BallVector: @unchecked Sendable {
  /// How many balls there are.
  public let count: Int
  /// Bits to which midpoints are rounded.
  public let precision: Int
  let balls: UnsafeMutablePointer<arb_struct>

  /// Zeros.
  public init(count: Int, precision: Int) {
    self.count = count
    self.precision = precision
    balls = .allocate(capacity: max(1, count))
    // Arb's zero is all bits zero.
    UnsafeMutableRawPointer(balls).initializeMemory(
      as: UInt8.self, repeating: 0, count: count * MemoryLayout<arb_struct>.stride)
  }

  deinit {
    for i in 0..<count { arb_clear(balls + i) }
    balls.deallocate()
  }

  /// Bytes of one ball at a precision: beyond 128 bits its digits lie apart.
  public static func bytes(precision: Int) -> Int {
    MemoryLayout<arb_struct>.stride + (precision > 128 ? (precision + 63) / 64 * 8 + 16 : 0)
  }

  /// One of the balls.
  public subscript(index: Int) -> Ball {
    get { Ball(copying: balls + index) }
    set {
      newValue.copy(into: balls + index)
      arb_set_round(balls + index, balls + index, precision)
    }
  }

  /// self_i ← 0
  public func setZero(_ index: Int) { arb_zero(balls + index) }

  /// self_i ← x_j
  public func set(_ index: Int, to x: BallVector, _ j: Int) { arb_set(balls + index, x.balls + j) }

  /// self_i ← Σ_{k<count} x_{a+kr} y_{b+ks}, with the sign − when it is so asked, plus what is there when `adding`.
  @inline(__always)
  public func setDot(
    _ index: Int, _ x: BallVector, from a: Int, step r: Int = 1, _ y: BallVector, from b: Int,
    stride s: Int = 1, count: Int, adding: Bool = false, negated: Bool = false
  ) {
    let result = balls + index
    // arb_dot subtracts from the initial value where it is so told.
    arb_dot(
      result, adding ? result : nil, negated ? 1 : 0, x.balls + a, r, y.balls + b, s, count, precision)
  }

  /// self_i ← self_i + x_a y_b
  public func addProduct(_ index: Int, _ x: BallVector, _ a: Int, _ y: BallVector, _ b: Int) {
    arb_addmul(balls + index, x.balls + a, y.balls + b, precision)
  }

  /// self_i ← x_a y_b
  public func setProduct(_ index: Int, _ x: BallVector, _ a: Int, _ y: BallVector, _ b: Int) {
    arb_mul(balls + index, x.balls + a, y.balls + b, precision)
  }

  /// self_i ← self_i + x_a
  public func add(_ index: Int, _ x: BallVector, _ a: Int) {
    arb_add(balls + index, balls + index, x.balls + a, precision)
  }

  /// self_i ← x_a − y_b
  public func setDifference(_ index: Int, _ x: BallVector, _ a: Int, _ y: BallVector, _ b: Int) {
    arb_sub(balls + index, x.balls + a, y.balls + b, precision)
  }

  /// x_0 … x_{n−1} ← self_a … self_{a+n−1}; gives x back.
  public func slice(_ start: Int, _ count: Int, into x: BallVector) -> BallVector {
    for k in 0..<count { arb_set(x.balls + k, balls + start + k) }
    return x
  }

  /// self_i ← −self_i
  public func negate(_ index: Int) { arb_neg(balls + index, balls + index) }

  /// self_i ← n self_i
  public func multiply(_ index: Int, by n: Int) {
    arb_mul_si(balls + index, balls + index, n, precision)
  }

  /// self_i ← self_i / n
  public func divide(_ index: Int, by n: Int) {
    arb_div_si(balls + index, balls + index, n, precision)
  }

  /// self_i ← sin x_k, and the other's j-th ← cos x_k.
  public func setSine(_ i: Int, cosine: BallVector, _ j: Int, of x: BallVector, _ k: Int) {
    arb_sin_cos(balls + i, cosine.balls + j, x.balls + k, precision)
  }

  /// self_i ← e^{x_k}
  public func setExponential(_ i: Int, of x: BallVector, _ k: Int) {
    arb_exp(balls + i, x.balls + k, precision)
  }

  /// self_i widened by a radius ≥ 0.
  public func widen(_ index: Int, by radius: Double) { arb_add_error_double(balls + index, radius) }

  /// A Double ≥ |x| for every number x of the ball.
  @inline(__always)
  public func magnitude(_ index: Int) -> Double { arb_magnitude_double(balls + index) }

  /// A Double ≥ the largest |x| of these balls; ∞ where one of them is not finite.
  public func magnitude(from start: Int, step: Int = 1, count: Int) -> Double {
    var largest = 0.0
    for k in 0..<count { largest = max(largest, arb_magnitude_double(balls + start + k * step)) }
    return largest
  }

  /// A Double ≥ the radius of the ball.
  public func radius(_ index: Int) -> Double { arb_radius_double(balls + index) }

  /// The Double nearest to the middle of the ball.
  public func middle(_ index: Int) -> Double { arb_middle_double(balls + index) }

  /// Whether all the balls are finite.
  public var isFinite: Bool { (0..<count).allSatisfy { arb_is_finite(balls + $0) != 0 } }

  // MARK: to the bit

  /// The balls as numbers that give back the same bits: six characters of Arb's text in each.
  public func saved() -> [Double] {
    var bytes: [UInt8] = []
    for i in 0..<count {
      guard let text = arb_dump_str(balls + i) else { continue }
      defer { flint_free(text) }
      bytes.append(contentsOf: String(cString: text).utf8)
      bytes.append(UInt8(ascii: "\n"))
    }
    var numbers = [Double(bytes.count)]
    for start in stride(from: 0, to: bytes.count, by: 6) {
      numbers.append(bytes[start..<min(start + 6, bytes.count)].reduce(0) { 256 * $0 + Double($1) })
    }
    return numbers
  }

  /// The balls that were saved as these numbers, and how many numbers they took; nil unless there are as many finite balls.
  public func restore(saved numbers: ArraySlice<Double>) -> Int? {
    guard let first = numbers.first, first >= 0, first < 1e15, first == first.rounded() else { return nil }
    let length = Int(first)
    let packed = (length + 5) / 6
    guard numbers.count > packed else { return nil }
    var bytes: [UInt8] = []
    for (k, number) in numbers.dropFirst().prefix(packed).enumerated() {
      guard number >= 0, number < 0x1p48, number == number.rounded() else { return nil }
      let characters = min(6, length - 6 * k)
      for place in (0..<characters).reversed() {
        bytes.append(UInt8(truncatingIfNeeded: UInt64(number) >> UInt64(8 * place)))
      }
    }
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    guard lines.count == count else { return nil }
    for (i, line) in lines.enumerated() {
      guard line.allSatisfy({ $0 < 128 && $0 != 0 }),
        arb_load_str(balls + i, String(decoding: line, as: UTF8.self)) == 0, arb_is_finite(balls + i) != 0
      else { return nil }
    }
    return packed + 1
  }
}
