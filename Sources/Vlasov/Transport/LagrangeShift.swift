// w(ξ) → w(ξ + s) on a line of P points of the ξ grid, s in units of Δξ. A whole shift is a copy, zero where it comes from outside the
// window. Else the value between two points is that of the polynomial through the eight points on each side of it,
//
//     w(g + s) ≈ Σ_k L_k(θ) w(c − 7 + k),   g + s = c + θ,   k = 0 … 15,
//
// for a momentum p in error by at most 3·10⁻⁶ (pΔξ)¹⁶; its factor has magnitude ≤ 1 (a middle cell, an even number of points), so
// that errors do not grow from step to step. Near an end of the window there are fewer points on one side: as many are taken on the
// other, two in the last cell. A one-sided polynomial of sixteen points would multiply rounding errors by 500 there, and a line that
// goes on with zeros would put the jump at its end into eight cells.

import CLibraries

/// A shift of lines by any distance, with its weights.
package struct LagrangeShift: Sendable {
  /// Points on each side in the middle of a line.
  package static let reach = 8
  /// Weights of all numbers of points: 16, 14 … 2.
  package static let weightCount = reach * (reach + 1)

  /// ⌊s⌋
  package let whole: Int
  /// Σ_{h' < h} 2h' at place h: where the weights of h points on each side begin; empty for a whole shift.
  private let weights: [Double]

  /// A shift by s grid points; within 10⁻⁹ of a whole one it is that.
  package init(_ shift: Double) {
    let nearest = shift.rounded()
    guard (shift - nearest).magnitude > 1e-9 * .greatest(1, shift.magnitude) else {
      whole = Self.integer(nearest)
      weights = []
      return
    }
    let floor = shift.rounded(.down)
    whole = Self.integer(floor)
    weights = (1...Self.reach).flatMap { Self.weights(reach: $0, at: shift - floor) }
  }

  /// Far beyond every window, as an integer that sums with an index.
  private static func integer(_ shift: Double) -> Int {
    Int(Double.least(1e12, .greatest(-1e12, shift)))
  }

  /// L_k(θ) of the points 1 − h … h.
  package static func weights(reach h: Int, at theta: Double) -> [Double] {
    (1 - h...h).map { k in
      (1 - h...h).reduce(1.0) { $1 == k ? $0 : $0 * (theta - Double($1)) / Double(k - $1) }
    }
  }

  /// Whether it is a shift by nothing.
  package var isIdentity: Bool { whole == 0 && weights.isEmpty }

  /// Lines of `count` blocks of `inner` numbers each, `outer` of them, one after another.
  ///
  /// Cost: 32·inner·count·outer flops.
  package func apply(
    _ source: UnsafePointer<Double>, to target: UnsafeMutablePointer<Double>, outer: Int, count: Int,
    inner: Int
  ) {
    for line in 0..<outer {
      let start = line * count * inner
      weights.withUnsafeBufferPointer {
        applyLine(source + start, target + start, count, inner, $0.baseAddress)
      }
    }
  }

  private func applyLine(
    _ source: UnsafePointer<Double>, _ target: UnsafeMutablePointer<Double>, _ count: Int, _ inner: Int,
    _ weights: UnsafePointer<Double>?
  ) {
    guard let weights, !self.weights.isEmpty else {
      let first = min(count, max(0, -whole))
      let stop = max(first, min(count, count - whole))
      target.update(repeating: 0, count: first * inner)
      if stop > first {
        (target + first * inner).update(from: source + (first + whole) * inner, count: (stop - first) * inner)
      }
      (target + stop * inner).update(repeating: 0, count: (count - stop) * inner)
      return
    }
    // Cells c = g + whole with all points: 7 ≤ c ≤ count − 9.
    let full = Self.reach
    let first = min(count, max(0, full - 1 - whole))
    let stop = max(first, min(count, count - full - whole))
    let all = weights + full * (full - 1)
    for g in 0..<first { edge(g, source, target, count, inner, weights) }
    if stop > first {
      let from = source + (first + whole - full + 1) * inner
      if inner == 1 {
        convolve(from, target + first, stop - first, all)
      } else {
        for g in first..<stop {
          combine(
            from + (g - first) * inner, target + g * inner, inner, terms: 2 * full, stride: inner, all)
        }
      }
    }
    for g in stop..<count { edge(g, source, target, count, inner, weights) }
  }

  /// A block near an end, from as many points as there are on the shorter side; zero beyond the last one.
  private func edge(
    _ g: Int, _ source: UnsafePointer<Double>, _ target: UnsafeMutablePointer<Double>, _ count: Int,
    _ inner: Int, _ weights: UnsafePointer<Double>
  ) {
    let cell = g + whole
    let h = min(Self.reach, min(cell + 1, count - 1 - cell))
    guard h > 0 else {
      (target + g * inner).update(repeating: 0, count: inner)
      return
    }
    combine(
      source + (cell - h + 1) * inner, target + g * inner, inner, terms: 2 * h, stride: inner,
      weights + h * (h - 1))
  }
}

/// target = Σ_k weights_k source[k·stride …], blocks of `count`.
private func combine(
  _ source: UnsafePointer<Double>, _ target: UnsafeMutablePointer<Double>, _ count: Int, terms: Int,
  stride: Int, _ weights: UnsafePointer<Double>
) {
  var i = 0
  while i + 8 <= count {
    var sum = SIMD8<Double>.zero
    for k in 0..<terms { sum += eight(source + k * stride + i) * weights[k] }
    UnsafeMutableRawPointer(target + i).storeBytes(of: sum, as: SIMD8<Double>.self)
    i += 8
  }
  while i < count {
    var sum = 0.0
    for k in 0..<terms { sum += source[k * stride + i] * weights[k] }
    target[i] = sum
    i += 1
  }
}

/// The same with sixteen terms of stride one.
private func convolve(
  _ source: UnsafePointer<Double>, _ target: UnsafeMutablePointer<Double>, _ count: Int,
  _ weights: UnsafePointer<Double>
) {
  var i = 0
  while i + 16 <= count {
    var (low, high) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
    for k in 0..<16 {
      let weight = SIMD8(repeating: weights[k])
      low += eight(source + i + k) * weight
      high += eight(source + i + k + 8) * weight
    }
    UnsafeMutableRawPointer(target + i).storeBytes(of: low, as: SIMD8<Double>.self)
    UnsafeMutableRawPointer(target + i + 8).storeBytes(of: high, as: SIMD8<Double>.self)
    i += 16
  }
  combine(source + i, target + i, count - i, terms: 16, stride: 1, weights)
}

@inline(__always)
private func eight(_ source: UnsafePointer<Double>) -> SIMD8<Double> {
  UnsafeRawPointer(source).loadUnaligned(as: SIMD8<Double>.self)
}
