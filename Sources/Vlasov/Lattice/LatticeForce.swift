// The force on the lattice, for the nonperturbative flow and for the jets in the coupling λ:
//
//     ∂_t w_j = (η/m)·∇_ξ w_j + Σ_{a+b=j−1} Σ_m F_b(m) κ_ħ(κm·ξ) w_a(ξ,n+m),
//     F_b^α(m) = Σ_β v_{αβ,m} ρ̂_b^β(−m),   ρ̂_b^β(n) = w_b^β(0,n)          (flow: a = b = j = 0 instead, and
//                                                                        F^α(m) + u_{α,m} of an external potential)
//
// The modes come in pairs ±m with v_{−m} = v_m, F_b(−m) = conj F_b(m), κ_ħ odd. With F = f + ig,
//
//     F w(n+m) − F̄ w(n−m) = f·U + g·S,   U = w(n+m) − w(n−m),   S = i(w(n+m) + w(n−m)),
//
// so that one row of the right side is a real matrix product: [f-Toeplitz, g-Toeplitz, …] (L × 2L·pairs) times
// the stacked κU, κS (2L·pairs × 2P reals).

import CLibraries
import Interaction
import Numerics
import PhaseSpace

/// The force modes of each species (one of each pair ±m), and their Toeplitz matrices at the current densities.
struct LatticeForce {
  /// One pair ±m of a species, with v_{αβ,m} per β, and u_{α,m}.
  struct Pair: Sendable {
    let mode: ModeIndex
    let coefficients: [Double]
    let external: Double
  }

  /// Per species.
  let pairs: [[Pair]]
  /// Whether orders couple as jets (strictly lower triangular) or the one order couples to itself (flow).
  let isPerturbative: Bool
  let orders: Int
  let kernel: Kernel
  /// Row-major L × (2L·pairs) per species.
  var matrices: [[Double]]

  init(model: Model, orders: Int, isPerturbative: Bool, modes: Int) {
    pairs = model.species.indices.map { alpha in
      model.potentials.forceModes(of: alpha)
        .filter { $0.isFirstOfPair && $0.maximumNorm <= modes }
        .map { mode in
          Pair(
            mode: mode,
            coefficients: model.species.indices.map { model.potentials.coefficient(alpha, $0, mode: mode) },
            external: model.potentials.externalCoefficient(alpha, mode: mode))
        }
    }
    self.isPerturbative = isPerturbative
    self.orders = orders
    kernel = model.kernel
    matrices = pairs.map { [Double](repeating: 0, count: orders * 2 * orders * $0.count) }
  }

  /// The densities that `update` takes, in its order.
  var sites: [LatticeSite] {
    pairs.indices.flatMap { alpha in
      pairs[alpha].flatMap { pair in
        (0..<orders).flatMap { order in
          pairs.indices.filter { pair.coefficients[$0] != 0 }.map { beta in
            LatticeSite(species: beta, order: order, mode: pair.mode)
          }
        }
      }
    }
  }

  /// The largest first component of a force mode.
  var highestFirstComponent: Int { pairs.joined().map { $0.mode[0] }.max() ?? 0 }

  /// The densities ρ̂_b^β(m) of `sites` become the Toeplitz matrices.
  /// - Throws: `NumericalFailure` when a density is not finite.
  mutating func update(_ densities: [Complex<Double>], _ lattice: FourierLattice) throws(NumericalFailure) {
    var next = 0
    for alpha in pairs.indices {
      let width = 2 * orders * pairs[alpha].count
      for (index, pair) in pairs[alpha].enumerated() {
        for b in 0..<orders {
          var force = Complex<Double>(pair.external)
          for beta in pairs.indices where pair.coefficients[beta] != 0 {
            // ρ̂(−m) = conj ρ̂(m)
            force += densities[next].conjugate.multiplied(by: pair.coefficients[beta])
            next += 1
          }
          guard force.isFinite else {
            throw NumericalFailure(
              in:
                "the force of mode \(pair.mode.text(dimension: lattice.dimension)) on species \(alpha), order \(b)",
              "a value that is not finite")
          }
          fill(alpha, column: 2 * index * orders, order: b, force: force, width: width)
        }
      }
    }
  }

  /// Puts F_b on its subdiagonal j − a = b + 1 (jets), or at (0,0) (flow).
  private mutating func fill(_ alpha: Int, column: Int, order b: Int, force: Complex<Double>, width: Int) {
    if !isPerturbative {
      matrices[alpha][column] = force.real
      matrices[alpha][column + orders] = force.imaginary
      return
    }
    var a = 0
    while a + b + 1 < orders {
      matrices[alpha][(a + b + 1) * width + column + a] = force.real
      matrices[alpha][(a + b + 1) * width + column + orders + a] = force.imaginary
      a += 1
    }
  }
}
