// H = H_1⊗1 + 1⊗H_2 + (1/N) Σ_m v_{12,m} ρ_m⊗ρ_{−m},   H_α = K_α + W_α/N      (1.3), (2.4), (2.6)
//
// applied to Ψ as a D_1 × D_2 matrix. Rows are combined by axpys of contiguous memory; for the column operators four
// rows at a time are interleaved, so that one index serves eight Doubles. Nothing of dimension D_1 D_2 but the
// vectors themselves is stored. Cost per entry of Ψ: one real multiply-add of a complex number per nonzero of a row
// of H_1, H_2 and of every ρ_m, twice.
//
// H conserves the total momentum P. When the state lies in one momentum sector, rows and columns are sorted by
// momentum and each row keeps only the columns with momentum P − P_1(row): the vectors shrink by the number of sectors.

public import CLibraries
public import Numerics

/// The Hamiltonian of two species, matrix-free, on the whole space or on one sector of total momentum.
public final class Hamiltonian: Sendable {
  /// The space it acts on.
  public let space: FockSpace
  /// V_{αβ}, as Fourier coefficients.
  public let interaction: InteractionModes
  /// The threads of an application.
  public let workers: Workers
  /// The total momentum Σ n (units ħκ) of the sector, nil for the whole space.
  public let totalMomentum: [Int]?
  /// Length of the vectors H acts on.
  public let dimension: Int
  /// An interval that holds the spectrum. Each interaction is the multiplication by Σ V(x_i − x_j)/N, compressed to the
  /// plane waves kept, so it lies within its number of pairs times min V/N … max V/N; K lies between its least and
  /// largest diagonal entry. For H_α Gershgorin's discs are taken where they are narrower.
  public let spectralInterval: ClosedRange<Double>

  /// Rows with the same columns; their entries start at `offset`, row by row.
  private struct Group: Sendable {
    let rows: Range<Int>
    let columns: Range<Int>
    let offset: Int
  }
  private struct Coupling: Sendable {
    let strength: Double
    let left: SparseMatrix  // ρ_m, rows sorted
    let right: SparseMatrix  // ρ_{−m}
    let source: [Int?]  // group → the group its rows come from
  }
  private struct Block: Sendable {
    let group: Int
    let rows: Range<Int>
  }

  private let first: SparseMatrix
  private let second: SparseMatrix
  private let couplings: [Coupling]
  private let groups: [Group]
  private let blocks: [Block]
  private let order: [[Int]]  // sorted position → index in the bitstring basis, per species

  private static func sector(_ momentum: [Int]?) -> String {
    momentum.map { "total momentum (" + $0.map(String.init).joined(separator: ", ") + ")" } ?? "any momentum"
  }

