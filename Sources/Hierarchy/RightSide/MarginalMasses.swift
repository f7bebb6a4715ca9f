import Interaction
import PhaseSpace

/// c^{(k,ℓ)} = w^{(k,ℓ)}(0): n_1^k n_2^ℓ at N = ∞, the falling factorials over N^{k+ℓ} otherwise (Lemma 2.1).
struct MarginalMasses: Sendable {
  let fractions: [Double]
  let particles: [Int]?

  init(_ model: Model) {
    fractions = model.fractions
    particles = model.particles
  }

  func mass(of order: MarginalOrder) -> Double {
    mass(of: order.slots)
  }

  /// The mass of a marginal of particles of these species.
  func mass(of species: [Int]) -> Double {
    var used = [Int](repeating: 0, count: fractions.count)
    var result = 1.0
    let number = Double(particles?.reduce(0, +) ?? 1)
    for one in species {
      result *= particles.map { Double(max(0, $0[one] - used[one])) / number } ?? fractions[one]
      used[one] += 1
    }
    return result
  }

  /// c of the whole over the product of c of the blocks: 1 at N = ∞.
  func ratio(of whole: MarginalOrder, to blocks: [[Int]], species: [Int]) -> Double {
    guard particles != nil else { return 1 }
    return blocks.reduce(mass(of: whole)) { $0 / mass(of: $1.map { species[$0] }) }
  }
}
