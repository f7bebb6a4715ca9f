// The roots of D(ω) in a rectangle of the ω plane, all of them and each in a rectangle of its own:
//
//     number of roots   = (1/2π) Σ arg(D(b)/D(a)) over segments [a,b] of the boundary on which D ≠ 0 is proved   (argument principle)
//     one root in X     ⇐ N(X) = x − D(x)/D′(X) ⊂ int X                                                          (interval Newton)
//
// On a segment D lies in a rectangle, which is convex; where this has no zero the argument turns by less than π. Newton: D(z) − D(x) =
// (z − x)∫D′(x + t(z − x))dt and the average of D′ lies in the convex D′(X), so a root of X is in N(X), and there is exactly one. The
// list is complete because a rectangle is divided until each part has the roots that were found in it.

public import CLibraries

/// A rectangle of the ω plane.
public struct FrequencyBox: Sendable, Hashable {
  /// Re ω
  public let real: ClosedRange<Double>
  /// Im ω
  public let imaginary: ClosedRange<Double>

  /// Re ω × Im ω
  public init(real: ClosedRange<Double>, imaginary: ClosedRange<Double>) {
    self.real = real
    self.imaginary = imaginary
  }

  /// Corners, counterclockwise from the lower left.
  fileprivate var corners: [ComplexBall] {
    [
      ComplexBall(exactly: real.lowerBound, imaginary.lowerBound),
      ComplexBall(exactly: real.upperBound, imaginary.lowerBound),
      ComplexBall(exactly: real.upperBound, imaginary.upperBound),
      ComplexBall(exactly: real.lowerBound, imaginary.upperBound),
    ]
  }

  fileprivate var all: ComplexBall { ComplexBall.hull(corners[0], corners[2]) }

  /// The two parts at a fraction of the longer side.
  fileprivate func divided(at fraction: Double) -> [FrequencyBox] {
    let (width, height) = (
      real.upperBound - real.lowerBound, imaginary.upperBound - imaginary.lowerBound
    )
    func parts(_ range: ClosedRange<Double>) -> [ClosedRange<Double>] {
      let middle = range.lowerBound + fraction * (range.upperBound - range.lowerBound)
      return [range.lowerBound...middle, middle...range.upperBound]
    }
    return width >= height
      ? parts(real).map { FrequencyBox(real: $0, imaginary: imaginary) }
      : parts(imaginary).map { FrequencyBox(real: real, imaginary: $0) }
  }
}

extension DielectricFunction {
  /// How many roots are in a rectangle, each as often as it counts. Proved.
  /// - Throws: `NumericalFailure` where D cannot be told from 0 on the boundary: a root is on it, or very near.
  public func rootCount(in box: FrequencyBox) throws(NumericalFailure) -> Int {
    var effort = Effort()
    return try rootCount(in: box, &effort)
  }

  /// Evaluations of D that are left: where one is spent every time that a segment or a rectangle is divided, all that ends.
  struct Effort {
    private(set) var left = 40_000

    var isSpent: Bool { left < 0 }

    mutating func spend() throws(NumericalFailure) {
      left -= 1
      guard left >= 0 else {
        throw NumericalFailure(in: "the roots of D", "none told apart in 40000 evaluations")
      }
    }
  }

  private func rootCount(in box: FrequencyBox, _ effort: inout Effort) throws(NumericalFailure) -> Int {
    let corners = box.corners
    let values = corners.map { value($0) }
    var turned = Ball(0)
    for side in 0..<4 {
      let next = (side + 1) % 4
      turned =
        turned
        + (try turn(from: corners[side], values[side], to: corners[next], values[next], depth: 0, &effort))
    }
    let count = turned / (Ball(2) * Ball.pi)
    let nearest = count.middle.rounded()
    guard count.lower > nearest - 0.25, count.upper < nearest + 0.25 else {
      throw NumericalFailure(in: "the argument principle", "\(count) roots")
    }
    return Int(nearest)
  }

