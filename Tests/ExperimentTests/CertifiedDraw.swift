import Foundation
import TestRandomNumbers

/// A small member of the class of certified runs, drawn at random: one or two species, one to three modes, one or two streams; and in turn
/// what is hard on budgets: a coarse lattice, strong coupling, many modes, a cold species.
struct CertifiedDraw: CustomStringConvertible, Sendable {
  enum Kind: Int, CaseIterable, Sendable { case plain, coarse, strong, manyModes, cold }

  let seed: Int
  var kind: Kind { Kind.allCases[seed % Kind.allCases.count] }
  var description: String { "draw \(seed), \(kind)" }

  private struct Drawing {
    var random: SplitMix

    mutating func number(_ low: Double, _ high: Double) -> String {
      String(format: "%.4g", low + (high - low) * Double(random.below(10_001)) / 1e4)
    }

    /// - Parameter kind: maxwellian, or two-stream with a weight.
    mutating func state(_ kind: String, drift: String, _ widths: ClosedRange<Double>) -> String {
      "{kind: \(kind), sigma: [\(number(widths.lowerBound, widths.upperBound))], drift: [\(drift)], "
        + "modulation: [{m: [\(1 + random.below(2))], amplitude: \(number(0, 0.8)), phase: \(number(-3, 3))}]}"
    }
  }

  /// - Parameters:
  ///   - certify: the radius, and hours that it may take.
  ///   - last: the last time; half of it is another, and a quarter the step of lattices, or half.
  func yaml(certify: (radius: Double, hours: Double)?, method: String, last: Double) -> String {
    var drawing = Drawing(random: SplitMix(seed: UInt64(seed) &* 7919 &+ 17))
    let two = drawing.random.below(2) == 0
    let length = drawing.number(3, 9)
    let kappa = 2 * Double.pi / (Double(length) ?? 6)
    let strength = kind == .strong ? 4.0 : 1
    let count = kind == .manyModes ? 5 + drawing.random.below(4) : 1 + drawing.random.below(3)
    let modes = (1...count).map {
      let share = kind == .manyModes ? 1 / Double($0) : strength
      return "{m: [\($0)], coefficient: \(drawing.number(-0.6 * share, 0.8 * share))}"
    }.joined(separator: ", ")
    let mass = drawing.number(0.6, 3)
    let widths = kind == .cold ? 0.05...0.15 : 0.3...1.1
    let drift = drawing.number(-0.4, 0.4)
    let first =
      drawing.random.below(3) == 0
      ? drawing.state("two-stream, weight: \(drawing.number(0.2, 0.8))", drift: "0.65", widths)
      : drawing.state("maxwellian", drift: drift, widths)
    let species =
      two
      ? "[{name: a, fraction: 0.5, mass: 1}, {name: b, fraction: 0.5, mass: \(mass)}]"
      : "[{name: a, fraction: 1, mass: \(mass)}]"
    let second = two ? "\n      b: \(drawing.state("maxwellian", drift: "0.1", 0.3...1.1))" : ""
    let pair =
      two
      ? "\n    - {between: [a, b], kind: trigonometric, modes: [{m: [1], coefficient: "
        + "\(drawing.number(-0.6 * strength, 0.6 * strength))}]}"
      : ""
    return """
      model:
        dimension: 1
        domain: {kind: torus, length: \(length)}
        species: \(species)
        potentials:
          - {between: [a, a], kind: trigonometric, modes: [\(modes)]}\(pair)
      initial:
        kind: factorised
        components:
          - a: \(first)\(second)
      method: \(method)
      lattice: \(lattice(&drawing, step: last / 4))
      times: [\(last / 2), \(last)]
      orders: 4
      points:
        - particles: [{species: a, xi: [0.3], eta: [\(kappa)]}]
        - particles: [{species: a, xi: [0.5], eta: [\(kappa)]}, {species: a, xi: [0.0], eta: [\(-kappa)]}]
      bounds: [branching, multi-type, data-aware]
      \(certify.map { "certify: {radius: \($0.radius)}\ntime-limit: \($0.hours)" } ?? "")
      """
  }

  private func lattice(_ drawing: inout Drawing, step: Double) -> String {
    switch kind {
    case .coarse:
      "{modes: \(5 + drawing.random.below(6)), xi-extent: \(drawing.number(5, 12)), time-step: \(2 * step)}"
    case .cold: "{modes: 12, xi-extent: \(drawing.number(20, 60)), time-step: \(step)}"
    default: "{modes: 16, xi-extent: 18.0, time-step: \(step)}"
    }
  }

  static let tried = (0..<(isWhole ? 60 : 1)).map(CertifiedDraw.init)
  /// Hours that the enclosure of one may take, at the latest time at which that is enough.
  static let hours = isWhole ? 0.02 : 0.004
  private static let isWhole = ProcessInfo.processInfo.environment["VLASOV_CAMPAIGN"] == "1"
}
