import DysonSeries
import ExperimentKit
import Numerics

/// The terms of a run as plain numbers, in the order point, time, j: what a checkpoint holds.
struct TermTable {
  /// One entry of the table.
  struct Entry {
    let value: Complex<Double>
    let standardErrorRe: Double
    let standardErrorIm: Double
    let samples: Int
    let effectiveSamples: Double
    let isSobol: Bool
    /// Whether the standard error means something (`DysonTrees.Term.ErrorBar`).
    let isReliable: Bool

    var standardError: Double { Double.hypot(standardErrorRe, standardErrorIm) }
  }

  /// Numbers of an entry.
  static let width = 7
  /// A term that is not known: no samples, nothing reliable.
  private static let unknown = [Double.nan, .nan, .nan, .nan, 0, 0, 0]
  let points: Int
  let times: Int
  let orders: Int
  var numbers: [Double] = []

  init(_ settings: Settings) {
    points = settings.points.count
    times = settings.times.count
    orders = settings.orders
  }

  var count: Int { points * times * orders }
  var size: Int { count * Self.width }
  var filled: Int { numbers.count / Self.width }

  /// The first term that is missing.
  var next: (point: Int, time: Int, order: Int) {
    (filled / (times * orders), filled / orders % times, filled % orders + 1)
  }

  mutating func append(_ term: DysonTrees.Term) {
    let isReliable =
      switch term.errorBar {
      case .reliable, .exactZero: true
      case .nothingSeen, .heavyTailed: false
      }
    numbers += [
      term.value.real, term.value.imaginary, term.standardErrorRe, term.standardErrorIm,
      Double(term.samples), term.effectiveSamples,
      (term.sampler == .sobol ? 1 : 0) + (isReliable ? 2 : 0),
    ]
  }

  /// Goes on from the terms of a checkpoint.
  mutating func restore(_ saved: CheckpointReader) throws {
    numbers = try saved.array("terms", count: try saved.step(in: 0...count) * Self.width)
    for start in stride(from: 0, to: numbers.count, by: Self.width) {
      let (samples, flags) = (numbers[start + 4], numbers[start + 6])
      guard let trees = Int(exactly: samples), trees > 0, [0, 1, 2, 3].contains(flags) else {
        throw saved.error("a term of \(samples) samples with the flags \(flags)")
      }
    }
  }

  /// The same table with every missing term unknown.
  var padded: TermTable {
    var table = self
    for _ in filled..<count { table.numbers += Self.unknown }
    return table
  }

  /// D_j, j = 1 … orders.
  func entry(_ point: Int, _ time: Int, _ order: Int) -> Entry {
    let at = ((point * times + time) * orders + order - 1) * Self.width
    let flags = Int(numbers[at + 6])
    return Entry(
      value: Complex(numbers[at], numbers[at + 1]), standardErrorRe: numbers[at + 2],
      standardErrorIm: numbers[at + 3], samples: Int(numbers[at + 4]), effectiveSamples: numbers[at + 5],
      isSobol: flags & 1 != 0, isReliable: flags & 2 != 0)
  }
}
