import CLibraries
import Interaction
import Numerics
import PhaseSpace

/// The terms of the finite-N Dyson series by nested quadrature in the times: births, and recollisions of pairs i < j with
/// κ_ħ(η·(x_i − x_j)) as the hierarchy has them. Nothing is sampled, and no pair is taken apart.
struct GraphTerms {
  let model: Model
  let initial: any InitialHierarchy
  /// ∫V̂_{αβ}, node by node.
  let quadratures: [[FrequencyQuadrature]]
  var timePoints = 8
  /// Whether recollisions are counted.
  var recollides = true

  init(_ model: Model, _ initial: any InitialHierarchy, radialPoints: Int = 16) throws {
    self.model = model
    self.initial = initial
    quadratures = try model.species.indices.map { alpha in
      try model.species.indices.map { beta in
        try FrequencyQuadrature(model.potentials, alpha, beta, radialPoints: radialPoints, angularPoints: 16)
      }
    }
  }

  /// D_order at a point.
  func callAsFunction(_ order: Int, at particles: [PhasePoint], time: Double) -> Complex<Double> {
    guard order > 0 else { return initial.marginals(of: model).value(at: particles) }
    let rule = GaussLegendre(points: timePoints, from: 0, to: time)
    var sum = Complex<Double>.zero
    for (s, weight) in zip(rule.nodes, rule.weights) {
      sum += events(particles, at: s) { self(order - 1, at: $0, time: s) }.multiplied(by: weight)
    }
    return sum
  }

  /// K_N(s) of a function.
  private func events(
    _ particles: [PhasePoint], at s: Double, _ function: ([PhasePoint]) -> Complex<Double>
  ) -> Complex<Double> {
    let masses = model.masses
    let position = { (p: PhasePoint) in p.xi - p.eta * (s / masses[p.species]) }
    func kick(_ p: inout PhasePoint, _ eta: SpaceVector) {
      p.xi += eta * (s / masses[p.species])
      p.eta += eta
    }
    var sum = Complex<Double>.zero
    for i in particles.indices {
      for beta in model.species.indices {
        for node in quadratures[particles[i].species][beta].nodes {
          var next = particles
          kick(&next[i], node.eta)
          var child = PhasePoint(species: beta, xi: SpaceVector.zero, eta: SpaceVector.zero)
          kick(&child, node.eta * -1)
          let force = node.weight * model.kernel(node.eta.dot(position(particles[i])))
          sum += function(next + [child]).multiplied(by: force)
        }
      }
      guard recollides, let total = model.particleNumber else { continue }
      for j in particles.indices where i < j {
        for node in quadratures[particles[i].species][particles[j].species].nodes {
          var next = particles
          kick(&next[i], node.eta)
          kick(&next[j], node.eta * -1)
          let distance = position(particles[i]) - position(particles[j])
          let force = node.weight * model.kernel(node.eta.dot(distance)) / Double(total)
          sum += function(next).multiplied(by: force)
        }
      }
    }
    return sum
  }
}
