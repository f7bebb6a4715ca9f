public import CLibraries
import ExperimentKit
import Husimi
import Wasserstein

/// One distance of a Husimi measure from a reference.
public struct VlasovLimitDistance: Sendable {
  /// N
  public let total: Int
  /// Which window.
  public let window: Int
  /// Which species.
  public let species: Int
  /// t
  public let time: Double
  /// What it is compared with.
  public let reference: VlasovLimitStudy.Reference
  /// W_1 between its two bounds.
  public let distance: ClosedRange<Double>
  /// W_1, and its gap.
  public let value: (w1: Double, gap: Double)
  /// W_1 of the reference between time 0 and t, and its gap.
  public let displacement: (w1: Double, gap: Double)
  /// W_1 of the reference from one with half the samples along each axis of a cell: above the reference's own error.
  public let referenceError: Double
  /// The mass that the histograms do not hold, of the Husimi measure and of the reference.
  public let outside: (husimi: Double, reference: Double)
  /// What the normalisation of the two histograms may have changed, by the mass outside and the way it has to go back.
  public let outsideError: Double
  /// The change on cells twice as large along each axis, where there is an even number of them; else the diagonal of a cell, by which
  /// any two measures may come closer or part on the cells.
  public let binningError: Double

  /// Of W_1 as a distance of measures on all of phase space.
  public var error: Double { referenceError + outsideError + binningError }
  /// Of the displacement.
  public let displacementError: Double
}

extension VlasovLimitStudy {
  /// The distances of all states from all references, by N, window, species, time and reference; nil where there is no record.
  /// - Parameters:
  ///   - records: of each N at the times, fewer where a run ended early.
  ///   - afterEach: called after every N, window, species and time; may throw to stop there.
  public func distances(
    _ records: [[VlasovLimitRecord]], _ vlasov: VlasovReference, workers: Workers,
    afterEach: () throws -> Void = {}
  ) throws -> [VlasovLimitDistance?] {
    func distance(_ a: HeldHistogram, _ b: HeldHistogram) throws -> TransportDistance {
      try afterEach()
      return try wassersteinDistance(a.histogram, b.histogram, workers: workers)
    }
    /// The change of a distance on larger cells.
    func binning(_ a: HeldHistogram, _ b: HeldHistogram, _ own: TransportDistance) throws -> Double {
      guard let first = try a.histogram.merged(), let second = try b.histogram.merged() else {
        return (grid.positionStep * grid.positionStep + grid.momentumStep * grid.momentumStep).squareRoot()
      }
      return (try wassersteinDistance(first, second, workers: workers).value - own.value).magnitude
    }
    let (times, species) = (series.times, series.model.species.indices)
    let plain = try times.indices.map { time in
      try species.map { try vlasov.histogram(time: time, species: $0) }
    }
    let errors = try times.indices.map { time in
      try species.map {
        try distance(plain[time][$0], vlasov.histogram(time: time, species: $0, .coarse)).upper
      }
    }
    /// W_1 of a reference from its start, and the error.
    func displacement(
      _ start: HeldHistogram, _ now: HeldHistogram, _ errors: [Double]
    ) throws -> (TransportDistance, error: Double) {
      let own = try distance(start, now)
      return (
        own, errors.reduce(start.displacement + now.displacement + (try binning(start, now, own)), +)
      )
    }
    let displacements = try times.indices.map { time in
      try species.map {
        try displacement(plain[0][$0], plain[time][$0], [errors[0][$0], errors[time][$0]])
      }
    }
    let size = cells.columns * cells.rows
    var found: [VlasovLimitDistance?] = []
    for (number, total) in series.particleNumbers.enumerated() {
      for window in series.windows.indices {
        for species in species {
          var start: (held: HeldHistogram, error: Double)?
          for (time, decimal) in times.enumerated() {
            guard time < records[number].count, let densities = records[number][time].densities?.values,
              let outside = records[number][time].outside
            else {
              found += references.map { _ in nil }
              continue
            }
            let offset = (series.model.species.count * window + species) * size
            let husimi = try HeldHistogram(
              density: densities[offset..<(offset + size)], study: self, species: species,
              outside: outside[series.model.species.count * window + species].outside)
            for reference in references {
              let other: HeldHistogram
              let moved: (TransportDistance, error: Double)
              let error: Double
              switch reference {
              case .vlasov:
                (other, moved) = (plain[time][species], displacements[time][species])
                error = errors[time][species]
              case .smoothedVlasov:
                let smoothed = {
                  try vlasov.smoothedHistogram(
                    time: time, species: species, window: window, number: number, $0)
                }
                other = try smoothed(.full)
                error = try distance(other, smoothed(.coarse)).upper
                let first = start ?? (other, error)
                start = first
                moved = try displacement(first.held, other, [first.error, error])
              }
              let own = try distance(husimi, other)
              found.append(
                VlasovLimitDistance(
                  total: total, window: window, species: species, time: decimal.value, reference: reference,
                  distance: own.lower...own.upper, value: (own.value, own.gap),
                  displacement: (moved.0.value, moved.0.gap), referenceError: error,
                  outside: (husimi.outside.mass, other.outside.mass),
                  outsideError: husimi.displacement + other.displacement,
                  binningError: try binning(husimi, other, own), displacementError: moved.error))
            }
          }
        }
      }
    }
    return found
  }
}
