import CLibraries

/// What P_j, Q_j and the order j of z_m = e^{iκmQ} are at most in the strip |Im p| ≤ bσ_p, for all times in [0, t].
///
///     |z_{m,j}| ≤ e^{(m + j s) κ b σ_p t/m_α} ζ_{m,j}(t),     |P_j| ≤ e^{j s κ b σ_p t/m_α} p_j(t),   |Q_j| likewise with q_j,
///
/// with s = min(n_0, m_V) (`CertifiedModel.modesPerOrder`) and ζ, p, q polynomials in t with coefficients ≥ 0 that follow from |ρ_{β,m,i}| ≤ ρ̂_{β,m,i} on [0, t] by the recursion of
/// the terms with moduli: φ_j = Σ_m Σ_β Σ_{i<j} 2κm|v_{αβ,m}| ρ̂_{β,m,i} ζ_{m,j−1−i}, p_j = ∫φ_j, q_j = ∫p_j/m_α and
/// ζ_{m,j} = (κm/j) Σ_i i q_i ζ_{m,j−i}. (∫_0^t e^{cs} φ ds ≤ e^{ct} ∫_0^t φ ds.) They are kept by the powers t^{2k}, at t.
struct StripMajorant: Sendable {
  private let modes: [Int]
  /// κm
  private let waves: [Double]
  /// 2κm|v_{αβ,m}|
  private let couplings: [[[Double]]]
  private let masses: [Double]
  /// t
  let time: Double
  /// [α][m][j][k]
  private var zeta: [[[[Double]]]]
  /// [α][j][k], from j = 1 at index 1
  private var positions: [[[Double]]]
  /// p_j and q_j at t, from j = 1 at index 1.
  private(set) var momenta, displacements: [[Double]]

  init(_ model: CertifiedModel, through time: Double) {
    modes = model.modes
    waves = model.modes.map { (model.kappa * Ball($0)).upper }
    couplings = model.couplings.map { $0.map { $0.map { $0?.magnitude.upper ?? 0 } } }
    masses = model.masses.map(\.lower)
    self.time = time
    zeta = masses.map { _ in model.modes.map { _ in [[1]] } }
    positions = masses.map { _ in [[]] }
    momenta = masses.map { _ in [0] }
    displacements = masses.map { _ in [0] }
  }

  /// ζ_{m,j}(t)
  func factor(_ alpha: Int, mode: Int, order: Int) -> Double {
    zeta[alpha][mode][order].reduce(0, +) * ChebyshevRule.rounding
  }

  /// Goes on to the order j, from bounds of the densities of orders < j.
  /// - Parameter densities: ρ̂ by β, place of m and order.
  mutating func extend(to j: Int, densities: [[[Double]]]) {
    for alpha in masses.indices {
      var force = [Double](repeating: 0, count: j)
      for m in modes.indices {
        for beta in masses.indices where couplings[alpha][beta][m] > 0 {
          for i in 0..<j {
            let factor = couplings[alpha][beta][m] * densities[beta][m][i]
            for (k, value) in zeta[alpha][m][j - 1 - i].enumerated() { force[k] += factor * value }
          }
        }
      }
      var (p, q) = (0.0, [Double](repeating: 0, count: j + 1))
      for (k, value) in force.enumerated() {
        let step = value * ChebyshevRule.rounding * time / Double(2 * k + 1)
        p += step
        q[k + 1] = step * time / (Double(2 * k + 2) * masses[alpha]) * ChebyshevRule.rounding
      }
      momenta[alpha].append(p * ChebyshevRule.rounding)
      positions[alpha].append(q)
      displacements[alpha].append(q.reduce(0, +) * ChebyshevRule.rounding)
      for m in modes.indices {
        var next = [Double](repeating: 0, count: j + 1)
        for i in 1...j {
          let factor = waves[m] * Double(i) / Double(j) * ChebyshevRule.rounding
          for (k, value) in positions[alpha][i].enumerated() {
            for (l, other) in zeta[alpha][m][j - i].enumerated() { next[k + l] += factor * value * other }
          }
        }
        zeta[alpha][m].append(next.map { $0 * ChebyshevRule.rounding })
      }
    }
  }
}
