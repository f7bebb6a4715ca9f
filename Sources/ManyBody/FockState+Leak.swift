// What the plane waves kept do not see. P projects on |n_i| ≤ n_max for every particle. The state that is computed moves with
// PHP, the true one with H. With δ = ψ − Ψ, iħ∂_tψ = Hψ and iħ∂_tΨ = PHPΨ = HΨ − (1 − P)HΨ,
//
//     iħ ∂_t δ = Hδ + (1 − P)HΨ,     hence     ‖ψ(t) − Ψ(t)‖ ≤ ‖ψ(0) − Ψ(0)‖ + (1/ħ) ∫_0^t ‖(1 − P)HΨ(s)‖ ds
//
// by Duhamel's formula, since e^{−itH/ħ} is unitary: an a-posteriori bound, of the state that was computed alone.
//
// K commutes with P, so that only V leaves. One or two of a pair end outside; the two parts are orthogonal. With u, w outside,
//
//     ‖(1 − P)HΨ‖² = Σ_α Σ_u ‖(1/N) Σ_{β,m} v^{αβ}_m ρ^β_{−m} a^α_{u−m} Ψ‖²
//                    + Σ_{α≤β} Σ_{u,w} ‖(1/N) Σ_m v^{αβ}_m a^β_{w+m} a^α_{u−m} Ψ‖²,
//
// an external potential adding Σ_m u_{α,m} a^α_{u−m} Ψ under the first norm, which lets one particle end outside;
// ρ compressed to the waves kept, sums over m with u − m (and w + m) inside; for α = β every pair {u, w} once. Cost: a density
// product on the state for each mode m, and one on the state less a particle for each wave within M of the edge, less than one application
// of H. Memory: the state, and one less a particle for each u.

import CLibraries
import Numerics
import PhaseSpace

extension FockState {
  /// ‖(1 − P)HΨ‖, the norm of what H sends out of the plane waves kept.
  public func leak(_ interaction: InteractionModes) -> Double {
    let total = Double(space.totalParticles)
    return (singleLeak(interaction) + pairLeak(interaction)).squareRoot() / total
  }

  /// n + m outside, by target: the modes m and the indices of n that lead there.
  private func exits(_ interaction: InteractionModes, _ species: Int) -> [(target: ModeIndex, ways: [Way])] {
    var found: [ModeIndex: [Way]] = [:]
    let coefficients =
      space.particles.indices.flatMap { interaction[species, $0] } + interaction.external(species)
    for m in Set(coefficients.map(\.mode)) where m != .zero {
      for (index, n) in waves.modes.enumerated() {
        let target = n &+ m
        if waves.index(of: target) == nil { found[target, default: []].append(Way(mode: m, source: index)) }
      }
    }
    return found.sorted { $0.key.precedes($1.key) }.map { target, ways in
      (target, ways.sorted { $0.source < $1.source })
    }
  }

  /// From the plane wave `source` by m.
  private struct Way {
    let mode: ModeIndex
    let source: Int
  }

  private func strength(_ interaction: InteractionModes, _ a: Int, _ b: Int, _ mode: ModeIndex) -> Double? {
    interaction[a, b].first { $0.mode == mode }?.value
  }

  /// One particle of the pair ends outside.
  private func singleLeak(_ interaction: InteractionModes) -> Double {
    var sum = 0.0
    for species in particles.indices where removed[species] < particles[species] {
      let exits = exits(interaction, species)
      let state = divided(awayFrom: species)
      var images = [FockState?](repeating: nil, count: exits.count)
      /// Adds factor·a_nΦ to the images of all u = n + m.
      func add(_ state: FockState, _ mode: ModeIndex, _ factor: Double, _ density: SparseMatrix? = nil) {
        for (place, (_, ways)) in exits.enumerated() {
          for way in ways where way.mode == mode {
            let lowered = state.annihilated(mode: way.source, species: species)
            self.add(
              density.map { lowered.applying($0, species: species) } ?? lowered, factor, to: &images[place])
          }
        }
      }
      for mode in Set(exits.flatMap { $0.ways.map(\.mode) }).sorted(by: { $0.precedes($1) }) {
        if let value = interaction.external(species).first(where: { $0.mode == mode })?.value {
          add(state, mode, value * Double(space.totalParticles))
        }
        for partner in particles.indices {
          let left = removed[partner] + (partner == species ? 1 : 0)
          guard left < particles[partner], let value = strength(interaction, species, partner, mode) else {
            continue
          }
          let density = SpeciesOperators(waves: waves, sector: space.sector(partner, removed: left))
            .density(mode.negated)
          // Of another species it commutes with a_n.
          if partner == species {
            add(state, mode, value, density)
          } else {
            add(applying(density, species: partner).divided(awayFrom: species), mode, value)
          }
        }
      }
      for image in images { sum += image?.squaredNorm ?? 0 }
    }
    return sum
  }

  /// Both particles of the pair end outside.
  private func pairLeak(_ interaction: InteractionModes) -> Double {
    var sum = 0.0
    for a in particles.indices where removed[a] < particles[a] {
      for b in particles.indices where b >= a && removed[b] + (a == b ? 1 : 0) < particles[b] {
        let partners = Dictionary(
          uniqueKeysWithValues: exits(interaction, b).map { ($0.target, $0.ways) })
        let state = divided(awayFrom: a)
        for (u, ways) in exits(interaction, a) {
          var images: [ModeIndex: FockState] = [:]
          for way in ways {
            guard let value = strength(interaction, a, b, way.mode) else { continue }
            let back = way.mode.negated
            let targets = partners.filter { target, ways in
              (a != b || u.precedes(target)) && ways.contains { $0.mode == back }
            }
            guard !targets.isEmpty else { continue }
            let lowered = state.annihilated(mode: way.source, species: a).divided(awayFrom: b)
            for (w, ways) in targets.sorted(by: { $0.key.precedes($1.key) }) {
              for other in ways where other.mode == back {
                add(lowered.annihilated(mode: other.source, species: b), value, to: &images[w])
              }
            }
          }
          for w in images.keys.sorted(by: { $0.precedes($1) }) {
            sum += images[w]?.squaredNorm ?? 0
          }
        }
      }
    }
    return sum
  }

  /// sum ← sum + factor·state
  private func add(_ state: FockState, _ factor: Double, to sum: inout FockState?) {
    guard sum != nil else {
      var first = state
      for i in first.coefficients.indices {
        first.coefficients[i] = first.coefficients[i].multiplied(by: factor)
      }
      sum = first
      return
    }
    sum!.add(state, factor)
  }
}
