import Foundation
import Testing

extension CoverageFamily {
  /// Against three more plane waves on each side.
  static let manyBody = CoverageFamily(program: "many-body", count: 25, widest: 300) { random in
    let particles = random.one(of: [[1, 1], [2, 1], [2, 2], [3, 1]])
    let species = ["a", "b"]
    let numbers = "  particles: {a: \(particles[0]), b: \(particles[1])}"
    let point = "{species: a, q: [\(random.within(0, 6))], p: [\(random.within(-0.5, 0.5))]}"
    let common =
      random.model(species, strength: 0.6, modes: 1 + random.below(2), more: numbers) + "\n"
      + random.orbitals(species, momentum: 0.3)
        + """
        window: {kind: gaussian, width: \(random.within(0.5, 1.5))}
        companion: none
        times: [0, \(random.within(0.1, 0.6)), \(random.within(0.6, 1.5))]
        husimi-points: [{particles: [\(point)]}]
        grid: {positions: 4, momenta: 5, p-max: 1.2}

        """
    let modes = 3 + random.below(4)
    return Pair(
      own: common + "modes: \(modes)\n", better: common + "modes: \(modes + 3)\n", betterProgram: "many-body")
  } judge: { own, better in
    try RunSummary.paired(own.rows(), better.rows(), by: ["time"]).flatMap { pair in
      let time = try pair.own.number("time")
      let isFlagged = own.isFlagged(until: time, except: "Hartree–Fock: ")
      func truncation(_ row: [String: Any], _ key: String) throws -> [Double] {
        try #require(row["truncation"] as? [String: Any]).numbers(key)
      }
      var found: [JudgedNumber] = []
      let modes = try [pair.own, pair.better].map { try #require($0["densityModes"] as? [[[Double]]]) }
      let errors = try [pair.own, pair.better].map { try truncation($0, "densityModes") }
      for species in modes[0].indices {
        for mode in modes[0][species].indices {
          for part in 0..<2 {
            found.append(
              JudgedNumber(
                name: "r_\(mode)[\(part)] of \(species), \(pair.name)", value: modes[0][species][mode][part],
                error: errors[0][species], better: modes[1][species][mode][part],
                betterError: errors[1][species],
                isFlagged: isFlagged, bar: mode == 0 ? .bound : .estimate))
          }
        }
        found.append(
          JudgedNumber(
            name: "K of \(species), \(pair.name)", value: try pair.own.numbers("kinetic")[species],
            error: try truncation(pair.own, "kinetic")[species],
            better: try pair.better.numbers("kinetic")[species],
            betterError: try truncation(pair.better, "kinetic")[species], isFlagged: isFlagged))
      }
      func state(_ row: [String: Any]) throws -> Double {
        try #require(row["truncation"] as? [String: Any]).number("state")
      }
      found.append(
        JudgedNumber(
          name: "m, \(pair.name)", value: try pair.own.numbers("husimi")[0], error: try state(pair.own),
          better: try pair.better.numbers("husimi")[0], betterError: try state(pair.better),
          isFlagged: isFlagged,
          bar: .bound))
      return found
    }
  }

  /// Against three more plane waves, finer lattices, and pictures of twice the points.
  static let chain = CoverageFamily(program: "chain", count: 8, isQuick: false) { random in
    let species = ["a", "b"]
    let common =
      random.model(species, strength: 0.4, more: "  particles: {a: \(1 + random.below(2)), b: 1}") + "\n"
      + random.orbitals(species, momentum: 0.2)
      + "window: {kind: gaussian, width: 1.0}\ntimes: [0, \(random.time(2...5, of: 0.1))]\n"
    func resolved(
      _ modes: Int, _ latticeModes: Int, _ extent: Int, _ step: Double, _ points: Int, _ pMax: Double
    )
      -> String
    {
      common + """
        modes: \(modes)
        lattice: {modes: \(latticeModes), xi-extent: \(extent), time-step: \(step)}
        grid: {positions: \(2 * points), momenta: \(2 * points + 1), p-max: \(pMax)}
        histogram: {q: \(points), p: \(points), p-max: \(pMax)}

        """
    }
    let (modes, pMax) = (5 + random.below(3), random.within(2.5, 3.5))
    return Pair(
      own: resolved(modes, 10, 24, 0.1, 10, pMax), better: resolved(modes + 3, 14, 32, 0.05, 20, pMax),
      betterProgram: "chain")
  } judge: { own, better in
    try RunSummary.paired(own.rows(), better.rows(), by: ["time", "from", "to", "species"]).flatMap { pair in
      let isFlagged = own.isFlagged(until: try pair.own.number("time"))
      // Lattices know their density modes to a thousandth, which the figures of resolution say.
      return try [("husimiL1", "husimiL1Error"), ("w1", "w1Error")].map { key, error in
        JudgedNumber(
          name: "\(key), \(pair.name)", value: try pair.own.number(key), error: try pair.own.number(error),
          better: try pair.better.number(key), betterError: try pair.better.number(error),
          isFlagged: isFlagged)
      }
    }
  }

  /// Against three more plane waves and half the step.
  static let meanFieldRate = CoverageFamily(program: "mean-field-rate", count: 15, widest: 300) { random in
    let species = ["a", "b"]
    let point = "{species: a, xi: [\(random.within(-0.6, 0.6))], eta: [1.0]}"
    let common =
      random.model(species, strength: 0.4) + random.orbitals(species, momentum: 0)
        + """
        particle-numbers: [[1, 1], [2, 2]]
        points: [{particles: [\(point)]}, {particles: [\(point), {species: b, xi: [0.2], eta: [-1.0]}]}]
        times: [0, 0.2, \(random.time(2...5, of: 0.2))]
        hierarchy: null

        """
    let modes = 4 + random.below(3)
    return Pair(
      own: common + "modes: \(modes)\nlattice: {time-step: 0.1}\n",
      better: common + "modes: \(modes + 3)\nlattice: {time-step: 0.05}\n", betterProgram: "mean-field-rate")
  } judge: { own, better in
    try RunSummary.paired(own.rows(), better.rows(), by: ["source", "N", "time", "point"]).map { pair in
      JudgedNumber(
        name: "difference, \(pair.name)", value: try pair.own.number("difference"),
        error: try pair.own.number("differenceError"), better: try pair.better.number("difference"),
        betterError: try pair.better.number("differenceError"),
        isFlagged: own.isFlagged(until: try pair.own.number("time")))
    }
  }
}
