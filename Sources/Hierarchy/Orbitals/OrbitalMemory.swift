// What a hierarchy on shared orbitals holds at most, whatever its state becomes: between steps the full cores of the orbitals that are
// kept, in a step the graded multisets, which are limited in number of each degree.

import CLibraries
import PhaseSpace

extension OrbitalSystem {
  /// Numbers of the full cores of one rank that a state may have between steps.
  private static let mostNumbers = 10_000_000

  /// Orbitals of a species that are kept after a step: `most`, or as many as full cores allow; what more would hold is discarded and
  /// counted.
  func mostKept(_ most: Int) -> Int {
    func fits(_ r: Int) -> Bool {
      Multisets.count(r * forces.count, rank).map { $0 <= Self.mostNumbers } ?? false
    }
    return (1...most).last(where: fits) ?? 1
  }

  /// Bytes of state, stages, tables, the images of the orbitals and what one right side holds; nil on overflow.
  /// - Parameter components: products that the data are made of.
  private func bytes(mostOrbitals most: Int, components: Int) -> Int? {
    let (species, operators) = (forces.count, forces.map(\.count).max() ?? 0)
    let kept = max(components, mostKept(most))
    func full(_ order: MarginalOrder) -> Int? {
      order.counts.reduce(1) { Memory.product($0, Multisets.count(kept, $1)) }
    }
    func entries(_ k: Int) -> Int { min(Multisets.count(most * species, k) ?? .max, mostEntries) }
    let state = Memory.sum(
      Memory.product(3 * 8, Memory.sum(orders.map(full))),
      Memory.product(species, Multisets.bytes(variables: kept, degree: degree)))
    // Names, twice while they are sought, and of a level the dense table of what is above and the links that are there. The last
    // level has neither.
    let tables = Memory.sum(
      (0...degree).map {
        Memory.product(
          entries($0),
          Memory.sum($0 < degree ? Memory.product(5, most, species) : 0, 20 * $0 + 250))
      })
    let parts = Memory.sum(
      closure.pairs.map { k, l in
        Memory.product(8, entries(k + l), (0..<l).reduce(1) { $0 * (k + l - $1) / ($1 + 1) })
      })
    let stages = Memory.sum((0...degree).map { Memory.product(entries($0), 8, 8) })
    let fields = Memory.sum((1...rank).map { Memory.product(entries($0), 8 * 2, 3 * species * modes.count) })
    // What entries that are not kept would get, in two collections, and what is raised.
    let reach = Memory.sum((0..<rank).map { Memory.product(entries($0), 3 * 8, most, species) })
    let recollisions = model.particles == nil ? 0 : Memory.product(entries(rank - 1), operators, most, 8)
    let pieces = entries(rank - 1) / 1024 + orders.count
    let grams = Memory.product(pieces, 8, operators * most, operators * most)
    let images = Memory.sum(
      lattice.masses.indices.map { species in
        let points = 2 * 8 * lattice.pointCount(species)
        let width = Memory.product(most, operators)
        // The images, of three nodes; what is wanted of them, the orbitals and those that join them, and the sums of the blocks, here
        // and gathered.
        return Memory.sum(
          Memory.product(2, blocks.imageBytes(width: width, species: species)),
          Memory.product(8 * lattice.orbitalRows, points, most),
          Memory.product(8 * blocks.summands, width, width))
      })
    return Memory.sum(state, tables, parts, stages, fields, reach, recollisions, grams, images)
  }

  /// What a view of the state takes in addition, in a basis of r orbitals: the cores of one order in some stages, those of one rank
  /// together for cumulants, and the tables of r orbitals.
  private func viewBytes(orbitals r: Int, cumulants: Bool) -> Int? {
    func numbers(_ order: MarginalOrder) -> Int? {
      order.counts.reduce(1) { Memory.product($0, Multisets.count(r, $1)) }
    }
    let largest = Memory.largest(orders.map(numbers))
    let together = Memory.sum(orders.map(numbers))
    return Memory.sum(
      Memory.product(8 * (6 + 2 * workers.threads), largest), cumulants ? Memory.product(3 * 8, together) : 0,
      Memory.product(2 * forces.count, Multisets.bytes(variables: r, degree: rank)))
  }

  /// What all of it takes.
  /// - Parameters:
  ///   - components: products that the data are made of.
  ///   - reference: products of a mixture that it is compared with.
  func memory(mostOrbitals most: Int, components: Int, reference: Int) -> OrbitalHierarchyMemory {
    let kept = max(components, mostKept(most))
    return OrbitalHierarchyMemory(
      state: bytes(mostOrbitals: most, components: components),
      report: Memory.largest([
        viewBytes(orbitals: kept, cumulants: true), viewBytes(orbitals: kept + reference, cumulants: false),
      ]),
      distance: viewBytes(orbitals: 2 * kept, cumulants: false))
  }
}

/// Bytes of a hierarchy on shared orbitals, at most; nil where they overflow.
public struct OrbitalHierarchyMemory: Sendable {
  /// State, stages, tables, the images of the orbitals and what one right side holds.
  public let state: Int?
  /// While a report is made, or a distance to a mixture is taken, in addition.
  public let report: Int?
  /// While the distance to another hierarchy is taken, in addition.
  public let distance: Int?
}
