// What a hierarchy on shared orbitals holds at most, whatever its state becomes: between steps the full cores of the orbitals that are
// kept, in a step the graded multisets, which are limited in number.

import CLibraries
import PhaseSpace

extension OrbitalSystem {
  /// Numbers of the full cores of one rank that a state may have between steps.
  private static let mostNumbers = 2_000_000

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
  func bytes(mostOrbitals most: Int, components: Int) -> Int? {
    let (species, operators) = (forces.count, forces.map(\.count).max() ?? 0)
    let kept = max(components, mostKept(most))
    func full(_ order: MarginalOrder) -> Int? {
      order.counts.reduce(1) { Memory.product($0, Multisets.count(kept, $1)) }
    }
    func entries(_ k: Int) -> Int { min(Multisets.count(most * species, k) ?? .max, Self.mostEntries) }
    let state = Memory.sum(
      Memory.product(3 * 8, Memory.sum(orders.map(full))),
      Memory.product(species, Multisets.bytes(variables: kept, degree: degree)))
    let tables = Memory.sum(
      (0...degree).map {
        Memory.product(entries($0), Memory.sum(Memory.product(5, most, species), 4 * $0 + 80))
      })
    let stages = Memory.sum((0...degree).map { Memory.product(entries($0), 8, 8) })
    let closing = Memory.product(8, entries(degree), 2 * closure.shapes.count)
    let fed = Memory.product(entries(rank - 1), operators, most, 5 * 8)
    let images = Memory.sum(
      lattice.masses.indices.map { species in
        Memory.product(
          2 * 8 * lattice.elementCount(species), most, Memory.sum(Memory.product(6, operators), 8))
      })
    return Memory.sum(state, tables, stages, closing, fed, images)
  }
}
