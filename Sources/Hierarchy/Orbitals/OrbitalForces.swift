// The interaction on orbitals. Within a step the orbitals stay what they are at its end, t + Δt, and time runs backwards in the
// operators: q half steps before the end free transport is a shift by q grid points per mode, and
//
//     (A_m φ)(g,n) = κ_ħ(κΔξ m·(g + qn)) φ(g − qm, n+m),       e_m(φ) = φ(qm, −m)     (0 where a point is outside the window),
//     (C_m φ)(g,n) = cos(ħκΔξ m·(g + qn)/2) φ(g − qm, n+m)     (finite N, the other particle of a recollision).
//
// On functions with φ(−ξ,−n) = conj φ(ξ,n) the sum over ±m has real operators and functionals,
//
//     Σ_{±m} A_m e_m = X_m Re e_m + Y_m Im e_m,               X_m = A_m + A_{−m},   Y_m = i(A_m − A_{−m}),
//     Σ_{±m} A_m ⊗ C_{−m} = ½(X_m ⊗ P_m + Y_m ⊗ Q_m),        P_m = C_m + C_{−m},   Q_m = i(C_m − C_{−m}).

import CLibraries
import Interaction
import PhaseSpace

/// The operators X_m, Y_m (and at finite N P_m, Q_m) of one species, m in a half space of modes.
struct OrbitalForces: Sendable {
  let lattice: FourierLattice
  let species: Int
  /// m, the first nonzero component positive.
  let modes: [ModeIndex]
  /// Per mode: X, Y or X, Y, P, Q.
  let kinds: Int
  /// κ_ħ(κΔξ j) and cos(ħκΔξ j/2), j from −reach.
  private let kernel: [Double]
  private let cosine: [Double]
  private let reach: Int
  /// Per mode m·g.
  private let dots: [[Int]]

  /// Operators of a species.
  var count: Int { kinds * modes.count }

  init(model: Model, lattice: FourierLattice, species: Int) {
    self.lattice = lattice
    self.species = species
    modes = Self.halfSpace(model, species)
    kinds = model.particles == nil ? 2 : 4
    let span = modes.map { mode in (0..<lattice.dimension).reduce(0) { $0 + mode[$1].magnitude } }.max() ?? 0
    let reach = Int(span) * (lattice.halfWidths[species] + 2 * lattice.modes)
    let unit = lattice.kappa * lattice.spacing(species)
    kernel = (-reach...reach).map { model.kernel(unit * Double($0)) }
    cosine = (-reach...reach).map { model.kernel.cosine(unit * Double($0)) }
    self.reach = reach
    dots = modes.map { mode in
      (0..<lattice.pointCount(species)).map { Self.dot(mode, lattice.point(at: $0, species: species)) }
    }
  }

  /// The modes that exert a force on a species, one of each ±m.
  static func halfSpace(_ model: Model, _ species: Int) -> [ModeIndex] {
    model.potentials.forceModes(of: species).filter { mode in
      (mode[0] != 0 ? mode[0] : mode[1] != 0 ? mode[1] : mode[2]) > 0
    }
  }

  private static func dot(_ a: ModeIndex, _ b: ModeIndex) -> Int { a[0] * b[0] + a[1] * b[1] + a[2] * b[2] }

  /// Where the operators of each mode find their points, q half steps before the end of a step.
  func shifts(halfSteps q: Int) -> [(ahead: [Int], behind: [Int])] {
    modes.map { mode in
      (
        PointShift(lattice, species, by: mode &* -q).sources,
        PointShift(lattice, species, by: mode &* q).sources
      )
    }
  }

  /// What all operators make of all functions on a block of modes, q half steps before the end of a step: [operator][function], operator =
  /// kinds · mode + kind, each the real parts of the block's sites, then the imaginary ones.
  func images(
    of functions: OrbitalFunctions, rows: Range<Int>, halfSteps q: Int,
    _ shifts: [(ahead: [Int], behind: [Int])]
  ) -> [Double] {
    let (half, r) = (functions.length / 2, functions.count)
    let points = lattice.pointCount(species)
    let sites = rows.count * points
    var images = [Double](repeating: 0, count: count * r * 2 * sites)
    images.withUnsafeMutableBufferPointer { images in
      functions.values.withUnsafeBufferPointer { values in
        for (index, mode) in modes.enumerated() {
          let (ahead, behind) = shifts[index]
          for row in rows {
            let n = lattice.mode(at: row)
            let upper = lattice.modeOffset(n &+ mode)
            let lower = lattice.modeOffset(n &- mode)
            guard upper != nil || lower != nil else { continue }
            let inside = PointShift(lattice, species, by: n &* q).sources
            let offset = reach + q * Self.dot(mode, n)
            for g in 0..<points where inside[g] >= 0 {
              let (one, other) = (ahead[g], behind[g])
              let force = kernel[dots[index][g] + offset]
              let share = kinds == 4 ? cosine[dots[index][g] + offset] : 0
              let at = (row - rows.lowerBound) * points + g
              for b in 0..<r {
                let from = 2 * b * half
                var (u, v, x, y) = (0.0, 0.0, 0.0, 0.0)
                if let upper, one >= 0 {
                  (u, v) = (values[from + upper * points + one], values[from + half + upper * points + one])
                }
                if let lower, other >= 0 {
                  (x, y) = (
                    values[from + lower * points + other], values[from + half + lower * points + other]
                  )
                }
                let first = (kinds * index * r + b) * 2 * sites + at
                images[first] = force * (u - x)
                images[first + sites] = force * (v - y)
                let second = first + 2 * r * sites
                images[second] = -force * (v + y)
                images[second + sites] = force * (u + x)
                guard kinds == 4 else { continue }
                let third = second + 2 * r * sites
                images[third] = share * (u + x)
                images[third + sites] = share * (v + y)
                let fourth = third + 2 * r * sites
                images[fourth] = -share * (v - y)
                images[fourth + sites] = share * (u - x)
              }
            }
          }
        }
      }
    }
    return images
  }

