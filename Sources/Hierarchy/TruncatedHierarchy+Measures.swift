import CLibraries
import Computing
import PhaseSpace
import Vlasov

extension TruncatedHierarchy: WatchedHierarchy {
  /// Cost: the rows of the highest modes and the edges, or one pass over the state.
  func measures(at edges: WindowEdges, onlyCut: Bool) -> [TruncationMeasure] {
    let rows = layout.rows
    let pieces = layout.count < 20_000 ? 1 : workers.threads
    let nothing = [TruncationMeasure](repeating: TruncationMeasure(), count: orders.count)
    var found = [[TruncationMeasure]](repeating: nothing, count: pieces)
    found.withUnsafeMutableBufferPointer { found in
      nonisolated(unsafe) let (target, source) = (found.baseAddress!, self)
      Workers(threads: pieces).forEachPiece(of: rows.count) { piece, range in
        for row in range { source.add(row: row, edges, onlyCut: onlyCut, to: &target[piece]) }
      }
    }
    return found.dropFirst().reduce(into: found[0]) { all, piece in
      for order in all.indices { all[order].merge(piece[order]) }
    }
  }

  private func add(
    row number: Int, _ edges: WindowEdges, onlyCut: Bool, to measures: inout [TruncationMeasure]
  ) {
    let row = layout.rows[number]
    let slots = layout.orders[row.order].slots
    let norms = row.modes.map { lattice.mode(at: $0).maximumNorm }
    let isTop = norms.contains(lattice.modes)
    // The particles that the force can turn round.
    let slow = norms.map { $0 <= model.potentials.highestMode }
    if onlyCut, !isTop, !slow.contains(true) { return }
    let last = slots.count - 1
    let points = lattice.pointCount(slots[last])
    let lines = slots.dropLast().reduce(1) { $0 * lattice.pointCount($1) }
    let ends = slow[last] ? edges.points[slots[last]] : []
    for line in 0..<lines {
      var rest = line
      var isWhole = false
      for slot in stride(from: last - 1, through: 0, by: -1) {
        let count = lattice.pointCount(slots[slot])
        isWhole = isWhole || (slow[slot] && edges.isEdge[slots[slot]][rest % count])
        rest /= count
      }
      let start = current + row.offset + 2 * points * line
      if isWhole {
        measures[row.order].add(
          start, points: points, edge: 0..<points, isTop: isTop, onlyCut: onlyCut)
      } else {
        measures[row.order].add(start, points: points, edge: ends, isTop: isTop, onlyCut: onlyCut)
      }
    }
  }
}
