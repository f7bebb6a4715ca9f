import Husimi

/// A term of (3.5): its name in the results, its equation, the proposition that bounds it, and its value.
struct Term {
  let name: String
  /// The particle whose equation it is (of a pair term: the first).
  let species: Int
  let marginal: [Int]
  let proposition: String
  let value: @Sendable (WeakResidues) -> Double
  let leading: (@Sendable (LeadingResidues) -> Double)?

  /// Whether there may be no such term.
  var isOptional: Bool { name.hasSuffix("-spectator") }

  /// The paper's exponent of ħ for d = 1 and δ → 0: 1/2 (4.1), 1/2 − δ (4.2, 4.3), d − 1/2 − δ (4.4, 4.5).
  static let bound = 0.5

  /// The paper's exponent as it is written.
  var paper: String { proposition == "4.1" ? "½" : "½ − δ" }

  static let all: [Term] =
    (0..<2).map { a in
      Term(
        name: "R", species: a, marginal: order(a), proposition: "4.1", value: { $0.velocity[a] },
        leading: { $0.velocity[a] })
    }
    + [(0, 0), (0, 1), (1, 0), (1, 1)].map { a, b in
      Term(
        name: "Rtilde-\(a + 1)\(b + 1)", species: a, marginal: order(a), proposition: a == b ? "4.2" : "4.3",
        value: { $0.force[a][b] }, leading: { $0.force[a][b] })
    }
    + (0..<2).map { a in
      Term(
        name: "Rtilde-\(a + 1)\(a + 1)-exchange", species: a, marginal: order(a), proposition: "4.2",
        value: { $0.forceCorrelation[a][a] }, leading: nil)
    }
    + [(0, 1), (1, 0)].map { a, b in
      Term(
        name: "Rtilde-\(a + 1)\(b + 1)-spectator", species: a, marginal: [1, 1], proposition: "4.3",
        // Slater states always have it; without it the verdict is undecided.
        value: { $0.spectator?[a][b] ?? .nan }, leading: nil)
    }
    + [
      Term(
        name: "Rhat-11", species: 0, marginal: [2, 0], proposition: "4.4", value: { $0.pair[0][0] },
        leading: { $0.pair[0][0] }),
      Term(
        name: "Rhat-11-exchange", species: 0, marginal: [2, 0], proposition: "4.4",
        value: { $0.pairCorrelation[0][0] }, leading: nil),
      Term(
        name: "Rhat-12", species: 0, marginal: [1, 1], proposition: "4.5", value: { $0.pair[0][1] },
        leading: { $0.pair[0][1] }),
    ]

  private static func order(_ species: Int) -> [Int] { species == 0 ? [1, 0] : [0, 1] }
}
