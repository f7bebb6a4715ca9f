// A sum of a few exponentials through equidistant samples,
//
//     s_j ≈ Σ_k c_k e^{λ_k t_j},   λ_k = γ_k + iω_k,
//
// as least squares. First from the linear recurrence that such a sum obeys (Prony; the least eigenvector of the Gram matrix of
// shifted samples), then by Gauss and Newton in the λ_k and c_k together. What the samples grow or fall by over the window is
// divided out before, so that its end counts as much as its beginning. Up to four exponentials: a wave has a partner of the other
// sign of ω, and others that die sooner.

import CLibraries
public import Numerics

/// A fit of K exponentials.
public struct ExponentialSum: Sendable {
  /// λ_k
  public let exponents: [Complex<Double>]
  /// |c_k e^{λ_k t}| in the middle of the window, over the largest sample there.
  public let sizes: [Double]
  /// Root mean square of what is not fitted, over the largest sample, growth divided out.
  public let residual: Double

  /// The largest number of exponentials.
  public static let most = 4
  /// The least number of samples.
  public static let fewest = 32

  /// The fit of 1 … `most` exponentials with the least residual; nil where none converges to what the samples can tell.
  /// Cost: some hundred passes over at most 256 samples.
  public init?(_ samples: [Complex<Double>], step: Double) {
    guard samples.count >= Self.fewest, let (scaled, growth) = Self.levelled(samples) else { return nil }
    let fits = (1...Self.most).compactMap { Self.fit(scaled, count: $0) }
    guard let best = fits.min(by: { $0.residual < $1.residual }) else { return nil }
    exponents = best.exponents.map { ($0 + Complex(growth)).multiplied(by: 1 / step) }
    (sizes, residual) = (best.sizes, best.residual)
  }

  /// The wave that is largest in the middle of the window; of two alike (the pair ±ω) that of the positive frequency.
  public var wave: Complex<Double>? {
    let largest = sizes.largest() ?? 0
    return zip(exponents, sizes).filter { $0.1 >= 0.5 * largest }.map(\.0).max { $0.imaginary < $1.imaginary }
  }

  /// The samples over e^{gt} of the mean growth g a sample, the largest of them 1; nil where there is nothing to fit.
  private static func levelled(_ samples: [Complex<Double>]) -> (scaled: [Complex<Double>], growth: Double)? {
    let half = samples.count / 2
    let energy = { (part: ArraySlice<Complex<Double>>) in
      part.reduce(0) { $0 + $1.lengthSquared } / Double(part.count)
    }
    let growth = Double.log(energy(samples[half...]) / energy(samples[..<half])) / Double(samples.count)
    guard growth.isFinite else { return nil }
    let level = samples.enumerated().map { $1.multiplied(by: Double.exp(-growth * Double($0))) }
    guard let largest = level.map(\.length).largest(), largest > 0, largest.isFinite else { return nil }
    return (level.map { $0.multiplied(by: 1 / largest) }, growth)
  }

  private typealias Fit = (exponents: [Complex<Double>], sizes: [Double], residual: Double)

  /// K exponentials a sample.
  private static func fit(_ samples: [Complex<Double>], count: Int) -> Fit? {
    let stride = max(1, samples.count / 64)
    guard let start = recurrence(samples, count: count, stride: stride) else { return nil }
    // At most some 256 samples, their times from the middle of the window.
    let thinning = max(1, samples.count / 256)
    let middle = Double(samples.count - 1) / 2
    let places = Swift.stride(from: 0, to: samples.count, by: thinning)
    let times = places.map { Double($0) - middle }
    let values = places.map { samples[$0] }
    // Beyond these the samples tell no frequency from another, and no decay from none.
    let isSensible = { (exponents: [Complex<Double>]) in
      exponents.allSatisfy {
        $0.isFinite && $0.imaginary.magnitude * Double(stride) < 3 && $0.real.magnitude * middle < 40
      }
    }
    var exponents = start
    guard isSensible(exponents), var fitted = linear(exponents, times, values) else { return nil }
    for _ in 0..<40 {
      var columns = exponents.map { exponential($0, times) }
      for (column, amplitude) in zip(columns, fitted.amplitudes) {
        columns.append(zip(column, times).map { $0 * amplitude.multiplied(by: $1) })
      }
      guard let change = LeastSquares.solve(columns, fitted.rest)?.suffix(count) else { break }
      var (share, next): (Double, (exponents: [Complex<Double>], fit: Linear)?) = (1, nil)
      while share > 1e-3, next == nil {
        let tried = zip(exponents, change).map { $0 + $1.multiplied(by: share) }
        if isSensible(tried), let fit = linear(tried, times, values), fit.residual < fitted.residual {
          next = (tried, fit)
        } else {
          share /= 2
        }
      }
      guard let next else { break }
      (exponents, fitted) = (next.exponents, next.fit)
    }
    return (exponents, fitted.amplitudes.map(\.length), fitted.residual)
  }

