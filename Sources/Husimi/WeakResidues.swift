// The residues of (3.5) (as corrected) in weak form, d = 1: ∫ φ(q)ϕ(p) (term) dq dp per particle, signed, no factor 1/2π.
// T = T[φϕ] is the anti-Wick operator of the test function, e_m = e^{iκmx}, a_m = a_ħ(0, κm), ⟨·⟩ normal-ordered means:
//
//     ∇_q·R        (1/m_α) Tr T[−φ' ϕ (p − ħκ(2n−r)/2)] γ                                               Proposition 4.1
//     ∇_p·R̃_{αβ}   (2/ħN) Σ_{m>0} v_m Im⟨:dΓ_α(T e_m − e_m T) dΓ_β(e_{−m}):⟩ − F_{αβ}                       4.2, 4.3
//     F_{αβ}       (2/N) Σ_{m>0} v_m κm a_m Im⟨:dΓ_α(T[φ e_m ϕ']) dΓ_β(e_{−m}):⟩                             classical force
//     R̂_{αβ}       (2/ħN) Σ_{m>0} v_m Im(Y_m + Y_{−m}),  Y_m = ⟨:dΓ_α(T_α e_m) dΓ_β(T_β e_{−m}):⟩             4.4, 4.5
//
// Each ⟨::⟩ is a product of traces (direct) and a correlation (exchange, for Slater states). In the equation of one
// particle of α and one of β the other particle is a spectator: for Slater states it adds to R̃_{αβ} the direct one times ∫φ_βϕ_β m_β and the exchange of
// the partner with the spectator, `spectator`. Cost: direct N_α M per diagonal; exchange three zgemm per term and mode.

import CLibraries
public import ManyBody
import Numerics

/// Residues of one state in weak form, for one window and one test function a species.
public struct WeakResidues: Sendable, Hashable {
  /// ∫φϕ m_α.
  public let measure: [Double]
  /// ∇_q·R_α.
  public let velocity: [Double]
  /// ∇_p·R̃_{αβ}, direct part, [α][β].
  public let force: [[Double]]
  /// ∇_p·R̃_{αβ} beyond the direct part: exchange (α = β) for Slater states, all correlation for exact ones.
  public let forceCorrelation: [[Double]]
  /// The classical force term F_{αβ}, direct part.
  public let classicalForce: [[Double]]
  /// R̂_{αβ}, direct part.
  public let pair: [[Double]]
  /// R̂_{αβ} beyond the direct part.
  public let pairCorrelation: [[Double]]
  /// Exchange of the partner (species β) with a spectator of species β in the equation of one particle of α and one of β,
  /// α ≠ β; Slater states only.
  public let spectator: [[Double]]?
  /// What roundings and the quadrature may have changed in each.
  public let errors: Errors

  /// Slater and Hartree–Fock states.
  /// - Throws: `ArgumentError` in dimensions other than one or unless every species has a test function.
  public init(
    _ state: SlaterDeterminant, interaction: InteractionModes, window: any Window,
    testFunctions: [PhaseSpaceTestFunction]
  ) throws {
    let reach =
      2 * interaction.highestMode + (testFunctions.flatMap(\.waves).map(\.mode).max() ?? 0)
    try self.init(
      SlaterTraces(state, reach: reach, margin: interaction.highestMode), interaction, window, testFunctions,
      hasSpectator: true)
  }

  /// Exact states; memory and cost of the γ of all pairs.
  /// - Throws: as above, `MemoryError`.
  public init(
    _ state: FockState, interaction: InteractionModes, window: any Window,
    testFunctions: [PhaseSpaceTestFunction]
  ) throws {
    try self.init(
      ExactTraces(state, margin: interaction.highestMode), interaction, window, testFunctions,
      hasSpectator: false)
  }

