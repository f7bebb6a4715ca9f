// Where values are taken: at points that the lattice holds at all times, and at their neighbours.

import CLibraries
import Interaction
import PhaseSpace

extension DysonRemainder {
  /// Why the lattice does not hold a point; nil where it does.
  static func reason(
    against point: Point, _ model: Model, _ lattice: FourierLattice, _ times: [Double]
  ) throws -> (key: String, expected: String, got: String)? {
    for (particle, mode) in try zip(point.arguments(in: model.geometry), point.modes(in: model.geometry)) {
      guard mode.maximumNorm <= lattice.modes else {
        return ("eta", "|n| ≤ lattice.modes", mode.text(dimension: lattice.dimension))
      }
      for time in [0] + times {
        let drift = mode.vector * (lattice.kappa * time / lattice.masses[particle.species])
        let place = particle.xi - drift
        let edge = Double(lattice.halfWidths[particle.species]) * lattice.spacing(particle.species)
        for axis in 0..<lattice.dimension where place[axis].magnitude > edge * (1 + 1e-12) {
          return ("xi", "|ξ − ηt/m| ≤ \(edge) at all times (the window)", "\(place[axis]) at t = \(time)")
        }
      }
    }
    return nil
  }

  /// Points, and after them those with one particle's mode moved by one along an axis, as far as the lattice holds them.
  static func withNeighbours(
    _ points: [Point], _ model: Model, _ lattice: FourierLattice, _ times: [Double]
  ) throws -> (sampled: [Point], neighbours: [[Int]]) {
    var sampled = points
    let neighbours = try points.map { point -> [Int] in
      let (arguments, modes) = (
        try point.arguments(in: model.geometry), try point.modes(in: model.geometry)
      )
      var found: [Int] = []
      for (particle, mode) in modes.enumerated() {
        for axis in 0..<lattice.dimension {
          for shift in [-1, 1] {
            var moved = arguments
            let other = mode &+ ModeIndex(axis == 0 ? shift : 0, axis == 1 ? shift : 0, axis == 2 ? shift : 0)
            moved[particle].eta = other.vector * lattice.kappa
            let neighbour = try Point(moved, in: model.geometry)
            guard try reason(against: neighbour, model, lattice, times) == nil else { continue }
            found.append(sampled.count)
            sampled.append(neighbour)
          }
        }
      }
      return found
    }
    return (sampled, neighbours)
  }
}
