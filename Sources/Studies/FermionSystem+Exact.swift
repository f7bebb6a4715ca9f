// The exact dynamics of a fermion system, on its plane waves and on the others it is compared with.

import CLibraries
public import ExperimentKit
import Interaction
public import ManyBody
import ModelConfiguration

extension FermionSystem {
  /// Reads `convergence`, other n_max to follow the exact state on; nil where it is absent.
  public static func readConvergence(_ node: ConfigurationNode, modes: Int, particles: [Int]) throws -> [Int]?
  {
    guard !node.isAbsent else {
      node.recordNull()
      return nil
    }
    let entries = try node.list(orEmpty: true)
    let values = try entries.map { entry in
      let value = try entry.integer(in: 1...31)
      guard value != modes else { throw entry.error(expected: "other than 'modes'", got: "\(value)") }
      guard particles.allSatisfy({ $0 <= 2 * value + 1 }) else {
        throw entry.error(expected: "at least as many plane waves as fermions of a species", got: "\(value)")
      }
      return value
    }
    guard zip(values, values.dropFirst()).allSatisfy(<) else {
      throw node.error(expected: "increasing numbers")
    }
    return values
  }

  /// The n_max of the other states: those asked for, else n_max − g.
  var otherModes: [Int] {
    if let convergence { return convergence }
    let fewer = modes - ConvergingEvolution.stride(interaction)
    return fewer >= 1 && particles.allSatisfy { $0 <= 2 * fewer + 1 } ? [fewer] : []
  }

  /// The exact dynamics from the determinants of `start`, and beside it the same on other plane waves.
  public func exact(
    from start: (determinant: SlaterDeterminant, cut: OrbitalCut), workers: Workers
  ) throws -> ConvergingEvolution {
    try exact(from: start, workers: workers, ranks: .single)
  }

  /// The same, of ranks that have every state together.
  func exact(
    from start: (determinant: SlaterDeterminant, cut: OrbitalCut), workers: Workers, ranks: FockRanks
  ) throws -> ConvergingEvolution {
    func evolution(_ start: (determinant: SlaterDeterminant, cut: OrbitalCut)) throws -> ExactEvolution {
      try ExactEvolution(model, start.determinant, cut: start.cut, workers: workers, ranks: ranks)
    }
    let others = try otherModes.compactMap { cutoff -> ExactEvolution? in
      let projected: (determinant: SlaterDeterminant, cut: OrbitalCut)
      do { projected = try self.start(cutoff) } catch let error as ArgumentError {
        // On the fewer waves that nobody asked for the orbitals need not be independent.
        guard convergence == nil else { throw error }
        return nil
      }
      return try evolution(projected)
    }
    return ConvergingEvolution(try evolution(start), others: others)
  }

  /// Holds the exact states and their Hamiltonians, and for a while what it takes to move the largest.
  public func holdExact(in plan: inout MemoryPlan, moves: Bool = true) {
    holdExact(in: &plan, moves: moves, ranks: .single)
  }

  /// The same, of one of the ranks that have the states together.
  func holdExact(in plan: inout MemoryPlan, moves: Bool, ranks: FockRanks) {
    let ranks = particles.count > 1 ? ranks : .single
    for cutoff in otherModes + [modes] {
      let space = FockMemory(modes: 2 * cutoff + 1, particles: particles)
      plan.hold("basis", space.basis)
      plan.hold("state", ranks.part(of: space.vector()))
      plan.phase { $0.hold("matrices in the making", space.hamiltonianInTheMaking(interaction)) }
      plan.hold("matrices", space.hamiltonian(interaction))
      // The vector in the order of H, and three of Chebyshev's; HΨ; of several ranks what an application takes besides.
      let share = ranks.part(of: space.vector())
      plan.phase {
        $0.hold("propagation", Memory.product(moves ? 5 : 2, share))
        if ranks.isShared { $0.hold("rows on their way", Hamiltonian.bytesOfApplication(share)) }
      }
    }
  }

  /// Seconds of exact dynamics up to a time, on all plane waves.
  public func exactSeconds(to time: Double, times: Int) -> Double {
    (otherModes + [modes]).reduce(0) {
      $0
        + WorkEstimate.exactDynamics(
          interaction, particles: particles, masses: model.masses, hbar: hbar, modes: $1, period: period,
          time: time, times: times)
    }
  }
}
