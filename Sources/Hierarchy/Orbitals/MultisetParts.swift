// How multisets fall into two: what a product of two polynomials over graded multisets sums over.

import Computing

/// All ways to take k orbitals J out of every multiset I of k + l: the places of J and of I − J.
struct MultisetParts: Sendable {
  let k: Int
  let l: Int
  /// Where those of I begin.
  let starts: [Int32]
  /// The places of J, then of I − J, one pair after the other.
  let places: [Int32]

  /// Cost: the ways, at most C(k+l, l) each.
  init(_ levels: [GradedMultisets.Level], k: Int, l: Int, _ variables: Int, _ workers: Workers) {
    (self.k, self.l) = (k, l)
    let level = levels[k + l]
    // Pieces that do not depend on the number of threads.
    let pieces = stride(from: 0, to: level.count, by: 4096).map { $0..<Swift.min(level.count, $0 + 4096) }
    var found = [(counts: [Int32], places: [Int32])](repeating: ([], []), count: pieces.count)
    found.withUnsafeMutableBufferPointer { found in
      nonisolated(unsafe) let found = found
      workers.forEachRange(of: pieces.count) { range in
        for piece in range {
          found[piece] = Self.parts(of: pieces[piece], level, levels[..<k], k: k, l: l, variables)
        }
      }
    }
    var starts: [Int32] = [0]
    for count in found.lazy.flatMap(\.counts) { starts.append(starts[starts.count - 1] + count) }
    self.starts = starts
    places = found.flatMap(\.places)
  }

  private static func parts(
    of rows: Range<Int>, _ level: GradedMultisets.Level, _ below: ArraySlice<GradedMultisets.Level>, k: Int,
    l: Int, _ variables: Int
  ) -> (counts: [Int32], places: [Int32]) {
    let degree = k + l
    var search = MultisetPartSearch(k: k, l: l, variables: variables)
    var counts: [Int32] = []
    withTables(below, []) { tables in
      for i in rows {
        let before = search.places.count
        search.take(level.entries[(i * degree)..<((i + 1) * degree)], tables)
        counts.append(Int32((search.places.count - before) / 2))
      }
    }
    return (counts, search.places)
  }

  /// The tables of some levels in place.
  private static func withTables(
    _ levels: ArraySlice<GradedMultisets.Level>, _ found: [UnsafeBufferPointer<Int32>],
    _ body: ([UnsafeBufferPointer<Int32>]) -> Void
  ) {
    guard let first = levels.first else { return body(found) }
    first.next.withUnsafeBufferPointer { withTables(levels.dropFirst(), found + [$0], body) }
  }
}

/// The parts of one multiset after the other.
private struct MultisetPartSearch {
  let k: Int
  let l: Int
  let variables: Int
  var places: [Int32] = []
  /// Elements of a multiset and how often each is there.
  private var elements: [Int]
  private var repeated: [Int]

  init(k: Int, l: Int, variables: Int) {
    (self.k, self.l, self.variables) = (k, l, variables)
    elements = [Int](repeating: 0, count: k + l)
    repeated = elements
  }

  mutating func take(_ multiset: ArraySlice<Int32>, _ tables: [UnsafeBufferPointer<Int32>]) {
    var runs = 0
    for element in multiset {
      if runs > 0, elements[runs - 1] == Int(element) {
        repeated[runs - 1] += 1
      } else {
        (elements[runs], repeated[runs]) = (Int(element), 1)
        runs += 1
      }
    }
    descend(0, runs, 0, 0, 0, 0, tables)
  }

  private mutating func descend(
    _ run: Int, _ runs: Int, _ first: Int, _ taken: Int, _ second: Int, _ left: Int,
    _ tables: [UnsafeBufferPointer<Int32>]
  ) {
    if run == runs {
      places.append(Int32(first))
      places.append(Int32(second))
      return
    }
    let (element, count) = (elements[run], repeated[run])
    // Of a run some go to J, the others to the rest.
    for some in stride(from: max(0, left + count - l), through: min(count, k - taken), by: 1) {
      var (one, other) = (first, second)
      for step in 0..<some { one = Int(tables[taken + step][one * variables + element]) }
      for step in 0..<(count - some) { other = Int(tables[left + step][other * variables + element]) }
      descend(run + 1, runs, one, taken + some, other, left + count - some, tables)
    }
  }
}
