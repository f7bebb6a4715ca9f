// N fermions against the mean field at points of the marginals: the exact dynamics of Slater determinants, and the Vlasov solution
// that starts from the Wigner functions of their orbitals, each with what its discretisation may be wrong by.

public import CLibraries
import ExperimentKit
import Hierarchy
public import Interaction
import ManyBody
import ModelConfiguration
public import PhaseSpace
public import RemainderBounds
import Vlasov

/// One number of particles: what moves, and where it is compared.
///
/// The orbitals are put on the plane waves |n| ≤ n_max − M, M the highest mode of a potential, and orthonormalised there: they,
/// not their profiles, are the state. It moves on these waves and on |n| ≤ n_max; what the two differ by is the error bar of the
/// second. The Vlasov equation moves on a lattice, and on one with half the step and 2M modes more.
///
/// The window in ξ is the domain of dependence of the points up to the last time, |ξ| + κ|n|t/m + κn_max t/m: nothing that
/// leaves it comes back, so that Wigner functions on plane waves, which do not decay, need no wider one.
public struct MeanFieldFermions: MeanFieldComparison {
  public let source = "fermions"
  public let model: Model
  /// The particles on |n| ≤ n_max.
  public let system: FermionSystem
  /// The same on |n| ≤ n_max − M.
  let coarse: FermionSystem
  public let points: [Point]
  let lattice: FourierLattice
  let refined: FourierLattice

  /// - Parameters:
  ///   - modes: of the lattice; 2 n_max unless given.
  ///   - last: the last time.
  /// - Throws: `ArgumentError` for plane waves or lattice modes that do not hold the state and the points.
  public init(
    system: FermionSystem, points: [Point], modes: Int? = nil, timeStep: DecimalNumber, last: Double
  ) throws {
    let model = try system.model.with(kernel: .moyal(hbar: DecimalNumber(system.hbar)))
    self.model = model
    let reach = max(1, system.highestMode)
    self.system = system
    self.points = points
    guard system.modes > reach else {
      throw ArgumentError(
        "modes", expected: "more than the highest mode of a potential", got: "\(system.modes)")
    }
    coarse = try FermionSystem(model: model, modes: system.modes - reach, profiles: system.profiles)
    let modes = modes ?? 2 * system.modes
    let highest = try points.flatMap { try $0.modes(in: model.geometry).map(\.maximumNorm) }.max() ?? 0
    guard modes >= 2 * coarse.modes, modes >= highest else {
      throw ArgumentError(
        "lattice.modes",
        expected: "at least \(max(2 * coarse.modes, highest)), the modes of the state and points",
        got: "\(modes)")
    }
    let kappa = model.geometry.kappa ?? 1
    let top = Double(modes + 2 * reach)
    let extents = try model.species.indices.map { species in
      let speed = kappa / model.masses[species] * last
      let furthest =
        try points.flatMap { point in
          try zip(point.arguments(in: model.geometry), point.modes(in: model.geometry)).map {
            $0.species == species ? $0.xi.norm + Double($1.maximumNorm) * speed : 0
          }
        }.max() ?? 0
      // Nodes of the interpolation beyond the last point.
      return furthest + top * speed + 8 * kappa * timeStep.value / model.masses[species]
    }
    lattice = try FourierLattice(model, modes: modes, xiExtents: extents, timeStep: timeStep.value)
    refined = try lattice.refined().enlarged(modes: 2 * reach, window: 1)
  }

  public func rate() throws -> MeanFieldRate { try MeanFieldRate(model, data: .slaterDeterminants) }

  public func observer(workers: Workers) throws -> any MeanFieldObserver {
    try MeanFieldFermionsObserver(self, workers: workers)
  }

  // MARK: time and memory

  public func seconds(to last: Double, times: Int) throws -> Double {
    let steps = Double(lattice.steps(in: last) ?? 0)
    return 2 * system.exactSeconds(to: last, times: times)
      + WorkEstimate.vlasovLattice(lattice, try limit(), steps: steps)
      + WorkEstimate.vlasovLattice(refined, try limit(), steps: 2 * steps)
  }

  public func hold(in plan: inout MemoryPlan, times: Int, moves: Bool, threads: Int) throws {
    let limit = try limit()
    for system in [coarse, system] {
      system.holdStart(in: &plan)
      system.holdExact(in: &plan, moves: moves)
    }
    for lattice in [lattice, refined] {
      plan.hold(
        "lattices",
        VlasovLattice.bytes(model: limit, lattice: lattice, coupling: .nonperturbative, threads: threads))
    }
    plan.phase {
      // Two for each operator of a point but the last, of the species that leave most.
      let species = system.particles.indices
      let lowered = species.map { a in system.fockMemory.vector(removed: species.map { $0 == a ? 1 : 0 }) }
      let depth = max(0, (points.map(\.count).max() ?? 1) - 1)
      $0.hold("states less a particle", Memory.product(2, depth, Memory.largest(lowered)))
    }
    plan.hold("records", Memory.product(times, points.count, 8, ExperimentRun.bytesOfFigure))
  }
}
