// The exchange flow ∂_t ψ = (i/ħ) X ψ by RK4, in Fourier space, where e_m is a shift by m:
//
//     C_m = y (S_m y)*,      X y = (1/N) [ v_0 y + Σ_{m>0} v_m ( C_m (S_m y) + C_m* (S_{−m} y) ) ],
//
// y the N_α × B matrix of orbitals (rows) on the modes that carry weight, S_m y its shift: a pointer offset, since
// rows are padded with zeros. Modes with 1e-26 of an orbital's squared norm in all are left out: X is of size 1/N, so
// the omission is below rounding. Each m costs three zgemm of 8 N_α² B flops per evaluation.
//
// RK4 keeps ⟨ψ_i, ψ_j⟩ = δ_ij to its fifth order only; one Newton–Schulz step y ← ½(3 − C_0) y towards Löwdin's orbitals,
// two zgemm, squares the defect.

import CLibraries
import Numerics
import PhaseSpace

extension HartreeFock {
  /// The modes that carry weight, with room for the potentials' modes on either side.
  private func band(_ species: Int) -> ClosedRange<Int> {
    let half = points / 2
    var weights = [Double](repeating: 0, count: points)
    for i in 0..<particles[species] {
      for j in 0..<points { weights[j] += coefficients[species][i * points + j].lengthSquared }
    }
    // At most `negligible` is left out on either side; rounding leaves some 1e-29 N_α on every mode.
    let negligible = 5e-27 * Double(particles[species])
    let weight = { [points] (n: Int) in weights[(n + points) % points] }
    var low = -half
    var high = half - 1
    var below = weight(low)
    var above = weight(high)
    while low < 0, below <= negligible {
      low += 1
      below += weight(low)
    }
    while high > 0, above <= negligible {
      high -= 1
      above += weight(high)
    }
    let margin = 2 * interaction.highestMode
    return max(-half, low - margin)...min(half - 1, high + margin)
  }

  /// One RK4 step of the exchange flow of one species (coefficients in Fourier space).
  func exchangeStep(_ species: Int, _ time: Double) {
    let count = particles[species]
    guard count > 0, !interaction[species, species].isEmpty else { return }
    let band = band(species)
    let padding = interaction.highestMode
    let flow = ExchangeFlow(
      interaction[species, species], count: count, width: band.count, padding: padding,
      factor: Complex(0, 1 / (hbar * Double(totalParticles))))
    let size = count * flow.stride
    var start = [Complex<Double>](repeating: .zero, count: size)
    gather(species, band, into: &start, stride: flow.stride, padding: padding)
    var stage = start
    var sum = start
    var slope = [Complex<Double>](repeating: .zero, count: size)
    for (advance, weight) in [(0.5, 1.0 / 6), (0.5, 1.0 / 3), (1.0, 1.0 / 3), (0.0, 1.0 / 6)] {
      flow.evaluate(&stage, into: &slope)
      for k in 0..<size {
        sum[k] += slope[k].multiplied(by: weight * time)
        stage[k] = start[k] + slope[k].multiplied(by: advance * time)
      }
    }
    repairedDefect = .greatest(repairedDefect, flow.orthonormalize(&sum, into: &stage))
    for i in 0..<count {
      for (column, n) in band.enumerated() {
        coefficients[species][i * points + (n + points) % points] = stage[i * flow.stride + padding + column]
      }
    }
  }

  /// Σ_m v_m ‖C_m‖² / N: twice the exchange energy up to its sign.
  func exchangeForm(_ species: Int) -> Double {
    let count = particles[species]
    guard count > 0 else { return 0 }
    let band = band(species)
    let padding = interaction.highestMode
    let flow = ExchangeFlow(
      interaction[species, species], count: count, width: band.count, padding: padding, factor: 1)
    var rows = [Complex<Double>](repeating: .zero, count: count * flow.stride)
    gather(species, band, into: &rows, stride: flow.stride, padding: padding)
    return flow.form(rows) / Double(totalParticles)
  }