  /// - Parameter totalMomentum: restrict to this sector.
  /// - Throws: `ArgumentError` when the potentials are not of two species of the same dimension, the sector is empty, or
  ///   the energies overflow.
  public init(
    space: FockSpace, interaction: InteractionModes, totalMomentum: [Int]? = nil,
    workers: Workers = Workers(threads: 1)
  ) throws {
    guard interaction.speciesCount == 2 else {
      throw ArgumentError("potentials", expected: "two species", got: "\(interaction.speciesCount)")
    }
    self.space = space
    self.interaction = interaction
    self.totalMomentum = totalMomentum
    self.workers = workers
    let operators = (0..<2).map { SpeciesOperators(waves: space.waves, sector: space.sector($0)) }
    let momenta = operators.map(\.momenta)
    let order = (0..<2).map { species -> [Int] in
      let identity = Array(0..<space.sector(species).count)
      guard totalMomentum != nil else { return identity }
      return identity.sorted {
        let a = momenta[species][$0]
        let b = momenta[species][$1]
        return a == b ? $0 < $1 : a.lexicographicallyPrecedes(b)
      }
    }
    self.order = order

    // Row groups and, for a sector, the columns each may hold.
    var groups: [Group] = []
    var groupOfMomentum: [[Int]: Int] = [:]
    if let total = totalMomentum {
      let columnRanges = Hamiltonian.ranges(order[1].map { momenta[1][$0] })
      var offset = 0
      for (momentum, rows) in Hamiltonian.ranges(order[0].map { momenta[0][$0] })
        .sorted(by: { $0.value.lowerBound < $1.value.lowerBound })
      {
        guard let columns = columnRanges[zip(total, momentum).map(-)] else { continue }
        groupOfMomentum[momentum] = groups.count
        groups.append(Group(rows: rows, columns: columns, offset: offset))
        offset += rows.count * columns.count
      }
      dimension = offset
    } else {
      groups = [Group(rows: 0..<order[0].count, columns: 0..<order[1].count, offset: 0)]
      dimension = order[0].count * order[1].count
    }
    guard dimension > 0 else {
      throw ArgumentError(
        "momentum", expected: "a sector with states", got: "none of \(Self.sector(totalMomentum))")
    }
    self.groups = groups
    blocks = groups.indices.flatMap { g in
      stride(from: groups[g].rows.lowerBound, to: groups[g].rows.upperBound, by: 4).map {
        Block(group: g, rows: $0..<min($0 + 4, groups[g].rows.upperBound))
      }
    }

    let count = Double(space.totalParticles)
    let zero = [Int](repeating: 0, count: space.waves.dimension)
    let moving = interaction[0, 1].filter { $0.mode != zero }
    let coupling = Double(space.particles[0] * space.particles[1]) / count
    let constant = (interaction[0, 1].first { $0.mode == zero }?.value ?? 0) * coupling
    let kinetic = (0..<2).map {
      operators[$0].kineticEnergies(hbar: space.hbar, mass: space.masses[$0])
    }
    let own = (0..<2).map { species -> SparseMatrix in
      // ρ_0⊗ρ_0 = N_1 N_2: a constant, put into H_1.
      let diagonal = SparseMatrix(
        columns: kinetic[species].count,
        rows: kinetic[species].indices.map { [$0: kinetic[species][$0] + (species == 0 ? constant : 0)] })
      let pairs = operators[species].pairInteraction(
        interaction[species, species].map { ($0.mode, $0.value) })
      return SparseMatrix.combine(1, diagonal, 1 / count, pairs)
    }
    first = Hamiltonian.permuted(own[0], order[0])
    second = Hamiltonian.permuted(own[1], order[1])
    spectralInterval = try Hamiltonian.enclosure(
      space: space, interaction: interaction, kinetic: kinetic, own: own, constant: constant)
    couplings = moving.map { coefficient in
      let m = coefficient.mode
      let source: [Int?] = groups.indices.map { g in
        guard totalMomentum != nil else { return 0 }
        let momentum = momenta[0][order[0][groups[g].rows.lowerBound]]
        return groupOfMomentum[zip(momentum, m).map(-)]
      }
      return Coupling(
        strength: coefficient.value / count,
        left: Hamiltonian.permuted(operators[0].density(m), order[0]),
        right: Hamiltonian.permuted(operators[1].density(m.map { -$0 }), order[1]), source: source)
    }
  }

  private static func enclosure(
    space: FockSpace, interaction: InteractionModes, kinetic: [[Double]], own: [SparseMatrix],
    constant: Double
  ) throws -> ClosedRange<Double> {
    let n = space.particles.map(Double.init)
    let count = Double(space.totalParticles)
    let cross = interaction.range(0, 1)
    var (low, high) = (n[0] * n[1] / count * cross.lowerBound, n[0] * n[1] / count * cross.upperBound)
    for species in 0..<2 {
      let pairs = n[species] * (n[species] - 1) / (2 * count)
      let potential = interaction.range(species, species)
      // H_1 carries the constant that `cross` contains already.
      let discs = own[species].gershgorin
      let offset = species == 0 ? constant : 0
      let slack = 1e-14 * Double.greatest(discs.lowerBound.magnitude, discs.upperBound.magnitude)
      low += Double.greatest(
        discs.lowerBound - offset - slack, kinetic[species].min()! + pairs * potential.lowerBound)
      high += Double.least(
        discs.upperBound - offset + slack, kinetic[species].max()! + pairs * potential.upperBound)
    }
    guard low.isFinite, high.isFinite else {
      throw ArgumentError(
        "model", expected: "a period, masses and potentials whose energies are finite in Float64",
        got: "energies from \(low) to \(high)")
    }
    return low...max(low, high)
  }

  /// The coefficients of a state in the order of the vectors H acts on.
  /// - Throws: `ArgumentError` when more than 1e-14 of the squared norm lies outside the momentum sector,
  ///   `NumericalFailure` for a state that is not finite.
  public func vector(of state: FockState) throws -> [Complex<Double>] {
    let width = space.dimensions[1]
    var result: [Complex<Double>] = []
    result.reserveCapacity(dimension)
    for group in groups {
      for row in group.rows {
        for column in group.columns {
          result.append(state.coefficients[order[0][row] * width + order[1][column]])
        }
      }
    }
    let inside = result.reduce(0) { $0 + $1.lengthSquared }
    let all = state.squaredNorm
    guard all.isFinite else { throw NumericalFailure(in: "the state that H acts on", "squared norm \(all)") }
    guard all - inside <= 1e-14 * all else {
      throw ArgumentError(
        "momentum", expected: "a finite state of \(Self.sector(totalMomentum))",
        got: "\((all - inside) / all) of its norm elsewhere")
    }
    return result
  }

