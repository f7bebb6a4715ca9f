public import Numerics

extension DysonTrees {
  /// An estimate of D_j with its error bar.
  public struct Term: Sendable, Hashable, Codable {
    /// What the standard error is worth.
    public enum ErrorBar: Sendable, Hashable, Codable {
      /// A standard error from enough trees, also of the largest size that trees can have.
      case reliable
      /// Every weight vanishes: D_j = 0 exactly.
      case exactZero
      /// Every tree gave 0: D_j is zero, or no tree met the support of the initial data.
      case nothingSeen
      /// So few trees carry Σ|z|² that the variance is infinite, or not yet resolved: the standard error
      /// means nothing.
      case heavyTailed(effectiveSamples: Int)
      /// What was seen would be a few of the largest trees that there can be: as many may have been missed. The
      /// standard error is that of the others.
      case fewTrees(ofLargestSize: Int)
      /// Too many scramblings met no tree that counts: their spread is none.
      case emptyScramblings(Int)

      /// Why the standard error is not to be believed; nil where it is.
      public var reason: String? {
        switch self {
        case .reliable, .exactZero: nil
        case .nothingSeen: "no tree meets the data"
        case .heavyTailed(let count): "\(count) trees carry the variance"
        case .fewTrees(let count): "\(count) trees of the largest size"
        case .emptyScramblings(let count): "\(count) scramblings are empty"
        }
      }
    }

    /// j
    public let order: Int
    /// The mean over all trees.
    public let value: Complex<Double>
    /// Standard error of the real part, from the spread of the scramblings.
    public let standardErrorRe: Double
    /// Standard error of the imaginary part.
    public let standardErrorIm: Double
    /// How far the mean over all trees may be off, by the tables of |η| and rounding: ((1 + ε)^j − 1) E|weight| sup|μ_0|.
    public let bias: Double
    /// Trees, all scramblings together.
    public let samples: Int
    /// The points in use: pseudo-random beyond 40 dimensions, whatever was asked for.
    public let sampler: Sampler
    /// (Σ|z|²)²/Σ|z|⁴ of the trees' values z: how many of them carry the second moment. In proportion to the
    /// samples when z has four moments, bounded when its variance is infinite.
    public let effectiveSamples: Double
    /// Σ|z|² in trees of the largest size that there can be, see `TreeCount`; that of `effectiveSamples` where nothing bounds the data.
    public let ofLargestSize: Double
    /// Whether the standard errors may be believed.
    public let errorBar: ErrorBar

    /// Fewer trees than this, effective ones or of the largest size, are no variance.
    public static let fewestEffectiveSamples = 20.0

    /// Whether the standard errors mean something: they are reliable, or the term is exactly zero.
    public var isReliable: Bool {
      switch errorBar {
      case .reliable, .exactZero: true
      case .nothingSeen, .heavyTailed, .fewTrees, .emptyScramblings: false
      }
    }

    /// (Var Re + Var Im)^{1/2} of the mean.
    public var standardError: Double {
      (standardErrorRe * standardErrorRe + standardErrorIm * standardErrorIm).squareRoot()
    }

    /// The trees that would give one digit, |error| = |D_j|/10, at the rate n^{−1/2}: samples·(10σ/|D_j|)².
    /// The relative cost; NaN for a vanishing term.
    public var samplesPerDigit: Double {
      let ratio = 10 * standardError / value.length
      return Double(samples) * ratio * ratio
    }
  }

  /// S_L = D_0 + … + D_{L−1} with its error bar.
  public struct PartialSum: Sendable, Hashable {
    /// L
    public let order: Int
    /// S_L, the sum of the terms' means.
    public let value: Complex<Double>
    /// Standard error of the real part: the terms' errors are independent and add in squares.
    public let standardErrorRe: Double
    /// Standard error of the imaginary part.
    public let standardErrorIm: Double
    /// The sum of the terms' biases.
    public let bias: Double

    /// (Var Re + Var Im)^{1/2}
    public var standardError: Double {
      (standardErrorRe * standardErrorRe + standardErrorIm * standardErrorIm).squareRoot()
    }
  }

  /// S_1, …, S_{J+1} from the terms D_1, …, D_J, sampled independently (they are: the order is part of the
  /// random counter), so that variances add.
  public static func partialSums(zeroth: Complex<Double>, terms: [Term]) -> [PartialSum] {
    partialSums(
      zeroth: zeroth, estimates: terms.map { ($0.value, $0.standardErrorRe, $0.standardErrorIm, $0.bias) })
  }

  /// The same from plain numbers: the value of D_1, D_2, … with the standard errors of its two parts, and its bias.
  public static func partialSums(
    zeroth: Complex<Double>,
    estimates: [(value: Complex<Double>, standardErrorRe: Double, standardErrorIm: Double, bias: Double)]
  ) -> [PartialSum] {
    var sums = [PartialSum(order: 1, value: zeroth, standardErrorRe: 0, standardErrorIm: 0, bias: 0)]
    for term in estimates {
      let last = sums[sums.count - 1]
      sums.append(
        PartialSum(
          order: last.order + 1, value: last.value + term.value,
          standardErrorRe: Double.hypot(last.standardErrorRe, term.standardErrorRe),
          standardErrorIm: Double.hypot(last.standardErrorIm, term.standardErrorIm),
          bias: last.bias + term.bias))
    }
    return sums
  }
}