  private typealias Linear = (amplitudes: [Complex<Double>], rest: [Complex<Double>], residual: Double)

  private static func exponential(_ exponent: Complex<Double>, _ times: [Double]) -> [Complex<Double>] {
    times.map { Complex.unit(exponent.imaginary * $0).multiplied(by: Double.exp(exponent.real * $0)) }
  }

  /// The amplitudes at given exponents.
  private static func linear(
    _ exponents: [Complex<Double>], _ times: [Double], _ values: [Complex<Double>]
  ) -> Linear? {
    let columns = exponents.map { exponential($0, times) }
    guard let amplitudes = LeastSquares.solve(columns, values) else { return nil }
    var rest = values
    for (column, amplitude) in zip(columns, amplitudes) {
      for i in rest.indices { rest[i] -= amplitude * column[i] }
    }
    let square = rest.reduce(0) { $0 + $1.lengthSquared } / Double(rest.count)
    guard square.isFinite else { return nil }
    return (amplitudes, rest, square.squareRoot())
  }

  /// Σ_k a_k s_{j + kD} = 0 as well as it can be with |a| = 1; the roots of Σ a_k z^k are e^{λ_k D}.
  private static func recurrence(_ samples: [Complex<Double>], count: Int, stride: Int) -> [Complex<Double>]?
  {
    let rows = samples.count - count * stride
    guard rows > count else { return nil }
    let order = count + 1
    var gram = [Complex<Double>](repeating: .zero, count: order * order)
    for i in 0..<order {
      for k in 0...i {
        var sum = Complex<Double>.zero
        for j in 0..<rows { sum += samples[j + i * stride].conjugate * samples[j + k * stride] }
        gram[i * order + k] = sum
        gram[k * order + i] = sum.conjugate
      }
    }
    guard let solved = try? HermitianEigenproblem.solve(gram, order: order) else { return nil }
    return roots(Array(solved.vectors.prefix(order)))?.map {
      Complex.log($0).multiplied(by: 1 / Double(stride))
    }
  }

  /// The roots of Σ a_k z^k by Durand's and Kerner's iteration.
  private static func roots(_ coefficients: [Complex<Double>]) -> [Complex<Double>]? {
    let degree = coefficients.count - 1
    let monic = coefficients.map { $0 / coefficients[degree] }
    guard monic.allSatisfy(\.isFinite) else { return nil }
    let start = Complex(0.4, 0.9)
    var roots = (0..<degree).map { k in (0..<k).reduce(Complex<Double>(1)) { z, _ in z * start } }
    for _ in 0..<200 {
      var largest = 0.0
      for k in 0..<degree {
        let value = monic.reversed().reduce(Complex<Double>.zero) { $0 * roots[k] + $1 }
        let others = (0..<degree).reduce(Complex<Double>(1)) { $1 == k ? $0 : $0 * (roots[k] - roots[$1]) }
        let step = value / others
        guard step.isFinite else { return nil }
        roots[k] -= step
        largest = .greatest(largest, step.length)
      }
      if largest < 1e-14 { break }
    }
    return roots
  }
}

/// min |Σ_k x_k a_k − b| of a few columns, by Gram and Schmidt made twice.
private enum LeastSquares {
  static func solve(_ columns: [[Complex<Double>]], _ target: [Complex<Double>]) -> [Complex<Double>]? {
    let count = columns.count
    var basis: [[Complex<Double>]] = []
    var triangle = [Complex<Double>](repeating: .zero, count: count * count)
    for (k, column) in columns.enumerated() {
      var rest = column
      for _ in 0..<2 {
        for (i, direction) in basis.enumerated() {
          let part = dot(direction, rest)
          triangle[i * count + k] += part
          for j in rest.indices { rest[j] -= part * direction[j] }
        }
      }
      let length = dot(rest, rest).real.squareRoot()
      guard length > 0, length.isFinite else { return nil }
      triangle[k * count + k] = Complex(length)
      basis.append(rest.map { $0.multiplied(by: 1 / length) })
    }
    var solution = basis.map { dot($0, target) }
    for k in stride(from: count - 1, through: 0, by: -1) {
      for i in (k + 1)..<max(k + 1, count) { solution[k] -= triangle[k * count + i] * solution[i] }
      solution[k] = solution[k] / triangle[k * count + k]
    }
    return solution.allSatisfy(\.isFinite) ? solution : nil
  }

  private static func dot(_ a: [Complex<Double>], _ b: [Complex<Double>]) -> Complex<Double> {
    zip(a, b).reduce(.zero) { $0 + $1.0.conjugate * $1.1 }
  }
}
