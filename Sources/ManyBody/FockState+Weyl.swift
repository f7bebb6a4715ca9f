// One expectation of Weyl operators in an exact state, by annihilating instead of by a density matrix:
//
//     Tr γ Π_j W_j = Σ_u Π_j f_j(u_j) ⟨a_{w_k} … a_{w_1} Ψ, a_{u_k} … a_{u_1} Ψ⟩,   w_j = u_j + n_j,   f_j(u) = e^{iħκξ_j·(u + n_j/2)},
//
// of which γ has the elements for all other w too. The last operator is one pass over both vectors, whatever its u.

import CLibraries
public import Numerics
import PhaseSpace

extension FockState {
  /// Tr γ Π_j W_j for any number of operators; zero where a species has not as many particles. Cost for k operators: 2M^{k−1}
  /// annihilations and M^{k−1} passes of (M − N_α + 1) multiplications a coefficient; two vectors less a particle for each
  /// operator but the last. Where all points of one order are needed `weylExpectations` prepares a `ReducedDensity`.
  public func weylExpectation(_ operators: [[WeylOperator]]) -> Complex<Double> {
    guard zip(operators, particles).allSatisfy({ $0.count <= $1 }) else { return .zero }
    let list = operators.enumerated().flatMap { species, list in list.map { (species: species, weyl: $0) } }
    guard !list.isEmpty else { return Complex(squaredNorm) }
    return Self.expectation(self, self, list[...])
  }

  private static func expectation(
    _ left: FockState, _ right: FockState, _ operators: ArraySlice<(species: Int, weyl: WeylOperator)>
  ) -> Complex<Double> {
    guard let (species, weyl) = operators.first else { return left.inner(right) }
    let moves = right.moves(of: weyl)
    // Of states that ranks have together only sums over blocks are sums over all.
    if operators.count == 1, !right.space.ranks.isShared { return transition(left, right, species, moves) }
    var sum = Complex<Double>.zero
    for (u, move) in moves.enumerated() {
      guard let move else { continue }
      let (from, to) = (
        right.annihilated(mode: u, species: species), left.annihilated(mode: move.target, species: species)
      )
      sum += move.factor * expectation(to, from, operators.dropFirst())
    }
    return sum
  }

  /// Where each plane wave u goes, and f(u); nil where u + n is none of the plane waves.
  private func moves(of weyl: WeylOperator) -> [(target: Int, factor: Complex<Double>)?] {
    waves.modes.map { mode in
      waves.index(of: mode &+ weyl.mode).map {
        ($0, weyl.phase(mode, hbar: hbar, wavenumber: waves.wavenumber))
      }
    }
  }

  /// Σ_u f(u) ⟨a_{u+n} Φ, a_u Ψ⟩
  private static func transition(
    _ left: FockState, _ right: FockState, _ species: Int, _ moves: [(target: Int, factor: Complex<Double>)?]
  ) -> Complex<Double> {
    let sector = right.space.sector(species, removed: right.removed[species])
    let sizes = right.dimensions
    let (outer, inner) = (sizes[..<species].reduce(1, *), sizes[(species + 1)...].reduce(1, *))
    let own = sizes[species]
    var sum = Complex<Double>.zero
    // Of one state of the sector below: where a particle at each plane wave leads, and with which sign.
    var sources = [Int](repeating: -1, count: moves.count)
    var signs = [Double](repeating: 0, count: moves.count)
    left.coefficients.withUnsafeBufferPointer { left in
      right.coefficients.withUnsafeBufferPointer { right in
        for r in 0..<sector.annihilationStarts.count - 1 {
          let entries = sector.annihilations[sector.annihilationStarts[r]..<sector.annihilationStarts[r + 1]]
          for entry in entries {
            sources[Int(entry.mode)] = Int(entry.source)
            signs[Int(entry.mode)] = entry.sign
          }
          for entry in entries {
            guard let move = moves[Int(entry.mode)], sources[move.target] >= 0 else { continue }
            var (re, im) = (0.0, 0.0)
            for o in 0..<outer {
              let (x, y) = ((o * own + sources[move.target]) * inner, (o * own + Int(entry.source)) * inner)
              for c in 0..<inner {
                let (a, b) = (left[x + c], right[y + c])
                re += a.real * b.real + a.imaginary * b.imaginary
                im += a.real * b.imaginary - a.imaginary * b.real
              }
            }
            sum += move.factor * Complex(re, im).multiplied(by: entry.sign * signs[move.target])
          }
          for entry in entries { sources[Int(entry.mode)] = -1 }
        }
      }
    }
    return sum
  }
}
