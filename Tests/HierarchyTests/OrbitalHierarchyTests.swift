import CLibraries
import Computing
import Hierarchy
import Interaction
import PhaseSpace
import Testing
import Vlasov

@Suite("Shared orbitals against full storage")
struct OrbitalHierarchyTests {
  private typealias Models = TruncatedHierarchyModel

  private static let closures: [any Closure] = [ZeroClosure(), FactorisedClosure(), CumulantClosure()]

  @Test("scratch")
  func scratch() throws {
    let model = try Models.plasma(strength: 1, fractions: [0.3, 0.7])
    let lattice = try Models.lattice(model, modes: 4, extent: 10, step: 0.25)
    let initial = try Models.mixture(model)
    for closure in Self.closures {
      let full = try TruncatedHierarchy(
        model: model, initial: initial, lattice: lattice, rank: 2, closure: closure, workers: Workers(threads: 1))
      let clock = ContinuousClock()
      let a = clock.now
      try full.advance(to: 1)
      print("full", clock.now - a)
      for tolerance in [1e-3, 1e-6, 1e-9] {
        let orbitals = try OrbitalHierarchy(
          model: model, initial: initial, lattice: lattice, rank: 2, closure: closure, tolerance: tolerance,
          workers: Workers(threads: 1))
        print(try orbitals.orders.map { try orbitals.distance($0, to: full).maximum })
        let b = clock.now
        for _ in 0..<4 {
          try orbitals.advance(to: orbitals.time + 0.25)
          print(closure.name, tolerance, orbitals.time, orbitals.ranks, orbitals.widest, orbitals.errors.max() ?? 0)
        }
        print("orbitals", clock.now - b)
        for order in orbitals.orders {
          let d = try orbitals.distance(order, to: full)
          print(order, d)
        }
        print(orbitals.resolution().map { "\($0.name) \($0.value)" })
      }
    }
  }
}
