import CLibraries
import Foundation
import Interaction
import Numerics
import PhaseSpace
import Testing
import Vlasov

/// The first order of one cosine mode over a Maxwellian. With f_α = n_α (1 + a_α cos(κq + φ_α)) × Gauss(u_α, σ_α)
/// the free densities are ρ̂_β(1,s) = n_β (a_β/2) e^{−iφ_β} e^{iu_β κs/m_β − σ_β²κ²s²/2m_β²}, and Duhamel gives
///
///     ρ̂_α^{(1)}(1,t) = −κ Σ_β v_{αβ} ∫_0^t ρ̂_β(1,s) x f_α(x) ds,   x = κ(t − s)/m_α,
///
/// f_α(x) = n_α e^{iu_α x − σ_α²x²/2}, because the mode 2 is empty and F(−1) = Σ_β v_{αβ} ρ̂_β(1).
@Suite("Linear response")
struct LinearResponseTests {
  static let fractions = [0.3, 0.7]
  static let masses = [1.0, 2.5]
  static let sigmas = [0.9, 0.7]
  static let drifts = [0.2, -0.4]
  static let amplitudes = [0.4, -0.3]
  static let phases = [0.3, 1.2]
  static let strengths = [[0.6, -0.8], [-0.8, 0.35]]

  static func closedForm(_ alpha: Int, kappa: Double, time: Double) -> Complex<Double> {
    func gauss(_ species: Int, _ x: Double) -> Complex<Double> {
      let width = sigmas[species] * x
      return Complex(length: fractions[species] * exp(-0.5 * width * width), phase: drifts[species] * x)
    }
    let rule = GaussLegendre(points: 40, from: 0, to: time)
    var sum = Complex<Double>.zero
    for (s, weight) in zip(rule.nodes, rule.weights) {
      let x = kappa * (time - s) / masses[alpha]
      for beta in 0..<2 {
        let density =
          Complex(length: 0.5, phase: -phases[beta]).multiplied(by: amplitudes[beta])
          * gauss(beta, kappa * s / masses[beta])
        sum += (density * gauss(alpha, x)).multiplied(by: -kappa * strengths[alpha][beta] * x * weight)
      }
    }
    return sum
  }

  @Test(
    "the first-order density of one cosine mode is its closed form by quadrature, two species, two masses")
  func firstOrderDensity() throws {
    let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: 6))
    func potential(_ a: Int, _ b: Int) throws -> TrigonometricPotential {
      try TrigonometricPotential(
        modes: [.init(mode: ModeIndex(1, 0, 0), coefficient: DecimalNumber(Self.strengths[a][b]))])
    }
    let model = try Model(
      geometry: geometry,
      species: [
        Species(name: "a", fraction: 0.3), Species(name: "b", fraction: 0.7, mass: 2.5),
      ],
      potentials: PotentialMatrix(
        geometry: geometry, speciesCount: 2,
        pairs: [(0, 0, try potential(0, 0)), (0, 1, try potential(0, 1)), (1, 1, try potential(1, 1))]))
    let states = try (0..<2).map { species -> any OneParticleState in
      try MaxwellianState(
        geometry: geometry, sigma: [Self.sigmas[species]], drift: [Self.drifts[species]],
        modulations: [
          .init(
            mode: ModeIndex(1, 0, 0), amplitude: Self.amplitudes[species], phase: Self.phases[species])
        ])
    }
    let lattice = try FourierLattice(
      geometry: geometry, modes: 2, xiExtent: 12, timeStep: 0.05, masses: Self.masses)
    let jets = try VlasovLattice(
      model: model, states: states, lattice: lattice, coupling: .perturbative(orders: 2),
      workers: Workers(threads: 2))
    for time in [0.5, 1.5, 3.0] {
      try jets.advance(to: time)
      for species in 0..<2 {
        let density = jets.gridValue(species: species, order: 1, mode: ModeIndex(1, 0, 0), point: .zero)
        let exact = Self.closedForm(species, kappa: lattice.kappa, time: time)
        #expect(exact.length > 1e-4)
        #expect((density - exact).length < 2e-8, "species \(species), t = \(time): \(density) \(exact)")
      }
    }
  }
}
