import Foundation
import Testing

extension CoverageFamily {
  /// Against steps of a quarter.
  static let residueScaling = CoverageFamily(program: "residue-scaling", count: 25) { random in
    let species = ["a", "b"]
    func function() -> String {
      "{constant: 1.0, modes: [{m: [1], amplitude: \(random.within(-0.6, 0.6)), phase: \(random.within(-1, 1))}], "
        + "p-centre: \(random.within(-0.2, 0.2)), p-width: \(random.scale(0.01, 1))}"
    }
    let functions = species.map { "\($0): \(function())" }.joined(separator: ", ")
    let window = random.one(of: [
      "{kind: gaussian, width: \(random.within(0.5, 2))}",
      "{kind: cosine-power, radius: \(random.within(1, 3)), power: 6}",
    ])
    let common =
      random.model(species, strength: 0.6, modes: 1 + random.below(2))
      + random.orbitals(species, momentum: 0.3)
        + """
        particle-numbers: [\(2 + 2 * random.below(8)), 34]
        windows: [\(window)]
        times: [0, \(random.within(0.1, 0.6))]
        test-functions: {\(functions)}

        """
    let step = random.one(of: [0.02, 0.05, 0.1])
    return Pair(
      own: common + "time-step: \(step)\n", better: common + "time-step: \(step / 4)\n",
      betterProgram: "residue-scaling")
  } judge: { own, better in
    try RunSummary.paired(own.rows(), better.rows(), by: ["N", "window", "time", "term", "species"]).map {
      pair in
      JudgedNumber(
        name: "\(pair.name)", value: try pair.own.number("value"), error: try pair.own.number("error"),
        better: try pair.better.number("value"), betterError: try pair.better.number("error"),
        isFlagged: own.isFlagged(until: try pair.own.number("time")))
    }
  }

  /// Against twice the cells along each axis and half the step.
  static let vlasovLimit = CoverageFamily(program: "vlasov-limit", count: 12) { random in
    let species = ["a", "b"]
    let common =
      random.model(species, strength: 0.5) + random.orbitals(species, momentum: 0.3)
        + """
        particle-numbers: [\(4 + 2 * random.below(4)), 18]
        windows: [{kind: gaussian, width: \(random.within(0.7, 1.4))}]
        times: [0, \(random.time(1...5, of: 0.1))]
        compare: [vlasov, smoothed-vlasov]

        """
    let pMax = random.within(1.2, 2)
    func resolved(_ cells: Int, _ step: Double, _ modes: Int) -> String {
      common + """
        histogram: {q: \(cells), p: \(cells), p-max: \(pMax)}
        time-step: \(step)
        factorisation: {particle-numbers: [2], modes: \(modes)}

        """
    }
    let modes = 4 + random.below(3)
    return Pair(
      own: resolved(8, 0.05, modes), better: resolved(16, 0.025, modes + 3), betterProgram: "vlasov-limit")
  } judge: { own, better in
    let keys = ["N", "window", "time", "species", "reference"]
    let distances = try RunSummary.paired(own.rows(), better.rows(), by: keys).map { pair in
      JudgedNumber(
        name: "W₁, \(pair.name)", value: try pair.own.number("w1"),
        error: try pair.own.number("error") + pair.own.number("dualGap"),
        better: try pair.better.number("w1"),
        betterError: try pair.better.number("error") + pair.better.number("dualGap"),
        isFlagged: own.isFlagged(until: try pair.own.number("time")))
    }
    let correlations = try RunSummary.paired(
      own.rows("factorisation"), better.rows("factorisation"), by: ["N", "time"]
    ).map { pair in
      JudgedNumber(
        name: "cross, \(pair.name)", value: try pair.own.number("cross"),
        error: try pair.own.number("crossError"), better: try pair.better.number("cross"),
        betterError: try pair.better.number("crossError"),
        isFlagged: own.isFlagged(until: try pair.own.number("time")))
    }
    return distances + correlations
  }
}
