public import CLibraries
public import Numerics

/// μ^{(k,ℓ)} on a Fourier lattice, any rank: a full row-major array over the d·r mode axes of all particles
/// (slots in species order), then their d·r ξ axes.
public struct Marginal: Sendable {
  /// The lattice of every particle.
  public let lattice: FourierLattice
  /// (k,ℓ,…)
  public let order: MarginalOrder
  /// The species of each particle slot.
  public let slots: [Int]
  /// Row-major values.
  public var values: [Complex<Double>]

  /// The zero marginal.
  /// - Throws: `MemoryError` when the array does not fit.
  public init(zeroOn lattice: FourierLattice, order: MarginalOrder) throws(MemoryError) {
    let slots = order.slots
    var count: Int? = 1
    for species in slots {
      count = count.flatMap { Memory.product($0, lattice.elementCount(species)) }
    }
    try Memory.require(
      count.flatMap { Memory.product($0, MemoryLayout<Complex<Double>>.stride) },
      for: "the marginal of order \(order)")
    self.lattice = lattice
    self.order = order
    self.slots = slots
    self.values = Array(repeating: .zero, count: count ?? 0)
  }

  /// The marginal of a hierarchy at t = 0 (or of any characteristic function) sampled on the lattice.
  public init(
    sampling function: some CharacteristicFunction, on lattice: FourierLattice, order: MarginalOrder
  )
    throws(MemoryError)
  {
    try self.init(zeroOn: lattice, order: order)
    var index = 0
    forEachSite { points in
      values[index] = function.value(at: points)
      index += 1
    }
  }

  /// Row-major index of the site with these modes and grid points per slot, nil outside the lattice.
  public func offset(modes: [ModeIndex], points: [ModeIndex]) -> Int? {
    var offset = 0
    for mode in modes {
      guard let next = lattice.modeOffset(mode) else { return nil }
      offset = offset * lattice.modeCount + next
    }
    for (slot, point) in points.enumerated() {
      guard let next = lattice.pointOffset(point, species: slots[slot]) else { return nil }
      offset = offset * lattice.pointCount(slots[slot]) + next
    }
    return offset
  }

  /// The value at a site; zero outside the lattice.
  public func value(modes: [ModeIndex], points: [ModeIndex]) -> Complex<Double> {
    offset(modes: modes, points: points).map { values[$0] } ?? .zero
  }

  /// Calls `body` with the modes and grid points of every site, in row-major order.
  public func forEachIndex(_ body: (_ modes: [ModeIndex], _ points: [ModeIndex]) -> Void) {
    let rank = slots.count
    var modes = [ModeIndex](repeating: .zero, count: rank)
    var points = modes
    func descend(_ level: Int) {
      if level == 2 * rank {
        body(modes, points)
      } else if level < rank {
        for i in 0..<lattice.modeCount {
          modes[level] = lattice.mode(at: i)
          descend(level + 1)
        }
      } else {
        let slot = level - rank
        for i in 0..<lattice.pointCount(slots[slot]) {
          points[slot] = lattice.point(at: i, species: slots[slot])
          descend(level + 1)
        }
      }
    }
    descend(0)
  }

  /// Calls `body` with the phase points of every site, in row-major order.
  public func forEachSite(_ body: ([PhasePoint]) -> Void) {
    forEachIndex { modes, points in
      body(
        slots.indices.map { slot in
          PhasePoint(
            species: slots[slot], xi: lattice.xi(points[slot], species: slots[slot]),
            eta: modes[slot].vector * lattice.kappa)
        })
    }
  }
}