  /// The state with the given coefficients in the order of the vectors H acts on.
  public func state(of vector: [Complex<Double>]) -> FockState {
    let width = space.dimensions[1]
    var result = [Complex<Double>](repeating: .zero, count: space.dimensions[0] * width)
    var position = 0
    for group in groups {
      for row in group.rows {
        for column in group.columns {
          result[order[0][row] * width + order[1][column]] = vector[position]
          position += 1
        }
      }
    }
    return FockState(space: space, coefficients: result)
  }

  /// out ← H x for vectors of `dimension` numbers; x and out must not overlap.
  public func apply(
    _ x: UnsafePointer<Complex<Double>>, into out: UnsafeMutablePointer<Complex<Double>>
  ) {
    nonisolated(unsafe) let x = x
    nonisolated(unsafe) let out = out
    let widest = groups.map(\.columns.count).max() ?? 0
    // Cut in proportion to the entries, so that ragged sectors are shared out evenly.
    workers.forEachRange(of: blocks.count, grain: max(1, 8192 / max(1, widest))) { range in
      let tile = UnsafeMutablePointer<SIMD8<Double>>.allocate(capacity: 2 * widest)
      let rowsBuffer = UnsafeMutablePointer<Double>.allocate(capacity: 8 * widest)
      defer {
        tile.deallocate()
        rowsBuffer.deallocate()
      }
      for b in range { self.apply(self.blocks[b], x, out, tile, tile + widest, rowsBuffer) }
    }
  }

  private func apply(
    _ block: Block, _ x: UnsafePointer<Complex<Double>>, _ out: UnsafeMutablePointer<Complex<Double>>,
    _ tile: UnsafeMutablePointer<SIMD8<Double>>, _ sum: UnsafeMutablePointer<SIMD8<Double>>,
    _ rows: UnsafeMutablePointer<Double>
  ) {
    let group = groups[block.group]
    let width = group.columns.count
    let input = UnsafeRawPointer(x + group.offset).assumingMemoryBound(to: Double.self)
    let output = UnsafeMutableRawPointer(out + group.offset).assumingMemoryBound(to: Double.self)
    let base = group.rows.lowerBound

    // 1⊗H_2 on the four rows themselves.
    for r in 0..<4 {
      let row = block.rows.lowerBound + r
      let target = rows + 2 * width * r
      if row < block.rows.upperBound {
        target.update(from: input + 2 * width * (row - base), count: 2 * width)
      } else {
        target.update(repeating: 0, count: 2 * width)
      }
    }
    RowTile.interleave(rows, width, into: tile)
    sum.update(repeating: .zero, count: width)
    RowTile.multiply(second, group.columns, tile, firstColumn: group.columns.lowerBound, 1, into: sum)

    // (1/N) v_m ρ_m⊗ρ_{−m}.
    for coupling in couplings {
      guard let sourceIndex = coupling.source[block.group] else { continue }
      let source = groups[sourceIndex]
      let sourceWidth = source.columns.count
      let sourceInput = UnsafeRawPointer(x + source.offset).assumingMemoryBound(to: Double.self)
      var any = false
      for r in 0..<4 {
        let row = block.rows.lowerBound + r
        let target = rows + 2 * sourceWidth * r
        target.update(repeating: 0, count: 2 * sourceWidth)
        guard row < block.rows.upperBound else { continue }
        any =
          RowTile.combine(
            coupling.left, row, sourceInput, firstRow: source.rows.lowerBound, 2 * sourceWidth, into: target)
          || any
      }
      guard any else { continue }
      RowTile.interleave(rows, sourceWidth, into: tile)
      RowTile.multiply(
        coupling.right, group.columns, tile, firstColumn: source.columns.lowerBound, coupling.strength,
        into: sum)
    }

    // H_1⊗1, on top of what the columns gave.
    RowTile.deinterleave(sum, width, into: rows)
    for row in block.rows {
      let target = output + 2 * width * (row - base)
      target.update(from: rows + 2 * width * (row - block.rows.lowerBound), count: 2 * width)
      _ = RowTile.combine(first, row, input, firstRow: base, 2 * width, into: target)
    }
  }

  private static func ranges(_ keys: [[Int]]) -> [[Int]: Range<Int>] {
    var result: [[Int]: Range<Int>] = [:]
    for (i, key) in keys.enumerated() {
      result[key] = (result[key]?.lowerBound ?? i)..<(i + 1)
    }
    return result
  }

  private static func permuted(_ matrix: SparseMatrix, _ order: [Int]) -> SparseMatrix {
    var position = [Int](repeating: 0, count: order.count)
    for (i, index) in order.enumerated() { position[index] = i }
    let rows = matrix.dictionaries
    return SparseMatrix(
      columns: matrix.columns,
      rows: order.map { index in
        Dictionary(uniqueKeysWithValues: rows[index].map { (position[$0.key], $0.value) })
      })
  }
}