  /// arg D(b) − arg D(a) along the segment.
  private func turn(
    from a: ComplexBall, _ valueA: ComplexBall, to b: ComplexBall, _ valueB: ComplexBall, depth: Int,
    _ effort: inout Effort
  ) throws(NumericalFailure) -> Ball {
    try effort.spend()
    let segment = ComplexBall.hull(a, b)
    let values = values(on: segment)
    if !values.value.containsZero {
      let ratio = valueB / valueA
      if ratio.isFinite, !ratio.containsZero {
        let angle = ratio.argument
        if angle.upper - angle.lower < 1 { return angle }
      }
    }
    let middle = segment.middle
    guard depth < 60 else {
      throw NumericalFailure(in: "the argument principle", "a root on the boundary, near ω = \(middle)")
    }
    let first = try turn(from: a, valueA, to: middle, values.middle, depth: depth + 1, &effort)
    return first + (try turn(from: middle, values.middle, to: b, valueB, depth: depth + 1, &effort))
  }

  /// All roots in a rectangle, each enclosed in a rectangle with exactly one root, by falling Im ω; proved complete.
  /// - Throws: `NumericalFailure` for a root on the boundary, and for a double root.
  public func allRoots(in box: FrequencyBox) throws(NumericalFailure) -> [ComplexBall] {
    var effort = Effort()
    return try allRoots(in: box, &effort)
  }

  func allRoots(in box: FrequencyBox, _ effort: inout Effort) throws(NumericalFailure) -> [ComplexBall] {
    let count = try rootCount(in: box, &effort)
    return try roots(in: box, count: count, depth: 0, &effort)
      .sorted { $0.imaginary.middle > $1.imaginary.middle }
  }

  private func roots(in box: FrequencyBox, count: Int, depth: Int, _ effort: inout Effort)
    throws(NumericalFailure) -> [ComplexBall]
  {
    if count == 0 { return [] }
    if count == 1, let root = enclosedRoot(near: box.all.middle), box.all.containsInInterior(root) {
      return [root]
    }
    guard depth < 80 else {
      throw NumericalFailure(
        in: "the roots of D", "\(count) that are not told apart near ω = \(box.all.middle)")
    }
    // A root may lie on the line of division: another line then, unless there is no effort left for it.
    var failure: NumericalFailure?
    for fraction in [0.5078125, 0.4453125, 0.5859375, 0.3671875] {
      let parts = box.divided(at: fraction)
      try effort.spend()
      let (first, second): (Int, Int)
      do throws(NumericalFailure) {
        first = try rootCount(in: parts[0], &effort)
        second = try rootCount(in: parts[1], &effort)
      } catch {
        if effort.isSpent { throw error }
        failure = error
        continue
      }
      guard first + second == count else {
        throw NumericalFailure(in: "the argument principle", "\(first) + \(second) roots of \(count)")
      }
      let found = try roots(in: parts[0], count: first, depth: depth + 1, &effort)
      return found + (try roots(in: parts[1], count: second, depth: depth + 1, &effort))
    }
    throw failure ?? NumericalFailure(in: "the roots of D", "a cluster near ω = \(box.all.middle)")
  }

  /// The root that Newton's method finds from a point, in a rectangle that contains it and no other; nil where it finds none.
  public func enclosedRoot(near start: ComplexBall) -> ComplexBall? {
    var point = start.middle
    var last = Double.infinity
    for _ in 0..<60 {
      let at = values(on: point)
      let step = at.value / at.derivative
      guard step.isFinite else { return nil }
      point = (point - step).middle
      let size = step.magnitude.middle
      if size == 0 || size <= point.magnitude.middle * 1e-30
        || (size >= last && size < point.magnitude.middle * 1e-12)
      {
        break
      }
      last = size
    }
    let radius = max(point.magnitude.middle, 1e-300) * 1e-12
    return Self.radii.lazy.compactMap { self.newton(point, point.widened(by: radius * $0)) }.first
  }

  private static let radii = [1e-12, 1e-6, 1.0, 1e6]

  /// N(X) where it is inside X, drawn together until it is as small as the arithmetic allows.
  private func newton(_ middle: ComplexBall, _ around: ComplexBall) -> ComplexBall? {
    let image = middle - value(middle) / values(on: around).derivative
    guard image.isFinite, around.containsInInterior(image) else { return nil }
    let centre = image.middle
    let next = centre - value(centre) / values(on: image).derivative
    return next.isFinite && image.containsInInterior(next) ? next : image
  }
}
