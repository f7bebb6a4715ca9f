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
  /// The position of the sum of two positions, count × count.
  private let sums: [Int32]

  init(dimension: Int, side: Int) {
    self.dimension = dimension
    self.side = side
    var count = 1
    for _ in 0..<dimension { count *= side }
    self.count = count
    let (q, n) = (side, count)
    sums = (0..<n).flatMap { i in
      (0..<n).map { j in
        var (a, b, scale, sum) = (i, j, 1, 0)
        for _ in 0..<dimension {
          sum += (a % q + b % q) % q * scale
          a /= q
          b /= q
          scale *= q
        }
        return Int32(sum)
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
  func sum(_ i: Int, _ j: Int) -> Int { Int(sums[i * count + j]) }

  /// What a sum of `operations` products may have lost to rounding.
  static func raised(_ value: Double, operations: Int) -> Double {
    value * (1 + Double(operations + 4) * 0x1p-52) + .leastNormalMagnitude
  }

  /// f ∗ g, rounded up.
  func convolution(_ f: [Double], _ g: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: count)
    result.withUnsafeMutableBufferPointer { out in
      sums.withUnsafeBufferPointer { sums in
        g.withUnsafeBufferPointer { g in
          for i in 0..<count where f[i] != 0 {
            let (x, row) = (f[i], i * count)
            for j in 0..<count { out[Int(sums[row + j])] += x * g[j] }
          }
        }
      }
    }
    for i in 0..<count where result[i] != 0 { result[i] = Self.raised(result[i], operations: count) }
    return result
  }

  /// Σ_n f(n), rounded up.
  func total(_ f: [Double]) -> Double { Self.raised(f.reduce(0, +), operations: count) }

  /// e^f, rounded up: Taylor's series of f/2^k with its remainder at every mode, squared k times.
  func exponential(_ f: [Double]) -> [Double] {
    var norm = total(f)
    guard norm != 0 else { return unit }
    guard norm < 600 else { return [Double](repeating: .infinity, count: count) }
    var halvings = 0
    while norm > 0.5 {
      norm /= 2
      halvings += 1
    }
    let scale = Double(sign: .plus, exponent: -halvings, significand: 1)
    let small = f.map { $0 == 0 ? 0 : Self.raised($0 * scale, operations: 1) }
    var term = small
    var sum = unit
    var size = norm
    var k = 1
    while true {
      for i in 0..<count where term[i] != 0 { sum[i] = Self.raised(sum[i] + term[i], operations: 1) }
      k += 1
      size *= norm / Double(k)
      if size < 0x1p-70 { break }
      term = convolution(term, small)
      for i in 0..<count where term[i] != 0 { term[i] = Self.raised(term[i] / Double(k), operations: 1) }
    }
    // Σ_{l ≥ k} norm^l/l! ≤ 2 norm^k/k! for norm ≤ 1/2; twice that for its own rounding.
    for i in 0..<count { sum[i] = Self.raised(sum[i] + 4 * size, operations: 2) }
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
