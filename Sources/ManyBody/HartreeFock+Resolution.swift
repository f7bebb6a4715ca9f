// What Hartree–Fock orbitals know of their grid and of their steps, before anything is repaired, and the grid that follows them.

import CLibraries
public import Computing
import Numerics

extension HartreeFock {
  /// The largest orthonormality defect, what repairs have hidden included; the largest weight of an orbital in the outermost
  /// eighth of the modes, and of what was cut off at the start; how far the energy, which Hartree–Fock conserves, has moved, in
  /// units of its parts.
  public func resolution() -> [ResolutionFigure] {
    let energy = energy
    let scale =
      energy.kinetic.reduce(0) { $0 + $1.magnitude } + energy.direct.magnitude + energy.exchange.magnitude
      + energy.external.magnitude
    let drift = (energy.total - startingEnergy).magnitude
    return [
      ResolutionFigure(
        "orthonormality defect before repair", time: time,
        value: .greatest(repairedDefect, orthonormalityDefect), limit: Self.defectLimit),
      ResolutionFigure(
        "weight of the highest modes of an orbital", time: time, value: spectralTail, limit: Self.tailLimit),
      ResolutionFigure(
        "orbital cut off by the plane waves at the start", time: time, value: cut.tail,
        limit: Self.startingTailLimit),
      ResolutionFigure(
        "energy drift", time: time, value: drift == 0 ? 0 : drift / scale, limit: Self.driftLimit),
    ]
  }

  /// γ, and with it all that is measured, is off by as much as the overlaps are. The default steps of 0.05 leave 4·10⁻¹⁰
  /// between two repairs; orbitals of 66 particles cut to |n| ≤ 40, which need 50, have 6·10⁻⁷.
  static let defectLimit = 1e-7
  /// The orbital is then off by some 3·10⁻⁵ at most. 66 particles on |n| ≤ 50 have 10⁻¹⁰, on |n| ≤ 40 2·10⁻³.
  static let tailLimit = 1e-9
  /// An orbital that loses a weight w at the start is off by √w, three digits for 10⁻⁶.
  static let startingTailLimit = 1e-6
  /// Twice the step moves it sixteen times as far, and what is measured with it.
  static let driftLimit = 1e-6
}

extension HartreeFock {
  /// The weight of the outermost eighth of the modes of an orbital above which the grid is doubled: far below what counts as
  /// unresolved, so that nothing is lost on the way.
  static let growingTail = 1e-13
  /// No grid grows beyond.
  static let largestGrid = 1 << 20

  /// The numbers of points that a grid may have come to.
  static func grids(from points: Int, grows: Bool) -> [Int] {
    guard grows else { return [points] }
    return sequence(first: points) { 2 * $0 <= largestGrid ? 2 * $0 : nil }.map(\.self)
  }

  /// Doubles the grid when an orbital has come to its outermost modes; the orbitals stay what they are.
  /// - Throws: `MemoryError` when the larger grid does not fit, with all that is done with it (no plan made at the start knows how
  ///   far a grid will grow); `NumericalFailure` when there is none.
  func growIfNeeded() throws {
    guard grows, spectralTail > Self.growingTail else { return }
    guard 2 * points <= Self.largestGrid else {
      throw NumericalFailure(in: "Hartree–Fock", "the orbitals need more than \(Self.largestGrid) points")
    }
    let memory = HartreeFockMemory(
      particles: particles, points: 2 * points, highestMode: interaction.highestMode)
    try Memory.require(memory.whole, for: "Hartree–Fock orbitals that need \(2 * points) points")
    let (old, half) = (points, points / 2)
    let rows = coefficients
    try setGrid(2 * old)
    for species in particles.indices {
      for i in 0..<particles[species] {
        for j in 0..<old {
          coefficients[species][i * points + (j < half ? j : j + old)] = rows[species][i * old + j]
        }
      }
    }
  }

  /// An empty grid of so many points.
  func setGrid(_ points: Int) throws {
    guard points != self.points else { return }
    transform = try FourierTransform(length: points)
    waves = try PlaneWaves(cutoff: points / 2 - 1, period: period)
    self.points = points
    coefficients = particles.map { [Complex<Double>](repeating: .zero, count: $0 * points) }
  }
}
