import Computing
import Interaction
import Numerics
import PhaseSpace
import Vlasov

/// The solution and the series of all components with one number of nodes.
struct NodeLevel {
  /// Of the refinement.
  let number: Int
  let flows: [VlasovCharacteristics]
  let jets: [NodeJets]

  /// The one-particle functions at an argument, and the densities of the force modes, of one component.
  func functions(_ component: Int, _ particles: [NodeParticle], workers: Workers) -> NodeFunctions {
    let (flow, jets) = (flows[component], jets[component])
    let species = flow.species
    let nodes = species.map { flow.nodes($0) }
    let kappa = flow.force.wavenumber
    let values = particles.map { particle -> (Complex<Double>, NodeJet) in
      let eta = kappa * Double(particle.mode)
      let shifted = particle.xi - eta * flow.time / flow.masses[particle.species]
      return (
        nodes[particle.species].characteristicFunction(xi: shifted, eta: eta, workers: workers),
        jets.jet(particle.species, xi: particle.xi, mode: particle.mode)
      )
    }
    let series = jets.densities().flatMap { $0 }
    let modes = jets.modes
    let densities = species.flatMap { species in
      modes.map { nodes[species].characteristicFunction(xi: 0, eta: kappa * Double($0), workers: workers) }
    }
    return NodeFunctions(
      exact: values.map(\.0), jets: values.map(\.1), densities: densities, densityJets: series)
  }
}

/// The argument of a one-particle function.
struct NodeParticle: Sendable, Hashable {
  let species: Int
  let xi: Double
  let mode: Int
}

/// w_α at arguments and ρ_{β,m} of the force modes: the solution's and the series'.
struct NodeFunctions {
  let exact: [Complex<Double>]
  let jets: [NodeJet]
  let densities: [Complex<Double>]
  let densityJets: [NodeJet]
}

extension PhaseSpaceQuadrature {
  /// Σ_j w_j e^{i(ξp_j + ηq_j)}, block by block and lane by lane: to the same bits on any number of threads.
  func characteristicFunction(xi: Double, eta: Double, workers: Workers) -> Complex<Double> {
    let block = 1024
    let count = weights.count
    var partial = [Complex<Double>](repeating: .zero, count: (count + block - 1) / block)
    partial.withUnsafeMutableBufferPointer { partial in
      positions.withUnsafeBytes { q in
        momenta.withUnsafeBytes { p in
          weights.withUnsafeBytes { w in
            nonisolated(unsafe) let (partial, q, p, w) = (partial, q, p, w)
            workers.forEachRange(of: partial.count, grain: 16) { range in
              for number in range {
                var (x, y) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
                for j in stride(from: number * block, to: min(count, (number + 1) * block), by: 8) {
                  let phase =
                    p.loadUnaligned(fromByteOffset: 8 * j, as: SIMD8<Double>.self) * xi
                    + q.loadUnaligned(fromByteOffset: 8 * j, as: SIMD8<Double>.self) * eta
                  let weight = w.loadUnaligned(fromByteOffset: 8 * j, as: SIMD8<Double>.self)
                  let (sine, cosine) = sineCosine(phase)
                  x += weight * cosine
                  y += weight * sine
                }
                partial[number] = Complex(x.sum(), y.sum())
              }
            }
          }
        }
      }
    }
    return partial.reduce(.zero, +)
  }
}
