import CLibraries
import Foundation
import Interaction
import Numerics
import PhaseSpace
import Testing

/// D_1 on R^d against a quadrature that shares nothing with K(t): Cartesian trapezoid in η (V̂ of class C^7 at its
/// edge), the trees of one event and the Gaussians written out,
///
///     D_1^{(1,1)} = ∫_0^t ds Σ_i Σ_β ∫ dη V̂_{α_iβ}(η) κ_ħ(η·(ξ_i − η_i s/m_i)) μ_0(…, ξ_i + ηs/m_i, η_i + η, …; −ηs/m_β, −η).
@Suite("The first term in space")
struct FirstTermInSpaceTests {
  static let strengths = [[0.8, -0.5], [-0.5, 0.3]]
  static let limits = [[1.5, 1.2], [1.2, 1.7]]
  static let masses = [1.0, 2.0]
  static let fractions = [0.4, 0.6]
  static let widths = [(sigma: 0.9, width: 0.7), (sigma: 0.6, width: 1.1)]
  static let drifts = [(drift: 0.1, centre: 0.2), (drift: -0.2, centre: -0.4)]

  static func density(_ species: Int, _ xi: SpaceVector, _ eta: SpaceVector) -> Complex<Double> {
    let (sigma, width) = widths[species]
    let (drift, centre) = drifts[species]
    let exponent = -0.5 * (sigma * sigma * xi.dot(xi) + width * width * eta.dot(eta))
    return Complex(
      length: fractions[species] * exp(exponent), phase: drift * xi.sum() + centre * eta.sum())
  }

  static func cartesian(
    _ particles: [PhasePoint], dimension: Int, time: Double, hbar: Double?, perAxis: Int
  ) -> Complex<Double> {
    let rule = GaussLegendre(points: 8, from: 0, to: time)
    var total = Complex<Double>.zero
    for (parent, particle) in particles.enumerated() {
      let alpha = particle.species
      var others = Complex<Double>.one
      for (index, other) in particles.enumerated() where index != parent {
        others *= density(other.species, other.xi, other.eta)
      }
      for beta in 0..<2 {
        let limit = limits[alpha][beta]
        let spacing = 2 * limit / Double(perAxis)
        let volume = pow(spacing, Double(dimension))
        for index in 0..<Int(pow(Double(perAxis), Double(dimension))) {
          var (eta, rest) = (SpaceVector.zero, index)
          for axis in 0..<dimension {
            eta[axis] = -limit + spacing * (Double(rest % perAxis) + 0.5)
            rest /= perAxis
          }
          let base = 1 - eta.dot(eta) / (limit * limit)
          if base <= 0 { continue }
          let transform = strengths[alpha][beta] * pow(base, 8)
          for (s, weight) in zip(rule.nodes, rule.weights) {
            let x = eta.dot(particle.xi - particle.eta * (s / masses[alpha]))
            let kernel = hbar.map { 2 / $0 * sin($0 * x / 2) } ?? x
            let value =
              density(alpha, particle.xi + eta * (s / masses[alpha]), particle.eta + eta)
              * density(beta, eta * (-s / masses[beta]), -eta)
            total += (value * others).multiplied(by: weight * volume * transform * kernel)
          }
        }
      }
    }
    return total
  }

  @Test(
    "D_1 of (1,0) and (1,1) on R^d by K(t) and by Cartesian quadrature, d = 1, 2, 3", arguments: 1...3,
    [Kernel.classical, .moyal(hbar: 0.9)])
  func againstCartesianQuadrature(dimension: Int, kernel: Kernel) throws {
    let geometry = try PhaseSpaceGeometry(dimension: dimension, domain: .space)
    func bump(_ a: Int, _ b: Int) throws -> BumpPotential {
      try BumpPotential(
        strength: DecimalNumber(Self.strengths[a][b]), bandlimit: DecimalNumber(Self.limits[a][b]), power: 8)
    }
    let model = try Model(
      geometry: geometry,
      species: [Species(name: "a", fraction: 0.4), Species(name: "b", fraction: 0.6, mass: 2)],
      potentials: PotentialMatrix(
        geometry: geometry, speciesCount: 2,
        pairs: [(0, 0, try bump(0, 0)), (0, 1, try bump(0, 1)), (1, 1, try bump(1, 1))]), kernel: kernel)
    func repeated(_ value: Double) -> [Double] { Array(repeating: value, count: dimension) }
    let states = try (0..<2).map { species -> any OneParticleState in
      try GaussianState(
        dimension: dimension, sigma: repeated(Self.widths[species].sigma),
        drift: repeated(Self.drifts[species].drift), width: repeated(Self.widths[species].width),
        centre: repeated(Self.drifts[species].centre))
    }
    let initial = try ProductMixture(states: states)
    func vector(_ values: [Double]) -> SpaceVector {
      SpaceVector(components: Array(values.prefix(dimension)))
    }
    let a = PhasePoint(species: 0, xi: vector([0.7, -0.2, 0.3]), eta: vector([0.4, 0.3, -0.5]))
    let b = PhasePoint(species: 1, xi: vector([-0.5, 0.4, 0.1]), eta: vector([0.2, -0.6, 0.3]))
    let rule = GaussLegendre(points: 8, from: 0, to: 0.7)
    for particles in [[a], [a, b]] {
      var sum = Complex<Double>.zero
      for (time, weight) in zip(rule.nodes, rule.weights) {
        let operation = try InteractionOperator(model, time: time, radialPoints: 20, angularPoints: 20)
        sum += operation.applied(to: initial.marginals(of: model)).value(at: particles).multiplied(by: weight)
      }
      let reference = Self.cartesian(
        particles, dimension: dimension, time: 0.7, hbar: kernel.hbar, perAxis: dimension == 3 ? 22 : 40)
      #expect(reference.length > 1e-4)
      #expect((sum - reference).length < 1e-7 * reference.length, "\(sum) \(reference)")
    }
  }
}
