import CLibraries
import Hierarchy
import Numerics
import PhaseSpace
import Testing

/// A state that cannot be computed at one point.
private struct Punctured: OneParticleState {
  let state: any OneParticleState
  let xi: Double

  func value(xi: SpaceVector, eta: SpaceVector) -> Complex<Double> {
    (xi[0].magnitude - self.xi).magnitude < 1e-9 && eta[0] != 0
      ? Complex(.nan, 0) : state.value(xi: xi, eta: eta)
  }
  func isNonnegative(hbar: Double?) -> Bool { state.isNonnegative(hbar: hbar) }
  var highestMode: Int? { state.highestMode }
}

@Suite("What is not a number in a hierarchy")
struct NotANumberTests {
  /// Wherever it stands in a line, at its beginning, in the middle or at its end, and whatever finite values follow.
  @Test("a value that is not a number reaches the distance and the report", arguments: [0.25, 1.5, 3.0, 5.0])
  func isNotLost(xi: Double) throws {
    let model = try TruncatedHierarchyModel.plasma(strength: 0.5)
    let lattice = try TruncatedHierarchyModel.lattice(model, modes: 2, extent: 5, step: 0.5)
    let whole = try TruncatedHierarchyModel.factorised(model)
    let punctured = try ProductMixture(
      components: whole.components.map { component in
        .init(weight: component.weight, states: component.states.map { Punctured(state: $0, xi: xi) })
      })
    let hierarchy = try TruncatedHierarchy(
      model: model, initial: punctured, lattice: lattice, rank: 2, closure: ZeroClosure(),
      workers: Workers(threads: 2))
    let other = try TruncatedHierarchy(
      model: model, initial: whole, lattice: lattice, rank: 2, closure: ZeroClosure(),
      workers: Workers(threads: 2))
    for order in hierarchy.orders {
      let distance = try hierarchy.distance(order, to: other)
      #expect(distance.maximum.isNaN && distance.l2.isNaN, "\(order)")
      #expect(try other.distance(order, to: hierarchy).referenceMaximum.isNaN, "\(order)")
    }
    #expect(throws: NumericalFailure.self) { try hierarchy.report() }
    #expect(try other.report().state != .unphysical)
  }
}
