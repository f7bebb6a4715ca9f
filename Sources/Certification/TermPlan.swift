import CLibraries
public import Computing
import Foundation
public import Interaction
public import PhaseSpace

/// How finely the certified terms are computed: nodes, degree, panels and precision, from the radius that is wanted.
///
/// Nothing rests on the choice: a bad one gives wide enclosures. It is made of three growths: of e^{iκmpt/m_α} in the strip of p,
/// which asks for close nodes; of its frequency at the largest |p|, which asks for short panels; of the roundings.
public struct TermPlan: Sendable {
  /// K, the degree of the polynomials in time.
  public var degree: Int
  /// Bits.
  public var precision: Int
  /// Panels of time are at most this long.
  public var panelLength: Double
  /// The nodes of each Gaussian of each species.
  package var rules: [NodeRule]

  /// Nodes of all species.
  public var nodes: Int { rules.reduce(0) { $0 + $1.rows * $1.positions } }

  /// - Parameters:
  ///   - radius: what the enclosures are to reach.
  ///   - attempt: from 0; each is finer.
  init(
    _ model: CertifiedModel, orders: Int, last: Double, arguments: [TermArgument], radius: Double,
    attempt: Int = 0
  ) {
    let error = radius * Foundation.pow(10, -3 - 4 * Double(attempt))
    let digits = -Foundation.log(error)
    let (mV, step) = (model.highestMode, model.modesPerOrder)
    degree = min(90, 20 + Int(0.2 * digits) + 8 * attempt)
    precision = max(128, Int((digits / Foundation.log(2) + 40) / 64 + 1) * 64) + 64 * (attempt / 2)
    let top = max(arguments.map { abs($0.mode) }.max() ?? 0, mV)
    let furthest = arguments.map { $0.xi.magnitude.upper }.max() ?? 0
    var fastest = 0.0
    rules = []
    for (alpha, streams) in model.streams.enumerated() {
      for stream in streams {
        let perMass = model.kappa.upper * stream.sigma.upper / model.masses[alpha].lower
        let rule = NodeRule(
          species: alpha, stream: stream, positions: top + orders * step + stream.reach + 1,
          growth: Double(top + orders * step) * perMass * last + furthest * stream.sigma.upper, magnitude: 8,
          error: error)
        rules.append(rule)
        let largest = stream.drift.magnitude.upper + Double(rule.reach) * rule.spacing * stream.sigma.upper
        fastest = max(fastest, Double(max(1, mV)) * model.kappa.upper * largest / model.masses[alpha].lower)
      }
    }
    panelLength = 0.25 * Double(degree) / max(fastest, 1e-3)
  }

  /// A: how the order j of z_m grows in the strip |Im p| ≤ bσ, as e^{A b}: (m + j min(n_0, m_V)) κσt/m_α.
  func growth(_ model: CertifiedModel, _ rule: NodeRule, mode: Int, order: Int, time: Double) -> Double {
    let perMass = model.kappa.upper * rule.stream.sigma.upper / model.masses[rule.species].lower
    return Double(mode + order * model.modesPerOrder) * perMass * time * ChebyshevRule.rounding
  }
}

extension TermPlan {
  /// The plan for one product of states.
  /// - Throws: `HypothesisError` for a model or states beyond the class.
  public init(
    _ model: Model, states: [any OneParticleState], orders: Int, times: [DecimalNumber], points: [Point],
    radius: Double, attempt: Int = 0
  ) throws {
    self.init(
      try CertifiedModel(model, states: states, label: "certified terms"), orders: orders,
      last: times.map(\.value).max() ?? 0,
      arguments: try points.flatMap { try TermArgument.all(of: $0, in: model.geometry) }, radius: radius,
      attempt: attempt)
  }
}
