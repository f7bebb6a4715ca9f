import CLibraries
import Certification
import ExperimentKit
import ModelConfiguration
import PhaseSpace

/// `certify: {radius: 1.0e-15}`: the terms, the solution and |Δ_L| in ball arithmetic, beside the method in Double.
struct Certified {
  let mixture: CertifiedMixture
  /// What terms or solution hold.
  let bytes: Int?

  /// nil where nothing is to be certified.
  init?(
    _ root: ConfigurationNode, _ base: SeriesReader, _ initial: ProductMixture, times: [DecimalNumber]
  ) throws {
    let configuration = root["certify"]
    guard !configuration.isAbsent else { return nil }
    let radius = try configuration["radius"].number(default: 1e-15)
    guard radius.value >= 1e-24, radius.value <= 1e-3 else {
      throw configuration["radius"].error(expected: "a number from 1e-24 to 1e-3", got: radius.text)
    }
    do {
      mixture = try CertifiedMixture(
        model: base.model, initial: initial, points: base.points, times: times, orders: base.orders,
        radius: radius.value)
    } catch let error as HypothesisError {
      throw configuration.error(expected: "nothing: to certify requires \(error.hypothesis)")
    }
    bytes = try mixture.bytes()
    let work = try mixture.work()
    try root.requireTime(
      seconds: work.seconds, at: configuration, "\(work.nodes) nodes of \(base.orders) orders in balls")
  }

  /// The runs beside that of the method.
  func legs(_ run: ExperimentRun) -> [Leg<RemainderRecord>] {
    [
      Leg("certified terms", weight: 20, through: mixture.times) {
        mixture.terms(workers: run.workers)
      } record: { moving, _ in
        RemainderRecord(balls: try moving.values().map { $0.map(Self.text) })
      },
      Leg("certified solution", weight: 10, through: mixture.times) {
        mixture.solution(workers: run.workers)
      } record: { moving, _ in
        RemainderRecord(balls: try moving.values().map { $0.map(Self.text) })
      },
    ]
  }

  private static func text(_ value: ComplexBall) -> [String] {
    [value.real.exactText, value.imaginary.exactText]
  }

  /// What is enclosed at a point and time; nil where the runs have not come to.
  /// - Parameter bounds: those of the orders to L + 1.
  func remainders(
    _ records: [[Recorded<RemainderRecord>]], point: Int, time: Int, bounds: BoundsAtPoint
  ) throws -> CertifiedRemainders? {
    let there = records.map { time < $0.count ? $0[time].record.balls?[point] : nil }
    guard there.count == 2, let terms = there[0], let solution = there[1] else { return nil }
    let balls = try (terms + solution).map { texts in
      guard texts.count == 2, let real = Ball(exactText: texts[0]), let imaginary = Ball(exactText: texts[1])
      else { throw InputError(path: "checkpoint.h5", reason: "expected balls, got \(texts)") }
      return ComplexBall(real, imaginary)
    }
    return try CertifiedRemainders(
      solution: balls.last, terms: balls.dropLast().map(\.self),
      tail: bounds.leastNamed(mixture.orders + 1)?.value)
  }
}

extension CertifiedRemainders {
  /// "certified" of a row: rectangles as [re−, re+, im−, im+], |Δ_L| as [lower, upper].
  func json(_ order: Int) -> JSONValue {
    func rectangle(_ value: ComplexBall) -> JSONValue {
      .numbers([value.real.lower, value.real.upper, value.imaginary.lower, value.imaginary.upper])
    }
    let remainder = remainders[order - 1]
    return [
      "exact": rectangle(exact), "partialSum": rectangle(partialSums[order - 1]),
      "term": rectangle(terms[order]),
      "remainder": .numbers([remainder.lowerBound, remainder.upperBound]),
    ]
  }
}
