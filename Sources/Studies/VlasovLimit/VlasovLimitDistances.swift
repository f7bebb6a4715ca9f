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
    func distance(_ a: PhaseSpaceHistogram, _ b: PhaseSpaceHistogram) throws -> TransportDistance {
      try afterEach()
      return try wassersteinDistance(a, b, workers: workers)
    }
    let (times, species) = (series.times, series.model.species.indices)
    let plain = try times.indices.map { time in
      try species.map { try vlasov.histogram(time: time, species: $0) }
    }
    let displacements = try times.indices.map { time in
      try species.map { try distance(plain[0][$0], plain[time][$0]) }
    }
    let errors = try times.indices.map { time in
      try species.map {
        try distance(plain[time][$0], vlasov.histogram(time: time, species: $0, .coarse)).upper
      }
    }
    let size = cells.columns * cells.rows
    var found: [VlasovLimitDistance?] = []
    for (number, total) in series.particleNumbers.enumerated() {
      for (window, profile) in series.windows.enumerated() {
        for species in species {
          var start: PhaseSpaceHistogram?
          for (time, decimal) in times.enumerated() {
            guard time < records[number].count, let densities = records[number][time].densities?.values else {
              found += references.map { _ in nil }
              continue
            }
            let offset = (series.model.species.count * window + species) * size
            let husimi = try PhaseSpaceHistogram(
              density: densities[offset..<(offset + size)].map { .greatest(0, $0) }, refinement: refinement,
              on: grid)
            for reference in references {
              let other: PhaseSpaceHistogram
              let displacement: TransportDistance
              let error: Double
              switch reference {
              case .vlasov:
                (other, displacement) = (plain[time][species], displacements[time][species])
                error = errors[time][species]
              case .smoothedVlasov:
                let smoothed = {
                  try vlasov.smoothedHistogram(
                    time: time, species: species, window: profile, hbar: 1 / Double(total), $0)
                }
                other = try smoothed(.full)
                error = try distance(other, smoothed(.coarse)).upper
                start = start ?? other
                displacement = try distance(start ?? other, other)
              }
              let own = try distance(husimi, other)
              found.append(
                VlasovLimitDistance(
                  total: total, window: window, species: species, time: decimal.value, reference: reference,
                  distance: own.lower...own.upper, value: (own.value, own.gap),
                  displacement: (displacement.value, displacement.gap), referenceError: error))
            }
          }
        }
      }
    }
    return found
  }
}
