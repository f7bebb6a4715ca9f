// Densities over a plane of phase space back from the characteristic function, d = 1: along an axis of position a Fourier sum over
// the modes, along an axis of momentum one over the ξ grid,
//
//     m(q) = Λ^{−1} Σ_n w(κn) e^{−iκnq},        m(p) = (Δξ/2π) Σ_g w(ξ_g) e^{−iξ_g p}.
//
// (q,p) of one particle is the phase-space density; (q_1,q_2), (p_1,p_2), (q_1,p_2) of two are marginals of theirs. All are
// nonnegative for a measure; for a quantum state too, but for (q,p) of one particle.
//
// What of a negative value is ringing? Two answers.
//
//     Convergence   the same sums with fewer modes, and in a narrower window, converge: with the changes δ_1, δ_2 of the last two
//                   steps and r = δ_1/δ_2, what is cut off changes the density by about δ_1 r/(1 − r), if it goes on as it came.
//                   A negative value beyond that is not the cut-off's; where nothing converges (r ≥ 1) nothing is known
//     Fejér         with the weights (1 − |n|/(n_max + 1))(1 − |g|/(G + 1)) the sums are averages of the density over
//                   displacements, by kernels that are nonnegative: those of a measure have nothing below zero, wherever they
//                   are cut off. They see only what is as wide as a wave or a point

import CLibraries
import Computing
import Numerics
import PhaseSpace

/// A function on two axes, each of modes or of ξ points, and its density.
struct PlaneDensity {
  /// One axis: modes |n| ≤ half at wave number κ, or points |g| ≤ half at spacing Δξ.
  enum Axis {
    case position(half: Int, wavenumber: Double)
    case momentum(half: Int, spacing: Double)

    var half: Int {
      switch self {
      case .position(let half, _), .momentum(let half, _): half
      }
    }

    /// q_i = iΛ/4(n_max + 1), or p_j = 2πj/(PΔξ), |j| ≤ P/2.
    var places: [Double] {
      switch self {
      case .position(let half, let wavenumber):
        let count = 4 * (half + 1)
        return (0..<count).map { 2 * .pi / wavenumber * Double($0) / Double(count) }
      case .momentum(let half, let spacing):
        return (-half...half).map { 2 * .pi * Double($0) / (Double(2 * half + 1) * spacing) }
      }
    }

    /// With fewer of them: one mode less, an eighth of the window less, a step at a time.
    func kept(after steps: Int) -> Int? {
      switch self {
      case .position: half >= steps ? half - steps : nil
      case .momentum: half >= 8 ? half * (8 - steps) / 8 : nil
      }
    }
  }

  let axes: (Axis, Axis)
  /// w, row-major over both axes from −half to half.
  let values: [Complex<Double>]

  /// The density of both species' places, the second axis fastest, from what is kept of each axis.
  func density(keeping first: Int? = nil, _ second: Int? = nil) throws -> [Double] {
    let (rows, columns) = (2 * axes.0.half + 1, 2 * axes.1.half + 1)
    let (kept, keptColumns) = (first ?? axes.0.half, second ?? axes.1.half)
    var part = values
    for i in 0..<rows {
      for j in 0..<columns
      where (i - axes.0.half).magnitude > kept || (j - axes.1.half).magnitude > keptColumns {
        part[i * columns + j] = .zero
      }
    }
    let across = try Self.transformed(part, rows: rows, axes.1)
    let places = axes.1.places.count
    let down = try Self.transformed(Self.transposed(across, rows, places), rows: places, axes.0)
    return Self.transposed(down, places, axes.0.places.count).map(\.real)
  }

