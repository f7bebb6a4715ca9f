// The lattice on which ∫dq dp is exact (d = 1): q equispaced with more than 2n_max points, p ∈ (ħκ/L)Z. Then
//
//     (2πħ)^{−1} Σ cell |f_{q,p}⟩⟨f_{q,p}| = 1      on the plane waves |n| ≤ n_max
//
// for every window, with L so large that A(lLΛ/√ħ, 0) ≤ 1e-16 for l ≥ 1 (Window+Torus.swift): 1 for windows that fit the period.
// The momenta run until |f̂|² has fallen below the tolerance. What lies beyond is known: with δ = √ħκ/L and K momenta,
//
//     τ_0 = 1 − (δ/2π) Σ_{|j|≤K} f̂(jδ)²,      τ_2 = ‖f'‖² − (δ/2π) Σ_{|j|≤K} (jδ)² f̂(jδ)²,
//
// are missing of the mass of a plane wave and of ∫k²; p² ≤ 2(ħκn)² + 2ħk² makes of them what is missing of ∫p²m.

public import CLibraries
import Foundation
public import ManyBody
public import Numerics

/// Positions, momenta and cell of the exact phase-space quadrature.
public struct HusimiLattice: Sendable {
  /// Number of equispaced positions, 2n_max + 2.
  public let positions: Int
  /// p ∈ (ħκ/L)Z.
  public let momenta: [Double]
  /// L
  public let subdivision: Int
  /// Δq Δp/2π: the weight of a point in (2π)^{−1}∫dq dp.
  public let cell: Double
  /// At most so much is missing of (2π)^{−1}∫m and of (2π)^{−1}∫p²m, for every state, in units of (2π)^{−1}∫m = ħ Tr γ; roundings
  /// included.
  public let missing: (mass: Double, moment: Double)

  /// Rows of the grid that are taken at once.
  static let block = 512

  /// - Throws: `ArgumentError` in dimensions other than one, `NumericalFailure` for a window whose transform does not decay.
  public init(waves: PlaneWaves, hbar: Double, window: any Window, tolerance: Double = 1e-14) throws {
    guard waves.dimension == 1 else {
      throw ArgumentError("dimension", expected: "1 for a phase-space lattice", got: "\(waves.dimension)")
    }
    positions = 2 * waves.cutoff + 2
    let root = hbar.squareRoot()
    let limit = "a window that spans fewer than 10⁷ momenta ħκn"
    subdivision = try max(
      1,
      checkedCount(
        (window.correlationReach() * root / waves.period).rounded(.up), atMost: 1e7, "window", expected: limit
      ))
    let spacing = hbar * waves.wavenumber / Double(subdivision)
    let unit = window.gradientSquaredNorm.squareRoot()
    let count = try checkedCount(
      (try Self.reach(window, tolerance) * unit * root / spacing).rounded(.up), atMost: 1e7, "window",
      expected: limit)
    let half = waves.cutoff * subdivision + count
    momenta = (-half...half).map { spacing * Double($0) }
    cell = waves.period / Double(positions) * spacing / (2 * Double.pi)

    // The small terms first.
    let step = spacing / root
    var (mass, moment) = (0.0, 0.0)
    for j in stride(from: count, through: 0, by: -1) {
      let k = step * Double(j)
      let weight = (j == 0 ? 1 : 2) * step / (2 * Double.pi) * window.transform(k) * window.transform(k)
      mass += weight
      moment += k * k * weight
    }
    let tail = (
      mass: (1 - mass).magnitude + 1e-14,
      moment: (window.gradientSquaredNorm - moment).magnitude + 1e-14 * window.gradientSquaredNorm
    )
    let fastest = hbar * waves.wavenumber * Double(waves.cutoff)
    missing = (tail.mass, 2 * fastest * fastest * tail.mass + 2 * hbar * tail.moment)
  }

  /// k/‖f'‖ from where on |f̂|²k and |f̂|²k³ are below the tolerance and a thousand times it, as densities in these units: by the
  /// largest value over an octave. A window whose ∫k²|f̂|² converges too slowly for the second is cut at 10⁴.
  private static func reach(_ window: any Window, _ tolerance: Double) throws -> Double {
    let unit = window.gradientSquaredNorm.squareRoot()
    var reach = 1.0
    while true {
      var (mass, moment) = (0.0, 0.0)
      for i in 0...400 {
        let x = reach * (1 + Double(i) / 400)
        let value = window.transform(x * unit)
        let density = value * value * unit / (2 * Double.pi) * x
        // A NaN stays.
        mass = .greatest(mass, density)
        moment = .greatest(moment, density * x * x)
      }
      if mass < tolerance, moment < 1e3 * tolerance || reach > 1e4 { return reach }
      reach *= 1.25
      guard reach < 1e5 else { throw NumericalFailure(in: "the window", "its transform does not decay") }
    }
  }

  /// (2π)^{−1} ∫dq dp w(p) m(q,p) of the one-particle density matrix γ, for weights w of the momentum.
  /// - Throws: as `HusimiGrid`.
  public func integrals(
    density: [Complex<Double>], waves: PlaneWaves, hbar: Double, window: any Window, workers: Workers,
    weights: [(Double) -> Double]
  ) throws -> [Double] {
    var sums = weights.map { _ in 0.0 }
    for start in stride(from: 0, to: momenta.count, by: Self.block) {
      let rows = Array(momenta[start..<min(start + Self.block, momenta.count)])
      let grid = try HusimiGrid(
        density: density, waves: waves, hbar: hbar, window: window, positions: positions, momenta: rows,
        workers: workers)
      for (i, p) in rows.enumerated() {
        var row = 0.0
        for j in 0..<positions { row += grid[momentum: i, position: j] }
        for (index, weight) in weights.enumerated() { sums[index] += weight(p) * row }
      }
    }
    return sums.map { $0 * cell }
  }

  /// (2π)^{−1} ∫dq dp m(q,p).
  /// - Throws: as `HusimiGrid`.
  public func mass(
    density: [Complex<Double>], waves: PlaneWaves, hbar: Double, window: any Window, workers: Workers
  ) throws -> Double {
    try integrals(
      density: density, waves: waves, hbar: hbar, window: window, workers: workers, weights: [{ _ in 1 }])[0]
  }
}
