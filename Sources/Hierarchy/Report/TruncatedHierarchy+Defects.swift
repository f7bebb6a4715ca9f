// How far the marginals are from the laws that hold without truncation: contraction, mass, exchange and reality; and how large
// the highest cumulants are.

import CLibraries
import Interaction
import PhaseSpace

extension TruncatedHierarchy {
  func slots(_ row: TruncatedHierarchyLayout.Row) -> [Int] { layout.orders[row.order].slots }

  func size(_ row: TruncatedHierarchyLayout.Row) -> Int {
    slots(row).reduce(1) { $0 * lattice.pointCount($1) }
  }

  /// Calls `body` with the leading grid points (centred) and the number of every line of a row.
  func forEachLine(
    _ row: TruncatedHierarchyLayout.Row, _ body: (UnsafePointer<Int>, Int) -> Void
  ) {
    let counts = slots(row).dropLast().map { lattice.pointCount($0) }
    var centred = [Int](repeating: 0, count: max(1, counts.count))
    for line in 0..<counts.reduce(1, *) {
      var rest = line
      for slot in stride(from: counts.count - 1, through: 0, by: -1) {
        centred[slot] = rest % counts[slot] - counts[slot] / 2
        rest /= counts[slot]
      }
      centred.withUnsafeBufferPointer { body($0.baseAddress!, line) }
    }
  }

  func cumulants(ofRank rank: Int) throws -> [Double] {
    let plan = TruncatedHierarchyPlan.cumulants(model: model, layout: layout, rank: rank)
    let program = try TruncatedHierarchyProgram(plan, layout: layout, kernel: model.kernel)
    let widest = lattice.masses.indices.map { lattice.pointCount($0) }.max() ?? 1
    var scratch = [Double](repeating: 0, count: 2 * widest)
    var prepared = [Double](repeating: 0, count: program.preparedCount)
    let workspace = program.makeWorkspace()
    defer { workspace.deallocate() }
    var squares = orders.map { _ in 0.0 }
    for (number, row) in layout.rows.enumerated() where row.modes.count == rank {
      let points = lattice.pointCount(slots(row)[rank - 1])
      prepared.withUnsafeMutableBufferPointer { prepared in
        guard let prepared = prepared.baseAddress else { return }
        program.prepare(row: number, points: points, from: current, in: prepared)
        program.forgetLines(in: workspace)
        forEachLine(row) { g, _ in
          scratch.withUnsafeMutableBufferPointer { buffer in
            let k = buffer.baseAddress!
            program.evaluate(
              row: number, at: g, points: points, from: current, prepared: prepared, into: k, in: workspace)
            for i in 0..<points {
              let square = k[i] * k[i] + k[points + i] * k[points + i]
              squares[row.order] = .greatest(squares[row.order], square)
            }
          }
        }
      }
    }
    return zip(orders, squares).filter { $0.0.rank == rank }.map { $0.1.squareRoot() }
  }

  /// In all, and relative to the mass of the longer marginal, which a mass of zero has exactly.
  func contractionDefect() -> (absolute: Double, relative: Double) {
    var (largest, worst) = (0.0, 0.0)
    for row in layout.rows where row.modes.count < rank {
      let order = layout.orders[row.order]
      let species = slots(row)
      let points = lattice.pointCount(species[species.count - 1])
      for beta in model.species.indices {
        let extended = order.adding(beta)
        let modes = row.modes.map { lattice.mode(at: $0) } + [.zero]
        guard let read = layout.read(species: species + [beta], modes: modes) else { continue }
        let mass = masses.mass(of: order)
        let factor = mass == 0 ? 0 : masses.mass(of: extended) / mass
        let stride = read.strides[species.count - 1]
        var found = 0.0
        forEachLine(row) { g, line in
          var start = read.base - stride * (points / 2)
          for slot in 0..<(species.count - 1) { start += read.strides[slot] * g[slot] }
          let own = current + row.offset + 2 * points * line
          for i in 0..<points {
            let at = start + stride * i
            let x = current[at] - factor * own[i]
            let y = Double(read.sign) * current[at + read.imaginaryOffset] - factor * own[points + i]
            found = .greatest(found, x * x + y * y)
          }
        }
        largest = .greatest(largest, found)
        let whole = masses.mass(of: extended)
        worst = .greatest(worst, found == 0 ? 0 : found / (whole * whole))
      }
    }
    return (largest.squareRoot(), worst.squareRoot())
  }

  func largestRatio() -> Double {
    var largest = 0.0
    for row in layout.rows {
      let species = slots(row)
      let points = lattice.pointCount(species[species.count - 1])
      let mass = masses.mass(of: layout.orders[row.order])
      var square = 0.0
      for line in 0..<(size(row) / points) {
        let w = current + row.offset + 2 * points * line
        for i in 0..<points {
          let length = w[i] * w[i] + w[points + i] * w[points + i]
          square = .greatest(square, length)
        }
      }
      let ratio = square == 0 ? 0 : square.squareRoot() / mass
      largest = .greatest(largest, ratio)
    }
    return largest
  }

  /// The rows that exchange (or exchange and reality) maps to themselves: how far the values are from being mapped too.
  func selfMapDefect(mirrored: Bool) -> Double {
    var largest = 0.0
    let top = lattice.modeCount - 1
    for row in layout.rows {
      let species = slots(row)
      let images = mirrored ? row.modes.map { top - $0 } : row.modes
      for permutation in Self.permutations(of: species.count) {
        let isIdentity = permutation == Array(species.indices)
        guard !isIdentity || mirrored, permutation.map({ species[$0] }) == species,
          permutation.map({ images[$0] }) == row.modes
        else { continue }
        var strides = [Int](repeating: 0, count: species.count)
        var stride = 1
        for slot in species.indices.reversed() {
          strides[slot] = stride
          stride *= lattice.pointCount(species[slot]) * (slot == species.count - 1 ? 2 : 1)
        }
        let points = lattice.pointCount(species[species.count - 1])
        let sign = mirrored ? -1 : 1
        let centre = species.indices.reduce(0) { $0 + strides[$1] * (lattice.pointCount(species[$1]) / 2) }
        let image = permutation.map { strides[$0] * sign }
        // The partner of the particle in slot s stands in slot π(s).
        forEachLine(row) { g, line in
          let own = current + row.offset + 2 * points * line
          var start = row.offset + centre - image[species.count - 1] * (points / 2)
          for slot in 0..<(species.count - 1) { start += image[slot] * g[slot] }
          for i in 0..<points {
            let at = start + image[species.count - 1] * i
            let x = own[i] - current[at]
            let y = own[points + i] - Double(sign) * current[at + points]
            let square = x * x + y * y
            largest = .greatest(largest, square)
          }
        }
      }
    }
    return largest.squareRoot()
  }

  private static func permutations(of n: Int) -> [[Int]] {
    n == 0
      ? [[]]
      : permutations(of: n - 1).flatMap { shorter in
        (0...shorter.count).map { place in
          var longer = shorter
          longer.insert(n - 1, at: place)
          return longer
        }
      }
  }
}
