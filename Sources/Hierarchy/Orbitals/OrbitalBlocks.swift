// How what operators make of orbitals, Oφ_b of every operator and orbital, is shared among threads and ranks. It is far more than the
// orbitals, which every rank has whole, as it has the cores. The modes are cut into fixed blocks, a rank has a run of them, and
//
//     images     (Oφ_b)(ξ,n) of the modes n of a block, from the whole φ_b: nothing travels
//     products   ⟨ψ,χ⟩ = Σ_blocks Δξ^d Σ conj ψ χ: the sums of the blocks, gathered and added in their order
//     functions  Σ c_Ob Oφ_b that join the basis: the blocks, gathered
//
// All arithmetic is that of whole blocks, the same whoever has them, and what follows from the sums every rank computes alike. So the bits
// do not depend on the number of threads or ranks; states that differ all the same, on processors of different kinds, are noticed (`agree`).

import CLibraries
import Computing
import PhaseSpace

/// The blocks of modes, and which of them are here.
struct OrbitalBlocks: Sendable {
  let ranks: Ranks
  let workers: Workers
  let lattice: FourierLattice
  /// The modes of every block, as they are stored.
  let rows: [Range<Int>]
  /// The blocks of this rank; none where there are more ranks than blocks.
  let own: Range<Int>

  /// As many as there are modes at most, and no more than blocks of this many sites take.
  private static let (usual, sites) = (24, 1 << 15)
  /// Bytes of the images of one species and node that are kept.
  private let mostKept: Int

  init(_ lattice: FourierLattice, ranks: Ranks = .single, workers: Workers, mostKept: Int? = nil) {
    self.mostKept = mostKept ?? 3 << 29
    (self.lattice, self.ranks, self.workers) = (lattice, ranks, workers)
    let modes = lattice.orbitalRows
    let largest = lattice.masses.indices.map { modes * lattice.pointCount($0) }.max() ?? 0
    let count = min(max(Self.usual, largest / Self.sites), modes)
    rows = (0..<count).map { modes * $0 / count..<modes * ($0 + 1) / count }
    own = ranks.share(of: count)
  }

  /// Modes of this rank.
  var ownModes: Int { own.reduce(0) { $0 + rows[$1].count } }

  /// Bytes of `width` functions of a species on the modes of this rank; nil on overflow.
  func bytes(width: Int?, species: Int) -> Int? {
    Memory.product(width, 16 * lattice.pointCount(species), ownModes)
  }

  /// Whether so many functions of a species are kept, or made again block by block: the same bits.
  func keeps(width: Int, species: Int) -> Bool {
    bytes(width: width, species: species).map { $0 <= mostKept } ?? false
  }

  /// Bytes that `width` images of a species take at most while nodes are made, of three nodes: those that are kept, or those of as many
  /// blocks as there are threads, in two stages.
  func imageBytes(width: Int?, species: Int) -> Int? {
    let largest = rows.map(\.count).max() ?? 0
    let piece = Memory.product(2 * workers.threads, width, 16 * lattice.pointCount(species), largest)
    return Memory.sum(piece, bytes(width: width, species: species).map { 3 * min($0, mostKept) })
  }

  /// What is made of every block of this rank, by its place among them and its modes.
  func map<Value: Sendable>(_ body: @Sendable (_ place: Int, _ rows: Range<Int>) -> Value) -> [Value] {
    map(own, body)
  }

  private func map<Value: Sendable>(
    _ blocks: Range<Int>, _ body: @Sendable (_ place: Int, _ rows: Range<Int>) -> Value
  ) -> [Value] {
    guard !blocks.isEmpty else { return [] }
    var values = [Value?](repeating: nil, count: blocks.count)
    values.withUnsafeMutableBufferPointer { values in
      nonisolated(unsafe) let values = values.baseAddress!
      workers.forEachRange(of: blocks.count) { range in
        for i in range {
          let block = blocks.lowerBound + i
          values[i] = body(block - own.lowerBound, rows[block])
        }
      }
    }
    return values.compactMap(\.self)
  }

