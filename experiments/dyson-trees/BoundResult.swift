import CLibraries
import RemainderBounds

/// The enclosures of one bound at one point and time, or why there are none.
enum BoundResult {
  case values([Enclosure])
  case reason(String)

  init(_ bound: any RemainderBound, _ settings: Settings, point: Int, time: Int) throws {
    let particles = settings.configuredPoints[point].map {
      BoundParticle(species: $0.point.species, xi: $0.xi, eta: $0.eta, mode: $0.mode)
    }
    do {
      self = .values(
        try bound.enclosures(
          settings.model, initial: settings.initial, at: particles, time: settings.times[time],
          orders: settings.orders + 1))
    } catch let error as HypothesisError {
      self = .reason("\(error)")
    }
  }

  /// Enclosure of the bound of Δ_L, nil where it is not finite.
  func enclosure(_ order: Int) -> Enclosure? {
    guard case .values(let values) = self, values[order - 1].upper.isFinite else { return nil }
    return values[order - 1]
  }

  /// Why there is no bound of Δ_L.
  func reason(_ order: Int) -> String? {
    if case .reason(let text) = self { return text }
    return enclosure(order) == nil ? "overflows Float64" : nil
  }
}
