// One-particle operators with few diagonals on plane waves, (Aψ)(n) = Σ_r A_r(n) ψ(n − r), and the coherent-state
// quantisation of a test function (its anti-Wick operator),
//
//     T = ∫ φ(q)ϕ(p) |f_{q,p}⟩⟨f_{q,p}| dq dp,     T_r(n) = Λ φ_r ∫ ϕ(p) g_n(p) g_{n−r}(p) dp,
//
// g_n(p) = ħ^{1/4} Λ^{−1/2} f̂((p − ħκn)/√ħ). For windows of diameter below Λ the integrand is band-limited in p up to
// ϕ's own spread, and the trapezoidal rule with step ħκ/2 is exact to rounding. Cost of T: bands × M × points in the
// support of ϕ.

import CLibraries
import ManyBody
import Numerics

/// A one-particle operator as its diagonals.
struct BandedOperator {
  let waves: PlaneWaves
  /// diagonals[r][i] = A_r(n), i the index of n; zero where n − r leaves the cutoff.
  var diagonals: [Int: [Complex<Double>]]

  /// e_m: multiplication by e^{iκmx}.
  static func wave(_ m: Int, on waves: PlaneWaves) -> BandedOperator {
    BandedOperator(waves: waves, diagonals: [m: [Complex<Double>](repeating: 1, count: waves.count)])
  }

  /// A e_m.
  func times(wave m: Int) -> BandedOperator {
    BandedOperator(
      waves: waves, diagonals: Dictionary(uniqueKeysWithValues: diagonals.map { ($0.key + m, $0.value) }))
  }

  /// e_m A.
  func after(wave m: Int) -> BandedOperator {
    let moved = diagonals.map { r, values -> (Int, [Complex<Double>]) in
      let shifted = values.indices.map { i in
        values.indices.contains(i - m) ? values[i - m] : Complex<Double>.zero
      }
      return (r + m, shifted)
    }
    return BandedOperator(waves: waves, diagonals: Dictionary(uniqueKeysWithValues: moved))
  }

  /// The operator on rows of coefficients: (A ψ_i)(n) for each row.
  func applied(to rows: [Complex<Double>], count: Int) -> [Complex<Double>] {
    let m = waves.count
    var result = [Complex<Double>](repeating: .zero, count: rows.count)
    rows.withUnsafeBufferPointer { rows in
      result.withUnsafeMutableBufferPointer { result in
        for (r, values) in diagonals.sorted(by: { $0.key < $1.key }) {
          let range = max(0, r)..<max(0, r, min(m, m + r))
          for i in 0..<count {
            for n in range { result[i * m + n] += values[n] * rows[i * m + n - r] }
          }
        }
      }
    }
    return result
  }
}

/// Makes the anti-Wick operators of test functions for one window and ħ.
struct CoherentQuantization {
  let waves: PlaneWaves
  let window: any Window
  let hbar: Double

  /// What multiplies φ(q) in the symbol.
  enum MomentumSymbol {
    /// ϕ(p)
    case plain
    /// ϕ'(p)
    case derivative
    /// ϕ(p)(p − ħκ(2n − r)/2): the velocity residue, p less the momentum of the band's middle.
    case displacement
  }

  /// T for φ given by its Fourier coefficients.
  /// - Throws: `ArgumentError` when ϕ spans more than 10⁷ momenta ħκ/2, or lies further away than 10¹⁵ of them.
  func quantize(_ phi: [Int: Complex<Double>], _ function: PhaseSpaceTestFunction, _ symbol: MomentumSymbol)
    throws -> BandedOperator
  {
    let unit = hbar * waves.wavenumber
    let (cutoff, m) = (waves.cutoff, waves.count)
    // p_j = ħκj/2 wherever ϕ is above 1e-18 of its peak.
    let reach = 9.2 * function.width
    guard 4 * reach / unit <= 1e7 else {
      throw ArgumentError(
        "p-width", expected: "a test function over at most 10⁷ momenta ħκ/2 = \(unit / 2)",
        got: "\(function.width)")
    }
    let low = try checkedCount(
      (2 * (function.centre - reach) / unit).rounded(.down), "p-centre",
      expected: "a test function within 10¹⁵ momenta ħκ/2 = \(unit / 2) of zero")
    let high = try checkedCount(
      (2 * (function.centre + reach) / unit).rounded(.up), "p-centre",
      expected: "a test function within 10¹⁵ momenta ħκ/2 = \(unit / 2) of zero")
    let weight = (low...high).map { j -> Double in
      let p = unit * Double(j) / 2
      return symbol == .derivative ? function.momentumDerivative(p) : function.momentumFactor(p)
    }
    // g depends on j − 2n only.
    let first = low - 2 * cutoff
    let root = hbar.squareRoot()
    let scale = root.squareRoot() / waves.period.squareRoot()
    let g = (first...(high + 2 * cutoff)).map { scale * window.transform(unit * Double($0) / 2 / root) }
    // Beyond this offset g is negligible against its peak, for every n alike.
    let floor = 1e-20 * (g.map(\.magnitude).largest() ?? 0)
    let extent = max(
      g.indices.filter { !(g[$0].magnitude <= floor) }.map { abs($0 + first) }.max() ?? 0, 1)

    var diagonals: [Int: [Complex<Double>]] = [:]
    for (r, coefficient) in phi where coefficient != .zero {
      var values = [Complex<Double>](repeating: .zero, count: m)
      for index in max(0, r)..<max(0, r, min(m, m + r)) {
        let n = index - cutoff
        let from = max(low, 2 * n - extent, 2 * (n - r) - extent)
        let to = min(high, 2 * n + extent, 2 * (n - r) + extent)
        var sum = 0.0
        if from <= to {
          for j in from...to {
            var term = weight[j - low] * g[j - 2 * n - first] * g[j - 2 * (n - r) - first]
            if symbol == .displacement { term *= unit * (Double(j) - Double(2 * n - r)) / 2 }
            sum += term
          }
        }
        values[index] = coefficient.multiplied(by: waves.period * sum * unit / 2)
      }
      diagonals[r] = values
    }
    return BandedOperator(waves: waves, diagonals: diagonals)
  }
}
