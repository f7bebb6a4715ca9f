public import CLibraries
import PhaseSpace

/// A sampled radial V̂: piecewise linear in |η| through (η_i, V̂_i), constant below the first sample, 0 beyond
/// the last. All constants are exact integrals of the piecewise linear function.
public struct TabulatedPotential: BandLimitedPotential, Hashable {
  /// |η_i|, increasing, starting at 0.
  public let radii: [DecimalNumber]
  /// V̂_i
  public let samples: [DecimalNumber]

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

  public func bandlimit<Scalar: RealScalar>(kappa: Scalar?) -> Scalar { Scalar(radii[radii.count - 1]) }

  public func transform<Scalar: RealScalar>(radius: Scalar) -> Scalar {
    let r = (radius.lower + radius.upper) / 2
    let last = radii.count - 1
    guard r <= radii[last].value * (1 + 1e-12) else { return Scalar(0) }
    let segment = min(last - 1, max(0, (radii.firstIndex { $0.value > r } ?? last) - 1))
    let (intercept, slope) = line(segment, as: Scalar.self)
    return intercept + slope * Scalar.minimum(radius, Scalar(radii[last]))
  }

  public func atoms<Scalar: RealScalar>(dimension: Int, kappa: Scalar)
    throws(ArgumentError) -> [PotentialAtom<Scalar>]
  {
    try periodisedAtoms(dimension: dimension, kappa: kappa)
  }

  public func absoluteMoment<Scalar: RealScalar>(_ q: Int, dimension: Int) -> Scalar {
    let n = dimension + q
    var total = Scalar(0)
    for segment in 0..<(radii.count - 1) {
      let (intercept, slope) = line(segment, as: Scalar.self)
      /// ∫_a^b r^{n−1} (intercept + slope r) dr
      let integral = { (a: Scalar, b: Scalar) in
        intercept * (b.power(n) - a.power(n)) / Scalar(n)
          + slope * (b.power(n + 1) - a.power(n + 1)) / Scalar(n + 1)
      }
      let start = Scalar(radii[segment])
      let end = Scalar(radii[segment + 1])
      if samples[segment].value * samples[segment + 1].value < 0 {
        let root = -intercept / slope
        total += integral(start, root).magnitude + integral(root, end).magnitude
      } else {
        total += integral(start, end).magnitude
      }
    }
    return Scalar.unitSphereArea(dimension: dimension) * total
  }

  /// On each segment |r(a + br)| is largest at an end or at the stationary point −a/2b, clamped to the segment.
  public func supremumOfGradientTransform<Scalar: RealScalar>() -> Scalar {
    var largest = Scalar(0)
    for segment in 0..<(radii.count - 1) {
      let (intercept, slope) = line(segment, as: Scalar.self)
      let start = Scalar(radii[segment])
      let end = Scalar(radii[segment + 1])
      var candidates = [start, end]
      if samples[segment] != samples[segment + 1] {
        let stationary = -intercept / (Scalar(2) * slope)
        candidates.append(Scalar.minimum(Scalar.maximum(stationary, start), end))
      }
      for r in candidates { largest = Scalar.maximum(largest, (r * (intercept + slope * r)).magnitude) }
    }
    return largest
  }

  public func smoothnessBreaks() -> [Double] { radii.map(\.value) }

  /// V̂ = intercept + slope·r on a segment.
  private func line<Scalar: RealScalar>(_ segment: Int, as _: Scalar.Type) -> (Scalar, Scalar) {
    let (r0, r1) = (Scalar(radii[segment]), Scalar(radii[segment + 1]))
    let (v0, v1) = (Scalar(samples[segment]), Scalar(samples[segment + 1]))
    let slope = (v1 - v0) / (r1 - r0)
    return (v0 - slope * r0, slope)
  }
}
