import CLibraries
public import ExperimentKit
import Numerics
import PhaseSpace
import Vlasov

/// What is recorded of a flow at one time.
public struct FlowRecord: Codable, Sendable {
  /// The sample of this instant (`FlowProbe`).
  public let sample: [Double]
  /// The samples of the steps since the last time, this one included.
  public let series: RecordedArray
  /// w^α(0,0) = n_α
  public let mass: [Double]
  /// (∫∫ f_α² dq dp)^{1/2}, f_α of mass n_α: what it has lost has left the lattice.
  public let l2: [Double]
  /// max_α max_ξ |w^α_t(ξ,0) − w^α_0(ξ,0)|/n_α: how far the homogeneous data of linear theory are not the present ones.
  public let homogeneousChange: Double
  /// How far the kinetic energies may be off by the differences they are made of.
  public let kineticError: Double
  /// One per species where there are any.
  public let portraits: [FlowPortrait]

  package init(
    _ moving: PulsedFlow, states: [any OneParticleState], after first: Int, portraits grid: FlowPortraitGrid?
  ) throws {
    let flow = moving.flow
    sample = try moving.probe.sample(flow)
    series = RecordedArray(moving.samples(after: first, upTo: flow.steps))
    let species = flow.model.species.indices
    mass = try flow.values(at: species.map { LatticeSite(species: $0, mode: .zero) }).map(\.real)
    l2 = try species.map { try flow.squaredNorm($0).squareRoot() }
    // One rank has the homogeneous mode.
    let change =
      flow.has(slab: 0) ? species.reduce(0) { .greatest($0, flow.homogeneousChange($1, states[$1])) } : 0
    homogeneousChange = try flow.greatest([change])[0]
    kineticError = try moving.probe.kineticError(flow)
    portraits =
      try grid.map { grid in try species.map { try FlowPortrait(flow, species: $0, on: grid) } } ?? []
  }
}

extension VlasovLattice {
  fileprivate func homogeneousChange(_ species: Int, _ state: any OneParticleState) -> Double {
    (0..<lattice.pointCount(species)).reduce(0) { largest, index in
      let point = lattice.point(at: index, species: species)
      let now = gridValue(species: species, order: 0, mode: .zero, point: point)
        .multiplied(by: 1 / model.fractions[species])
      return .greatest(
        largest, (now - state.value(xi: lattice.xi(point, species: species), eta: .zero)).length)
    }
  }
}
