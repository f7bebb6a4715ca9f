// The finite-N hierarchy of rank 2 with the cumulant closure against the mean field, for more particles than can be followed
// exactly: independent particles, |ΔΓ_3| = O(1/N²) is what the closure neglects.

public import CLibraries
import ExperimentKit
import Hierarchy
public import Interaction
import ModelConfiguration
import Numerics
public import PhaseSpace
public import RemainderBounds
import Vlasov

/// Independent particles through the finite-N hierarchy at rank 2.
///
/// The value is that of the cumulant closure on the refined lattice. Its error bar is what the factorised closure, which
/// neglects all correlations of three, changes, and what the refinement changes in the difference to the Vlasov solution on the same
/// lattice.
public struct MeanFieldHierarchy: MeanFieldComparison {
  public let source = "hierarchy"
  public let model: Model
  public let points: [Point]
  let initial: ProductMixture
  let lattice: FourierLattice
  let refined: FourierLattice

  /// - Throws: `ArgumentError` for data that are not one product, points of more than two particles, or a ξ off the lattice.
  public init(_ model: Model, initial: ProductMixture, lattice: FourierLattice, points: [Point]) throws {
    guard initial.components.count == 1 else {
      throw ArgumentError("initial", expected: "factorised data", got: "a mixture")
    }
    self.model = model
    self.initial = initial
    self.lattice = lattice
    self.points = points
    refined = try lattice.refined()
    for point in points {
      guard point.count <= 2 else {
        throw ArgumentError("points", expected: "at most two particles at rank 2", got: "\(point.count)")
      }
      for argument in try point.arguments(in: model.geometry) {
        let place = argument.xi[0] / lattice.spacing(argument.species)
        guard (place - place.rounded()).magnitude < 1e-9 else {
          throw ArgumentError(
            "points",
            expected: "every ξ a multiple of \(lattice.spacing(argument.species)), the hierarchy's grid",
            got: "\(argument.xi[0])")
        }
      }
    }
  }

  public func rate() throws -> MeanFieldRate {
    guard initial.isNonnegative(hbar: model.kernel.hbar) else {
      throw HypothesisError(
        "the rate of Theorem 1.1",
        requires: model.kernel == .classical
          ? "nonnegative initial data" : "initial data known to be positive operators")
    }
    return try MeanFieldRate(model, data: .independent)
  }

  public func observer(workers: Workers) throws -> any MeanFieldObserver {
    try Observer(self, workers: workers)
  }

  public func seconds(to last: Double, times: Int) throws -> Double {
    let steps = Double(lattice.steps(in: last) ?? 0)
    return 2 * WorkEstimate.truncatedHierarchy(lattice, model, rank: 2, steps: steps)
      + WorkEstimate.truncatedHierarchy(refined, model, rank: 2, steps: 2 * steps)
  }

  public func hold(in plan: inout MemoryPlan, times: Int, moves: Bool, threads: Int) throws {
    for (lattice, closure) in settings {
      plan.hold(
        "hierarchies",
        TruncatedHierarchy.memory(model: model, lattice: lattice, rank: 2, closure: closure, threads: threads)
          .held)
    }
    for lattice in [lattice, refined] {
      plan.hold(
        "lattices",
        VlasovLattice.bytes(
          model: try limit(), lattice: lattice, coupling: .nonperturbative, threads: threads))
    }
    plan.phase { $0.hold("initial data", ProductTables.bytes(components: 1, lattice: refined)) }
    plan.hold("records", Memory.product(times, points.count, 8, ExperimentRun.bytesOfFigure))
  }

  /// The three hierarchies: the one that counts, a coarser one, and one without correlations of three.
  private var settings: [(FourierLattice, any Closure)] {
    [(refined, CumulantClosure()), (lattice, CumulantClosure()), (lattice, FactorisedClosure())]
  }

  /// The hierarchies and the flows as they move.
  private final class Observer: MeanFieldObserver {
    private let study: MeanFieldHierarchy
    private let hierarchies: [TruncatedHierarchy]
    private let flows: [VlasovLattice]

    init(_ study: MeanFieldHierarchy, workers: Workers) throws {
      self.study = study
      hierarchies = try study.settings.map { lattice, closure in
        try TruncatedHierarchy(
          model: study.model, initial: study.initial, lattice: lattice, rank: 2, closure: closure,
          workers: workers)
      }
      flows = try [study.refined, study.lattice].map {
        try VlasovLattice(
          model: study.limit(), states: study.initial.components[0].states, lattice: $0,
          coupling: .nonperturbative, workers: workers)
      }
    }

    var evolutions: [any Evolution] {
      let name = "hierarchy of (\(study.particles.map(String.init).joined(separator: ", ")))"
      let coarse: [any Evolution] = [hierarchies[1], hierarchies[2], flows[1]]
      return coarse.map { NamedEvolution($0, "") { _ in false } } + [
        NamedEvolution(hierarchies[0], name), NamedEvolution(flows[0], "\(name), vlasov"),
      ]
    }

    func record(at time: Double) throws -> MeanFieldRecord {
      MeanFieldRecord(
        time: time,
        values: try study.points.map { point in
          let own = try hierarchies.map { try value(of: $0, at: point) }
          let limit = try flows.map { try value(of: $0, at: point) }
          return MeanFieldRecord.Value(
            particles: [own[0].real, own[0].imaginary], limit: [limit[0].real, limit[0].imaginary],
            particlesError: (own[1] - own[2]).length,
            latticeError: ((own[0] - limit[0]) - (own[1] - limit[1])).length)
        })
    }

    /// w_t(ξ − ηt/m, η) at grid points.
    private func value(of hierarchy: TruncatedHierarchy, at point: Point) throws -> Complex<Double> {
      let geometry = study.model.geometry
      let arguments = try point.arguments(in: geometry)
      let points = arguments.map { argument -> ModeIndex in
        let xi = argument.xi[0] - argument.eta[0] * hierarchy.time / study.model.masses[argument.species]
        return ModeIndex(Int((xi / hierarchy.lattice.spacing(argument.species)).rounded()), 0, 0)
      }
      return hierarchy.value(
        species: arguments.map(\.species), modes: try point.modes(in: geometry), points: points)
    }

    private func value(of flow: VlasovLattice, at point: Point) throws -> Complex<Double> {
      try flow.sites(of: point).reduce(Complex(1)) { product, site in
        product * (try flow.interactionValue(order: 0, at: site.0, mode: site.1))
      }
    }
  }
}
