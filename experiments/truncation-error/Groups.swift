import Computing
import Hierarchy
import ModelConfiguration
import Studies

extension [any Closure] {
  /// "zero, cumulant"
  var names: String { map(\.name).joined(separator: ", ") }
}

extension [any RankedHierarchy] {
  /// What moves; where there are several each has the name of its closure.
  var named: [any Evolution] {
    count == 1 ? [self[0]] : map { NamedEvolution($0, $0.closure.name) }
  }
}

extension TruncationReader {
  /// The work of a group relative to others: what closes a hierarchy costs about a quarter as much a term as the rest.
  func weight(of closures: [any Closure]) -> Double {
    closures.reduce(0) { $0 + Double(4 + $1.terms(particles: rank + 1).count) }
  }
}