  private func gather(
    _ species: Int, _ band: ClosedRange<Int>, into rows: inout [Complex<Double>], stride: Int, padding: Int
  ) {
    for i in 0..<particles[species] {
      for (column, n) in band.enumerated() {
        rows[i * stride + padding + column] = coefficients[species][i * points + (n + points) % points]
      }
    }
  }
}

/// X on padded rows.
private struct ExchangeFlow {
  let constant: Double
  let positive: [(mode: Int, value: Double)]
  let count: Int
  let width: Int
  let padding: Int
  let factor: Complex<Double>

  var stride: Int { width + 2 * padding }

  init(
    _ coefficients: [InteractionModes.Coefficient], count: Int, width: Int, padding: Int,
    factor: Complex<Double>
  ) {
    constant = coefficients.first { $0.mode == .zero }?.value ?? 0
    positive = coefficients.filter { $0.mode[0] > 0 }.map { ($0.mode[0], $0.value) }
    self.count = count
    self.width = width
    self.padding = padding
    self.factor = factor
  }

  /// slope ← factor · N X y; the padding of y and slope stays zero.
  func evaluate(_ y: inout [Complex<Double>], into slope: inout [Complex<Double>]) {
    for k in y.indices { slope[k] = factor * y[k].multiplied(by: constant) }
    var correlation = [Complex<Double>](repeating: .zero, count: count * count)
    y.withUnsafeBufferPointer { y in
      slope.withUnsafeMutableBufferPointer { slope in
        guard let y = y.baseAddress, let slope = slope.baseAddress else { return }
        let centre = y + padding
        for (m, value) in positive {
          MatrixProduct.multiply(
            count, count, width, centre, stride: stride, .plain, centre - m, stride: stride, .adjoint,
            into: &correlation, stride: count)
          let alpha = factor.multiplied(by: value)
          MatrixProduct.multiply(
            count, width, count, alpha: alpha, correlation, stride: count, .plain, centre - m,
            stride: stride, beta: 1, into: slope + padding, stride: stride)
          MatrixProduct.multiply(
            count, width, count, alpha: alpha, correlation, stride: count, .adjoint, centre + m,
            stride: stride, beta: 1, into: slope + padding, stride: stride)
        }
      }
    }
  }

  /// result ← ½(3 − y y*) y; returns max |y y* − 1|, the defect before.
  func orthonormalize(_ y: inout [Complex<Double>], into result: inout [Complex<Double>]) -> Double {
    var overlap = [Complex<Double>](repeating: .zero, count: count * count)
    for k in y.indices { result[k] = y[k].multiplied(by: 1.5) }
    y.withUnsafeBufferPointer { y in
      result.withUnsafeMutableBufferPointer { result in
        guard let y = y.baseAddress, let result = result.baseAddress else { return }
        MatrixProduct.multiply(
          count, count, stride, y, stride: stride, .plain, y, stride: stride, .adjoint, into: &overlap,
          stride: count)
        MatrixProduct.multiply(
          count, stride, count, alpha: Complex(-0.5), overlap, stride: count, .plain, y, stride: stride,
          beta: 1,
          into: result, stride: stride)
      }
    }
    var worst = 0.0
    for i in 0..<count {
      for j in 0..<count {
        worst = .greatest(worst, (overlap[i * count + j] - (i == j ? 1 : 0)).length)
      }
    }
    return worst
  }

  /// Σ_m v_m ‖C_m‖².
  func form(_ y: [Complex<Double>]) -> Double {
    var total = 0.0
    var correlation = [Complex<Double>](repeating: .zero, count: count * count)
    y.withUnsafeBufferPointer { y in
      guard let base = y.baseAddress else { return }
      let centre = base + padding
      for (m, value) in [(0, constant / 2)] + positive where value != 0 {
        MatrixProduct.multiply(
          count, count, width, centre, stride: stride, .plain, centre - m, stride: stride, .adjoint,
          into: &correlation, stride: count)
        total += 2 * value * correlation.reduce(0) { $0 + $1.lengthSquared }
      }
    }
    return total
  }
}
