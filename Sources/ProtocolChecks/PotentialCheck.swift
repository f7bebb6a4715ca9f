public import CLibraries
public import Interaction
import PhaseSpace

/// Checks what `BandLimitedPotential` and, where there is a density, `RadialPotential` promise: even real atoms within the
/// bandlimit, in balls that hold the Doubles; a density that vanishes beyond B, in balls that hold it; moments and supremum
/// against quadrature and search; atoms that are those of the density.
///
///     try checkPotential(TentPotential(height: 0.3, reach: 1.5))
///
/// - Parameters:
///   - dimension: d of the torus on which the atoms are looked at.
///   - length: its period Λ.
/// - Throws: `BrokenPromises`. Cost: some 10⁵ values of V̂.
public func checkPotential(
  _ potential: any BandLimitedPotential, dimension: Int = 1, length: DecimalNumber = 5
) throws(BrokenPromises) {
  var ledger = PromiseLedger(potential)
  checkAtoms(potential, dimension, Ball(2) * Ball.pi / Ball(length), &ledger)
  if let density = potential.density {
    checkDensity(density, &ledger)
    for q in 0...2 { checkMoment(density, q, dimension, &ledger) }
    checkSupremum(density, &ledger)
  }
  try ledger.finish()
}

private func checkAtoms(
  _ potential: any BandLimitedPotential, _ dimension: Int, _ kappa: Ball, _ ledger: inout PromiseLedger
) {
  let promise = "there are atoms on the torus"
  guard
    let balls: [PotentialAtom<Ball>] = ledger.attempt(
      promise, { try potential.atoms(dimension: dimension, kappa: kappa) }),
    let doubles: [PotentialAtom<Double>] = ledger.attempt(
      promise, { try potential.atoms(dimension: dimension, kappa: kappa.middle) })
  else { return }
  let limit = potential.bandlimit(kappa: kappa).upper
  for (atom, next) in zip(balls, balls.dropFirst()) {
    let order = atom.mode.precedes(next.mode)
    ledger.require(order, "atoms are sorted, each mode once", "\(atom.mode) before \(next.mode)")
  }
  for atom in balls {
    let place = "m = \(atom.mode), v_m = \(atom.coefficient.middle)"
    ledger.require(
      (dimension..<3).allSatisfy { atom.mode[$0] == 0 }, "modes have d components", place)
    ledger.require(
      (kappa * Ball(atom.mode.squaredNorm).squareRoot()).lower <= limit, "no atom is beyond the bandlimit",
      place)
    let mirror = balls.first { $0.mode == atom.mode.negated }
    ledger.require(
      mirror.map {
        ($0.coefficient - atom.coefficient).lower <= 0 && ($0.coefficient - atom.coefficient).upper >= 0
      }
        ?? false, "v_m = v_{−m}", place)
    if let double = doubles.first(where: { $0.mode == atom.mode })?.coefficient {
      let error = Double.greatest(atom.coefficient.lower - double, double - atom.coefficient.upper)
      ledger.require(
        error <= 1e-12 * atom.coefficient.magnitude.upper, "the ball of v_m holds its Double",
        "\(place), \(double)")
    }
  }
  if let density = potential.density {
    for atom in balls {
      let value =
        kappa.power(dimension) * density.transform(radius: kappa * Ball(atom.mode.squaredNorm).squareRoot())
      let difference = value - atom.coefficient
      ledger.require(
        difference.lower <= 0 && difference.upper >= 0, "v_m = κ^d V̂(κm)",
        "m = \(atom.mode): \(atom.coefficient.middle), \(value.middle)")
    }
  }
}

