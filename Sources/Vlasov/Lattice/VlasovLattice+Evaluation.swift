public import CLibraries
public import Numerics
public import PhaseSpace

extension VlasovLattice {
  /// w_j^α(ξ, κn) at any ξ of the window: exact on the grid, elsewhere tensor Lagrange interpolation through
  /// the nearest `nodes` grid points of each axis (order `nodes`, so 10 by default).
  ///
  /// - Throws: `ArgumentError` for ξ outside the window.
  public func value(species: Int, order: Int, mode: ModeIndex, xi: SpaceVector, nodes: Int = 10)
    throws(ArgumentError) -> Complex<Double>
  {
    guard
      let value = interpolated(species: species, order: order, mode: mode, xi: xi, nodes: nodes)
    else {
      let edge = Double(lattice.halfWidths[species]) * lattice.spacing(species)
      throw ArgumentError(
        "xi", expected: "|ξ| ≤ \(edge), the window of the lattice",
        got: "\(xi.text(dimension: lattice.dimension)) (at the time of the evaluation)")
    }
    return value
  }

  /// w at sites, those of other ranks too, in the order of the list.
  /// - Throws: what the ranks throw.
  package func values(at sites: [LatticeSite]) throws -> [Complex<Double>] {
    guard field.rows.share.ranks.count > 1 else {
      return sites.map { gridValue(species: $0.species, order: $0.order, mode: $0.mode, point: $0.point) }
    }
    let gather = SiteGather(sites, field.rows)
    try gather.read(field.state)
    return gather.values
  }

  /// The largest of every one of these numbers among the ranks that have the lattice.
  /// - Throws: what the ranks throw.
  package func greatest(_ own: [Double]) throws -> [Double] { try field.rows.share.greatest(own) }

  /// Whether this rank has the modes of a first component n_1 ≥ 0.
  package func has(slab: Int) -> Bool { field.rows.share.own.contains(slab) }

  /// The same; nil outside the window.
  package func interpolated(species: Int, order: Int, mode: ModeIndex, xi: SpaceVector, nodes: Int = 10)
    -> Complex<Double>?
  {
    if mode.maximumNorm > lattice.modes { return .zero }
    var axes: [(start: Int, weights: [Double])] = []
    let half = lattice.halfWidths[species]
    for axis in 0..<lattice.dimension {
      let position = xi[axis] / lattice.spacing(species)
      guard position.magnitude <= Double(half) * (1 + 1e-12) + 1e-9 else { return nil }
      axes.append(Self.lagrange(position, nodes: nodes, half: half))
    }
    var sum = Complex<Double>.zero
    func descend(_ axis: Int, _ point: ModeIndex, _ weight: Double) {
      if axis == lattice.dimension {
        let grid = gridValue(species: species, order: order, mode: mode, point: point)
        sum += grid.multiplied(by: weight)
        return
      }
      for (offset, factor) in axes[axis].weights.enumerated() {
        var next = point
        next[axis] = axes[axis].start + offset
        descend(axis + 1, next, weight * factor)
      }
    }
    descend(0, .zero, 1)
    return sum
  }

  /// The same in the interaction picture of Proposition 5.1: μ̄_t(ξ,η) = w_t(ξ − ηt/m_α, η).
  public func interactionValue(order: Int, at point: PhasePoint, mode: ModeIndex, nodes: Int = 10)
    throws(ArgumentError) -> Complex<Double>
  {
    let drift = mode.vector * (lattice.kappa * time / lattice.masses[point.species])
    return try value(species: point.species, order: order, mode: mode, xi: point.xi - drift, nodes: nodes)
  }

  /// The same of all orders at arguments, each from the rank that computes its mode: all ranks that have the lattice ask for the same ones.
  /// Cost: as many interpolations, and one gather.
  /// - Throws: `ArgumentError` for ξ outside the window; what the ranks throw.
  package func interactionValues(at arguments: [(point: PhasePoint, mode: ModeIndex)], nodes: Int) throws
    -> [[Complex<Double>]]
  {
    // Here too where another rank has the mode, which gives zero: whether ξ is outside all know alike.
    let here = try arguments.map { argument in
      try (0..<orders).map {
        try interactionValue(order: $0, at: argument.point, mode: argument.mode, nodes: nodes)
      }
    }
    let share = field.rows.share
    guard share.ranks.count > 1 else { return here }
    // Modes beyond n_max, which are zero, are no one's.
    let owners = arguments.map { share.owner(of: min(Int($0.mode[0].magnitude), share.slabs - 1)) }
    let own = owners.indices.filter { owners[$0] == share.ranks.index }
    let all = try share.ranks.gather(own.flatMap { here[$0].flatMap { [$0.real, $0.imaginary] } })
    var (result, next) = (here, 0)
    for rank in 0..<share.ranks.count {
      for index in owners.indices where owners[index] == rank {
        for order in 0..<orders {
          result[index][order] = Complex(all[next], all[next + 1])
          next += 2
        }
      }
    }
    return result
  }

  /// The (ξ,η) of every particle of a point with its mode.
  package func sites(of point: Point) throws(ArgumentError) -> [(point: PhasePoint, mode: ModeIndex)] {
    zip(try point.arguments(in: model.geometry), try point.modes(in: model.geometry)).map { ($0, $1) }
  }

  /// First node and weights of Lagrange interpolation at a position in grid units; one node when it is on the
  /// grid (to 1e-9).
  static func lagrange(_ position: Double, nodes: Int, half: Int) -> (start: Int, weights: [Double]) {
    let nearest = position.rounded()
    if (position - nearest).magnitude < 1e-9 { return (Int(nearest), [1]) }
    let count = min(nodes, 2 * half + 1)
    let centred = Int(position.rounded(.down)) - count / 2 + 1
    let start = max(-half, min(half - count + 1, centred))
    let weights = (0..<count).map { i in
      (0..<count).reduce(1.0) { product, k in
        k == i ? product : product * (position - Double(start + k)) / Double(i - k)
      }
    }
    return (start, weights)
  }
}
