import CLibraries
public import ExperimentKit
import Husimi
import Numerics

/// One of the statements of Sections 2 and 3, over all times.
public struct ManyBodyCheck: Sendable {
  /// The label in the paper, and what is compared.
  public let name: String
  /// What the value must not exceed.
  public let limit: Double
  /// Whether it speaks of the way to the state and not of the state alone: then it rests on the plane waves being enough.
  public let isOfMotion: Bool
  /// The worst value; nil where there was nothing to check.
  public let value: Double?
  /// Whether the worst value is within the limit.
  public let verdict: Verdict

  /// The worst value against what it must not exceed. A statement that could be checked at no time is not decided at all (none),
  /// one that could be checked at some times only is undecided at best.
  /// - Parameter error: of the value at a time.
  init(
    _ name: String, _ limit: Double, ofMotion: Bool = false, _ records: [ManyBodyRecord],
    error: (ManyBodyRecord) -> Double = { _ in 0 }, _ value: (ManyBodyRecord) -> Double?
  ) {
    let found = records.compactMap { record in value(record).map { ($0, error(record)) } }
    self.init(
      name, limit, ofMotion: ofMotion, value: found.map(\.0).largest(),
      verdicts: found.map { Verdict(remainder: $0, budget: $1, boundLower: limit, boundUpper: limit) },
      of: records.count)
  }

  private init(
    _ name: String, _ limit: Double, ofMotion: Bool, value: Double?, verdicts: [Verdict], of count: Int
  ) {
    self.name = name
    self.limit = limit
    isOfMotion = ofMotion
    self.value = value
    let worst = verdicts.reduce(Verdict.none) { $0.worse($1) }
    verdict = verdicts.isEmpty || verdicts.count == count ? worst : worst.worse(.undecided)
  }

  /// 0 ≤ m ≤ 1. On the circle coherent states of norm² up to 1 + e make m ≤ (1 + e)^r true and no more, r particles at a point: an m
  /// above 1 by less contradicts nothing, and m below 1 by less says nothing of m ≤ 1.
  private static func contraction(_ study: ManyBodyStudy, _ records: [ManyBodyRecord]) -> ManyBodyCheck {
    let limit = 1e-10
    let most = study.points.map { $0.joined().count }.max() ?? 1
    let excess = Double.pow(1 + study.normExcess, most) - 1
    let sides = records.map { record -> (below: Double, above: Double) in
      let values = [record.least, record.greatest] + record.husimi.map { $0 ?? .nan }
      return (-(values.smallest() ?? .nan), (values.largest() ?? .nan) - 1)
    }
    return ManyBodyCheck(
      "Lemma 2.1: below 0 or above 1", limit, ofMotion: false,
      value: sides.map { .greatest(0, .greatest($0.below, $0.above)) }.largest(),
      verdicts: sides.map { below, above in
        Verdict(remainder: below, budget: 0, boundLower: limit, boundUpper: limit).worse(
          Verdict(remainder: above, budget: excess, boundLower: limit, boundUpper: limit))
      }, of: records.count)
  }

  private init(_ other: ManyBodyCheck, _ verdict: Verdict) {
    name = other.name
    limit = other.limit
    isOfMotion = other.isOfMotion
    value = other.value
    self.verdict = verdict
  }

  /// Where it is violated nothing is decided.
  private var decidingNothingWhenViolated: ManyBodyCheck {
    verdict == .violated ? ManyBodyCheck(self, .undecided) : self
  }

  /// All statements, from the records of all times.
  public static func all(_ study: ManyBodyStudy, _ records: [ManyBodyRecord]) -> [ManyBodyCheck] {
    // The energy at the first time has nothing to drift from.
    let start = records.count > 1 ? records.first?.energy : nil
    return [
      ManyBodyCheck(
        "Lemma 2.1: mass", 1e-10, records, error: { $0.massMissing.largest() ?? .nan },
        { defect($0.mass, $0.massExpected) }),
      contraction(study, records),
      ManyBodyCheck("Lemma 2.1: symmetry", 1e-12, records) { $0.symmetry },
      ManyBodyCheck(
        "Lemma 2.1: recursion", 1e-10, records, error: { ratio($0.massMissing, $0.massExpected) ?? .nan },
        { $0.fock?.recursion }),
      ManyBodyCheck("Lemma 2.2: number moments", 1e-10, records) { record in
        record.fock.flatMap { $0.numberMoments.map { ($0 - 1).magnitude }.largest() }
      },
      ManyBodyCheck("(2.14): derivative / bound", 1 + 1e-9, records) { record in
        record.fock.flatMap { ratio($0.rate.map(\.magnitude), $0.rateBound) }
      },
      ManyBodyCheck("Lemma 2.3: kinetic energy / bound", 1 + 1e-9, ofMotion: true, records) {
        ratio($0.kinetic, $0.kineticBound)
      },
      ManyBodyCheck(
        "(2.15) corrected", 1e-9, records, error: { $0.momentMissing.largest() ?? .nan },
        { defect($0.moment, $0.momentFromKinetic) }),
      ManyBodyCheck(
        "Proposition 2.1: moment / bound", 1 + 1e-9, ofMotion: true, records,
        error: { ratio($0.momentMissing, $0.momentBound) ?? .nan }, { ratio($0.moment, $0.momentBound) }),
      ManyBodyCheck("(3.5): defect", 1e-11, records) { record in
        record.fock.flatMap { $0.hierarchy.map { ($0.defect ?? .nan).magnitude }.largest() }
      },
      difference(records),
      ManyBodyCheck("energy drift", study.method == .exact ? 1e-10 : 1e-6, records) { record in
        start.map { (record.energy - $0).magnitude }
      },
    ]
  }

  /// The m that is computed moves with the plane waves kept, ∂_t m does not: where the two are not the same to three digits of
  /// the largest ∂_t m, m is not resolved, and nothing is decided about it.
  private static func difference(_ records: [ManyBodyRecord]) -> ManyBodyCheck {
    let all = records.compactMap(\.fock).flatMap(\.hierarchy)
    let scale = all.map { ($0.dtm ?? .nan).magnitude }.largest() ?? 0
    return ManyBodyCheck(
      "(3.5): ∂_t m against dm/dt by differences", 1e-3 * scale + 1e-9, ofMotion: true, records
    ) {
      record in
      record.fock.flatMap { fock in
        fock.hierarchy.compactMap { terms in
          terms.difference.map { ($0 - (terms.dtm ?? .nan)).magnitude }
        }.largest()
      }
    }.decidingNothingWhenViolated
  }

  private static func defect(_ a: [Double], _ b: [Double]) -> Double? {
    zip(a, b).map { ($0 - $1).magnitude }.largest()
  }

  /// max a/b for a, b ≥ 0; 0 is within a bound of 0.
  private static func ratio(_ a: [Double], _ b: [Double]) -> Double? {
    zip(a, b).map { $0 == 0 && $1 == 0 ? 0 : $0 / $1 }.largest()
  }
}
