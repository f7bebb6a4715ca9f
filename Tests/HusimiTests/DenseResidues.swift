// The weak residues of a Slater state from dense matrices: the anti-Wick operators of a Gaussian test function between Gaussian
// coherent states are integrals of three Gaussians in p, in closed form. With a = w²/ħ (w the window's width), b = 1/s²,
//
//     ∫ exp(−½[a(p − p_1)² + a(p − p_2)² + b(p − p_0)²]) dp = √(2π/A) e^{−R/2},       A = 2a + b,
//     c = (a(p_1 + p_2) + b p_0)/A,   A R = a²(p_1 − p_2)² + ab(p_1 − p_0)² + ab(p_2 − p_0)²;
//
// a factor p − x under the integral is c − x. No step, no range, no table.

import Foundation
import Husimi
import ManyBody
import Numerics

/// Residues by matrices that are written out.
struct DenseResidues {
  typealias Matrix = [[Complex<Double>]]

  let state: SlaterDeterminant
  let interaction: InteractionModes
  /// Of the Gaussian window.
  let width: Double
  let functions: [PhaseSpaceTestFunction]
  /// Waves beyond the state's on either side.
  let margin: Int
  private let densities: [Matrix]
  private var operators: [Matrix] = []

  init(
    _ state: SlaterDeterminant, _ interaction: InteractionModes, width: Double,
    _ functions: [PhaseSpaceTestFunction]
  ) {
    (self.state, self.interaction, self.width, self.functions) = (state, interaction, width, functions)
    let margin = 2 * interaction.highestMode + (functions.flatMap(\.waves).map(\.mode).max() ?? 0)
    self.margin = margin
    let size = state.waves.count + 2 * margin
    densities = state.orbitals.map { orbitals in
      var density = Self.zero(size)
      for i in 0..<orbitals.count {
        let row = orbitals.rows[i * orbitals.waves.count..<(i + 1) * orbitals.waves.count].map(\.self)
        for u in row.indices {
          for w in row.indices { density[u + margin][w + margin] += row[u] * row[w].conjugate }
        }
      }
      return density
    }
    operators = functions.map { matrix($0, $0.coefficients) { _, _ in 1 } }
  }

  private static func zero(_ size: Int) -> Matrix {
    Matrix(repeating: [Complex<Double>](repeating: .zero, count: size), count: size)
  }

  private var hbar: Double { state.hbar }
  private var wavenumber: Double { state.waves.wavenumber }
  private var total: Double { Double(state.totalParticles) }
  private var size: Int { state.waves.count + 2 * margin }

  /// ∫∫ φ(q)ϕ(p)x |f⟩⟨f| with a factor x, of the mean momentum c and the middle of the two plane waves.
  private func matrix(
    _ function: PhaseSpaceTestFunction, _ phi: [Int: Complex<Double>],
    _ factor: (_ mean: Double, _ middle: Double) -> Double
  ) -> Matrix {
    let (a, b) = (width * width / hbar, 1 / (function.width * function.width))
    var result = Self.zero(size)
    let middle = state.waves.cutoff + margin
    for (r, value) in phi {
      for n in max(0, r)..<max(0, r, min(size, size + r)) {
        let p1 = hbar * wavenumber * Double(n - middle)
        let p2 = hbar * wavenumber * Double(n - r - middle)
        let p0 = function.centre
        let sum = 2 * a + b
        let mean = (a * (p1 + p2) + b * p0) / sum
        let rest =
          (a * a * (p1 - p2) * (p1 - p2) + a * b * ((p1 - p0) * (p1 - p0) + (p2 - p0) * (p2 - p0))) / sum
        // Λ ħ^{1/2} Λ^{−1} (4πw²)^{1/2} of g_n g_{n−r}.
        let scale = (hbar * 4 * Double.pi).squareRoot() * width
        let integral = (2 * Double.pi / sum).squareRoot() * exp(-rest / 2)
        result[n][n - r] += value.multiplied(by: scale * integral * factor(mean, (p1 + p2) / 2))
      }
    }
    return result
  }

