// m(q,p) of one species on a grid (d = 1), for every state through γ = γ^{(1,0)}:
//
//     m(q,p) = Σ_r A_r(p) e^{iκrq},      A_r(p) = Σ_n g_n(p) g_{n−r}(p) γ_{n,n−r},
//
// A_{−r} = conj A_r. The correlations A_r run along the diagonals of γ over the modes where g_n(p) is not negligible
// (1e-17 of its peak); the sum over r is one dgemm, P × (2R+1) × Q. Cost: P·B² complex multiply-adds, B the modes a
// coherent state touches (≈ 18/(s√ħκ) for a Gaussian), plus 4PQR flops. Memory 16 M² bytes for γ.

import CLibraries
import Foundation
public import ManyBody
public import Numerics

/// A one-particle Husimi measure on a grid of (q, p).
public struct HusimiGrid: Sendable {
  /// q_j = Λj/Q.
  public let positions: [Double]
  /// p_i as they were asked for.
  public let momenta: [Double]
  /// values[i·Q + j] = m(q_j, p_i).
  public let values: [Double]

  /// Evaluates m on Q equispaced positions of the torus and the given momenta.
  /// - Throws: `ArgumentError` in dimensions other than one or for an empty grid, `MemoryError`.
  public init(
    of state: some FermionState, species: Int, window: any Window, positions count: Int, momenta: [Double],
    workers: Workers = Workers(threads: 1)
  ) throws {
    try self.init(
      density: state.oneParticleDensity(species), waves: state.waves, hbar: state.hbar, window: window,
      positions: count, momenta: momenta, workers: workers)
  }

  /// Evaluates m from a one-particle density matrix γ_{uw}, M × M.
  /// - Throws: as above.
  public init(
    density: [Complex<Double>], waves: PlaneWaves, hbar: Double, window: any Window, positions count: Int,
    momenta: [Double], workers: Workers = Workers(threads: 1)
  ) throws {
    guard waves.dimension == 1 else {
      throw ArgumentError("dimension", expected: "1 for a phase-space grid", got: "\(waves.dimension)")
    }
    guard count >= 1, !momenta.isEmpty, momenta.allSatisfy(\.isFinite) else {
      throw ArgumentError(
        "grid", expected: "positions ≥ 1 and finite momenta",
        got: "\(count) positions, \(momenta.count) momenta")
    }
    let m = waves.count
    let rows = momenta.count
    let columns = 2 * m - 1
    try Memory.require(
      Self.bytes(modes: m, positions: count, momenta: rows), for: "a Husimi grid of \(rows) × \(count) points"
    )

    // Diagonals of γ, one after the other: diagonal r starts at r·M and holds γ_{n,n−r} at n.
    var diagonals = [Complex<Double>](repeating: .zero, count: m * m)
    for r in 0..<m {
      for n in r..<m { diagonals[r * m + n] = density[n * m + n - r] }
    }
    let root = hbar.squareRoot()
    let scale = root.squareRoot() / waves.period.squareRoot()
    var coefficients = [Double](repeating: 0, count: rows * columns)
    diagonals.withUnsafeBufferPointer { diagonals in
      coefficients.withUnsafeMutableBufferPointer { coefficients in
        nonisolated(unsafe) let diagonals = diagonals.baseAddress!
        nonisolated(unsafe) let coefficients = coefficients.baseAddress!
        workers.forEachRange(of: rows) { range in
          var g = [Double](repeating: 0, count: m)
          for i in range {
            for n in 0..<m {
              let k = waves.wavenumber * Double(n - waves.cutoff)
              g[n] = scale * window.transform((momenta[i] - hbar * k) / root)
            }
            HusimiGrid.correlate(g, m, diagonals, into: coefficients + i * columns)
          }
        }
      }
    }
    // Row 0: 1; rows 2r−1, 2r: 2 cos κrq, −2 sin κrq.
    var waveTable = [Double](repeating: 1, count: columns * count)
    for r in 1..<max(1, m) {
      for j in 0..<count {
        let angle = 2 * Double.pi * Double((r * j) % count) / Double(count)
        waveTable[(2 * r - 1) * count + j] = 2 * cos(angle)
        waveTable[2 * r * count + j] = -2 * sin(angle)
      }
    }
    var values = [Double](repeating: 0, count: rows * count)
    MatrixProduct.multiply(
      rows, count, columns, coefficients, stride: columns, .plain, waveTable, stride: count, into: &values,
      stride: count)
    positions = (0..<count).map { waves.period * Double($0) / Double(count) }
    self.momenta = momenta
    self.values = values
  }

  /// Re A_0, then Re A_r, Im A_r for r = 1 … M − 1.
  private static func correlate(
    _ g: [Double], _ m: Int, _ diagonals: UnsafePointer<Complex<Double>>,
    into target: UnsafeMutablePointer<Double>
  ) {
    // What is not a number counts: its row of the grid is none either.
    let floor = 1e-17 * (g.map(\.magnitude).largest() ?? 0)
    guard let low = g.firstIndex(where: { !($0.magnitude <= floor) }),
      let high = g.lastIndex(where: { !($0.magnitude <= floor) })
    else { return }
    g.withUnsafeBufferPointer { g in
      let g = g.baseAddress!
      for r in 0...(high - low) {
        let diagonal = diagonals + r * m
        var re = 0.0
        var im = 0.0
        for n in (low + r)...high {
          let weight = g[n] * g[n - r]
          re += weight * diagonal[n].real
          im += weight * diagonal[n].imaginary
        }
        if r == 0 {
          target[0] = re
        } else {
          target[2 * r - 1] = re
          target[2 * r] = im
        }
      }
    }
  }

  /// m(q_j, p_i).
  public subscript(momentum i: Int, position j: Int) -> Double { values[i * positions.count + j] }
}
