import CLibraries
import Computing
import ManyBody
import Numerics
import PhaseSpace
import Vlasov

/// The exact states and the flows of `MeanFieldFermions` as they move.
final class MeanFieldFermionsObserver: MeanFieldObserver {
  private let study: MeanFieldFermions
  private let exact: ExactEvolution
  private let coarse: ExactEvolution
  private let flow: VlasovLattice
  private let refined: VlasovLattice

  /// At t = 0.
  /// - Throws: `MemoryError`, `ArgumentError`.
  init(_ study: MeanFieldFermions, workers: Workers) throws {
    self.study = study
    let start = try study.coarse.start().determinant
    let waves = try PlaneWaves(study.system.model, cutoff: study.system.modes)
    let wider = try SlaterDeterminant(
      study.system.model, orbitals: try start.orbitals.map { try $0.embedded(in: waves) })
    coarse = try ExactEvolution(study.system.model, start, workers: workers)
    exact = try ExactEvolution(study.system.model, wider, workers: workers)
    let wigner = try WignerHierarchy(state: start)
    let states = study.system.model.species.indices.map { WignerState(wigner, species: $0) }
    let model = try study.limit()
    flow = try VlasovLattice(
      model: model, states: states, lattice: study.lattice, coupling: .nonperturbative, workers: workers)
    refined = try VlasovLattice(
      model: model, states: states, lattice: study.refined, coupling: .nonperturbative, workers: workers)
  }

  /// What moves. The coarser ones are there for the error bars, and are not asked whether they are resolved; the window of the
  /// lattice is the points' domain of dependence, whatever stands at its edge or enters there.
  var evolutions: [any Evolution] {
    let name = study.system.particles.map(String.init).joined(separator: ", ")
    return [
      NamedEvolution(coarse, "") { _ in false }, NamedEvolution(flow, "") { _ in false },
      NamedEvolution(exact, "N = (\(name))"),
      NamedEvolution(refined, "N = (\(name)), vlasov") {
        ![TruncationMeasure.edgeName, DataOnLattice.driftsIn].contains($0.name)
      },
    ]
  }

  /// The marginals at this time, at which the states are.
  /// - Throws: `ArgumentError` for a point outside the lattice's window; `MemoryError`.
  func record(at time: Double) throws -> MeanFieldRecord {
    let fine = try values(of: exact, at: time)
    let rough = try values(of: coarse, at: time)
    return MeanFieldRecord(
      time: time,
      values: try study.points.enumerated().map { index, point in
        let (own, limit) = (fine[index], try value(of: refined, at: point))
        return MeanFieldRecord.Value(
          particles: [own.real, own.imaginary], limit: [limit.real, limit.imaginary],
          particlesError: (own - rough[index]).length + 2 * exact.error,
          latticeError: (try value(of: flow, at: point) - limit).length)
      })
  }

  /// μ_{N,ħ} = w_t(ξ − ηt/m, η).
  private func values(of evolution: ExactEvolution, at time: Double) throws -> [Complex<Double>] {
    let state = evolution.fockState
    let model = study.system.model
    return try study.points.map { point in
      try WignerHierarchy.value(
        of: state,
        at: try point.arguments(in: model.geometry).map {
          PhasePoint(
            species: $0.species, xi: $0.xi - $0.eta * (time / model.masses[$0.species]), eta: $0.eta)
        })
    }
  }

  /// The product of the one-particle solutions.
  private func value(of flow: VlasovLattice, at point: Point) throws -> Complex<Double> {
    try flow.sites(of: point).reduce(Complex(1)) { product, site in
      product * (try flow.interactionValue(order: 0, at: site.0, mode: site.1))
    }
  }
}

extension Orbitals {
  /// The same orbitals on more plane waves.
  fileprivate func embedded(in larger: PlaneWaves) throws -> Orbitals {
    var rows = [Complex<Double>](repeating: .zero, count: count * larger.count)
    for (k, mode) in waves.modes.enumerated() {
      guard let place = larger.index(of: mode) else {
        throw ArgumentError("modes", expected: "plane waves that hold the orbitals", got: "\(larger.cutoff)")
      }
      for i in 0..<count { rows[i * larger.count + place] = self.rows[i * waves.count + k] }
    }
    return Orbitals(waves: larger, count: count, rows: rows)
  }
}