  /// The sum of so many numbers of every block. Holds `summands` times as many.
  /// - Throws: what the ranks throw.
  func sum(_ count: Int, _ body: @Sendable (_ place: Int, _ rows: Range<Int>) -> [Double]) throws -> [Double]
  {
    var total = [Double](repeating: 0, count: count)
    guard count > 0 else { return total }
    guard ranks.count > 1 else {
      for start in stride(from: 0, to: rows.count, by: workers.threads) {
        for part in map(start..<min(rows.count, start + workers.threads), body) {
          for i in 0..<count { total[i] += part[i] }
        }
      }
      return total
    }
    let parts = map(own, body)
    let length = max(1, (1 << 20) / rows.count)
    for start in stride(from: 0, to: count, by: length) {
      let range = start..<min(count, start + length)
      let all = try gather(parts.flatMap { $0[range] }, count: rows.count * range.count)
      for (i, value) in all.enumerated() { total[start + i % range.count] += value }
    }
    return total
  }

  /// How many blocks' numbers a sum holds at once.
  var summands: Int { ranks.count > 1 ? own.count + 1 : workers.threads + 1 }

  /// The numbers of all ranks, which must be so many.
  private func gather(_ parts: [Double], count: Int) throws -> [Double] {
    guard ranks.count > 1 else { return parts }
    let all = try ranks.gather(parts)
    guard all.count == count else { throw Self.unlike("\(all.count) numbers, not \(count)") }
    return all
  }

  /// Functions of a species, whole, from the blocks of this rank.
  /// - Parameter parts: per block so many functions, each the real parts of its sites, then the imaginary ones.
  /// - Throws: what the ranks throw.
  func whole(_ parts: [[Double]], count: Int, species: Int) throws -> OrbitalFunctions {
    let points = lattice.pointCount(species)
    var result = OrbitalFunctions(lattice, species: species)
    result.values = [Double](repeating: 0, count: count * result.length)
    let all = try gather(Array(parts.joined()), count: result.values.count)
    var from = 0
    for rows in rows {
      let sites = rows.count * points
      for part in 0..<(2 * count) {
        let target = part * result.length / 2 + rows.lowerBound * points
        for i in 0..<sites { result.values[target + i] = all[from + i] }
        from += sites
      }
    }
    return result
  }

  /// Makes sure that every rank has the same state.
  /// - Throws: `NumericalFailure` where one has another; what the ranks throw.
  func agree(on state: OrbitalState) throws {
    guard ranks.count > 1 else { return }
    var digest: UInt64 = 14_695_981_039_346_656_037
    for values in state.basis.map(\.values) + state.cores {
      for value in values { digest = (digest ^ value.bitPattern) &* 1_099_511_628_211 }
    }
    // As small as a number of numbers.
    let all = try ranks.goOn(saying: Int(digest >> 34))
    guard let other = all.firstIndex(where: { $0 != all[0] }) else { return }
    throw Self.unlike("another state on rank \(other) than on rank 0")
  }

  private static func unlike(_ observed: String) -> NumericalFailure {
    NumericalFailure(
      in: "the hierarchy of several ranks",
      "\(observed): orbitals want processors and libraries of one kind")
  }
}

extension OrbitalFunctions {
  /// The functions on a block of modes, one after another, each the real parts, then the imaginary ones.
  func part(_ rows: Range<Int>, from first: Int = 0) -> [Double] {
    let points = lattice.pointCount(species)
    return [Double](unsafeUninitializedCapacity: 2 * (count - first) * rows.count * points) { target, count in
      count = 0
      for part in (2 * first)..<(2 * self.count) {
        let start = part * length / 2 + rows.lowerBound * points
        for i in 0..<(rows.count * points) {
          (target.baseAddress! + count + i).initialize(to: values[start + i])
        }
        count += rows.count * points
      }
    }
  }
}
