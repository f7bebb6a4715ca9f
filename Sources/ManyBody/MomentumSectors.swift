// Ψ as a matrix: the states of all species but the last are its rows, those of the last its columns (of a single species there
// is one column). H conserves the total momentum P. Where the state lies in one sector of it, rows and columns are sorted by
// momentum, and each row keeps only the columns with momentum P − P(row): groups of rows with the same columns lie one after
// the other.

import CLibraries
import PhaseSpace

/// The order of the numbers of Ψ, of the whole space or of one sector of total momentum.
struct MomentumSectors: Sendable {
  /// Rows with the same columns; their entries start at `offset`, row by row.
  struct Group: Sendable {
    let rows: Range<Int>
    let columns: Range<Int>
    let offset: Int
    /// The rows' momentum.
    let momentum: MomentumKey
  }

  /// In the order of their rows.
  let groups: [Group]
  /// Sorted row → index of the states of all species but the last.
  let rows: [Int]
  /// Sorted column → index of the last species' states.
  let columns: [Int]
  /// Length of the vectors.
  let dimension: Int
  private let groupOfMomentum: [MomentumKey: Int]

  /// - Parameter total: the sector, nil for the whole space, in one group.
  init(_ space: FockSpace, total: ModeIndex?) {
    let momenta = space.particles.indices.map { species in
      SpeciesOperators(waves: space.waves, sector: space.sector(species)).momenta.map { MomentumKey($0)! }
    }
    let isSingle = momenta.count == 1
    let rowMomenta = (isSingle ? momenta : momenta.dropLast()).reduce([MomentumKey.zero]) { sums, list in
      sums.flatMap { sum in list.map { sum + $0 } }
    }
    let columnMomenta = isSingle ? [.zero] : momenta[momenta.count - 1]
    guard let total else {
      rows = Array(rowMomenta.indices)
      columns = Array(columnMomenta.indices)
      dimension = rows.count * columns.count
      groups = [Group(rows: rows.indices, columns: columns.indices, offset: 0, momentum: .zero)]
      groupOfMomentum = [:]
      return
    }
    rows = Self.sorted(rowMomenta)
    columns = Self.sorted(columnMomenta)
    let columnRanges = Self.ranges(columns.map { columnMomenta[$0] })
    var groups: [Group] = []
    var places: [MomentumKey: Int] = [:]
    var offset = 0
    let sector = MomentumKey(total)
    for (momentum, range) in Self.ranges(rows.map { rowMomenta[$0] })
      .sorted(by: { $0.value.lowerBound < $1.value.lowerBound })
    {
      guard let sector, let columns = columnRanges[sector - momentum] else { continue }
      places[momentum] = groups.count
      groups.append(Group(rows: range, columns: columns, offset: offset, momentum: momentum))
      offset += range.count * columns.count
    }
    self.groups = groups
    groupOfMomentum = places
    dimension = offset
  }

  /// The group whose rows ρ_m takes to those of `group`, nil when there is none.
  func source(of group: Int, moved mode: ModeIndex) -> Int? {
    guard !groupOfMomentum.isEmpty else { return group }
    return MomentumKey(mode).flatMap { groupOfMomentum[groups[group].momentum - $0] }
  }

  private static func sorted(_ momenta: [MomentumKey]) -> [Int] {
    momenta.indices.sorted { momenta[$0] == momenta[$1] ? $0 < $1 : momenta[$0] < momenta[$1] }
  }

  private static func ranges(_ keys: [MomentumKey]) -> [MomentumKey: Range<Int>] {
    var result: [MomentumKey: Range<Int>] = [:]
    for (i, key) in keys.enumerated() {
      result[key] = (result[key]?.lowerBound ?? i)..<(i + 1)
    }
    return result
  }
}

/// A momentum Σ n as one number, in lexicographic order.
struct MomentumKey: Sendable, Hashable, Comparable {
  private let value: Int
  private static let base = 1 << 20

  static let zero = MomentumKey(value: 0)

  private init(value: Int) { self.value = value }

  /// Nil unless every component is below 2¹⁹ in magnitude: 63 particles with |n| ≤ 31 have 2000 at most.
  init?(_ momentum: ModeIndex) {
    let bound = Self.base / 2
    guard (0..<3).allSatisfy({ -bound < momentum[$0] && momentum[$0] < bound }) else { return nil }
    value = (momentum[0] * Self.base + momentum[1]) * Self.base + momentum[2]
  }

  static func + (a: Self, b: Self) -> Self { MomentumKey(value: a.value + b.value) }
  static func - (a: Self, b: Self) -> Self { MomentumKey(value: a.value - b.value) }
  static func < (a: Self, b: Self) -> Bool { a.value < b.value }
}
