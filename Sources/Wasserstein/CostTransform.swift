// The transform of a potential by the ground metric, over the cells where mass arrives,
//
//   φᶜ(x) = min_y { φ(y) + c(x, y) },
//
// the largest 1-Lipschitz function that does not exceed φ there: any φ becomes dual feasible. One pass of N² additions
// and minima over the cached cost table, eight at a time, nothing stored; and in the same manner the pairs (x, y) that
// violate φ(x) − φ(y) ≤ c(x, y), the reduced costs of all the arcs a restricted graph left out.

import CLibraries
import PhaseSpace

/// A potential on the cells where mass arrives, +∞ elsewhere, against a table of costs.
struct SinkPotential: Sendable {
  let table: CostTable
  /// Costs in the unit of the potential (the table's own, or rounded to integers).
  let costs: [Double]
  /// φ(y) where mass arrives, +∞ elsewhere.
  let values: [Double]

  private typealias Lanes = SIMD8<Double>

  init(_ potential: [Double], sinks: [Int32], table: CostTable, costs: [Double]) {
    var masked = [Double](repeating: .infinity, count: potential.count)
    for y in sinks { masked[Int(y)] = potential[Int(y)] }
    self.table = table
    self.costs = costs
    values = masked
  }

  /// Calls `visit(y, φ(y…) + c(x, y…))` on eight cells at a time and `rest(y, φ(y) + c(x, y))` on the remaining ones,
  /// for all y in order.
  @inline(__always)
  private func scan(
    from x: Int, _ costs: UnsafePointer<Double>, _ values: UnsafePointer<Double>,
    _ visit: (Int, Lanes) -> Void, _ rest: (Int, Double) -> Void
  ) {
    let (positions, momenta) = (table.grid.positions, table.grid.momenta)
    let (i, k) = x.quotientAndRemainder(dividingBy: momenta)
    for j in 0..<positions {
      let di = j >= i ? j - i : j - i + positions
      let cost = costs + (di * table.width + momenta - 1 - k)
      let value = values + j * momenta
      var l = 0
      while l + Lanes.scalarCount <= momenta {
        let c = UnsafeRawPointer(cost + l).loadUnaligned(as: Lanes.self)
        let v = UnsafeRawPointer(value + l).loadUnaligned(as: Lanes.self)
        visit(j * momenta + l, c + v)
        l += Lanes.scalarCount
      }
      while l < momenta {
        rest(j * momenta + l, cost[l] + value[l])
        l += 1
      }
    }
  }

  /// φᶜ on all cells.
  func transform(_ workers: Workers) -> [Double] {
    let cells = table.grid.cells
    var result = [Double](repeating: 0, count: cells)
    result.withUnsafeMutableBufferPointer { result in
      costs.withUnsafeBufferPointer { costs in
        values.withUnsafeBufferPointer { values in
          nonisolated(unsafe) let (result, costs, values) = (
            result.baseAddress!, costs.baseAddress!, values.baseAddress!
          )
          workers.forEachRange(of: cells, grain: max(1, (1 << 20) / cells)) { range in
            for x in range {
              var least = Lanes(repeating: .infinity)
              var single = Double.infinity
              scan(
                from: x, costs, values,
                { _, sum in least.replace(with: sum, where: sum .< least) },
                { _, sum in if sum < single { single = sum } })
              result[x] = Swift.min(single, least.min())
            }
          }
        }
      }
    }
    return result
  }

  /// For every source x the (at most `limit`) cells y of largest violation φ(x) − φ(y) − c(x, y) > ½, as a flat list
  /// of arcs in the order of the sources: independent of the number of threads.
  func violations(
    _ potential: [Double], sources: [Int32], limit: Int, _ workers: Workers
  ) -> (from: [Int32], to: [Int32]) {
    var slots = [Int32](repeating: 0, count: sources.count * limit)
    var counts = [Int](repeating: 0, count: sources.count)
    slots.withUnsafeMutableBufferPointer { slots in
      counts.withUnsafeMutableBufferPointer { counts in
        costs.withUnsafeBufferPointer { costs in
          values.withUnsafeBufferPointer { values in
            nonisolated(unsafe) let (slots, counts) = (slots.baseAddress!, counts.baseAddress!)
            nonisolated(unsafe) let (costs, values) = (costs.baseAddress!, values.baseAddress!)
            workers.forEachRange(of: sources.count, grain: max(1, (1 << 20) / table.grid.cells)) { range in
              var found: [(sum: Double, cell: Int32)] = []
              for s in range {
                let threshold = potential[Int(sources[s])] - 0.5
                found.removeAll(keepingCapacity: true)
                scan(
                  from: Int(sources[s]), costs, values,
                  { y, sum in
                    if any(sum .< threshold) {
                      for lane in 0..<Lanes.scalarCount where sum[lane] < threshold {
                        found.append((sum[lane], Int32(y + lane)))
                      }
                    }
                  },
                  { y, sum in if sum < threshold { found.append((sum, Int32(y))) } })
                if found.count > limit { found.sort { ($0.sum, $0.cell) < ($1.sum, $1.cell) } }
                counts[s] = min(limit, found.count)
                for c in 0..<counts[s] { slots[s * limit + c] = found[c].cell }
              }
            }
          }
        }
      }
    }
    var arcs: (from: [Int32], to: [Int32]) = ([], [])
    for s in sources.indices {
      for c in 0..<counts[s] {
        arcs.from.append(sources[s])
        arcs.to.append(slots[s * limit + c])
      }
    }
    return arcs
  }
}
