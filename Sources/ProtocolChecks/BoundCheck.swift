import CLibraries
import DysonSeries
public import Interaction
public import PhaseSpace
public import RemainderBounds

/// Checks what `RemainderBound` promises, for a model on the torus at N = ∞ and data that it applies to: enclosures are not
/// empty and not negative, hold the Doubles, vanish at t = 0, are the same for −t and −ξ, and are not below the remainder
/// |Δ_L| itself, computed on the lattice with its error budget.
///
/// - Parameters:
///   - point: the particles at which the bound is looked at, on the grid of no lattice in particular.
///   - time: a multiple of 0.05, small enough for a lattice of 8 modes and |ξ| ≤ 8.
/// - Throws: `BrokenPromises`. Cost: a second.
public func checkBound(
  _ bound: any RemainderBound, _ model: Model, initial: ProductMixture, at point: Point, time: DecimalNumber,
  orders: Int = 4
) throws(BrokenPromises) {
  var ledger = PromiseLedger(bound)
  ledger.require(!bound.name.isEmpty && !bound.label.isEmpty, "a bound has a name and a label")
  guard
    let applied = ledger.attempt(
      "the bound applies to the model and the data",
      { try CertifiedBound(bound, model, initial: initial, orders: orders) }),
    let values = ledger.attempt("there are enclosures", { try applied.enclosures(at: point, time: time) }),
    let start = ledger.attempt(
      "there are enclosures at t = 0", { try applied.enclosures(at: point, time: 0) })
  else {
    try ledger.finish()
    return
  }
  ledger.require(values.count == orders && start.count == orders, "there is a bound for every order")
  ledger.require(start.allSatisfy { $0.upper == 0 }, "nothing remains at t = 0", "\(start.map(\.upper))")
  ledger.require(
    values.allSatisfy { $0.lower >= 0 && $0.lower <= $0.upper }, "enclosures are not empty and not negative")
  if let doubles: [Double] = ledger.attempt(
    "there are values in Double",
    { try bound.values(model, initial: initial, at: point, time: time.value, orders: orders) })
  {
    for (order, (value, enclosure)) in zip(doubles, values).enumerated() {
      ledger.require(
        value >= enclosure.lower * (1 - 1e-9) && value <= enclosure.upper * (1 + 1e-9),
        "the enclosure holds the Double", "L = \(order + 1): \(value)")
    }
  }
  let mirror = Point(
    point.map { particle in
      Particle(
        species: particle.species, xi: particle.xi.map { DecimalNumber(-$0.value) }, eta: particle.eta,
        mode: particle.mode)
    })
  if let reversed = ledger.attempt(
    "there are enclosures at −t", { try applied.enclosures(at: mirror, time: DecimalNumber(-time.value)) })
  {
    ledger.require(
      zip(reversed, values).allSatisfy { ($0.upper - $1.upper).magnitude <= 1e-9 * $1.upper },
      "−t and −ξ give what t and ξ give")
  }
  if let row = ledger.attempt(
    "the remainder can be computed",
    {
      try DysonRemainder(
        model: model, initial: initial, lattice: FourierLattice(model, modes: 8, xiExtent: 8, timeStep: 0.05),
        times: [time.value], points: [point], orders: orders
      ).run(workers: Workers(threads: 1))[0]
    })
  {
    for (order, enclosure) in values.enumerated() {
      let least = row.remainders[order] - row.budgets[order]
      ledger.require(
        least <= enclosure.upper, "the bound is not below the remainder",
        "L = \(order + 1): \(enclosure.upper), |Δ_L| ≥ \(least)")
    }
  }
  try ledger.finish()
}
