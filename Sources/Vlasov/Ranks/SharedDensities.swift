// ρ̂_n = w_n(0) of the modes that exert a force: what z is made of (ForceStability.swift).

import Numerics
import PhaseSpace

/// The densities of a lattice by species, order and mode: where it stands, or from the ranks that have them.
struct SharedDensities {
  typealias Values = (_ species: Int, _ order: Int, _ mode: ModeIndex) -> Complex<Double>

  /// Of several ranks: the sites, and where each mode stands among those of a species and order.
  private let shared: (sites: SiteGather, places: [ModeIndex: Int])?

  init(_ flow: VlasovLattice, _ modes: @autoclosure () -> Set<ModeIndex>) {
    guard flow.field.rows.share.ranks.count > 1 else {
      shared = nil
      return
    }
    // In the same order on all ranks.
    let list = modes().sorted { ($0[0], $0[1], $0[2]) < ($1[0], $1[1], $1[2]) }
    let sites = flow.model.species.indices.flatMap { species in
      (0..<flow.orders).flatMap { order in
        list.map { LatticeSite(species: species, order: order, mode: $0) }
      }
    }
    shared = (
      SiteGather(sites, flow.field.rows),
      Dictionary(uniqueKeysWithValues: list.enumerated().map { ($1, $0) })
    )
  }

  /// Those of now.
  /// - Throws: what the ranks throw.
  func now(_ flow: VlasovLattice) throws -> Values {
    guard let shared else { return here(flow) }
    try shared.sites.read(flow.field.state)
    let (values, places, orders) = (shared.sites.values, shared.places, flow.orders)
    return { species, order, mode in
      places[mode].map { values[(species * orders + order) * places.count + $0] } ?? .zero
    }
  }

  /// Those that this rank has.
  func here(_ flow: VlasovLattice) -> Values {
    { flow.gridValue(species: $0, order: $1, mode: $2, point: .zero) }
  }
}
