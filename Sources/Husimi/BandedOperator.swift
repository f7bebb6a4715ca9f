// One-particle operators with few diagonals on plane waves, (Aψ)(n) = Σ_r A_r(n) ψ(n − r).

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
