public import CLibraries
public import PhaseSpace

/// ‖u − w‖∞ and ‖u − w‖₂ = (Π_i Δξ_i^d Σ|u − w|²)^{1/2} over the full array of one marginal, and ‖u‖∞ of the reference.
public struct MarginalDistance: Sendable, Hashable, Codable {
  /// ‖u − w‖∞
  public let maximum: Double
  /// ‖u − w‖₂
  public let l2: Double
  /// ‖u‖∞ of the reference.
  public let referenceMaximum: Double
}

extension TruncatedHierarchy {
  /// The distance of `factor` · w^{(k,ℓ)} to a mixture of products at the same time; a marginal that is not kept counts as zero.
  public func distance(
    _ order: MarginalOrder, times factor: Double = 1, to reference: ProductTables
  ) -> MarginalDistance {
    var measure = Measure(factor: factor)
    guard let wanted = orders.firstIndex(of: order) else {
      let layout = TruncatedHierarchyLayout(orders: [order], lattice: lattice)
      reference.forEachLine(of: layout, order: 0) { row, _, points, product in
        measure.add(nil, product, points, Double(layout.rows[row].multiplicity))
      }
      return measure.distance(scale: cell(order))
    }
    reference.forEachLine(of: layout, order: wanted) { row, line, points, product in
      let row = layout.rows[row]
      measure.add(current + row.offset + 2 * points * line, product, points, Double(row.multiplicity))
    }
    return measure.distance(scale: cell(order))
  }

  /// The distance of `factor` · w^{(k,ℓ)} to that of another hierarchy on the same lattice, or on one that has its sites among its own; a
  /// marginal one of them does not keep counts as zero there. `self` is the approximation, `other` the reference.
  /// - Throws: `ArgumentError` for another lattice.
  public func distance(
    _ order: MarginalOrder, times factor: Double = 1, to other: TruncatedHierarchy
  ) throws(ArgumentError) -> MarginalDistance {
    guard other.lattice == lattice else { return try distance(order, times: factor, toFiner: other) }
    var measure = Measure(factor: factor)
    let slots = order.slots
    guard let last = slots.last else { return measure.distance(scale: 1) }
    let points = lattice.pointCount(last)
    let lines = slots.dropLast().reduce(1) { $0 * lattice.pointCount($1) }
    let zero = [Double](repeating: 0, count: 2 * points)
    let (mine, theirs) = (layout.offsets(of: order), other.layout.offsets(of: order))
    let keys = mine.isEmpty ? theirs : mine
    zero.withUnsafeBufferPointer { zero in
      for (modes, entry) in keys {
        for line in 0..<lines {
          let at = 2 * points * line
          let u = mine[modes].map { current + $0.offset + at }
          let v = theirs[modes].map { other.current + $0.offset + at } ?? zero.baseAddress!
          measure.add(u, v, points, Double(entry.multiplicity))
        }
      }
    }
    return measure.distance(scale: cell(order))
  }

  /// The same to a hierarchy on a finer lattice, value by value at the sites of this one.
  private func distance(
    _ order: MarginalOrder, times factor: Double, toFiner other: TruncatedHierarchy
  ) throws(ArgumentError) -> MarginalDistance {
    let stride = try lattice.stride(in: other.lattice)
    var measure = Measure(factor: factor)
    let isKept = orders.contains(order)
    let layout = isKept ? layout : TruncatedHierarchyLayout(orders: [order], lattice: lattice)
    let slots = order.slots
    // Per slot and point of this grid, where it stands in the other's, from the centre.
    let places = slots.map { species in
      (0..<lattice.pointCount(species)).map { point in
        (other.lattice.pointOffset(lattice.point(at: point, species: species) &* stride, species: species)
          ?? 0)
          - other.lattice.pointCount(species) / 2
      }
    }
    guard let ends = places.last else { return measure.distance(scale: 1) }
    let (points, lines) = (ends.count, places.dropLast().reduce(1) { $0 * $1.count })
    var theirs = [Double](repeating: 0, count: 2 * points)
    for row in layout.rows where layout.orders[row.order] == order {
      let read = other.layout.read(species: slots, modes: row.modes.map { lattice.mode(at: $0) })
      for line in 0..<lines {
        if let read {
          var (rest, start) = (line, read.base)
          for slot in places.indices.dropLast().reversed() {
            start += read.strides[slot] * places[slot][rest % places[slot].count]
            rest /= places[slot].count
          }
          for (point, place) in ends.enumerated() {
            let at = start + read.strides[slots.count - 1] * place
            theirs[point] = other.current[at]
            theirs[points + point] = Double(read.sign) * other.current[at + read.imaginaryOffset]
          }
        }
        theirs.withUnsafeBufferPointer { v in
          let u = isKept ? current + row.offset + 2 * points * line : nil
          v.baseAddress.map { measure.add(u, $0, points, Double(row.multiplicity)) }
        }
      }
    }
    return measure.distance(scale: cell(order))
  }

  /// Π_i Δξ_i^d
  private func cell(_ order: MarginalOrder) -> Double {
    order.slots.reduce(1) { product, species in
      (0..<lattice.dimension).reduce(product) { cell, _ in cell * lattice.spacing(species) }
    }
  }

  private struct Measure {
    let factor: Double
    var squaredMaximum = 0.0
    var squaredReference = 0.0
    var sum = 0.0

    /// - Parameter u: the approximation; nil where it is zero.
    mutating func add(
      _ u: UnsafePointer<Double>?, _ v: UnsafePointer<Double>, _ points: Int, _ weight: Double
    ) {
      // A line of v with the factor zero is as good as one of zeros.
      let (own, factor) = (u ?? v, u == nil ? 0 : factor)
      for i in 0..<points {
        let (x, y) = (factor * own[i] - v[i], factor * own[points + i] - v[points + i])
        let square = x * x + y * y
        squaredMaximum = .greatest(squaredMaximum, square)
        squaredReference = .greatest(squaredReference, v[i] * v[i] + v[points + i] * v[points + i])
        sum += weight * square
      }
    }

    func distance(scale: Double) -> MarginalDistance {
      MarginalDistance(
        maximum: squaredMaximum.squareRoot(), l2: (scale * sum).squareRoot(),
        referenceMaximum: squaredReference.squareRoot())
    }
  }
}

extension TruncatedHierarchyLayout {
  /// The rows of an order by their modes, in the order they are stored in.
  func offsets(of order: MarginalOrder) -> KeyValuePairsByModes {
    KeyValuePairsByModes(rows.filter { orders[$0.order] == order })
  }
}

/// Rows looked up by their modes, iterated in stored order so that sums are the same from run to run.
struct KeyValuePairsByModes: Sequence {
  private let rows: [TruncatedHierarchyLayout.Row]
  private let index: [[Int]: Int]

  init(_ rows: [TruncatedHierarchyLayout.Row]) {
    self.rows = rows
    index = Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($1.modes, $0) })
  }

  var isEmpty: Bool { rows.isEmpty }

  subscript(modes: [Int]) -> TruncatedHierarchyLayout.Row? { index[modes].map { rows[$0] } }

  func makeIterator() -> AnyIterator<([Int], TruncatedHierarchyLayout.Row)> {
    var iterator = rows.makeIterator()
    return AnyIterator { iterator.next().map { ($0.modes, $0) } }
  }
}
