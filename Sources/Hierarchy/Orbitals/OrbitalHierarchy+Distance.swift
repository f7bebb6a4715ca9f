// Distances by contraction: both marginals go into one orthonormal basis, where the L² norm of their difference is that of a core,
// exactly. The largest value is looked for (`OrbitalState.largest`).

public import CLibraries
import Interaction
public import PhaseSpace

extension OrbitalHierarchy {
  /// Whether the maxima in distances of an order are those over all sites; else they are attained, and the largest that ascents from
  /// the sites of each mode find.
  public func looksEverywhere(_ order: MarginalOrder) -> Bool { current.isSmall(order) }

  /// The distance of `factor` · w^{(k,ℓ)} to a mixture of products at the same time; a marginal that is not kept counts as zero. Cost:
  /// the numbers of a core with as many more orbitals as there are components.
  public func distance(
    _ order: MarginalOrder, times factor: Double = 1, to reference: ProductTables
  ) -> MarginalDistance {
    var shapes = ShapeCache(degree: rank)
    let functions = lattice.masses.indices.map { reference.functions(of: $0) }
    let basis = zip(current.basis, functions).map { own, other in
      var larger = own
      larger.append(orthonormalising: other)
      return larger
    }
    let shape = shapes.shape(basis.map(\.count))
    let places = zip(basis, functions).map { $0.overlaps($1) }
    return distance(
      order, factor, basis, shape, reference: reference.core(order, times: 1, places, shape))
  }

  /// The distance of `factor` · w^{(k,ℓ)} to that of another hierarchy on the same lattice, or on one that has its sites among its own; a
  /// marginal one of them does not keep counts as zero there. `self` is the approximation, `other` the reference.
  /// - Throws: `ArgumentError` for another lattice.
  public func distance(
    _ order: MarginalOrder, times factor: Double = 1, to other: OrbitalHierarchy
  ) throws(ArgumentError) -> MarginalDistance {
    let stride = try lattice.stride(in: other.lattice)
    var shapes = ShapeCache(degree: max(rank, other.rank))
    let theirs = other.current.basis.map { $0.restricted(to: lattice, stride: stride) }
    let basis = zip(current.basis, theirs).map { own, theirs in
      var larger = own
      larger.append(orthonormalising: theirs.values)
      return larger
    }
    let shape = shapes.shape(basis.map(\.count))
    var core = [Double](repeating: 0, count: shape.size(order))
    if let number = other.orders.firstIndex(of: order) {
      // ⟨φ'_b, φ_a⟩ of the other's orbitals φ' and the joint ones.
      let matrices = zip(theirs, basis).map { $0.overlaps($1.values) }
      var state = OrbitalState(
        basis: other.current.basis, cores: [other.current.cores[number]], shape: shapes.shape(other.ranks))
      state = state.substituted(basis, matrices, [order], &shapes, system.workers)
      core = state.cores[0]
    }
    return distance(order, factor, basis, shape, reference: core)
  }

  private func distance(
    _ order: MarginalOrder, _ factor: Double, _ basis: [OrbitalFunctions], _ shape: CoreShape,
    reference: [Double]
  ) -> MarginalDistance {
    var difference = reference.map { -$0 }
    if let number = orders.firstIndex(of: order) {
      let own = current.shape.padded(current.cores[number], order, to: shape)
      for i in difference.indices { difference[i] += factor * own[i] }
    }
    let joint = OrbitalState(basis: basis, cores: [difference], shape: shape)
    let greatest = joint.largest(reference, order, system.workers)
    return MarginalDistance(
      maximum: factor == 0 ? greatest : joint.largest(difference, order, system.workers),
      l2: shape.squaredNorm(difference, order).squareRoot(), referenceMaximum: greatest)
  }

  /// The distance to full storage, line by line: for tests of both.
  /// - Throws: `ArgumentError` for another lattice, `MemoryError` where the rows do not fit.
  package func distance(_ order: MarginalOrder, to full: TruncatedHierarchy) throws -> MarginalDistance {
    guard full.lattice == lattice, let number = orders.firstIndex(of: order),
      let theirs = full.orders.firstIndex(of: order)
    else { throw ArgumentError("reference", expected: "this order on the same lattice", got: "another") }
    var (largest, reference, sum) = (0.0, 0.0, 0.0)
    let cell = order.slots.reduce(1) { $0 * current.basis[$1].cell }
    current.forEachLine(of: full.layout, order: theirs, core: current.cores[number]) {
      row, line, points, own in
      let row = full.layout.rows[row]
      let v = full.current + row.offset + 2 * points * line
      for i in 0..<points {
        let (x, y) = (own[i] - v[i], own[points + i] - v[points + i])
        largest = .greatest(largest, x * x + y * y)
        reference = .greatest(reference, v[i] * v[i] + v[points + i] * v[points + i])
        sum += Double(row.multiplicity) * (x * x + y * y)
      }
    }
    return MarginalDistance(
      maximum: largest.squareRoot(), l2: (cell * sum).squareRoot(), referenceMaximum: reference.squareRoot())
  }
}
