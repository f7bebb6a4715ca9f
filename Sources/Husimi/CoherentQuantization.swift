// The coherent-state quantisation of a test function (its anti-Wick operator),
//
//     T = ∫ φ(q)ϕ(p) |f_{q,p}⟩⟨f_{q,p}| dq dp,     T_r(n) = Λ φ_r ∫ ϕ(p) g_n(p) g_{n−r}(p) dp,
//
// g_n(p) = ħ^{1/4} Λ^{−1/2} f̂((p − ħκn)/√ħ), the integrals by MomentumRule to rounding. Cost of T: bands × M × points in the
// support of ϕ.

import ManyBody
import Numerics

/// Makes the anti-Wick operators of test functions for one window and ħ.
struct CoherentQuantization {
  let waves: PlaneWaves
  let hbar: Double
  let functions: [PhaseSpaceTestFunction]
  private let rules: [MomentumRule]

  /// - Throws: as `MomentumRule`.
  init(waves: PlaneWaves, window: any Window, hbar: Double, functions: [PhaseSpaceTestFunction]) throws {
    self.waves = waves
    self.hbar = hbar
    self.functions = functions
    rules = try functions.map { try MomentumRule($0, waves: waves, window: window, hbar: hbar) }
  }

  /// What multiplies φ(q) in the symbol.
  enum MomentumSymbol {
    /// ϕ(p)
    case plain
    /// ϕ'(p)
    case derivative
    /// ϕ(p)(p − ħκ(2n − r)/2): the velocity residue, p less the momentum of the band's middle.
    case displacement
  }

  /// T of the test function of a species, with φ given by its Fourier coefficients.
  func quantize(_ phi: [Int: Complex<Double>], _ species: Int, _ symbol: MomentumSymbol) -> BandedOperator {
    let (function, rule) = (functions[species], rules[species])
    let weights = rule.nodes.map {
      symbol == .derivative ? function.momentumDerivative($0) : function.momentumFactor($0)
    }
    let unit = hbar * waves.wavenumber
    var diagonals: [Int: [Complex<Double>]] = [:]
    for (r, coefficient) in phi where coefficient != .zero {
      var values = [Complex<Double>](repeating: .zero, count: waves.count)
      for n in max(0, r)..<max(0, r, min(waves.count, waves.count + r)) {
        let middle = unit * (Double(n - waves.cutoff) - Double(r) / 2)
        let integral = rule.sum(weights, n, n - r, about: symbol == .displacement ? middle : nil)
        values[n] = coefficient.multiplied(by: waves.period * integral)
      }
      diagonals[r] = values
    }
    return BandedOperator(waves: waves, diagonals: diagonals)
  }
}