  /// Re φ(qm,−m) and Im φ(qm,−m) of all functions.
  static func functionals(_ functions: OrbitalFunctions, _ mode: ModeIndex, halfSteps q: Int) -> (
    real: [Double], imaginary: [Double]
  ) {
    guard let place = functions.place(mode.negated, mode &* q) else {
      let zero = [Double](repeating: 0, count: functions.count)
      return (zero, zero)
    }
    let length = functions.length
    return (
      (0..<functions.count).map { functions.values[$0 * length + place] },
      (0..<functions.count).map { functions.values[$0 * length + length / 2 + place] }
    )
  }
}

/// The operators of all species in a basis, so many half steps before the end of a step.
struct OrbitalNode: Sendable {
  /// Per species: ⟨φ_a, O φ_b⟩, [a][operator · r + b].
  let matrices: [[Double]]
  /// Per species and block of this rank: (1 − P)Oφ_b, [operator · r + b].
  let outside: [[[Double]]]
  /// Per species: ⟨(1 − P)Oφ_b, (1 − P)O'φ_b'⟩.
  let leaving: [[Double]]
  /// Per species and mode of `modes`: Re e_m, Im e_m.
  let functionals: [[(real: [Double], imaginary: [Double])]]

  /// - Parameter modes: all modes of the potentials in the half space.
  /// - Throws: what the ranks throw.
  init(
    _ forces: [OrbitalForces], _ basis: [OrbitalFunctions], modes: [ModeIndex], halfSteps q: Int,
    _ blocks: OrbitalBlocks
  ) throws {
    var (matrices, outside, leaving): ([[Double]], [[[Double]]], [[Double]]) = ([], [], [])
    for (force, functions) in zip(forces, basis) {
      let (r, width, cell) = (functions.count, force.count * functions.count, functions.cell)
      let shifts = force.shifts(halfSteps: q)
      let images = blocks.map { _, rows in
        force.images(of: functions, rows: rows, halfSteps: q, shifts)
      }
      let matrix = try blocks.sum(r * width) { place, rows in
        DenseRows.overlaps(functions.part(rows), r, images[place], width, factor: cell)
      }
      let inside = DenseRows.transposed(matrix, r, width)
      let rest = blocks.map { place, rows in
        var rest = images[place]
        let projection = DenseRows.product(inside, width, r, functions.part(rows))
        for i in projection.indices { rest[i] -= projection[i] }
        return rest
      }
      matrices.append(matrix)
      leaving.append(
        try blocks.sum(width * width) { place, _ in
          DenseRows.overlaps(rest[place], width, rest[place], width, factor: cell)
        })
      outside.append(rest)
    }
    (self.matrices, self.outside, self.leaving) = (matrices, outside, leaving)
    functionals = basis.map { functions in
      modes.map { OrbitalForces.functionals(functions, $0, halfSteps: q) }
    }
  }

  /// ⟨φ_a, O φ_b⟩ of orbitals a that join the basis, [a − old][operator · r + b], for each species.
  /// - Parameter old: orbitals of each species before.
  /// - Throws: what the ranks throw.
  func overlaps(of basis: [OrbitalFunctions], from old: [Int], _ blocks: OrbitalBlocks) throws -> [[Double]] {
    try basis.indices.map { species in
      let (functions, first, width) = (basis[species], old[species], matrices[species].count / old[species])
      let (outside, new) = (outside[species], functions.count - first)
      return try blocks.sum(new * width) { place, rows in
        DenseRows.overlaps(
          functions.part(rows, from: first), new, outside[place], width, factor: functions.cell)
      }
    }
  }
}
