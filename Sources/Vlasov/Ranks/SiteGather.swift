// Values of w at a list of sites, on every rank, from the ranks that compute them: the densities of the force, what a probe looks at, a
// line of a portrait. They travel as they are and stand in the order of the list, whoever had them.

import CLibraries
import Numerics
package import PhaseSpace

/// A place of a lattice: w_j^α at a mode and a point of the ξ grid.
package struct LatticeSite: Sendable {
  package let species, order: Int
  package let mode, point: ModeIndex

  package init(species: Int, order: Int = 0, mode: ModeIndex, point: ModeIndex = .zero) {
    (self.species, self.order, self.mode, self.point) = (species, order, mode, point)
  }
}

/// A list of sites, and who has them.
final class SiteGather {
  /// The values when they were last read; zero outside the modes or the window.
  private(set) var values: [Complex<Double>]
  private let ranks: Ranks
  /// Those of this rank: where its real and imaginary parts lie, and its place in the list.
  private let own: [(real: Int, imaginary: Int)]
  /// In the order in which the ranks give them: the places, and whether a mirror image is meant.
  private let places: [(index: Int, isMirrored: Bool)]

  init(_ sites: [LatticeSite], _ rows: LatticeRows) {
    values = Array(repeating: .zero, count: sites.count)
    let (share, lattice) = (rows.share, rows.lattice)
    ranks = share.ranks
    var (own, places): ([(real: Int, imaginary: Int)], [[(index: Int, isMirrored: Bool)]]) =
      ([], (0..<share.ranks.count).map { _ in [] })
    for (index, site) in sites.enumerated() {
      // w(ξ,n) = conj w(−ξ,−n)
      let isMirrored = site.mode[0] < 0
      let mode = isMirrored ? site.mode.negated : site.mode
      guard mode.maximumNorm <= lattice.modes,
        let point = lattice.pointOffset(isMirrored ? site.point.negated : site.point, species: site.species)
      else { continue }
      let owner = share.owner(of: mode[0])
      places[owner].append((index, isMirrored))
      guard owner == ranks.index, let row = rows.row(of: mode) else { continue }
      let points = lattice.pointCount(site.species)
      let real = rows.offset(species: site.species, row: row) + 2 * site.order * points + point
      own.append((real, real + points))
    }
    (self.own, self.places) = (own, places.flatMap { $0 })
  }

  /// Reads the values of a buffer.
  /// - Throws: `RanksStopped`, `NumericalFailure`.
  func read(_ buffer: UnsafePointer<Double>) throws {
    guard ranks.count > 1 else {
      for (place, at) in zip(places, own) { put(buffer[at.real], buffer[at.imaginary], place) }
      return
    }
    let all = try ranks.gather(own.flatMap { [buffer[$0.real], buffer[$0.imaginary]] })
    for (number, place) in places.enumerated() { put(all[2 * number], all[2 * number + 1], place) }
  }

  private func put(_ real: Double, _ imaginary: Double, _ place: (index: Int, isMirrored: Bool)) {
    values[place.index] = Complex(real, place.isMirrored ? -imaginary : imaginary)
  }
}
