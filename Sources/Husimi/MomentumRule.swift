// The momenta at which a test function ϕ and the coherent states' g_n(p) are taken, for ∫ ϕ(p) g_n(p) g_{n'}(p) dp by the
// trapezoidal rule with step h. Its error is, by Poisson's summation formula, Σ_{l≠0} F(2πl/h), F the Fourier transform of the
// integrand. With
//
//     |∫ g_n g_{n'} e^{−iωp} dp| = (2πħ/Λ)|A(√ħω, √ħκ(n − n'))| ≤ (2πħ/Λ) A(√ħω, 0)      for f ≥ 0,
//     (1/2π) ∫_{|ω| > W} |ϕ̂| dω = erfc(sW/√2)                                              for ϕ = exp(−(p − p₀)²/2s²),
//
// |F(Ω)| ≤ (2πħ/Λ) [ max_{ω ≥ Ω−W} A(√ħω, 0) + erfc(sW/√2) ]: no larger than ε where Ω = 2π/h ≥ W + U/√ħ, U the reach of A
// (Window+Torus.swift), W = 9.6/s (erfc < 1e-21). So the step follows the narrower of the two: the test function's width s and
// what a coherent state resolves, √ħ/U. A step ħκ/2 alone is too wide for s below 6ħ/Λ and for windows wider than the period.
// Where ħκ/2 is fine enough it is taken, since g then depends on j − 2n only and one table serves all n.

import CLibraries
import ManyBody

/// Nodes of the momentum integrals of one test function, with the values of g there.
struct MomentumRule {
  /// h
  let step: Double
  /// p_j.
  let nodes: [Double]
  /// g_n(p_j) at j + offset(n); the same numbers for every n where the step is ħκ/2.
  private let table: [Double]
  private let waves: PlaneWaves
  private let isShared: Bool
  /// Of the shared table: |j − 2n| beyond which g is negligible; j and index of its first element.
  private let (extent, low, first): (Int, Int, Int)
  /// Of rows of their own: the n that the test function meets.
  private let rows: Range<Int>

  /// ϕ is above 1e-18 of its peak as far as this many widths.
  private static let reach = 9.2

  /// h, and whether it is ħκ/2.
  private static func step(
    _ function: PhaseSpaceTestFunction, hbar: Double, wavenumber: Double, window: any Window
  ) -> (step: Double, isShared: Bool) {
    let half = hbar * wavenumber / 2
    let needed = 2 * Double.pi / (1.25 * 9.6 / function.width + window.correlationReach() / hbar.squareRoot())
    return half <= needed ? (half, true) : (needed, false)
  }

  /// How many momenta the rule has.
  static func count(_ function: PhaseSpaceTestFunction, hbar: Double, wavenumber: Double, window: any Window)
    -> Double
  {
    2 * reach * function.width
      / step(function, hbar: hbar, wavenumber: wavenumber, window: window).step + 2
  }

  /// Bytes at most of the nodes, the weights and the table on M plane waves; nil where they overflow.
  static func bytes(
    _ function: PhaseSpaceTestFunction, modes: Int?, hbar: Double, wavenumber: Double, window: any Window
  ) -> Int? {
    let (step, isShared) = step(function, hbar: hbar, wavenumber: wavenumber, window: window)
    let nodes = Int(exactly: (2 * reach * function.width / step + 3).rounded(.up))
    let table =
      isShared ? Memory.sum(nodes, Memory.product(2, modes)) : Memory.product(nodes, modes)
    return Memory.sum(Memory.product(2, nodes, 8), Memory.product(2, table, 8))
  }

  /// - Throws: `ArgumentError` when ϕ spans more than 10⁷ momenta, or lies further away than 10¹⁵ of ħκ/2.
  init(_ function: PhaseSpaceTestFunction, waves: PlaneWaves, window: any Window, hbar: Double) throws {
    self.waves = waves
    let root = hbar.squareRoot()
    let unit = hbar * waves.wavenumber
    let scale = root.squareRoot() / waves.period.squareRoot()
    let reach = Self.reach * function.width
    (step, isShared) = Self.step(function, hbar: hbar, wavenumber: waves.wavenumber, window: window)
    guard 2 * reach / step <= 1e7 else {
      throw ArgumentError(
        "p-width", expected: "a test function over at most 10⁷ momenta in steps of \(step)",
        got: "\(function.width)")
    }
    let expected = "a test function within 10¹⁵ momenta ħκ/2 = \(unit / 2) of zero"
    let (below, above) = (
      try checkedCount(
        (2 * (function.centre - reach) / unit).rounded(.down), "p-centre", expected: expected),
      try checkedCount((2 * (function.centre + reach) / unit).rounded(.up), "p-centre", expected: expected)
    )
    if isShared {
      let step = step
      nodes = (below...above).map { step * Double($0) }
      let start = below - 2 * waves.cutoff
      let values = (start...(above + 2 * waves.cutoff)).map {
        scale * window.transform(unit * Double($0) / 2 / root)
      }
      // Beyond this offset g is negligible against its peak, for every n alike.
      let floor = 1e-20 * (values.map(\.magnitude).largest() ?? 0)
      extent = max(
        values.indices.filter { !(values[$0].magnitude <= floor) }.map { abs($0 + start) }.max() ?? 0, 1)
      (low, first) = (below, start)
      rows = 0..<waves.count
      table = values
    } else {
      let half = Int((reach / step).rounded(.up))
      let nodes = (-half...half).map { [step] in function.centre + step * Double($0) }
      (extent, low, first) = (0, 0, 0)
      let peak = window.transform(0).magnitude
      func g(_ index: Int, _ p: Double) -> Double {
        window.transform((p - unit * Double(index - waves.cutoff)) / root)
      }
      // Rows whose coherent state is negligible on all of ϕ are left out at both ends.
      func meets(_ index: Int) -> Bool { nodes.contains { !(g(index, $0).magnitude <= 1e-20 * peak) } }
      let indices = 0..<waves.count
      let start = indices.first(where: meets) ?? 0
      let end = indices.last(where: meets).map { $0 + 1 } ?? start
      rows = start..<end
      try Memory.require(
        Memory.product(rows.count, nodes.count, 8), for: "a test function between coherent states")
      table = rows.flatMap { index in nodes.map { scale * g(index, $0) } }
      self.nodes = nodes
    }
  }

  /// h Σ_j w_j g_n(p_j) g_{n'}(p_j), n and n' by their indices among the waves; with (p_j − p) beside it where a momentum p is given.
  func sum(_ weights: [Double], _ n: Int, _ other: Int, about momentum: Double? = nil) -> Double {
    guard rows.contains(n), rows.contains(other) else { return 0 }
    var (from, to) = (0, nodes.count - 1)
    var (base, otherBase) = ((n - rows.lowerBound) * nodes.count, (other - rows.lowerBound) * nodes.count)
    if isShared {
      let (centre, otherCentre) = (2 * (n - waves.cutoff), 2 * (other - waves.cutoff))
      from = max(from, centre - extent - low, otherCentre - extent - low)
      to = min(to, centre + extent - low, otherCentre + extent - low)
      (base, otherBase) = (low - centre - first, low - otherCentre - first)
    }
    guard from <= to else { return 0 }
    var sum = 0.0
    if let momentum {
      for j in from...to {
        sum += weights[j] * (nodes[j] - momentum) * table[base + j] * table[otherBase + j]
      }
    } else {
      for j in from...to { sum += weights[j] * table[base + j] * table[otherBase + j] }
    }
    return step * sum
  }
}
