public import Interaction
import Numerics
public import PhaseSpace

/// Checks what `InitialHierarchy` promises: W at (ξ,η) = 0 in every order; symmetry within a species; reality; a particle at
/// (0,0) leaves the lower order; and the products, where there are, against the values.
///
/// - Throws: `BrokenPromises`. Cost: some hundred values of up to three particles.
public func checkInitialData(_ initial: any InitialHierarchy, for model: Model) throws(BrokenPromises) {
  var ledger = PromiseLedger(initial)
  let species = Array(model.species.indices)
  let total: Double = initial.totalWeight(as: Double.self)
  for (index, list) in orders(species).enumerated() {
    let particles = place(list, model.geometry, index)
    let value = initial.value(at: particles)
    let size = 1e-12 * .greatest(1, value.length)
    let at = "(\(list.map(String.init).joined(separator: ",")))"
    let rest = particles.map { PhasePoint(species: $0.species, xi: .zero, eta: .zero) }
    ledger.require((initial.value(at: rest) - Complex(total)).length <= 1e-12, "f(0) = W", at)
    let mirror = particles.map {
      PhasePoint(species: $0.species, xi: SpaceVector.zero - $0.xi, eta: SpaceVector.zero - $0.eta)
    }
    ledger.require(
      (initial.value(at: mirror) - value.conjugate).length <= size, "f(−ξ,−η) = conj f(ξ,η)", at)
    ledger.require(
      (initial.value(at: particles.reversed()) - value).length <= size, "f is symmetric in its particles", at)
    for alpha in species {
      let more = particles + [PhasePoint(species: alpha, xi: .zero, eta: .zero)]
      ledger.require(
        (initial.value(at: more) - value).length <= size, "a particle at (0,0) leaves the lower order",
        "\(at) and one of species \(alpha)")
    }
    if initial.isNonnegative(hbar: model.kernel.hbar) {
      ledger.require(value.length <= total * (1 + 1e-12), "|f| ≤ W where the data are nonnegative", at)
    }
    if let products = initial.products {
      var sum = Complex<Double>.zero
      for product in products {
        sum += particles.reduce(Complex(product.weight)) {
          $0 * product.states[$1.species].value(xi: $1.xi, eta: $1.eta)
        }
      }
      ledger.require((sum - value).length <= size, "the products are the data", at)
    }
  }
  try ledger.finish()
}

/// One to three particles of these species.
private func orders(_ species: [Int]) -> [[Int]] {
  let one = species.map { [$0] }
  let two = one.flatMap { list in species.map { list + [$0] } }
  return one + two + two.flatMap { list in species.map { list + [$0] } }
}

private func place(_ list: [Int], _ geometry: PhaseSpaceGeometry, _ index: Int) -> [PhasePoint] {
  list.enumerated().map { number, species in
    let shares = spread(6, offset: 0.07 * Double(3 * index + number))
    var (xi, eta) = (SpaceVector.zero, SpaceVector.zero)
    for axis in 0..<geometry.dimension {
      xi[axis] = 3 * shares[axis] - 1.5
      let n = (3 * shares[3 + axis]).rounded(.down) - 1
      eta[axis] = geometry.kappa.map { $0 * n } ?? (2 * shares[3 + axis] - 1)
    }
    return PhasePoint(species: species, xi: xi, eta: eta)
  }
}
