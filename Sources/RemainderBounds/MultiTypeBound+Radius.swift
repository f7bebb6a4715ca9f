// The convergence time of the multi-type majorant: the least blow-up time of
//
//     m_α b_α″ = Σ_β n_β ∫ |V̂_{αβ}(η)||η| e^{|η|(b_α + b_β)} dη,   b(0) = b′(0) = 0   (λ = 1)
//
// over the species of the point. Not certified: found by integration to relative 1e-8.

public import CLibraries
import Foundation
public import Interaction

extension MultiTypeBound {
  public func convergenceTime<Scalar: RealScalar>(_ model: Model, species: [Int], as _: Scalar.Type)
    throws(ArgumentError) -> Scalar?
  {
    guard let time = try Self.blowUpTime(model, species: Set(species)) else { return nil }
    return Scalar(DecimalNumber(time))
  }

  /// The blow-up time for the given species; nil when they feel no force. Species are coupled by what V̂ has off
  /// η = 0: a constant potential couples nothing.
  static func blowUpTime(_ model: Model, species: Set<Int>) throws(ArgumentError) -> Double? {
    let constants = InteractionConstants<Double>(model)
    // Only what a species reaches through its interactions matters to it.
    var reached = species
    var frontier = species
    while let alpha = frontier.popFirst() {
      for beta in model.species.indices where !reached.contains(beta) {
        guard try constants.moment(1, alpha, beta) > 0 else { continue }
        reached.insert(beta)
        frontier.insert(beta)
      }
    }
    let members = reached.sorted()
    var scale = 0.0
    for alpha in members {
      for beta in members {
        guard try constants.moment(1, alpha, beta) > 0 else { continue }
        scale = max(
          scale,
          (try constants.branchingRate(alpha)) / constants.mass(alpha)
            * (try constants.bandlimit(alpha, beta)))
      }
    }
    guard scale > 0 else { return nil }
    let weights = try ExponentialWeights(model, members)
    let system = BlowUp(
      weights: weights, masses: members.map { model.masses[$0] },
      fractions: members.map { model.fractions[$0] })
    return system.time(unit: 1 / scale.squareRoot())
  }
}

/// ∫|V̂_{αβ}||η| e^{|η|s} dη by radii with weights: the atoms on the torus, Gauss–Legendre on R^d.
private struct ExponentialWeights {
  /// [α][β], increasing in the radius, every radius once.
  let nodes: [[[(radius: Double, weight: Double)]]]

  init(_ model: Model, _ members: [Int]) throws(ArgumentError) {
    var nodes: [[[(radius: Double, weight: Double)]]] = []
    for alpha in members {
      var row: [[(radius: Double, weight: Double)]] = []
      for beta in members {
        let quadrature = try FrequencyQuadrature(
          model.potentials, alpha, beta, radialPoints: 40, angularPoints: 2)
        var merged: [(radius: Double, weight: Double)] = []
        let all = quadrature.nodes.map { (radius: $0.eta.norm, weight: $0.weight.magnitude * $0.eta.norm) }
        for node in all.sorted(by: { $0.radius < $1.radius }) where node.weight > 0 {
          // The directions of one radius differ by rounding.
          if let last = merged.last, node.radius - last.radius < 1e-12 * node.radius {
            merged[merged.count - 1].weight += node.weight
          } else {
            merged.append(node)
          }
        }
        row.append(merged)
      }
      nodes.append(row)
    }
    self.nodes = nodes
  }
}

/// The ODE at λ = 1, integrated by RK4 with steps that shrink with the distance to the blow-up.
private struct BlowUp {
  let weights: ExponentialWeights
  let masses: [Double]
  let fractions: [Double]

  private func acceleration(_ b: [Double]) -> [Double] {
    b.indices.map { alpha in
      var sum = 0.0
      for beta in b.indices {
        for node in weights.nodes[alpha][beta] {
          sum += fractions[beta] * node.weight * exp(node.radius * (b[alpha] + b[beta]))
        }
      }
      return sum / masses[alpha]
    }
  }

  /// Near the blow-up r(b_α + b_β)′ ~ 2/(T − t) with r the largest radius: once the remaining time is below 2e-9
  /// of the elapsed one, the rest is that estimate. Some b″ is bounded below from the start, so b grows like t² and
  /// the exponential ends it within some tens of units: the loop ends.
  func time(unit: Double) -> Double {
    var b = [Double](repeating: 0, count: masses.count)
    var v = b
    var t = 0.0
    while true {
      let a = acceleration(b)
      // The time on which the acceleration changes: a/ȧ, from the exponential's largest rate.
      var rate = 0.0
      for alpha in b.indices {
        for beta in b.indices {
          let top = weights.nodes[alpha][beta].last?.radius ?? 0
          rate = max(rate, top * (v[alpha] + v[beta]))
        }
      }
      let scale = max(rate, 1 / unit)
      let h = 0.01 / scale
      if rate * t > 1e9 || t + h == t || !a.allSatisfy(\.isFinite) { return t + 2 / scale }
      let (b1, v1) = (b, v)
      let a1 = a
      let b2 = zip(b1, v1).map { $0 + h / 2 * $1 }
      let v2 = zip(v1, a1).map { $0 + h / 2 * $1 }
      let a2 = acceleration(b2)
      let b3 = zip(b1, v2).map { $0 + h / 2 * $1 }
      let v3 = zip(v1, a2).map { $0 + h / 2 * $1 }
      let a3 = acceleration(b3)
      let b4 = zip(b1, v3).map { $0 + h * $1 }
      let v4 = zip(v1, a3).map { $0 + h * $1 }
      let a4 = acceleration(b4)
      for i in b.indices {
        b[i] = b1[i] + h / 6 * (v1[i] + 2 * v2[i] + 2 * v3[i] + v4[i])
        v[i] = v1[i] + h / 6 * (a1[i] + 2 * a2[i] + 2 * a3[i] + a4[i])
      }
      t += h
    }
  }
}
