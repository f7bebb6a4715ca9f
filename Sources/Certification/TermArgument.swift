import CLibraries
import Computing
import PhaseSpace

/// Where a one-particle function is asked for: (ξ, κn) of a species, in the interaction picture.
struct TermArgument: Hashable, Sendable {
  let species: Int
  let writtenXi: DecimalNumber
  let mode: Int
  var xi: Ball { Ball(writtenXi) }

  /// Those of a point, particle by particle.
  static func all(of point: Point, in geometry: PhaseSpaceGeometry) throws -> [TermArgument] {
    let modes = try point.modes(in: geometry)
    return zip(point.particles, modes).map {
      TermArgument(species: $0.species, writtenXi: $0.xi[0], mode: $1[0])
    }
  }
}

/// A piece of the time axis.
struct TermPanel: Sendable {
  let start, end: Ball
  /// Which of the times it ends at, nil in between.
  let time: Int?
  var middle: Ball { (start + end) / Ball(2) }
  var half: Ball { (end - start) / Ball(2) }

  /// Panels up to each of the times, all of one length up to the next, none longer than this.
  static func panels(_ times: [DecimalNumber], longest: Double) -> [TermPanel] {
    var panels: [TermPanel] = []
    var (start, begin) = (Ball(0), 0.0)
    for (index, time) in times.enumerated() where time.value > begin {
      let pieces = Int(min(1e6, max(1, ((time.value - begin) / longest).rounded(.up))))
      let end = Ball(time)
      for piece in 0..<pieces {
        let left = start + (end - start) * Ball(piece) / Ball(pieces)
        let isLast = piece + 1 == pieces
        let right = isLast ? end : start + (end - start) * Ball(piece + 1) / Ball(pieces)
        panels.append(TermPanel(start: left, end: right, time: isLast ? index : nil))
      }
      (start, begin) = (end, time.value)
    }
    return panels
  }
}
