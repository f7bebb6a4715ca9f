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
    let mass = study.system.hbar * Double(study.system.particles[species])
    let (a, b) = (from.pictures[species], to.pictures[species])
    let cells = try study.histogram.map { grid in
      try [from, to].map { try Cells($0.cells[species], on: grid, mass: mass) }
    }
    let own = try cells.flatMap { try wasserstein($0[0], $0[1]) }
    return ChainRecord.Distance(
      density: zip(from.modes[species], to.modes[species]).reduce(0) { .greatest($0, ($1.0 - $1.1).length) },
      husimi: study.grid.distance(a, b), husimiError: study.grid.distanceError(a, b, mass: mass),
      wasserstein: own?.value, densityError: error, wassersteinError: own?.error,
      outside: cells?.map(\.outside).largest())
  }

  /// The cells of W_1 of one measure.
  private struct Cells {
    /// Normalised; nil where more than 1e-3 of the mass is negative (a Wigner function carried by the classical flow, then smoothed,
    /// need not be a measure).
    let histogram: PhaseSpaceHistogram?
    /// What the cells do not hold, and what was negative and is set to zero, of a mass of 1.
    let (outside, negative): (Double, Double)

    /// - Throws: `NumericalFailure` where a value is not finite.
    init(_ values: [Double], on grid: PhaseSpaceGrid, mass: Double) throws {
      // From momentum by momentum to the grid's columns; a common shift by half a cell does not matter.
      let ordered = (0..<grid.positions).flatMap { j in
        (0..<grid.momenta).map { values[$0 * grid.positions + j] }
      }
      let below = ordered.reduce(0) { $0 + .greatest(0, -$1) }
      let positive = ordered.map { Double.greatest(0, $0) }
      let total = positive.reduce(0, +)
      guard total.isFinite, below.isFinite else {
        throw NumericalFailure(in: "a Husimi measure of the chain", "values that are not finite")
      }
      let share = grid.positionStep * grid.momentumStep / (2 * .pi * mass)
      outside = .greatest(0, 1 - (total - below) * share)
      negative = below * share
      histogram = below <= 1e-3 * total ? try PhaseSpaceHistogram(positive.map { $0 / total }, on: grid) : nil
    }
  }

  /// W_1 of the normalised histograms and its error: the change on cells twice as large (the diagonal of a cell where there is an odd
  /// number of them), and what lies outside, moved by the diameter and, beyond the edge, by the width √ħ‖f'‖ over which a window's tail
  /// falls; that last is an estimate.
  private func wasserstein(_ a: Cells, _ b: Cells) throws -> (value: Double, error: Double)? {
    guard let first = a.histogram, let second = b.histogram else { return nil }
    let grid = first.grid
    let value = try wassersteinDistance(first, second, metric: .euclidean, workers: workers).value
    var binning = (grid.positionStep * grid.positionStep + grid.momentumStep * grid.momentumStep).squareRoot()
    if let first = try first.merged(), let second = try second.merged() {
      binning =
        (try wassersteinDistance(first, second, metric: .euclidean, workers: workers).value - value).magnitude
    }
    let extent = grid.momentumRange.upperBound - grid.momentumRange.lowerBound
    let diameter = (grid.period * grid.period / 4 + extent * extent).squareRoot()
    let width = (study.system.hbar * study.window.gradientSquaredNorm).squareRoot()
    return (
      value,
      binning + (a.outside + b.outside) * (diameter + width) + 2 * (a.negative + b.negative) * diameter
    )
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
