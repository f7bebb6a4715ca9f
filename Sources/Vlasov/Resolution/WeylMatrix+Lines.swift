// Of the marginal of a solution, d = 1, which a lattice cuts off at n_max and G: Fejér's weights in both, all quasi-momenta
// p_0 = ħκθ, and all momenta that count in blocks that share half of them with their neighbours.

import Computing
package import Numerics

extension WeylMatrix {
  /// Momenta in a block.
  private static let block = 96
  /// Momenta on each side of zero that are looked at.
  private static let mostMomenta = 1000
  /// Values of θ.
  private static let quasiMomenta = [0, 0.25, 0.5, 0.75]

  /// Of values on a line of the lattice.
  /// - Parameter lines: w(ξ_g,κn) from −G to G for n = 0 … n_max.
  ///
  /// Cost: 9·96³ flops a block, and P exponentials a momentum and mode.
  /// - Throws: `NumericalFailure` for a value that is not finite.
  package init(lines: [[Complex<Double>]], spacing: Double, hbar: Double, kappa: Double) throws {
    self.init()
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
    for theta in Self.quasiMomenta {
      // ŵ_n at the momenta half-way between two plane waves: index k + l + 2·highest.
      let table = (0...modes).map { n in
        (0...(4 * highest)).map { sum in
          (sum - n).isMultiple(of: 2) ? hat(n, unit * (Double(sum) / 2 - Double(highest) + theta)) : .zero
        }
      }
      for start in stride(from: -highest, through: highest, by: Self.block / 2) {
        let end = min(highest, start + Self.block - 1)
        try add(order: end - start + 1, reach: modes) { i, j in
          table[j - i][2 * (start + highest) + i + j]
        }
        if end == highest { break }
      }
    }
  }
}