  /// Every row of modes or points becomes one over places.
  private static func transformed(_ data: [Complex<Double>], rows: Int, _ axis: Axis) throws -> [Complex<
    Double
  >] {
    let half = axis.half
    let length = 2 * half + 1
    switch axis {
    case .position(_, let wavenumber):
      let places = axis.places
      let waves = places.map { q in
        (-half...half).map {
          Complex.unit(-wavenumber * Double($0) * q).multiplied(by: wavenumber / (2 * .pi))
        }
      }
      var result = [Complex<Double>](repeating: .zero, count: rows * places.count)
      for row in 0..<rows {
        for (place, wave) in waves.enumerated() {
          var sum = Complex<Double>.zero
          for n in 0..<length { sum += data[row * length + n] * wave[n] }
          result[row * places.count + place] = sum
        }
      }
      return result
    case .momentum(_, let spacing):
      let transform = try FourierTransform(length: length)
      // Centred order to that of the transform, and back.
      func turned(_ data: [Complex<Double>], by shift: Int) -> [Complex<Double>] {
        var result = data
        for row in 0..<rows {
          for g in 0..<length { result[row * length + (g + shift) % length] = data[row * length + g] }
        }
        return result
      }
      var line = turned(data, by: half + 1)
      line.withUnsafeMutableBufferPointer { transform.forward($0.baseAddress!, rows: rows) }
      return turned(line, by: half).map { $0.multiplied(by: spacing / (2 * .pi)) }
    }
  }

  private static func transposed(_ data: [Complex<Double>], _ rows: Int, _ columns: Int) -> [Complex<Double>]
  {
    var result = data
    for i in 0..<rows {
      for j in 0..<columns { result[j * rows + i] = data[i * columns + j] }
    }
    return result
  }

  /// The least and the greatest value, and what is cut off changes them by at most, if the sums converge as they do so far;
  /// infinite where they do not.
  func range() throws -> DensityRange {
    let whole = try density()
    let first = try tail(whole, axes.0) { try density(keeping: $0) }
    let second = try tail(whole, axes.1) { try density(keeping: nil, $0) }
    let smooth = try PlaneDensity(axes: axes, values: averaged).density()
    return DensityRange(
      least: whole.reduce(.infinity) { .least($0, $1) },
      greatest: whole.reduce(-.infinity) { .greatest($0, $1) },
      tail: first + second,
      smoothExcess: -smooth.reduce(.infinity) { .least($0, $1) }
        / smooth.reduce(0) { .greatest($0, $1.magnitude) })
  }

  /// The values with Fejér's weights.
  private var averaged: [Complex<Double>] {
    let (first, second) = (axes.0.half, axes.1.half)
    return (-first...first).flatMap { i in
      (-second...second).map { j in
        let weight =
          (1 - Double(i.magnitude) / Double(first + 1)) * (1 - Double(j.magnitude) / Double(second + 1))
        return values[(i + first) * (2 * second + 1) + j + second].multiplied(by: weight)
      }
    }
  }

  /// δ_1 r/(1 − r) of one axis; an axis of one place has nothing that could be cut off.
  private func tail(_ whole: [Double], _ axis: Axis, _ part: (Int) throws -> [Double]) throws -> Double {
    guard axis.half > 0 else { return 0 }
    guard let one = axis.kept(after: 1) else { return .infinity }
    let first = try part(one)
    let change = Self.distance(whole, first)
    let size = whole.reduce(0) { Double.greatest($0, $1.magnitude) }
    // Nothing stands in what the last step adds.
    guard change > 1e-14 * size else { return change }
    guard let two = axis.kept(after: 2) else { return .infinity }
    let ratio = change / Self.distance(first, try part(two))
    return ratio < 1 ? change * ratio / (1 - ratio) : .infinity
  }

  private static func distance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { .greatest($0, ($1.0 - $1.1).magnitude) }
  }
}

/// The values of a density, and how far what the lattice cuts off may change them.
struct DensityRange {
  let least: Double
  let greatest: Double
  /// Infinite where the sums over modes and points do not converge.
  let tail: Double
  /// −least over greatest of the averages that a measure has nonnegative.
  let smoothExcess: Double

  /// −least, as a share of the greatest; negative where there is nothing below zero.
  var excess: Double { -least / .greatest(greatest.magnitude, least.magnitude) }
  /// The same of the tail.
  var share: Double { tail / .greatest(greatest.magnitude, least.magnitude) }
}
