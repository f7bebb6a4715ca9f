// Orbitals and cores of all marginals, and what changes of basis make of them.

import CLibraries
import Computing
import Interaction
import PhaseSpace
import Synchronization
import Vlasov

/// w^{o} = Σ C^{o}_{a_1 a_2 …} φ_{a_1} ⊗ φ_{a_2} ⊗ …, one family of orthonormal orbitals a species.
struct OrbitalState {
  var basis: [OrbitalFunctions]
  /// Per order.
  var cores: [[Double]]
  var shape: CoreShape

  var ranks: [Int] { basis.map(\.count) }

  /// ‖w^{o}‖ per order.
  func norms(_ orders: [MarginalOrder]) -> [Double] {
    zip(orders, cores).map { shape.squaredNorm($1, $0).squareRoot() }
  }

  /// The mixture Σ_i w_i c_o Π f^i, exactly: as many orbitals as there are independent components.
  init(_ tables: ProductTables, orders: [MarginalOrder], masses: (MarginalOrder) -> Double, degree: Int) {
    let lattice = tables.lattice
    let functions = lattice.masses.indices.map { tables.functions(of: $0) }
    var basis: [OrbitalFunctions] = []
    for (species, own) in functions.enumerated() {
      var orbitals = OrbitalFunctions(lattice, species: species)
      orbitals.append(orthonormalising: own)
      basis.append(orbitals)
    }
    let shape = CoreShape(ranks: basis.map(\.count), degree: degree)
    let places = zip(basis, functions).map { $0.overlaps($1) }
    (self.basis, self.shape) = (basis, shape)
    cores = orders.map { tables.core($0, times: masses($0), places, shape) }
  }

  init(basis: [OrbitalFunctions], cores: [[Double]], shape: CoreShape) {
    (self.basis, self.cores, self.shape) = (basis, cores, shape)
  }

  /// Free flight over a length of time, with orthonormal orbitals again.
  func transported(
    over length: Double, _ orders: [MarginalOrder], _ shapes: inout ShapeCache, _ workers: Workers
  ) -> OrbitalState {
    guard let lattice = basis.first?.lattice else { return self }
    let transport = FreeTransport(lattice, over: length)
    let moved = basis.map { $0.transported(by: transport, workers).orthonormalised() }
    return substituted(
      moved.map(\.functions), moved.map(\.matrix), orders, &shapes, workers)
  }

  /// In other orbitals: V of every species, r × r', row-major.
  func substituted(
    _ basis: [OrbitalFunctions], _ matrices: [[Double]], _ orders: [MarginalOrder],
    _ shapes: inout ShapeCache,
    _ workers: Workers
  ) -> OrbitalState {
    var shapesOnTheWay = [shape]
    for species in basis.indices {
      var ranks = shapesOnTheWay[species].ranks
      ranks[species] = basis[species].count
      shapesOnTheWay.append(shapes.shape(ranks))
    }
    let (old, steps) = (cores, shapesOnTheWay)
    let new = orders.inTurns(workers, [Double]()) { number, order in
      basis.indices.reduce(old[number]) { core, species in
        steps[species].substituted(core, order, species, matrices[species], into: steps[species + 1])
      }
    }
    return OrbitalState(basis: basis, cores: new, shape: steps[basis.count])
  }

  /// The Gram matrix of a marginal along one particle of a species.
  func gram(_ number: Int, _ order: MarginalOrder, _ species: Int) -> [Double] {
    let r = shape.ranks[species]
    let weights = shape.rowWeights(order, species).map { $0.squareRoot() }
    var slices = shape.slices(of: cores[number], order, species)
    let rows = weights.count
    for b in 0..<r { for i in 0..<rows { slices[b * rows + i] *= weights[i] } }
    return DenseRows.overlaps(slices, r, slices, r)
  }

  /// With as few orbitals as the tolerance, relative to the norm of every marginal, allows (`OrbitalTruncation`). Per order, what was
  /// discarded over its norm.
  func truncated(
    _ orders: [MarginalOrder], norms: [Double], tolerance: Double, _ shapes: inout ShapeCache,
    _ workers: Workers
  ) -> (state: OrbitalState, discarded: [Double]) {
    let (truncations, discarded) = basis.truncations(orders, norms: norms, tolerance: tolerance) {
      gram($0, $1, $2)
    }
    return (
      substituted(
        zip(basis, truncations).map { $0.combined($1) }, truncations.map(\.matrix), orders, &shapes, workers),
      discarded
    )
  }
}

/// The tables of multisets, made once for each number of orbitals.
struct ShapeCache {
  let degree: Int
  private var known: [Int: Multisets] = [:]

  init(degree: Int) { self.degree = degree }

  mutating func shape(_ ranks: [Int]) -> CoreShape {
    CoreShape(
      multisets: ranks.map { rank in
        if let sets = known[rank] { return sets }
        let sets = Multisets(variables: rank, degree: degree)
        known[rank] = sets
        return sets
      })
  }
}

extension CoreShape {
  init(multisets: [Multisets]) { self.multisets = multisets }
}

extension ProductTables {
  /// The functions of all components of a species, as orbitals are stored: N reals, then N imaginary parts each.
  func functions(of species: Int) -> [Double] {
    let points = lattice.pointCount(species)
    let rows = (lattice.modeCount / 2)..<lattice.modeCount
    return values.flatMap { component in
      [0..<points, points..<(2 * points)].flatMap { part in
        rows.flatMap { row -> [Double] in
          let scale = row == rows.lowerBound ? 1 : 1 / OrbitalFunctions.scale
          return component[species][row][part].map { scale * $0 }
        }
      }
    }
  }

  /// factor · Σ_i w_i Π x^i on a basis in which component i of species α has the coordinates x^{i,α} (row i of `places`).
  func core(_ order: MarginalOrder, times factor: Double, _ places: [[Double]], _ shape: CoreShape)
    -> [Double]
  {
    let ranks = shape.ranks
    let sets = shape.multisets
    var result = [Double](repeating: 0, count: shape.size(order))
    for (component, weight) in weights.enumerated() {
      var product = [factor * weight]
      for (species, count) in order.counts.enumerated() {
        // `overlaps` gives ⟨φ_a, f_i⟩, row-major over a.
        let x = (0..<ranks[species]).map { places[species][$0 * weights.count + component] }
        let monomials = (0..<sets[species].counts[count]).map { place in
          (0..<count).reduce(1 / sets[species].factorials[count][place]) {
            $0 * x[Int(sets[species].entries[count][place * count + $1])]
          }
        }
        product = product.flatMap { head in monomials.map { head * $0 } }
      }
      for i in result.indices { result[i] += product[i] }
    }
    return result
  }
}

extension [MarginalOrder] {
  /// What a function makes of every order, its place given: the largest first, each by the next thread that is free.
  func inTurns<Result: Sendable>(
    _ workers: Workers, _ nothing: Result, _ body: @Sendable (Int, MarginalOrder) -> Result
  ) -> [Result] {
    let turns = indices.sorted { (self[$0].rank, $1) > (self[$1].rank, $0) }
    var found = [Result](repeating: nothing, count: count)
    let next = Atomic(0)
    found.withUnsafeMutableBufferPointer { found in
      nonisolated(unsafe) let found = found
      workers.forEachRange(of: workers.threads) { range in
        for _ in range {
          while case let turn = next.add(1, ordering: .relaxed).oldValue, turn < turns.count {
            found[turns[turn]] = body(turns[turn], self[turns[turn]])
          }
        }
      }
    }
    return found
  }
}
