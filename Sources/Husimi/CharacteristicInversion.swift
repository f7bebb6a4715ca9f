// m back from its characteristic function, on the torus in one dimension:
//
//     m^{(k,ℓ)}(q,p,…) = Λ^{−r} Σ_{n_1…n_r} ∫dξ_1…dξ_r μ(ξ,κn) e^{−i Σ_j (ξ_j p_j + κn_j q_j)},      r = k + ℓ.
//
// ξ on a uniform grid |ξ| ≤ X: exact up to aliasing and the tail of μ for smooth μ of rapid decay (a Gaussian window), and of
// the order of the window's smoothness for a compactly supported one. Cost: ((2n_max + 1)·points)^r values of μ.

import CLibraries
import Foundation
import Numerics
public import PhaseSpace

/// The inverse Fourier transform of a characteristic function, d = 1.
public struct CharacteristicInversion: Sendable {
  /// Λ
  public let period: Double
  /// |n| ≤ modes.
  public let modes: Int
  /// X.
  public let xiExtent: Double
  /// Points on each side of ξ = 0.
  public let halfWidth: Int

  /// - Throws: `ArgumentError` unless the period, X and the numbers of points are positive.
  public init(period: Double, modes: Int, xiExtent: Double, halfWidth: Int) throws {
    guard period > 0, modes >= 0, xiExtent > 0, halfWidth >= 1 else {
      throw ArgumentError(
        "inversion", expected: "positive period, window and numbers of points",
        got: "\(period), \(modes), \(xiExtent), \(halfWidth)")
    }
    self.period = period
    self.modes = modes
    self.xiExtent = xiExtent
    self.halfWidth = halfWidth
  }

  /// m at one point for each particle; `species` says to which species each belongs.
  public func value(
    of function: some CharacteristicFunction, species: [Int], at points: [HusimiPoint]
  ) -> Double {
    precondition(species.count == points.count, "one species per point")
    let step = xiExtent / Double(halfWidth)
    let kappa = 2 * Double.pi / period
    var arguments = species.map { PhasePoint(species: $0, xi: .zero, eta: .zero) }
    var sum = Complex<Double>.zero
    func descend(_ level: Int, _ phase: Complex<Double>) {
      guard level < points.count else {
        sum += phase * function.value(at: arguments)
        return
      }
      let q = points[level].position[0]
      let p = points[level].momentum[0]
      for n in -modes...modes {
        arguments[level].eta = SpaceVector(components: [kappa * Double(n)])
        for g in -halfWidth...halfWidth {
          let xi = step * Double(g)
          arguments[level].xi = SpaceVector(components: [xi])
          descend(level + 1, phase * Complex.unit(-(xi * p + kappa * Double(n) * q)))
        }
      }
    }
    descend(0, 1)
    return sum.real * points.reduce(1.0) { product, _ in product * step / period }
  }

  /// m of one species on a grid: Q equispaced positions and any momenta, values[i·Q + j] = m(q_j, p_i). Separable: one
  /// sweep over ξ per momentum and mode.
  public func grid(
    of function: some CharacteristicFunction, species: Int, positions: Int, momenta: [Double]
  ) -> [Double] {
    let step = xiExtent / Double(halfWidth)
    let kappa = 2 * Double.pi / period
    let points = 2 * halfWidth + 1
    let columns = 2 * modes + 1
    // (momenta × ξ) · (ξ × modes) · (modes × positions)
    var first = [Complex<Double>](repeating: .zero, count: momenta.count * points)
    var values = [Complex<Double>](repeating: .zero, count: points * columns)
    var last = [Complex<Double>](repeating: .zero, count: columns * positions)
    for g in 0..<points {
      let xi = step * Double(g - halfWidth)
      for (i, p) in momenta.enumerated() {
        first[i * points + g] = Complex.unit(-xi * p).multiplied(by: step / period)
      }
      for n in 0..<columns {
        let argument = PhasePoint(
          species: species, xi: SpaceVector(components: [xi]),
          eta: SpaceVector(components: [kappa * Double(n - modes)]))
        values[g * columns + n] = function.value(at: [argument])
      }
    }
    for n in 0..<columns {
      for j in 0..<positions {
        last[n * positions + j] = Complex.unit(
          -2 * Double.pi * Double(n - modes) * Double(j) / Double(positions))
      }
    }
    var middle = [Complex<Double>](repeating: .zero, count: momenta.count * columns)
    MatrixProduct.multiply(
      momenta.count, columns, points, first, stride: points, .plain, values, stride: columns, into: &middle,
      stride: columns)
    var result = [Complex<Double>](repeating: .zero, count: momenta.count * positions)
    MatrixProduct.multiply(
      momenta.count, positions, columns, middle, stride: columns, .plain, last, stride: positions,
      into: &result, stride: positions)
    return result.map(\.real)
  }
}
