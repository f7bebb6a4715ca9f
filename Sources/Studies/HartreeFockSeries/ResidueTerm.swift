public import Husimi
import Interaction
public import ManyBody

/// A term of (3.5): its name in the results, its equation, the proposition that bounds it, and its value.
public struct ResidueTerm: Sendable {
  /// "Rtilde-12-spectator"
  public let name: String
  /// The particle whose equation it is (of a pair term: the first).
  public let species: Int
  /// How many particles of each species its equation is of.
  public let marginal: [Int]
  /// The number of the proposition.
  public let proposition: String
  /// nil where there is no such term.
  let value: @Sendable (WeakResidues) -> Double?
  /// What roundings and the quadrature may have changed in it.
  let error: @Sendable (WeakResidues.Errors) -> Double
  let leading: (@Sendable (LeadingResidues) -> Double)?

  /// The paper's exponent of ħ for d = 1 and δ → 0: 1/2 (4.1), 1/2 − δ (4.2, 4.3), d − 1/2 − δ (4.4, 4.5).
  public static let bound = 0.5

  /// The paper's exponent as it is written.
  public var paper: String { proposition == "4.1" ? "½" : "½ − δ" }

  /// The terms of a model of so many species.
  public static func all(species count: Int) -> [ResidueTerm] {
    let species = 0..<count
    func order(_ particles: Int...) -> [Int] { species.map { a in particles.filter { $0 == a }.count } }
    let pairs = species.flatMap { a in species.map { (a, $0) } }
    let velocities = species.map { a in
      ResidueTerm(
        name: "R", species: a, marginal: order(a), proposition: "4.1", value: { $0.velocity[a] },
        error: { $0.velocity[a] }, leading: { $0.velocity[a] })
    }
    let forces = pairs.map { a, b in
      ResidueTerm(
        name: "Rtilde-\(a + 1)\(b + 1)", species: a, marginal: order(a), proposition: a == b ? "4.2" : "4.3",
        value: { $0.force[a][b] }, error: { $0.force[a][b] }, leading: { $0.force[a][b] })
    }
    let exchange = species.map { a in
      ResidueTerm(
        name: "Rtilde-\(a + 1)\(a + 1)-exchange", species: a, marginal: order(a), proposition: "4.2",
        value: { $0.forceCorrelation[a][a] }, error: { $0.forceCorrelation[a][a] }, leading: nil)
    }
    // Slater states always have it.
    let spectators = pairs.filter { $0 != $1 }.map { a, b in
      ResidueTerm(
        name: "Rtilde-\(a + 1)\(b + 1)-spectator", species: a, marginal: order(a, b), proposition: "4.3",
        value: { $0.spectator?[a][b] }, error: { $0.spectator[a][b] }, leading: nil)
    }
    let same = [
      ResidueTerm(
        name: "Rhat-11", species: 0, marginal: order(0, 0), proposition: "4.4", value: { $0.pair[0][0] },
        error: { $0.pair[0][0] }, leading: { $0.pair[0][0] }),
      ResidueTerm(
        name: "Rhat-11-exchange", species: 0, marginal: order(0, 0), proposition: "4.4",
        value: { $0.pairCorrelation[0][0] }, error: { $0.pairCorrelation[0][0] }, leading: nil),
    ]
    let mixed = species.dropFirst().prefix(1).map { b in
      ResidueTerm(
        name: "Rhat-1\(b + 1)", species: 0, marginal: order(0, b), proposition: "4.5",
        value: { $0.pair[0][b] }, error: { $0.pair[0][b] }, leading: { $0.pair[0][b] })
    }
    return velocities + forces + exchange + spectators + same + mixed
  }
}

extension [ResidueRecord] {
  /// The largest change so far of each term of each window by each of these times, in records of other steps.
  public func largestChanges(to other: [ResidueRecord]) -> [[[Double]]] {
    var largest: [[Double]] = []
    return zip(self, other).map { own, other in
      let changes = zip(own.windows, other.windows).map { own, other in
        zip(own, other).map { (($0.value ?? 0) - ($1.value ?? 0)).magnitude }
      }
      largest = largest.isEmpty ? changes : zip(largest, changes).map { zip($0, $1).map(Double.greatest) }
      return largest
    }
  }
}

/// The weak residues of one state, window by window.
public struct ResidueRecord: Codable, Sendable {
  /// One term.
  public struct Term: Codable, Sendable {
    /// nil where there is no such term.
    public let value: Double?
    /// What roundings and the quadrature may have changed in it, given the orbitals; and more where it was added.
    public private(set) var error: Double
    /// Its leading order; nil where none is known.
    public let leading: Double?

    /// The same with what else may have changed in it.
    public func adding(error more: Double) -> Term {
      var term = self
      term.error += more
      return term
    }
  }

  /// By window, in the order of the terms.
  public let windows: [[Term]]

  /// The terms of a Slater state.
  /// - Throws: as the residues.
  public init(
    of state: SlaterDeterminant, terms: [ResidueTerm], interaction: InteractionModes, windows: [any Window],
    testFunctions: [PhaseSpaceTestFunction]
  ) throws {
    self.windows = try windows.map { window in
      let exact = try WeakResidues(
        state, interaction: interaction, window: window, testFunctions: testFunctions)
      let leading = try LeadingResidues(
        state, interaction: interaction, window: window, testFunctions: testFunctions)
      return terms.map {
        Term(value: $0.value(exact), error: $0.error(exact.errors), leading: $0.leading?(leading))
      }
    }
  }
}
