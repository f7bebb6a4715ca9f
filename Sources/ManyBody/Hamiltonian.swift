// H = Σ_α H_α + (1/N) Σ_{α<β} Σ_m v_{αβ,m} ρ^α_m ρ^β_{−m},   H_α = K_α + W_α/N + Σ_m u_{α,m} ρ^α_m      (1.3), (2.4), (2.6)
//
// with the external potentials U_α = Σ_m u_{α,m} e^{iκm·x}, without which the total momentum is conserved,
// applied to Ψ as a matrix, the states of the last species its columns (`MomentumSectors`): with A all terms without the last
// species S,
//
//     HΨ = AΨ + Ψ H_S^T + (1/N) Σ_{α<S} Σ_m v_{αS,m} (ρ^α_m Ψ) ρ_{−m}^T.
//
// Rows are combined by axpys of contiguous memory; for the column operators four rows at a time are interleaved, so that one
// index serves eight Doubles. Nothing of the dimension of Ψ but the vectors themselves is stored. Cost per entry of Ψ: one real
// multiply-add of a complex number per nonzero of a row of A, of H_S and of every ρ_m, twice. Vectors that ranks have together:
// Hamiltonian+Ranks.

public import CLibraries
public import Numerics
public import PhaseSpace

/// The Hamiltonian of species of fermions, matrix-free, on the whole space or on one sector of total momentum.
public final class Hamiltonian: Sendable {
  /// The space it acts on.
  public let space: FockSpace
  /// V_{αβ}, as Fourier coefficients.
  public let interaction: InteractionModes
  /// The threads of an application.
  public let workers: Workers
  /// The total momentum Σ n (units ħκ) of the sector, nil for the whole space.
  public let totalMomentum: ModeIndex?
  /// An interval that holds the spectrum.
  public let spectralInterval: ClosedRange<Double>

  struct Coupling: Sendable {
    let strength: Double
    let left: RowOperator  // ρ^α_m
    let right: SparseMatrix  // ρ_{−m} of the last species
    let source: [Int?]  // group → the group its rows come from
    let transposes: [BlockTranspose]  // the rows of ρ^α_mΨ on their way, in pieces
  }
  private struct Block: Sendable {
    let group: Int
    let rows: Range<Int>
  }

  let sectors: MomentumSectors
  /// What each rank has of a vector.
  let share: SectorShare
  let first: RowOperator
  let second: SparseMatrix
  let couplings: [Coupling]
  private let blocks: [Block]
  let rowStates: RowStates
  /// The rows of Ψ on their way, in pieces, and where each lies among those of this rank's columns.
  let transposes: [BlockTranspose]
  let places: [Int]

  /// Length of the vectors H acts on; of several ranks, what this one has of them.
  public var dimension: Int { share.dimension }
  /// The most columns of a group.
  var widest: Int { sectors.groups.map(\.columns.count).max() ?? 0 }

