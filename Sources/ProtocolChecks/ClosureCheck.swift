public import Hierarchy

/// Checks what `Closure` promises for ranks 1 … `rank`: every term is a partition of the R + 1 particles into at least two
/// blocks, coefficients are finite, particles are treated alike; and, unless the closure has no terms, that factorised data
/// stay factorised (Σ_π a_π = 1).
///
///     try checkClosure(DampedClosure())
///
/// - Parameter keepsProducts: whether Σ_π a_π = 1 is asked for; a closure that damps does without.
/// - Throws: `BrokenPromises`. Cost: R! comparisons of the terms.
public func checkClosure(_ closure: any Closure, upTo rank: Int = 4, keepsProducts: Bool = true)
  throws(BrokenPromises)
{
  var ledger = PromiseLedger(closure)
  ledger.require(!closure.name.isEmpty, "a closure has a name")
  for particles in 2...max(2, rank + 1) {
    let terms = closure.terms(particles: particles)
    let place = "R = \(particles - 1)"
    for term in terms {
      ledger.require(
        term.blocks.joined().sorted() == Array(0..<particles) && term.blocks.count > 1
          && !term.blocks.contains(where: \.isEmpty),
        "a term is a partition of 0…R into at least two blocks", "\(place): \(term.blocks)")
      ledger.require(term.coefficient.isFinite, "coefficients are finite", "\(place): \(term.coefficient)")
    }
    let weights = collected(terms) { $0 }
    for (a, b) in zip(0..<particles, 1..<particles) {
      let exchanged = collected(terms) { $0 == a ? b : $0 == b ? a : $0 }
      ledger.require(
        exchanged.allSatisfy { ($0.value - weights[$0.key, default: 0]).magnitude <= 1e-14 },
        "particles are treated alike", "\(place): \(a) and \(b)")
    }
    if keepsProducts, !terms.isEmpty {
      let sum = terms.reduce(0) { $0 + $1.coefficient }
      ledger.require(
        (sum - 1).magnitude <= 1e-12, "factorised data stay factorised (Σ_π a_π = 1)", "\(place): \(sum)")
    }
  }
  try ledger.finish()
}

/// The coefficient of every partition, its particles renamed.
private func collected(_ terms: [ClosureTerm], _ name: (Int) -> Int) -> [Set<Set<Int>>: Double] {
  var weights: [Set<Set<Int>>: Double] = [:]
  for term in terms {
    weights[Set(term.blocks.map { Set($0.map(name)) }), default: 0] += term.coefficient
  }
  return weights
}
