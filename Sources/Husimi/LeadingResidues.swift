// The leading terms of the residues as ħ → 0 (Section 4), in the same weak form, from m alone: M_α(φ, ϕ) = ∫ φϕ m_α dq dp,
//
//     R_α      = −(ħ‖f'‖²/m_α) ∂_p m_α          ∫φϕ ∂_q R   = −(ħ‖f'‖²/m_α) M_α(φ', ϕ')       exact for Gaussian windows
//     R̃_{αβ}   = ħ⟨x²⟩ (V''*ρ_β) ∂_q m_α        ∫φϕ ∂_p R̃   = ħ⟨x²⟩ M_α((φ·V''*ρ_β)', ϕ')
//     R̂_{αβ}   = ħ ∇V_{αβ}(q − q̃)·(∂_p − ∂_p̃) m^{(1,1)}
//
// with ⟨x²⟩ = ∫x²f² (s²/2 for a Gaussian of width s, ‖f'‖² = 1/2s²) and products of the species' m for the pair measures.

import CLibraries
public import ManyBody
import Numerics

/// The leading order of the weak residues of a Slater state.
public struct LeadingResidues: Sendable, Hashable {
  /// ∇_q·R_α.
  public let velocity: [Double]
  /// ∇_p·R̃_{αβ}, direct part.
  public let force: [[Double]]
  /// R̂_{αβ}, direct part.
  public let pair: [[Double]]

  /// - Throws: as `WeakResidues`.
  public init(
    _ state: SlaterDeterminant, interaction: InteractionModes, window: any Window,
    testFunctions functions: [PhaseSpaceTestFunction]
  ) throws {
    let species = state.orbitals.indices
    try interaction.require(dimension: 1)
    guard state.orbitals[0].waves.dimension == 1, functions.count == species.count,
      interaction.speciesCount == species.count
    else {
      throw ArgumentError(
        "test-functions", expected: "one for each of \(species.count) species, in one dimension",
        got: "\(functions.count)")
    }
    let traces = try SlaterTraces(
      state, reach: 2 * interaction.highestMode + (functions.flatMap(\.waves).map(\.mode).max() ?? 0),
      margin: interaction.highestMode)
    let waves = traces.waves
    let total = Double(state.orbitals.reduce(0) { $0 + $1.count })
    let hbar = state.hbar
    let kappa = waves.wavenumber
    let quantization = try CoherentQuantization(
      waves: waves, window: window, hbar: hbar, functions: functions)
    let symbols = functions.map(\.coefficients)
    func mean(_ species: Int, _ phi: [Int: Complex<Double>], _ symbol: CoherentQuantization.MomentumSymbol)
      -> Complex<Double>
    {
      traces.trace(species, quantization.quantize(phi, species, symbol))
    }
    func derivative(_ phi: [Int: Complex<Double>]) -> [Int: Complex<Double>] {
      phi.mapValuesWithKey { r, value in value * Complex(0, kappa * Double(r)) }
    }

    velocity = species.map { a in
      -hbar * window.gradientSquaredNorm / state.masses[a]
        * mean(a, derivative(symbols[a]), .derivative).real
    }
    let spread = Self.secondMoment(window)
    force = species.map { a in
      species.map { b in
        // φ·(V''*ρ_β): V'' has the coefficients −(κm)²v_m, ρ_β the modes r_m.
        var product: [Int: Complex<Double>] = [:]
        for mode in interaction[a, b] where mode.mode[0] != 0 {
          let m = mode.mode[0]
          let k = kappa * Double(m)
          let density = traces.trace(b, .wave(-m, on: waves)).divided(by: total)
          for (r, value) in symbols[a] {
            product[r + m, default: .zero] += (value * density).multiplied(by: -k * k * mode.value)
          }
        }
        return hbar * spread * mean(a, derivative(product), .derivative).real
      }
    }
    pair = species.map { a in
      species.map { b in
        var sum = Complex<Double>.zero
        for mode in interaction[a, b] where mode.mode[0] != 0 {
          let m = mode.mode[0]
          let (first, second) = (symbols[a].shifted(by: m), symbols[b].shifted(by: -m))
          let bracket =
            mean(a, first, .derivative) * mean(b, second, .plain)
            - mean(a, first, .plain) * mean(b, second, .derivative)
          sum += bracket * Complex(0, -hbar * mode.value * kappa * Double(m))
        }
        return sum.real
      }
    }
  }

  /// ∫ x² f², from the curvature of A(0, v) = 1 − v²⟨x²⟩/2 + v⁴⟨x⁴⟩/24 − …, three steps of Richardson.
  static func secondMoment(_ window: any Window) -> Double {
    // v in units of ‖f'‖, the scale on which A(0, ·) varies for windows that are as narrow as their uncertainty allows.
    let step = 0.4 * window.gradientSquaredNorm.squareRoot()
    var table = (0..<4).map { i -> Double in
      let v = step / Double(1 << i)
      return 2 * (1 - window.ambiguity(0, v)) / (v * v)
    }
    for level in 1..<4 {
      let factor = Double(1 << (2 * level))
      for i in (level..<4).reversed() { table[i] = (factor * table[i] - table[i - 1]) / (factor - 1) }
    }
    return table[3]
  }
}