  /// - Parameter totalMomentum: restrict to this sector.
  /// - Throws: `ArgumentError` when the potentials are not of the space's species and dimension, the sector is empty, or the
  ///   energies overflow; `MemoryError`.
  public init(
    space: FockSpace, interaction: InteractionModes, totalMomentum: ModeIndex? = nil,
    workers: Workers = Workers(threads: 1)
  ) throws {
    guard interaction.speciesCount == space.speciesCount else {
      throw ArgumentError(
        "potentials", expected: "\(space.speciesCount) species", got: "\(interaction.speciesCount)")
    }
    try interaction.require(dimension: space.waves.dimension)
    try Memory.require(
      FockMemory(modes: space.waves.count, particles: space.particles).hamiltonian(interaction),
      for: "the Hamiltonian of \(space.particles) fermions")
    guard totalMomentum == nil || !interaction.isExternal else {
      throw ArgumentError(
        "momentum", expected: "the whole space: an external potential does not conserve momentum",
        got: "one sector")
    }
    self.space = space
    self.interaction = interaction
    self.totalMomentum = totalMomentum
    self.workers = workers
    let sectors = MomentumSectors(space, total: totalMomentum)
    guard sectors.dimension > 0 else {
      throw ArgumentError(
        "momentum", expected: "a sector with states",
        got: "none of \(Self.sector(totalMomentum, space.waves.dimension))")
    }
    guard sectors.rows.count <= Int(Int32.max) else {
      throw ArgumentError(
        "particles", expected: "at most 2³¹ states of all species but the last",
        got: "\(sectors.rows.count)")
    }
    self.sectors = sectors
    let share = SectorShare(space, sectors)
    self.share = share
    transposes = BlockTranspose.all(share, sectors.groups.indices.map { ($0, $0) })
    places = Self.places(of: sectors.rows.count, transposes, share)
    blocks = sectors.groups.indices.flatMap { g in
      let rows = sectors.groups[g].rows
      return stride(from: rows.lowerBound, to: rows.upperBound, by: 4).map {
        Block(group: g, rows: $0..<min($0 + 4, rows.upperBound))
      }
    }

    let species = space.particles.indices
    let operators = species.map { SpeciesOperators(waves: space.waves, sector: space.sector($0)) }
    let count = Double(space.totalParticles)
    // ρ_0⊗ρ_0 = N_α N_β: a constant, put into H_1.
    var constant = 0.0
    for a in species {
      for b in species where b > a {
        let coupling = Double(space.particles[a] * space.particles[b]) / count
        constant += (interaction[a, b].first { $0.mode == .zero }?.value ?? 0) * coupling
      }
    }
    let kinetic = species.map {
      operators[$0].kineticEnergies(hbar: space.hbar, mass: space.masses[$0])
    }
    let own = species.map { species -> SparseMatrix in
      let diagonal = SparseMatrix(
        columns: kinetic[species].count,
        rows: kinetic[species].indices.map { [$0: kinetic[species][$0] + (species == 0 ? constant : 0)] })
      let pairs = operators[species].pairInteraction(
        interaction[species, species].map { ($0.mode, $0.value) })
      return interaction.external(species).reduce(SparseMatrix.combine(1, diagonal, 1 / count, pairs)) {
        SparseMatrix.combine(1, $0, $1.value, operators[species].density($1.mode))
      }
    }
    spectralInterval = try Self.spectrum(
      space: space, interaction: interaction, kinetic: kinetic, own: own, constant: constant)

    let last = max(1, species.count - 1)
    let isStored = last == 1
    rowStates = RowStates(
      sizes: isStored ? [] : Array(space.dimensions[..<last]), order: isStored ? [] : sectors.rows)
    func onRows(_ species: Int, _ matrix: SparseMatrix) -> RowOperator {
      isStored
        ? .stored(matrix, order: sectors.rows) : .of([.init(strength: 1, factors: [(species, matrix)])])
    }
    func moving(_ a: Int, _ b: Int) -> [InteractionModes.Coefficient] {
      interaction[a, b].filter { $0.mode != .zero }
    }
    if isStored {
      first = onRows(0, own[0])
    } else {
      var terms = (0..<last).map { RowOperator.Term(strength: 1, factors: [($0, own[$0])]) }
      for a in 0..<last {
        for b in (a + 1)..<max(a + 1, last) {
          terms += moving(a, b).map { c in
            RowOperator.Term(
              strength: c.value / count,
              factors: [
                (a, operators[a].density(c.mode)), (b, operators[b].density(c.mode.negated)),
              ])
          }
        }
      }
      first = .of(terms)
    }
    guard species.count > 1 else {
      second = SparseMatrix(columns: 1, rows: [[:]])
      couplings = []
      return
    }
    second = own[last].permuted(sectors.columns)
    couplings = (0..<last).flatMap { a in
      moving(a, last).map { c in
        let source = sectors.groups.indices.map { sectors.source(of: $0, moved: c.mode) }
        return Coupling(
          strength: c.value / count, left: onRows(a, operators[a].density(c.mode)),
          right: operators[last].density(c.mode.negated).permuted(sectors.columns), source: source,
          transposes: BlockTranspose.all(
            share, source.enumerated().compactMap { group, source in source.map { (group, $0) } }))
      }
    }
  }

