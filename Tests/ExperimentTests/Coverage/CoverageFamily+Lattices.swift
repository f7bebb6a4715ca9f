import Foundation
import TestRandomNumbers
import Testing

extension CoverageFamily {
  /// Lattices against nodes, which share nothing with them: S_L, D_L, |Δ_L| and μ̄_t.
  static let dysonRemainder = CoverageFamily(program: "dyson-remainder", count: 40) { random in
    let species = random.one(of: [["a"], ["a"], ["a", "b"]])
    let (step, modes, extent) = (random.one(of: [0.05, 0.1, 0.2]), 4 + random.below(5), 6 + random.below(7))
    let end = random.time(2...Int(2 / step), of: step)
    let point = "{species: a, xi: [\(random.within(-1.5, 1.5))], eta: [\(random.below(5) - 2).0]}"
    let other = "{species: \(species.last ?? "a"), xi: [\(random.within(-1, 1))], eta: [1.0]}"
    let common =
      random.model(species, strength: 0.8, modes: 1 + random.below(2), hasFractions: true)
      + random.product(species, sigma: 0.5...1.2, amplitude: 0.6)
        + """
        orders: 2
        points: [{particles: [\(point)]}, {particles: [\(point), \(other)]}]
        bounds: [branching]
        times: [\(end)]

        """
    return Pair(
      own: common
        + "method: lattice\nlattice: {modes: \(modes), xi-extent: \(extent).0, time-step: \(step)}\n",
      better: common + "method: nodes\n", betterProgram: "dyson-remainder")
  } judge: { own, better in
    try RunSummary.paired(own.rows(), better.rows(), by: ["point", "time", "order"]).flatMap { pair in
      let isFlagged = own.isFlagged(until: try pair.own.number("time"))
      func number(_ key: String, _ place: Int?, _ row: [String: Any]) throws -> Double {
        guard let place else { return try row.number(key) }
        return try row.numbers(key)[place]
      }
      return try [
        ("partialSum", 0), ("partialSum", 1), ("term", 0), ("term", 1), ("exact", 0), ("exact", 1),
        ("remainder", nil),
      ].map { key, place in
        JudgedNumber(
          name: "\(key), \(pair.name)", value: try number(key, place, pair.own),
          error: try pair.own.number("\(key)Error"), better: try number(key, place, pair.better),
          betterError: try pair.better.number("\(key)Error"), isFlagged: isFlagged)
      }
    }
  }

  /// Against the series by nodes: another method. Three standard deviations and the bias.
  static let dysonTrees = CoverageFamily(program: "dyson-trees", count: 30, isStatistical: true) { random in
    let species = random.one(of: [["a"], ["a", "b"]])
    let point = "{species: a, xi: [\(random.within(-1.5, 1.5))], eta: [\(random.below(4) - 1).0]}"
    let common =
      random.model(species, strength: 0.8, modes: 1 + random.below(2), hasFractions: true)
      + random.product(species, sigma: 0.5...1.2, amplitude: 0.6)
      + "orders: 3\npoints: [{particles: [\(point)]}]\nbounds: [branching]\ntimes: [\(random.time(1...5, of: 0.2))]\n"
    return Pair(
      own: common + "samples: \(random.one(of: [2048, 16384, 131_072]))\nseed: \(1 + random.below(1000))\n",
      better: common + "method: nodes\n", betterProgram: "dyson-remainder")
  } judge: { own, better in
    try RunSummary.paired(own.rows(), better.rows(), by: ["point", "time", "order"]).flatMap { pair in
      let (value, exact) = (try pair.own.numbers("value"), try pair.better.numbers("term"))
      return try [(0, "standardErrorRe"), (1, "standardErrorIm")].map { place, error in
        JudgedNumber(
          name: "D_j[\(place)], \(pair.name)", value: value[place],
          error: try 3 * pair.own.number(error) + pair.own.number("bias"), better: exact[place],
          betterError: try pair.better.number("termError"), isFlagged: pair.own["reliable"] as? Bool != true)
      }
    }
  }

  /// Rank 2 with one species, rows named by these keys.
  private static func truncated(
    _ random: inout SplitMix, _ common: String, program: String
  ) -> Pair {
    let (modes, extent, step) = (2 + random.below(2), 3 + random.below(3), random.one(of: [0.1, 0.2]))
    let model =
      random.model(["a"], strength: 0.6, hasFractions: true)
      + random.product(["a"], sigma: 0.7...1.2, amplitude: 0.5)
      + "rank: 2\ntimes: [\(step), \(random.time(2...4, of: step))]\n" + common
    func lattice(_ modes: Int, _ extent: Double, _ step: Double) -> String {
      model + "lattice: {modes: \(modes), xi-extent: \(extent), time-step: \(step)}\n"
    }
    return Pair(
      own: lattice(modes, Double(extent), step), better: lattice(modes + 1, 1.5 * Double(extent), step / 2),
      betterProgram: program)
  }

  /// The closures that keep a product have no error but the lattice's and that of shared orbitals: exactly 0. The zero closure against a
  /// finer lattice.
  static let truncationError = CoverageFamily(program: "truncation-error", count: 25, isQuick: false) {
    random in
    truncated(&random, "closures: [zero, factorised, cumulant]\n", program: "truncation-error")
  } judge: { own, better in
    try RunSummary.paired(own.rows(), better.rows(), by: ["closure", "time", "marginal"]).map { pair in
      let value = try pair.own.number("max")
      let isZero = pair.own["closure"] as? String != "zero"
      func error(_ row: [String: Any]) throws -> Double {
        try row.number("latticeError") + row.number("referenceError")
          + row.number("storageShare") * row.number("referenceMax")
      }
      return JudgedNumber(
        name: "max, \(pair.name)", value: value, error: try error(pair.own),
        better: isZero ? 0 : min(value, try pair.better.number("max")),
        betterError: isZero ? 0 : try error(pair.better),
        isFlagged: own.isFlagged(until: try pair.own.number("time")))
    }
  }

  /// Against a finer lattice.
  static let finiteSize = CoverageFamily(program: "finite-size", count: 20, isQuick: false) { random in
    truncated(
      &random,
      "closures: [\(random.one(of: ["zero", "cumulant"]))]\nparticle-numbers: [\(4 + random.below(60))]\n"
        + "hbars: [\(random.within(0.1, 0.8))]\n", program: "finite-size")
  } judge: { own, better in
    try RunSummary.paired(own.rows(), better.rows(), by: ["closure", "N", "hbar", "time", "marginal"]).flatMap
    {
      pair in
      try ["max", "normalisedMax"].map { key in
        let value = try pair.own.number(key)
        func error(_ row: [String: Any]) throws -> Double {
          try row.number("latticeError") + row.number("referenceError")
        }
        return JudgedNumber(
          name: "\(key), \(pair.name)", value: value, error: try error(pair.own),
          better: min(value, try pair.better.number(key)), betterError: try error(pair.better),
          isFlagged: pair.own["resolved"] as? Bool != true)
      }
    }
  }
}
