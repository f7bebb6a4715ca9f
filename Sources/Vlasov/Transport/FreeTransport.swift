// Free transport of rows of any number of particles over a time τ, w(ξ,n) → w(ξ + κnτ/m, n): a shift of every ξ axis by its own mode
// component.

import CLibraries
package import PhaseSpace

/// The shifts of a lattice over one time, for all species and components of modes.
package struct FreeTransport: Sendable {
  /// shifts[α][n + n_max]
  private let shifts: [[LagrangeShift]]
  private let lattice: FourierLattice
  private let highest: Int

  /// - Parameter highest: n_max, the largest component of a mode; that of the lattice where nothing is said.
  package init(_ lattice: FourierLattice, over time: Double, modes highest: Int? = nil) {
    self.lattice = lattice
    let highest = highest ?? lattice.modes
    self.highest = highest
    shifts = lattice.masses.indices.map { species in
      let perMode = lattice.shiftPerMode(over: time, species: species)
      return (-highest...highest).map { LagrangeShift(Double($0) * perMode) }
    }
  }

  /// Bytes of one; nil on overflow.
  package static func bytes(of lattice: FourierLattice) -> Int? {
    Memory.product(lattice.speciesCount, lattice.modesPerAxis, LagrangeShift.weightCount * 8 + 64)
  }

  /// One axis of a row: a particle of a species, the component of its mode, how many lines there are before it and numbers in a block
  /// of it.
  package struct Axis {
    package let species: Int
    package let component: Int
    package let outer: Int
    package let inner: Int

    package init(species: Int, component: Int, outer: Int, inner: Int) {
      (self.species, self.component, self.outer, self.inner) = (species, component, outer, inner)
    }
  }

  /// The axes along which a particle's grid moves, in a row with `outer` such grids one after another and `inner` numbers at each of
  /// its points.
  package static func axes(_ lattice: FourierLattice, species: Int, mode: ModeIndex, outer: Int, inner: Int)
    -> [Axis]
  {
    let points = lattice.pointsPerAxis(species)
    var (before, after) = (outer, inner * lattice.pointCount(species))
    return (0..<lattice.dimension).compactMap { axis in
      after /= points
      defer { before *= points }
      return mode[axis] == 0
        ? nil : Axis(species: species, component: mode[axis], outer: before, inner: after)
    }
  }

  /// A row of `count` numbers along these axes, forwards or (for the way back) against the time, axis by axis between `target` and
  /// `other`: the result is in `target`. None of the three overlaps another.
  package func apply(
    _ axes: [Axis], isBack: Bool = false, from source: UnsafePointer<Double>,
    to target: UnsafeMutablePointer<Double>, other: UnsafeMutablePointer<Double>, count: Int
  ) {
    guard !axes.isEmpty else {
      target.update(from: source, count: count)
      return
    }
    // The last pass ends in the target.
    var from = source
    for (place, axis) in axes.enumerated() {
      let to = (axes.count - 1 - place).isMultiple(of: 2) ? target : other
      let component = isBack ? -axis.component : axis.component
      shifts[axis.species][component + highest].apply(
        from, to: to, outer: axis.outer, count: lattice.pointsPerAxis(axis.species), inner: axis.inner)
      from = UnsafePointer(to)
    }
  }
}

extension FourierLattice {
  /// κτ/(m_αΔξ_α): by how many grid points free transport over a time τ shifts a species per mode.
  package func shiftPerMode(over time: Double, species: Int) -> Double {
    kappa * time / (masses[species] * spacing(species))
  }
}
