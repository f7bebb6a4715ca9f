// Functions on Z^d folded modulo Q: the modes n and n + Qk are added. Folding commutes with convolution, and no value ≥ 0
// becomes smaller by it, so an inequality between folded functions bounds the functions themselves. All values here are
// ≥ 0 and every result is rounded up: n operations on numbers ≥ 0 fall short of the exact result by at most a factor
// (1 − 2^{−53})^n, and by 2^{−1074} for each product that underflows.

import PhaseSpace

/// The group (Z/QZ)^d, row-major.
struct FoldedModes: Sendable {
  let dimension: Int
  /// Q
  let side: Int
  let count: Int
  /// Q^{d−1}: the last axis lies side by side.
  private let rows: Int
  /// The row of the sum of two, rows × rows.
  private let sums: [Int]

  init(dimension: Int, side: Int) {
    self.dimension = dimension
    self.side = side
    let rows = (1..<dimension).reduce(1) { rows, _ in rows * side }
    self.rows = rows
    count = rows * side
    sums = (0..<rows).flatMap { i in
      (0..<rows).map { j in
        var (a, b, scale, sum) = (i, j, 1, 0)
        for _ in 1..<dimension {
          sum += (a % side + b % side) % side * scale
          a /= side
          b /= side
          scale *= side
        }
        return sum
      }
    }
  }

  /// The position of a mode.
  func index(_ mode: ModeIndex) -> Int {
    var index = 0
    for axis in 0..<dimension {
      let residue = mode[axis] % side
      index = index * side + (residue < 0 ? residue + side : residue)
    }
    return index
  }

  /// The position of the sum of two.
  func sum(_ i: Int, _ j: Int) -> Int {
    sums[i / side * rows + j / side] * side + (i % side + j % side) % side
  }

  /// What a sum of `operations` products may have lost to rounding.
  static func raised(_ value: Double, operations: Int) -> Double {
    value * (1 + Double(operations + 4) * 0x1p-52) + .leastNormalMagnitude
  }

  /// f ∗ g, rounded up.
  func convolution(_ f: [Double], _ g: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: count)
    // Every row of g twice: no residues in the inner loop.
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * count) { twice in
      for row in 0..<rows {
        for j in 0..<side {
          twice[2 * side * row + j] = g[side * row + j]
          twice[2 * side * row + side + j] = g[side * row + j]
        }
      }
      result.withUnsafeMutableBufferPointer { out in
        for i in 0..<count where f[i] != 0 {
          let (x, row, shift) = (f[i], i / side, side - i % side)
          for other in 0..<rows {
            let (start, target) = (2 * side * other + shift, side * sums[row * rows + other])
            for j in 0..<side { out[target &+ j] += x * twice[start &+ j] }
          }
        }
      }
    }
    for i in 0..<count where result[i] != 0 { result[i] = Self.raised(result[i], operations: count) }
    return result
  }

  /// Σ_n f(n), rounded up.
  func total(_ f: [Double]) -> Double { Self.raised(f.reduce(0, +), operations: count) }

  /// e^f, rounded up: Taylor's polynomial of degree 11 of x = f/2^k, |x| ≤ 1/8, by powers of x⁴, with its remainder at every mode,
  /// squared k times.
  func exponential(_ f: [Double]) -> [Double] {
    var norm = total(f)
    guard norm != 0 else { return unit }
    guard norm < 600 else { return [Double](repeating: .infinity, count: count) }
    var halvings = 0
    while norm > 0.125 {
      norm /= 2
      halvings += 1
    }
    let scale = Double(sign: .plus, exponent: -halvings, significand: 1)
    let x = f.map { $0 == 0 ? 0 : Self.raised($0 * scale, operations: 1) }
    let second = convolution(x, x)
    let third = convolution(second, x)
    let fourth = convolution(second, second)
    /// 1/k!, rounded up.
    func inverse(_ k: Int) -> Double { (1 / (1...max(1, k)).reduce(1.0) { $0 * Double($1) }).nextUp }
    var sum = [Double](repeating: 0, count: count)
    for degree in [8, 4, 0] {
      if degree < 8 { sum = convolution(sum, fourth) }
      let (a, b, c) = (inverse(degree + 1), inverse(degree + 2), inverse(degree + 3))
      for i in 0..<count where x[i] != 0 || second[i] != 0 || third[i] != 0 || sum[i] != 0 {
        sum[i] = Self.raised(sum[i] + (a * x[i] + b * second[i] + c * third[i]), operations: 7)
      }
      sum[0] = Self.raised(sum[0] + inverse(degree), operations: 1)
    }
    // Σ_{l ≥ 12} norm^l/l! ≤ 2 norm^12/12! for norm ≤ 1/8; twice that for its own rounding.
    let rest = 4 * inverse(12) * (0..<12).reduce(1.0) { power, _ in power * norm }
    for i in 0..<count { sum[i] = Self.raised(sum[i] + rest, operations: 2) }
    for _ in 0..<halvings { sum = convolution(sum, sum) }
    return sum
  }

  /// 1 at n = 0.
  var unit: [Double] {
    var unit = [Double](repeating: 0, count: count)
    unit[0] = 1
    return unit
  }
}
