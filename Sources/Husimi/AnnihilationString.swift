// Π_α a_α(f_k) … a_α(f_1) applied to states, with some of the vectors replaced. The replaced ones are moved to
// the left end (each exchange with a neighbour of its species changes the sign), so that the part they share is
// computed once.

import CLibraries
import ManyBody
import Numerics
import PhaseSpace

/// The string of annihilators at a set of phase-space points.
final class AnnihilationString {
  let coherent: [[CoherentState]]
  /// All particles of the marginal, species by species.
  let particles: [(species: Int, index: Int)]
  private let vectors: [[[Complex<Double>]]]
  private let identity: HierarchyIdentity
  private var shared: [[Int]: FockState] = [:]

  init(identity: HierarchyIdentity, points: [[HusimiPoint]]) throws {
    guard points.count == identity.space.speciesCount,
      zip(points, identity.space.particles).allSatisfy({ $0.count <= $1 }), !points.joined().isEmpty
    else {
      throw ArgumentError(
        "husimi-points",
        expected: "at most \(identity.space.particles) points of the species, one at least",
        got: "\(points.map(\.count))")
    }
    self.identity = identity
    coherent = try points.map { list in
      try list.map {
        try CoherentState(
          position: $0.position, momentum: $0.momentum, window: identity.window, waves: identity.space.waves,
          hbar: identity.space.hbar)
      }
    }
    vectors = coherent.map { $0.map { $0.coefficients() } }
    particles = points.enumerated().flatMap { species, list in
      list.indices.map { (species: species, index: $0) }
    }
  }

  /// The whole string on a state.
  func apply(_ state: FockState) -> FockState { state.annihilated(vectors)! }

  /// The string on Ψ itself with some vectors replaced.
  func apply(replacing replaced: [(species: Int, index: Int, vector: [Complex<Double>])]) -> FockState {
    let key = replaced.flatMap { [$0.species, $0.index] }
    let rest: FockState
    if let known = shared[key] {
      rest = known
    } else {
      var kept = vectors
      for species in vectors.indices {
        kept[species] = vectors[species].indices.filter { index in
          !replaced.contains { $0.species == species && $0.index == index }
        }.map { vectors[species][$0] }
      }
      rest = identity.state.annihilated(kept)!
      shared[key] = rest
    }
    // Parity of the order (kept ascending, replaced) within each species.
    var sign = 1.0
    for species in vectors.indices {
      let moved = replaced.filter { $0.species == species }.map(\.index)
      let order = vectors[species].indices.filter { !moved.contains($0) } + moved
      for i in order.indices {
        for j in 0..<i where order[j] > order[i] { sign = -sign }
      }
    }
    var result = rest
    for item in replaced {
      result = result.annihilated(item.vector.map { $0.multiplied(by: sign) }, species: item.species)!
      sign = 1
    }
    return result
  }
}

/// The strings of one particle that the forces of all its partners share, each made once.
final class MovedStrings {
  private let string: AnnihilationString
  private let species: Int
  private let particle: Int
  private var shifts: [ModeIndex: FockState] = [:]

  init(_ string: AnnihilationString, _ species: Int, _ particle: Int) {
    (self.string, self.species, self.particle) = (string, species, particle)
  }

  private var coherent: CoherentState { string.coherent[species][particle] }

  /// Φ^{(j:m)}
  func shifted(by mode: ModeIndex) -> FockState {
    if let known = shifts[mode] { return known }
    let made = string.apply(replacing: [(species, particle, coherent.coefficients(shift: mode))])
    shifts[mode] = made
    return made
  }

  /// Φ with ∂_p of the particle's coherent state, axis by axis.
  private(set) lazy var slopes = coherent.position.indices.map { axis in
    string.apply(replacing: [(species, particle, coherent.coefficients(.momentum(axis: axis)))])
  }
}