  /// out ← H x for vectors of `dimension` numbers; x and out must not overlap. Ranks that have vectors together call it together.
  public func apply(
    _ x: UnsafePointer<Complex<Double>>, into out: UnsafeMutablePointer<Complex<Double>>
  ) {
    guard !share.ranks.isShared else { return applyTogether(x, into: out) }
    nonisolated(unsafe) let x = x
    nonisolated(unsafe) let out = out
    let widest = widest
    let entries = max(first.maximumEntries, couplings.map(\.left.maximumEntries).max() ?? 0)
    // Cut in proportion to the entries, so that ragged sectors are shared out evenly.
    workers.forEachRange(of: blocks.count, grain: max(1, 8192 / max(1, widest))) { range in
      let work = Work(width: widest, entries: entries)
      defer { work.deallocate() }
      for b in range { self.apply(self.blocks[b], x, out, work) }
    }
  }

  /// What a thread needs while it makes rows of HΨ.
  struct Work {
    let tile: UnsafeMutablePointer<SIMD8<Double>>
    let sum: UnsafeMutablePointer<SIMD8<Double>>
    let rows: UnsafeMutablePointer<Double>
    let row: UnsafeMutablePointer<Double>
    let columns: UnsafeMutablePointer<Int32>
    let values: UnsafeMutablePointer<Double>

    init(width: Int, entries: Int) {
      tile = .allocate(capacity: 2 * width)
      sum = tile + width
      rows = .allocate(capacity: 8 * width)
      row = .allocate(capacity: 2 * width)
      columns = .allocate(capacity: entries)
      values = .allocate(capacity: entries)
    }

    func deallocate() {
      tile.deallocate()
      rows.deallocate()
      row.deallocate()
      columns.deallocate()
      values.deallocate()
    }
  }

  /// target += Σ_{r'} A_{row,r'} x_{r'}; false when A's row is empty.
  @inline(__always)
  private func combine(
    _ rows: RowOperator, _ row: Int, _ x: UnsafePointer<Double>, firstRow: Int, _ length: Int,
    into target: UnsafeMutablePointer<Double>, _ work: Work
  ) -> Bool {
    if rows.terms.isEmpty {
      return RowTile.combine(rows.matrix, row, into: target, length) { x + ($0 - firstRow) * length }
    }
    let count = rowStates.entries(of: row, rows.terms, work.columns, work.values)
    return RowTile.combine(work.columns, work.values, count, into: target, length) {
      x + ($0 - firstRow) * length
    }
  }

  private func apply(
    _ block: Block, _ x: UnsafePointer<Complex<Double>>, _ out: UnsafeMutablePointer<Complex<Double>>,
    _ work: Work
  ) {
    let (tile, sum, rows) = (work.tile, work.sum, work.rows)
    let group = sectors.groups[block.group]
    let width = group.columns.count
    let input = UnsafeRawPointer(x + group.offset).assumingMemoryBound(to: Double.self)
    let output = UnsafeMutableRawPointer(out + group.offset).assumingMemoryBound(to: Double.self)
    let base = group.rows.lowerBound

    // H_S on the four rows themselves.
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
      let source = sectors.groups[sourceIndex]
      let sourceWidth = source.columns.count
      let sourceInput = UnsafeRawPointer(x + source.offset).assumingMemoryBound(to: Double.self)
      var any = false
      for r in 0..<4 {
        let row = block.rows.lowerBound + r
        let target = rows + 2 * sourceWidth * r
        target.update(repeating: 0, count: 2 * sourceWidth)
        guard row < block.rows.upperBound else { continue }
        any =
          combine(
            coupling.left, row, sourceInput, firstRow: source.rows.lowerBound, 2 * sourceWidth, into: target,
            work) || any
      }
      guard any else { continue }
      RowTile.interleave(rows, sourceWidth, into: tile)
      RowTile.multiply(
        coupling.right, group.columns, tile, firstColumn: source.columns.lowerBound, coupling.strength,
        into: sum)
    }

    // The terms without the last species, added to what the columns gave.
    RowTile.deinterleave(sum, width, into: rows)
    for row in block.rows {
      let target = output + 2 * width * (row - base)
      let columns = rows + 2 * width * (row - block.rows.lowerBound)
      work.row.update(repeating: 0, count: 2 * width)
      _ = combine(first, row, input, firstRow: base, 2 * width, into: work.row, work)
      for i in 0..<2 * width { target[i] = columns[i] + work.row[i] }
    }
  }
}
