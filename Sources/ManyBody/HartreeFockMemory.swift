// What Hartree–Fock orbitals take, from N_α, the grid and the potentials alone.

import CLibraries
import PhaseSpace

/// Bytes of a Hartree–Fock solution and of what is done with it; nil where they overflow.
public struct HartreeFockMemory: Sendable, Hashable {
  /// N_α.
  public let particles: [Int]
  /// G.
  public let points: Int
  /// M_V, the potentials' highest mode.
  public let highestMode: Int

  /// Of `particles` on `points` positions.
  public init(particles: [Int], points: Int, highestMode: Int) {
    self.particles = particles
    self.points = points
    self.highestMode = highestMode
  }

  private var largest: Int { particles.max() ?? 0 }
  private func square(_ n: Int) -> Int? { Memory.product(n, n, 16) }

  /// The plane waves, a mode each.
  private var waves: Int? { Memory.product(points, MemoryLayout<ModeIndex>.stride) }

  /// The orbitals of all species, and the plane waves they are on.
  public var orbitals: Int? {
    Memory.sum(particles.map { Memory.product($0, points, 16) } + [waves])
  }

  /// While a step is made: five stages of the exchange of one species, and its correlation matrix.
  public var step: Int? {
    Memory.sum(Memory.product(largest, points + 2 * highestMode, 5 * 16), square(largest))
  }

  /// While the orbitals are orthonormalised: the orbitals of one species twice; the overlap, its eigenvectors and LAPACK's work.
  public var orthonormalization: Int? {
    Memory.sum(Memory.product(largest, points, 2 * 16), Memory.product(6, square(largest)))
  }

  /// The orbitals of all species on plane waves, as a Slater determinant holds them.
  public var determinant: Int? { Memory.sum(orbitals, waves) }

  /// The orbitals, and the most of what moves, orthonormalises or shows them as a Slater determinant.
  public var whole: Int? { Memory.sum(orbitals, Memory.largest([step, orthonormalization, determinant])) }

  /// γ of one species on the plane waves, and the conjugate orbitals it is made from.
  public var density: Int? { Memory.sum(square(points), Memory.product(largest, points, 16)) }
}

extension OrbitalProfile {
  /// Bytes while orbitals are projected on the plane waves |n| ≤ cutoff: they are sampled on a grid fine enough for their phase;
  /// nil where they overflow.
  public func projectionBytes(count: Int, total: Int, hbar: Double, wavenumber: Double, cutoff: Int) -> Int? {
    let phase = (momentum / hbar).magnitude.rounded(.up)
    guard phase < 1e7 else { return nil }
    let k = waveNumbers(count: count, total: total, hbar: hbar, wavenumber: wavenumber)
    let highest = k.map(\.magnitude).max() ?? 0
    guard let reach = Memory.sum(Int(exactly: highest), Int(phase), cutoff) else { return nil }
    var points = 512
    while points < Memory.product(8, reach) ?? .max {
      guard let double = Memory.product(2, points) else { return nil }
      points = double
    }
    return Memory.sum(Memory.product(count, points, 16), Memory.product(count, 2 * cutoff + 1, 4 * 16))
  }
}
