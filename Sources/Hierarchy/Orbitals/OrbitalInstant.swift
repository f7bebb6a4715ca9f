// A time within a step of shared orbitals. The orbitals stay what they are at its end, and time runs backwards in the operators.

import PhaseSpace
import Vlasov

/// A time s before the end of a step.
struct OrbitalInstant: Sendable {
  private let lattice: FourierLattice
  private let transport: FreeTransport
  /// κs/(m_αΔξ_α): by how many grid points free transport over s shifts a species per mode; q of them q half steps before where
  /// Δξ = κΔt/2m.
  let shifts: [Double]

  /// - Parameter highest: the largest component of a mode that operators shift by.
  init(_ lattice: FourierLattice, before time: Double, highest: Int) {
    self.lattice = lattice
    transport = FreeTransport(lattice, over: time, modes: highest)
    shifts = lattice.masses.indices.map { species in
      let shift = lattice.shiftPerMode(over: time, species: species)
      // As whole as transport takes it.
      return (shift - shift.rounded()).magnitude <= 1e-9 * .greatest(1, shift) ? shift.rounded() : shift
    }
  }

  /// φ(ξ ± κms/m_α) on the grid of a species, zero where that is outside the window; `other` is room for as many numbers.
  func shift(
    _ line: UnsafePointer<Double>, along axes: [FreeTransport.Axis], isBack: Bool,
    to target: UnsafeMutablePointer<Double>, other: UnsafeMutablePointer<Double>, count: Int
  ) {
    transport.apply(axes, isBack: isBack, from: line, to: target, other: other, count: count)
  }

  /// Per point of the grid of a species whether ξ + κns/m_α is in the window.
  func inside(_ mode: ModeIndex, species: Int) -> [Bool] {
    let (half, shift) = (lattice.halfWidths[species], shifts[species])
    // Per axis.
    let flags = (0..<lattice.dimension).map { axis in
      (-half...half).map { (Double($0) + shift * Double(mode[axis])).magnitude <= Double(half) }
    }
    return (0..<lattice.pointCount(species)).map { place in
      let point = lattice.point(at: place, species: species)
      return flags.indices.allSatisfy { flags[$0][point[$0] + half] }
    }
  }
}
