// The one-particle operator of a quantum state (Moyal kernel), d = 1. With e^{i(ξp̂ + κnq̂)}|k⟩ = e^{iξħκ(k + n/2)}|k + n⟩ and
// w(ξ,κn) = Tr γ e^{i(ξp̂ + κnq̂)} its matrix in plane waves of momenta ħκ(k + θ) is
//
//     γ_{kl} = ŵ_{l−k}(ħκ((k + l)/2 + θ)),     ŵ_n(p) ∝ Σ_g w(ξ_g,κn) e^{−iξ_g p},
//
// one for every quasi-momentum θ ∈ [0,1): on the line of ξ they are all there. A state has γ ≥ 0 for all of them, and so has every
// block of neighbouring momenta. The sums are cut off at n_max and G with Fejér's weights (1 − |n|/(n_max + 1))(1 − |g|/(G + 1)):
// averages of γ over displacements in position and momentum, so that a state stays one, and a negative eigenvalue is none of the
// cut-off's.
//
// Cost: 9·96³ flops a block, and P exponentials a momentum and mode.

import CLibraries
import Computing
import Numerics

/// The least eigenvalues of a one-particle operator.
struct WeylMatrix {
  /// The least eigenvalue over the largest.
  let least: Double

  /// Momenta in a block; neighbouring blocks share half of them.
  private static let block = 96
  /// Momenta on each side of zero that are looked at.
  private static let mostMomenta = 1000
  /// Values of θ.
  private static let quasiMomenta = [0, 0.25, 0.5, 0.75]

  /// - Parameter lines: w(ξ_g,κn) from −G to G for n = 0 … n_max.
  /// - Throws: `NumericalFailure` for a value that is not finite.
  init(lines: [[Complex<Double>]], spacing: Double, hbar: Double, kappa: Double) throws {
    let half = lines[0].count / 2
    let unit = hbar * kappa
    func hat(_ n: Int, _ p: Double) -> Complex<Double> {
      var sum = Complex<Double>.zero
      for (index, value) in lines[n].enumerated() {
        let point = index - half
        sum += (value * Complex.unit(-spacing * Double(point) * p))
          .multiplied(by: 1 - Double(point.magnitude) / Double(half + 1))
      }
      return sum.multiplied(by: 1 - Double(n) / Double(lines.count))
    }
    // The momenta that count: up to where ŵ_0 has fallen to 10^{−9} of its largest, inside the grid's |p| < π/Δξ.
    let coarse = (0...(2 * half)).map { 2 * .pi * Double($0 - half) / (Double(2 * half + 1) * spacing) }
    let sizes = coarse.map { hat(0, $0).length }
    let largest = sizes.largest() ?? 0
    let reach = zip(coarse, sizes).reduce(0) { $1.1 > 1e-9 * largest ? .greatest($0, $1.0.magnitude) : $0 }
    let highest = Int(Double.least(reach / unit, Double(Self.mostMomenta))) + 1
    let modes = lines.count - 1
    var (lowest, top) = (Double.infinity, 0.0)
    for theta in Self.quasiMomenta {
      // ŵ_n at the momenta half-way between two plane waves: index k + l + 2·highest.
      let table = (0...modes).map { n in
        (0...(4 * highest)).map { sum in
          (sum - n).isMultiple(of: 2) ? hat(n, unit * (Double(sum) / 2 - Double(highest) + theta)) : .zero
        }
      }
      for start in stride(from: -highest, through: highest, by: Self.block / 2) {
        let end = min(highest, start + Self.block - 1)
        let order = end - start + 1
        var matrix = [Complex<Double>](repeating: .zero, count: order * order)
        for i in 0..<order {
          for j in i..<min(order, i + modes + 1) {
            let value = table[j - i][2 * start + i + j + 2 * highest]
            matrix[i * order + j] = value
            matrix[j * order + i] = value.conjugate
          }
        }
        let values = try HermitianEigenproblem.values(matrix, order: order)
        lowest = .least(lowest, values.first ?? 0)
        top = .greatest(top, values.last ?? 0)
        if end == highest { break }
      }
    }
    least = lowest / top
  }
}
