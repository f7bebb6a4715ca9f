import CLibraries
import DysonSeries
import Foundation
import Interaction
import Numerics
import PhaseSpace
import Testing

/// D_1 of bumps of any power against quadrature that knows how V̂ ends.
@Suite("Trees of bumps of every power")
struct DysonTreesBumpTests {
  /// ∫_0^t dτ ∫dη V̂(η) η(ξ − ηpτ) μ_0(ξ + ητ, p + η) μ_0(−ητ, −η), Gauss–Jacobi in |η| and Gauss–Legendre in τ.
  private func first(_ model: Model, _ data: ProductMixture, _ point: PhasePoint, _ time: Double) throws
    -> Complex<Double>
  {
    let bump = try #require(model.potentials.density(0, 0) as? BumpPotential)
    let (limit, power) = (bump.limit.value, bump.power.value)
    let radial = GaussJacobi(points: 40, power: power, from: 0, to: limit)
    let times = GaussLegendre(points: 24, from: 0, to: time)
    var sum = Complex<Double>.zero
    for (r, weight) in zip(radial.nodes, radial.weights) {
      let transform = bump.strength.value * pow((limit + r) / (limit * limit), power)
      for eta in [r, -r] {
        for (tau, timeWeight) in zip(times.nodes, times.weights) {
          let moved = PhasePoint(species: 0, xi: point.xi + [eta * tau, 0, 0], eta: point.eta + [eta, 0, 0])
          let child = PhasePoint(species: 0, xi: [-eta * tau, 0, 0], eta: [-eta, 0, 0])
          let kernel = eta * (point.xi[0] - point.eta[0] * tau)
          sum += data.value(at: [moved, child]).multiplied(by: weight * timeWeight * transform * kernel)
        }
      }
    }
    return sum
  }

  @Test("r6-bias: D_1 of the power ½ within its error bar of 5e-8")
  func bias() throws {
    let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .space)
    let bump = try BumpPotential(strength: 1, bandlimit: 1.5, power: 0.5)
    let model = try Model(
      geometry: geometry, species: [try Species(name: "aa", fraction: 1, mass: 1)],
      potentials: try PotentialMatrix(geometry: geometry, speciesCount: 1, pairs: [(0, 0, bump)]))
    let data = try ProductMixture(states: [
      try GaussianState(dimension: 1, sigma: [1], drift: [0.2], width: [0.8], centre: [0])
    ])
    let point = PhasePoint(species: 0, xi: [0.7, 0, 0], eta: [0.4, 0, 0])
    let exact = try first(model, data, point, 0.8)
    let term = try DysonTrees(model, initial: data).term(
      1, at: [point], time: 0.8, budget: .samples(4_194_304), workers: Workers(threads: 2))
    #expect(term.standardError < 1e-7 && term.isReliable)
    #expect(term.bias < 1e-12)
    #expect((term.value - exact).length <= 4 * term.standardError + term.bias, "\(term) against \(exact)")
  }

  private static let isCampaign = ProcessInfo.processInfo.environment["VLASOV_CAMPAIGN"] == "1"

  @Test("random bumps of powers in (0, 4]: D_1 within its error bar")
  func neighbours() throws {
    var random = RandomTreeModels(seed: 6)
    var far = 0
    let models = Self.isCampaign ? 400 : 12
    for index in 0..<models {
      let (model, state, point, time) = try random.bump(power: random.uniform(0.01...4))
      let data = try ProductMixture(states: [state])
      let exact = try first(model, data, point, time)
      let term = try DysonTrees(model, initial: data, seed: UInt64(index + 1)).term(
        1, at: [point], time: time, budget: .samples(Self.isCampaign ? 4_194_304 : 262_144),
        workers: Workers(threads: 2))
      let error = (term.value - exact).length
      #expect(term.isReliable && term.standardError < 1e-3 * exact.length, "\(index): \(term)")
      #expect(error <= 4.5 * term.standardError + term.bias, "\(index): \(term) against \(exact)")
      far += error > 2.5 * term.standardError + term.bias ? 1 : 0
    }
    // Two parts beyond 2.5σ together: about 1 in 100.
    #expect(far <= 1 + models / 25, "\(far) of \(models)")
  }
}