  private init(
    _ state: some PairTraces, _ interaction: InteractionModes, _ window: any Window,
    _ functions: [PhaseSpaceTestFunction], hasSpectator: Bool
  ) throws {
    let waves = state.waves
    try interaction.require(dimension: 1)
    guard waves.dimension == 1 else {
      throw ArgumentError("dimension", expected: "1 for weak residues", got: "\(waves.dimension)")
    }
    let species = state.particles.indices
    guard functions.count == species.count, interaction.speciesCount == species.count else {
      throw ArgumentError(
        "test-functions", expected: "one for each of \(species.count) species", got: "\(functions.count)")
    }
    let total = state.particles.reduce(0, +)
    let hbar = state.hbar
    let quantization = try CoherentQuantization(
      waves: waves, window: window, hbar: hbar, functions: functions)
    let symbols = functions.map(\.coefficients)
    let operators = species.map { quantization.quantize(symbols[$0], $0, .plain) }

    measure = species.map { state.trace($0, operators[$0]).real }
    velocity = species.map { a in
      let slope = symbols[a].mapValuesWithKey { r, value in
        value * Complex(0, -waves.wavenumber * Double(r))
      }
      let displaced = quantization.quantize(slope, a, .displacement)
      return state.trace(a, displaced).real / state.masses[a]
    }

    let empty = species.map { _ in species.map { _ in 0.0 } }
    var (direct, correlated, classical, spectators) = (empty, empty, empty, empty)
    var (pairDirect, pairCorrelated) = (empty, empty)
    for a in species {
      for b in species {
        for mode in interaction[a, b] where mode.mode[0] > 0 {
          let m = mode.mode[0]
          let (v, k) = (mode.value, waves.wavenumber * Double(m))
          let damping = window.smoothing(xi: 0, eta: k, hbar: hbar)
          let (right, left) = (operators[a].times(wave: m), operators[a].after(wave: m))
          let partner = BandedOperator.wave(-m, on: waves)
          let moved = symbols[a].shifted(by: m)
          let slope = quantization.quantize(moved, a, .derivative)

          let commutator = state.trace(a, right) - state.trace(a, left)
          let (mean, meanSlope) = (state.trace(b, partner), state.trace(a, slope))
          let quantum = 2 * v / (hbar * Double(total)) * (commutator * mean).imaginary
          let force = 2 * v * k * damping / Double(total) * (meanSlope * mean).imaginary
          direct[a][b] += quantum - force
          classical[a][b] += force

          let quantumRest = state.correlation(a, right, b, partner) - state.correlation(a, left, b, partner)
          let forceRest = state.correlation(a, slope, b, partner)
          correlated[a][b] +=
            2 * v / (hbar * Double(total)) * quantumRest.imaginary
            - 2 * v * k * damping / Double(total) * forceRest.imaginary

          if hasSpectator, a != b {
            let exchanged = state.correlation(b, operators[b], b, partner)
            spectators[a][b] +=
              2 * v / (hbar * Double(total)) * (commutator * exchanged).imaginary
              - 2 * v * k * damping / Double(total) * (meanSlope * exchanged).imaginary
          }

          let (rightBack, partnerRight, partnerBack) = (
            operators[a].times(wave: -m), operators[b].times(wave: -m), operators[b].times(wave: m)
          )
          let products =
            state.trace(a, right) * state.trace(b, partnerRight)
            + state.trace(a, rightBack) * state.trace(b, partnerBack)
          let rest =
            state.correlation(a, right, b, partnerRight) + state.correlation(a, rightBack, b, partnerBack)
          pairDirect[a][b] += 2 * v / (hbar * Double(total)) * products.imaginary
          pairCorrelated[a][b] += 2 * v / (hbar * Double(total)) * rest.imaginary
        }
      }
    }
    force = direct
    forceCorrelation = correlated
    classicalForce = classical
    pair = pairDirect
    pairCorrelation = pairCorrelated
    spectator = hasSpectator ? spectators : nil
    errors = Errors(
      particles: state.particles, masses: state.masses, hbar: hbar, wavenumber: waves.wavenumber,
      interaction: interaction, window: window, functions: functions, isSlater: hasSpectator)
  }

  /// ∇_p·R̃_{αβ} with the force ∇V(q_{k+1} − q̃_j) as the paper prints it for α = 2, β = 1 in (3.5): the classical term
  /// changes its sign and no longer cancels; it does not tend to zero with N.
  public func printedForce(_ alpha: Int, _ beta: Int) -> Double {
    force[alpha][beta] + 2 * classicalForce[alpha][beta]
  }
}

extension Dictionary where Key == Int, Value == Complex<Double> {
  /// e^{iκmq} times the function with these Fourier coefficients.
  func shifted(by m: Int) -> [Int: Complex<Double>] {
    Dictionary(uniqueKeysWithValues: map { ($0.key + m, $0.value) })
  }

  func mapValuesWithKey(_ body: (Int, Complex<Double>) -> Complex<Double>) -> [Int: Complex<Double>] {
    Dictionary(uniqueKeysWithValues: map { ($0.key, body($0.key, $0.value)) })
  }
}