  private func product(_ a: Matrix, _ b: Matrix) -> Matrix {
    var result = Self.zero(size)
    for i in 0..<size {
      for k in 0..<size where a[i][k] != .zero {
        for j in 0..<size { result[i][j] += a[i][k] * b[k][j] }
      }
    }
    return result
  }

  private func trace(_ a: Matrix, _ b: Matrix) -> Complex<Double> {
    var sum = Complex<Double>.zero
    for i in 0..<size {
      for k in 0..<size { sum += a[i][k] * b[k][i] }
    }
    return sum
  }

  /// e_m
  private func wave(_ m: Int) -> Matrix {
    var result = Self.zero(size)
    for n in 0..<size where (0..<size).contains(n - m) { result[n][n - m] = 1 }
    return result
  }

  private func slope(_ a: Int, _ phi: [Int: Complex<Double>]) -> Matrix {
    let s = functions[a].width
    return matrix(functions[a], phi) { mean, _ in -(mean - functions[a].centre) / (s * s) }
  }

  /// The positive modes of V_{αβ} with their coefficients and a_ħ(0, κm).
  private func modes(_ a: Int, _ b: Int) -> [(m: Int, v: Double, k: Double, damping: Double)] {
    interaction[a, b].filter { $0.mode[0] > 0 }.map {
      let k = wavenumber * Double($0.mode[0])
      return ($0.mode[0], $0.value, k, exp(-hbar * width * width * k * k / 4))
    }
  }

  private func moved(_ phi: [Int: Complex<Double>], _ m: Int) -> [Int: Complex<Double>] {
    Dictionary(uniqueKeysWithValues: phi.map { ($0.key + m, $0.value) })
  }

  func measure(_ a: Int) -> Double { trace(operators[a], densities[a]).real }

  func velocity(_ a: Int) -> Double {
    var slope: [Int: Complex<Double>] = [:]
    for (r, value) in functions[a].coefficients { slope[r] = value * Complex(0, -wavenumber * Double(r)) }
    return trace(matrix(functions[a], slope) { $0 - $1 }, densities[a]).real / state.masses[a]
  }

  /// Direct, exchange (α = β), classical, and the spectator's (α ≠ β).
  func force(_ a: Int, _ b: Int) -> (direct: Double, exchange: Double, classical: Double, spectator: Double) {
    var result = (direct: 0.0, exchange: 0.0, classical: 0.0, spectator: 0.0)
    for (m, v, k, damping) in modes(a, b) {
      let (e, back) = (wave(m), wave(-m))
      let (right, left) = (product(operators[a], e), product(e, operators[a]))
      let force = slope(a, moved(functions[a].coefficients, m))
      let (quantum, classical) = (2 * v / (hbar * total), 2 * v * k * damping / total)
      let commutator = trace(right, densities[a]) - trace(left, densities[a])
      let mean = trace(back, densities[b])
      let part = classical * (trace(force, densities[a]) * mean).imaginary
      result.direct += quantum * (commutator * mean).imaginary - part
      result.classical += part
      // −Tr AγBγ
      func exchanged(_ x: Matrix) -> Complex<Double> {
        -trace(product(x, densities[a]), product(back, densities[a]))
      }
      if a == b {
        result.exchange +=
          quantum * (exchanged(right) - exchanged(left)).imaginary - classical * exchanged(force).imaginary
      } else {
        let hole = -trace(product(operators[b], densities[b]), product(back, densities[b]))
        result.spectator +=
          quantum * (commutator * hole).imaginary - classical * (trace(force, densities[a]) * hole).imaginary
      }
    }
    return result
  }

  /// R̂_{αβ}, direct and exchange (α = β).
  func pair(_ a: Int, _ b: Int) -> (direct: Double, exchange: Double) {
    var result = (direct: 0.0, exchange: 0.0)
    for (m, v, _, _) in modes(a, b) {
      for sign in [1, -1] {
        let (x, y) = (product(operators[a], wave(sign * m)), product(operators[b], wave(-sign * m)))
        let scale = 2 * v / (hbar * total)
        result.direct += scale * (trace(x, densities[a]) * trace(y, densities[b])).imaginary
        if a == b {
          result.exchange -= scale * trace(product(x, densities[a]), product(y, densities[a])).imaginary
        }
      }
    }
    return result
  }
}