private func checkDensity(_ density: any RadialPotential, _ ledger: inout PromiseLedger) {
  let limit: Double = density.bandlimit(kappa: nil)
  let ball: Ball = density.bandlimit(kappa: nil)
  let breaks = density.smoothnessBreaks()
  ledger.require(
    limit > 0 && limit.isFinite || breaks == [0], "the bandlimit is a positive number", "\(limit)")
  ledger.require(ball.lower <= limit && limit <= ball.upper * (1 + 1e-15), "the ball of B holds its Double")
  ledger.require(
    breaks.first == 0 && zip(breaks, breaks.dropFirst()).allSatisfy(<)
      && (breaks.last ?? -1) <= limit * (1 + 1e-12),
    "breaks rise from 0 to B", "\(breaks)")
  for share in spread(200) {
    let beyond: Double = density.transform(radius: limit * (1 + 1e-9 + 2 * share))
    ledger.require(beyond == 0, "V̂ = 0 beyond B", "|η| = \(limit * (1 + 2 * share)): \(beyond)")
    let radius = limit * share
    let value: Double = density.transform(radius: radius)
    let wide = density.transform(
      radius: Ball.hull(Ball(exactly: radius), Ball(exactly: radius * 1.125)))
    let size = 1e-13 * .greatest(wide.magnitude.upper, value.magnitude)
    ledger.require(
      value.isFinite && wide.lower - size <= value && value <= wide.upper + size,
      "the ball of V̂ holds it at every radius", "|η| = \(radius): \(value), [\(wide.lower), \(wide.upper)]")
  }
  for (start, end) in zip(breaks, breaks.dropFirst()) {
    var signs: Set<Bool> = []
    for share in spread(50) {
      let value: Double = density.transform(radius: start + (end - start) * share)
      if value != 0 { signs.insert(value > 0) }
    }
    ledger.require(signs.count <= 1, "V̂ has one sign between breaks", "between \(start) and \(end)")
  }
}

/// ∫ |V̂| |η|^q dη over all smooth pieces.
private func checkMoment(
  _ density: any RadialPotential, _ q: Int, _ dimension: Int, _ ledger: inout PromiseLedger
) {
  let breaks = density.smoothnessBreaks()
  var sum = 0.0
  for (start, end) in zip(breaks, breaks.dropFirst()) {
    let isLast = end == breaks.last
    let power = isLast ? density.edgePower : nil
    let (nodes, weights): ([Double], [Double])
    if let power {
      let rule = GaussJacobi(points: 80, power: power, from: start, to: end)
      (nodes, weights) = (rule.nodes, rule.weights)
    } else {
      let rule = GaussLegendre(points: 80, from: start, to: end)
      (nodes, weights) = (rule.nodes, rule.weights)
    }
    for (r, weight) in zip(nodes, weights) {
      let value: Double = density.transform(radius: r)
      let edge = power.map { Double.pow(end - r, $0) } ?? 1
      sum += weight * (value.magnitude / edge) * Double.pow(r, dimension - 1 + q)
    }
  }
  sum *= Double.unitSphereArea(dimension: dimension)
  let given: Double = density.absoluteMoment(q, dimension: dimension)
  let ball: Ball = density.absoluteMoment(q, dimension: dimension)
  ledger.require(
    (given - sum).magnitude <= 1e-7 * .greatest(sum, 1e-300), "∫|V̂||η|^q is the integral",
    "q = \(q): \(given), by quadrature \(sum)")
  ledger.require(
    ball.lower <= given * (1 + 1e-12) && given * (1 - 1e-12) <= ball.upper,
    "the ball of ∫|V̂||η|^q holds its Double",
    "q = \(q)")
}

private func checkSupremum(_ density: any RadialPotential, _ ledger: inout PromiseLedger) {
  let limit: Double = density.bandlimit(kappa: nil)
  let given: Double = density.supremumOfGradientTransform()
  let ball: Ball = density.supremumOfGradientTransform()
  var largest = 0.0
  for step in 0...20_000 {
    let r = limit * Double(step) / 20_000
    let value: Double = density.transform(radius: r)
    largest = .greatest(largest, (r * value).magnitude)
  }
  ledger.require(
    given >= largest * (1 - 1e-9) && given <= largest * (1 + 1e-2), "A is sup |η V̂|",
    "\(given), by search \(largest)")
  ledger.require(
    ball.upper >= largest * (1 - 1e-12), "the ball of A is not below it", "\(ball.upper), \(largest)")
}
