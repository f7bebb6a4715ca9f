// The distances between neighbours of the chain, and between its ends: density modes, Husimi measures in L¹ and in W_1.

import CLibraries
public import Computing
import ExperimentKit
import Numerics
import PhaseSpace
import Wasserstein

/// The stages of a chain, and what is compared of them.
public final class ChainObserver {
  private let study: ChainStudy
  private let stages: [ChainStage]
  private let workers: Workers

  /// The stages at t = 0.
  /// - Throws: `MemoryError`, `ArgumentError`.
  public init(_ study: ChainStudy, workers: Workers) throws {
    self.study = study
    self.workers = workers
    stages = try study.stages(workers: workers)
  }

  /// What moves.
  public var evolutions: [any Evolution] { stages.map { NamedEvolution($0.evolution, $0.name) } }

  /// The figures of this time, at which the stages are.
  /// - Throws: `NumericalFailure`.
  public func record(at time: Double) throws -> ChainRecord {
    let error = stages[0].exact?.differences()?.densityModes
    let looks = try stages.map { $0.failure() == nil ? try Look(at: $0, study) : nil }
    return ChainRecord(
      time: time, truncation: stages[0].exact?.main.truncation ?? 0,
      stages: looks.map { look in
        look.map { look in
          ChainRecord.Stage(
            densityModes: look.modes.joined().flatMap { [$0.real, $0.imaginary] },
            pictures: look.pictures.map { RecordedArray($0) })
        }
      },
      distances: try study.arrows.map { arrow in
        try study.system.model.species.indices.map { species -> ChainRecord.Distance? in
          guard let from = looks[arrow.from], let to = looks[arrow.to] else { return nil }
          return try distance(from, to, species, error: arrow.from == 0 ? error?[species] : nil)
        }
      }, failure: stages.lazy.compactMap { $0.failure() }.first)
  }

  private func distance(_ from: Look, _ to: Look, _ species: Int, error: Double?) throws
    -> ChainRecord.Distance
  {
    ChainRecord.Distance(
      density: zip(from.modes[species], to.modes[species]).reduce(0) { .greatest($0, ($1.0 - $1.1).length) },
      husimi: study.grid.distance(from.pictures[species], to.pictures[species]),
      wasserstein: try study.histogram.flatMap {
        try wasserstein(from.cells[species], to.cells[species], on: $0)
      }, densityError: error)
  }

  /// W_1 of the normalised histograms; nil where more than 1e-3 of the mass is negative (a Wigner function carried by the
  /// classical flow, then smoothed, need not be a measure).
  private func wasserstein(_ a: [Double], _ b: [Double], on grid: PhaseSpaceGrid) throws -> Double? {
    func histogram(_ values: [Double]) throws -> PhaseSpaceHistogram? {
      // From momentum by momentum to the grid's columns; a common shift by half a cell does not matter.
      let ordered = (0..<grid.positions).flatMap { j in
        (0..<grid.momenta).map { values[$0 * grid.positions + j] }
      }
      let negative = ordered.reduce(0) { $0 + .greatest(0, -$1) }
      let positive = ordered.map { Double.greatest(0, $0) }
      let total = positive.reduce(0, +)
      guard total.isFinite, negative.isFinite else {
        throw NumericalFailure(in: "a Husimi measure of the chain", "values that are not finite")
      }
      guard negative <= 1e-3 * total else { return nil }
      return try PhaseSpaceHistogram(positive.map { $0 / total }, on: grid)
    }
    guard let first = try histogram(a), let second = try histogram(b) else { return nil }
    return try wassersteinDistance(first, second, metric: .euclidean, workers: workers).value
  }

  /// What is seen of a stage: by species the density modes m ≥ 1, the pictures, and the same on the cells of W_1.
  private struct Look {
    let modes: [[Complex<Double>]]
    let pictures: [[Double]]
    let cells: [[Double]]

    init(at stage: ChainStage, _ study: ChainStudy) throws {
      let species = study.system.model.species.indices
      modes = try species.map { species in
        try (1...study.highestMode).map { try stage.densityMode(species, $0) }
      }
      pictures = try species.map { try stage.husimi($0, study.grid.positions, study.grid.momenta) }
      cells = try species.map { species in
        try study.histogram.map { try stage.husimi(species, $0.positions, $0.momentumCentres) } ?? []
      }
    }
  }
}

extension ChainStudy {
  /// Neighbours among the stages, then the first and the last.
  public var arrows: [(from: Int, to: Int)] {
    let last = stageNames.count - 1
    return (0..<last).map { ($0, $0 + 1) } + [(0, last)]
  }
}
