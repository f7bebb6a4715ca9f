public import CLibraries
import PhaseSpace

/// A sampled radial V̂: piecewise linear in |η| through (η_i, V̂_i), constant below the first sample, 0 beyond
/// the last (beyond it by more than 1e-12 of it: whether V̂ acts on a mode there should not depend on how Λ = 2π is
/// rounded). All constants are exact integrals of the piecewise linear function and of its modulus.
public struct TabulatedPotential: RadialPotential, Hashable {
  /// |η_i|, increasing, starting at 0.
  public let radii: [DecimalNumber]
  /// V̂_i
  public let samples: [DecimalNumber]

  private static let rim: DecimalNumber = 1.000000000001

  /// - Throws: `ArgumentError` unless there are at least two samples with increasing η ≥ 0.
  public init(radii: [DecimalNumber], samples: [DecimalNumber]) throws(ArgumentError) {
    guard radii.count >= 2, radii.count == samples.count else {
      throw ArgumentError(
        "eta", expected: "at least two, as many as values", got: "\(radii.count) and \(samples.count)")
    }
    guard radii[0].value >= 0, zip(radii, radii.dropFirst()).allSatisfy({ $0.value < $1.value }) else {
      throw ArgumentError("eta", expected: "increasing numbers ≥ 0", got: "\(radii.map(\.text))")
    }
    let startsAtZero = radii[0].value == 0
    self.radii = startsAtZero ? radii : [0] + radii
    self.samples = startsAtZero ? samples : [samples[0]] + samples
  }

  /// The end of the support: where V̂ ends, or where it has come down to zero for good.
  public func bandlimit<Scalar: RealScalar>(kappa: Scalar?) -> Scalar { Scalar(radii[supportEnd]) }

  /// The segments that a ball touches, each on its part of the ball, and 0 where it reaches beyond the last sample.
  public func transform<Scalar: RealScalar>(radius: Scalar) -> Scalar {
    let last = radii.count - 1
    let rim = Scalar(radii[last]) * Scalar(Self.rim)
    // Not fewer than those touched: `radii[i].value` is within an ulp of the decimal.
    let (least, greatest) = (radius.lower.nextDown, radius.upper.nextUp)
    var values: [Scalar] = []
    var segment = max(0, min(firstRadius(notBelow: least) - 2, last - 1))
    while segment < last, radii[segment].value <= greatest {
      let (start, end) = (Scalar(radii[segment]), Scalar(radii[segment + 1]))
      if !radius.isCertainlyBelow(start), !(segment == last - 1 ? rim : end).isCertainlyBelow(radius) {
        if end.isCertainlyBelow(radius) {
          // On the rim: the last sample itself, so that one that is 0 is no atom.
          values.append(Scalar(samples[last]))
          break
        }
        let inside = Scalar.minimum(Scalar.maximum(radius, start), end)
        let (first, second) = (Scalar(samples[segment]), Scalar(samples[segment + 1]))
        values.append(first + (second - first) * ((inside - start) / (end - start)))
      }
      segment += 1
    }
    if (radius - rim).upper > 0 { values.append(Scalar(0)) }
    return values.dropFirst().reduce(values.first ?? Scalar(0), Scalar.hull)
  }

  /// Segment by segment, split where V̂ changes sign. A sum of terms ≥ 0: nothing cancels, in a segment of any width.
  public func absoluteMoment<Scalar: RealScalar>(_ q: Int, dimension: Int) -> Scalar {
    let n = dimension + q
    var total = Scalar(0)
    for segment in 0..<(radii.count - 1) {
      let (start, end) = (Scalar(radii[segment]), Scalar(radii[segment + 1]))
      let (first, second) = (Scalar(samples[segment]).magnitude, Scalar(samples[segment + 1]).magnitude)
      if changesSign(segment) {
        let root = start + (end - start) * (first / (first + second))
        total += Self.integral(n, from: start, to: root, first, Scalar(0))
        total += Self.integral(n, from: root, to: end, Scalar(0), second)
      } else {
        total += Self.integral(n, from: start, to: end, first, second)
      }
    }
    return Scalar.unitSphereArea(dimension: dimension) * total
  }

  /// ∫_a^b r^{n−1} ℓ(r) dr for the linear ℓ from u at a to v at b,
  ///
  ///     (b − a)/(n(n+1)) Σ_{i=0}^{n−1} a^i b^{n−1−i} ((i + 1)u + (n − i)v).
  private static func integral<Scalar: RealScalar>(
    _ n: Int, from a: Scalar, to b: Scalar, _ u: Scalar, _ v: Scalar
  ) -> Scalar {
    var sum = Scalar(0)
    var power = Scalar(1)
    for i in 0..<n {
      // Horner's scheme in b.
      sum = sum * b + power * (Scalar(i + 1) * u + Scalar(n - i) * v)
      power = power * a
    }
    return (b - a) * sum / Scalar(n * (n + 1))
  }

  /// On each segment |r V̂(r)| is largest at an end or where its derivative vanishes: with r = a + hx and
  /// V̂ = u + (v − u)x, at x = −(hu + a(v − u))/(2h(v − u)), clamped to the segment.
  public func supremumOfGradientTransform<Scalar: RealScalar>() -> Scalar {
    var largest = Scalar(0)
    for segment in 0..<(radii.count - 1) {
      let (a, end) = (Scalar(radii[segment]), Scalar(radii[segment + 1]))
      let (u, v) = (Scalar(samples[segment]), Scalar(samples[segment + 1]))
      largest = Scalar.maximum(largest, Scalar.maximum((a * u).magnitude, (end * v).magnitude))
      let (h, rise) = (end - a, v - u)
      // Half the derivative's fall over the segment; a derivative of one sign has no zero.
      let (first, last) = (h * u + a * rise, h * u + a * rise + Scalar(2) * h * rise)
      if first.lower > 0 && last.lower > 0 || first.upper < 0 && last.upper < 0 { continue }
      if samples[segment].value == 0 && samples[segment + 1].value == 0 { continue }
      let x = Scalar.minimum(Scalar.maximum(-first / (Scalar(2) * h * rise), Scalar(0)), Scalar(1))
      largest = Scalar.maximum(largest, ((a + h * x) * (u + rise * x)).magnitude)
    }
    return largest
  }

  /// The samples up to the end of the support, and the zeros of V̂ between them.
  public func smoothnessBreaks() -> [Double] {
    var breaks = [0.0]
    for segment in 0..<supportEnd {
      let (start, end) = (radii[segment].value, radii[segment + 1].value)
      if changesSign(segment) {
        let (first, second) = (samples[segment].value.magnitude, samples[segment + 1].value.magnitude)
        let root = start + (end - start) / (1 + second / first)
        if root > start, root < end { breaks.append(root) }
      }
      breaks.append(end)
    }
    return breaks
  }

  /// The index of the sample after the last one that is not zero, or of the last one; 0 where all are zero.
  private var supportEnd: Int {
    guard let last = samples.lastIndex(where: { $0.value != 0 }) else { return 0 }
    return min(last + 1, samples.count - 1)
  }

  /// Whether V̂ has a zero between two samples. The product of the samples might underflow.
  private func changesSign(_ segment: Int) -> Bool {
    let (first, second) = (samples[segment].value, samples[segment + 1].value)
    return first < 0 && second > 0 || first > 0 && second < 0
  }

  /// The index of the first radius ≥ r, the count where there is none.
  private func firstRadius(notBelow r: Double) -> Int {
    var (low, high) = (0, radii.count)
    while low < high {
      let middle = (low + high) / 2
      if radii[middle].value < r { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
