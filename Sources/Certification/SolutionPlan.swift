import CLibraries
public import Computing
import Foundation
public import Interaction
public import PhaseSpace

/// How finely a certified solution is computed. Nothing rests on the choice: a bad one gives wide enclosures.
public struct SolutionPlan: Sendable {
  /// K, the degree of the polynomials in time.
  public var degree: Int
  /// Bits.
  public var precision: Int
  /// Panels of time are at most this long.
  public var panelLength: Double
  /// Rounds of Picard's iteration in balls after that in Double.
  public var rounds: Int
  /// The nodes of each Gaussian of each species.
  package var rules: [NodeRule]

  /// Nodes of all species.
  public var nodes: Int { rules.reduce(0) { $0 + $1.rows * $1.positions } }

  /// b of the strips |Im p| ≤ bσ that are carried along.
  static let momentumWidths = (0..<28).map { 0.02 * Foundation.pow(1.25, Double($0)) }
  /// a of the strips |Im q| ≤ a.
  static func positionWidths(_ model: CertifiedModel) -> [Double] {
    (0..<24).map { 0.05 / model.kappa.upper * Foundation.pow(1.2, Double($0)) }
  }

  /// The plan for one product of states: the fewest nodes whose rules err by less than the radius in fields as strong as those of
  /// the data, or a little stronger.
  /// - Parameters:
  ///   - radius: what the enclosures are to reach.
  ///   - attempt: from 0; each is finer.
  /// - Throws: `HypothesisError` for a model or states beyond the class.
  public init(
    _ model: Model, states: [any OneParticleState], times: [DecimalNumber], points: [Point], radius: Double,
    attempt: Int = 0
  ) throws {
    let certified = try CertifiedModel(model, states: states, label: "a certified solution")
    let arguments = try points.flatMap { try TermArgument.all(of: $0, in: model.geometry) }
    let last = times.map(\.value).max() ?? 0
    let error = radius * Foundation.pow(10, -3 - 2 * Double(attempt))
    degree = 28 + 6 * attempt
    precision = 128
    rounds = 2 + attempt
    rules = []
    var fastest = 1e-3
    let waves = certified.modes.map { (certified.kappa * Ball($0)).upper }
    let strengths = certified.streams.map { streams in
      min(1, 0.02 + streams.reduce(0) { $0 + ($1.height - 1) * $1.weight.upper } * 0.75)
    }
    let slowest = certified.masses.map(\.lower).min() ?? 1
    for (alpha, streams) in certified.streams.enumerated() {
      let mass = certified.masses[alpha].lower
      let force = waves.indices.map { m in
        certified.masses.indices.reduce(0.0) {
          $0 + (certified.couplings[alpha][$1][m]?.magnitude.upper ?? 0) * certified.fractions[$1].upper
            * strengths[$1] * (1 + 0.5 * Double(attempt))
        }
      }
      let own = arguments.filter { $0.species == alpha }
      let eta = max(waves.max() ?? 0, own.map { (certified.kappa * Ball(abs($0.mode))).upper }.max() ?? 0)
      let xi =
        own.map { argument in
          argument.xi.magnitude.upper + (certified.kappa * Ball(abs(argument.mode))).upper * last / slowest
        }.max() ?? 0
      func carried(_ tracks: [StripTrack]) -> [(width: Double, growth: Double)] {
        tracks.map { track in
          var track = track
          for _ in 0..<16 { track.advance(last / 16, force: force, waves: waves, mass: mass) }
          return (track.width, eta * track.position + xi * mass * track.velocity)
        }
      }
      for stream in streams {
        let digits = -Foundation.log(error)
        let reach = (2 * digits + 4).squareRoot()
        let inP = carried(
          Self.momentumWidths.map {
            StripTrack(width: $0, position: 0, velocity: $0 * stream.sigma.upper / mass)
          })
        let inQ = carried(
          Self.positionWidths(certified).map { StripTrack(width: $0, position: $0, velocity: 0) })
        var spacing = 1.0
        func rule(_ positions: Int) -> NodeRule {
          NodeRule(
            species: alpha, stream: stream, spacing: spacing, reach: Int((reach / spacing).rounded(.up)),
            positions: positions)
        }
        // Few bits, so that jh is exact.
        while spacing > 1.0 / 2048, rule(1).momentumError(inP) > error {
          spacing = (spacing * 0.97 * 4096).rounded(.down) / 4096
        }
        var positions = 8
        while positions < 2048, rule(positions).positionError(inQ, kappa: certified.kappa) > error {
          positions += 8
        }
        rules.append(rule(positions))
        let largest = stream.drift.magnitude.upper + reach * stream.sigma.upper
        fastest = max(fastest, (waves.max() ?? 0) * largest / mass)
      }
    }
    panelLength = 0.18 * Double(degree) / fastest
  }
}

extension SolutionPlan: CustomStringConvertible {
  /// "48 × 129, 40 × 97": positions × momenta of each Gaussian.
  public var description: String { rules.map { "\($0.positions) × \($0.rows)" }.joined(separator: ", ") }
}
