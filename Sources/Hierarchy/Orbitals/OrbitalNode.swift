// What operators make of a basis at one time within a step. What leaves the basis, (1 − P)Oφ_b, is far more than the basis: where it is
// more than a limit it is not kept but made again, block by block, whenever it is asked for.

import CLibraries
import PhaseSpace

/// The operators of all species in a basis.
struct OrbitalNode: Sendable {
  /// Per species: ⟨φ_a, O φ_b⟩, [a][operator · r + b].
  let matrices: [[Double]]
  /// Per species: ⟨(1 − P)Oφ_b, (1 − P)O'φ_b'⟩; empty where it is not wanted.
  let leaving: [[Double]]
  /// Per species and mode of `modes`: Re e_m, Im e_m.
  let functionals: [[(real: [Double], imaginary: [Double])]]

  private let forces: [OrbitalForces]
  private let basis: [OrbitalFunctions]
  private let instant: OrbitalInstant
  /// Per species: Pᵀ of all images, [operator · r + b][a].
  private let inside: [[Double]]
  /// Per species and block of this rank, where they are kept.
  private let kept: [[[Double]]?]

  /// - Parameters:
  ///   - modes: all modes of the potentials in the half space.
  ///   - withLeaving: whether what leaves the basis is wanted.
  /// - Throws: what the ranks throw.
  init(
    _ forces: [OrbitalForces], _ basis: [OrbitalFunctions], modes: [ModeIndex], at instant: OrbitalInstant,
    _ blocks: OrbitalBlocks, withLeaving: Bool = true
  ) throws {
    var (matrices, inside, leaving): ([[Double]], [[Double]], [[Double]]) = ([], [], [])
    var kept: [[[Double]]?] = []
    for (force, functions) in zip(forces, basis) {
      let (r, width, cell) = (functions.count, force.count * functions.count, functions.cell)
      let isKept = withLeaving && blocks.keeps(width: width, species: force.species)
      @Sendable func made(_: Int, _ rows: Range<Int>) -> [Double] {
        force.images(of: functions, rows: rows, at: instant)
      }
      let images = isKept ? blocks.map(made) : nil
      let matrix = try blocks.sum(r * width) { place, rows in
        DenseRows.overlaps(
          functions.part(rows), r, images?[place] ?? made(place, rows), width, factor: cell)
      }
      let projection = DenseRows.transposed(matrix, r, width)
      let rest = images.map { images in
        blocks.map { Self.rest(images[$0], projection, functions, rows: $1) }
      }
      matrices.append(matrix)
      inside.append(projection)
      guard withLeaving else {
        leaving.append([])
        kept.append(nil)
        continue
      }
      leaving.append(
        try blocks.sum(width * width) { place, rows in
          let rest = rest?[place] ?? Self.rest(made(place, rows), projection, functions, rows: rows)
          return DenseRows.overlaps(rest, width, rest, width, factor: cell)
        })
      kept.append(rest)
    }
    (self.matrices, self.inside, self.leaving, self.kept) = (matrices, inside, leaving, kept)
    (self.forces, self.basis, self.instant) = (forces, basis, instant)
    functionals = basis.map { functions in
      modes.map { OrbitalForces.functionals(functions, $0, at: instant) }
    }
  }

  /// Oφ_b − POφ_b on a block.
  private static func rest(
    _ images: [Double], _ projection: [Double], _ functions: OrbitalFunctions, rows: Range<Int>
  ) -> [Double] {
    var rest = images
    let width = projection.count / functions.count
    let inside = DenseRows.product(projection, width, functions.count, functions.part(rows))
    for i in inside.indices { rest[i] -= inside[i] }
    return rest
  }

  /// (1 − P)Oφ_b of a species on a block of this rank, [operator · r + b].
  func outside(_ species: Int, place: Int, rows: Range<Int>) -> [Double] {
    if let kept = kept[species] { return kept[place] }
    return Self.rest(
      forces[species].images(of: basis[species], rows: rows, at: instant), inside[species], basis[species],
      rows: rows)
  }

  /// ⟨φ_a, O φ_b⟩ of orbitals a that join the basis, [a − old][operator · r + b], for each species.
  /// - Parameter old: orbitals of each species before.
  /// - Throws: what the ranks throw.
  func overlaps(of basis: [OrbitalFunctions], from old: [Int], _ blocks: OrbitalBlocks) throws -> [[Double]] {
    try basis.indices.map { species in
      let (functions, first, width) = (basis[species], old[species], matrices[species].count / old[species])
      let new = functions.count - first
      guard new > 0 else { return [] }
      return try blocks.sum(new * width) { place, rows in
        DenseRows.overlaps(
          functions.part(rows, from: first), new, outside(species, place: place, rows: rows), width,
          factor: functions.cell)
      }
    }
  }
}
