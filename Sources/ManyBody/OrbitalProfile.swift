// Initial orbitals, exactly orthonormal on the torus (d = 1; in more dimensions products of them):
//
//     ψ_k(x) = √(θ'(x)/Λ) e^{iκkθ(x)} e^{iS(x)/ħ},     θ = x + (amp/κ) sin(κ(x − φ)),     S = eps·cos(κ(x − φ)).
//
// Consecutive k (sea) gives m → 1{|p − S'| < θ'κn_α/2}; k at the quantiles of a Gaussian of peak 0.8 gives a smooth
// m ≤ 0.8. On the plane waves |n| ≤ cutoff: projection, then Löwdin's (symmetric) orthonormalisation c (c*c)^{−1/2}.

import CLibraries
import Foundation
public import Numerics
import PhaseSpace

/// How the orbitals of one species are made.
public struct OrbitalProfile: Sendable, Hashable {
  /// Which wave numbers k are occupied.
  public enum Occupation: String, Sendable, Hashable, CaseIterable {
    /// Consecutive k, from −⌊(n−1)/2⌋.
    case sea
    /// k at the quantiles of a Gaussian of peak 0.8.
    case gaussian
  }

  /// amp, |amp| < 1: modulation of the density.
  public let amplitude: Double
  /// φ.
  public let phase: Double
  /// eps: amplitude of the phase S, whose derivative is the local momentum.
  public let momentum: Double
  /// Which wave numbers the orbitals have.
  public let occupation: Occupation

  /// - Throws: `ArgumentError` unless |amp| < 1 and all numbers are finite.
  public init(amplitude: Double, phase: Double = 0, momentum: Double, occupation: Occupation = .sea) throws {
    guard amplitude.magnitude < 1 else {
      throw ArgumentError("amplitude", expected: "|amplitude| < 1", got: "\(amplitude)")
    }
    guard phase.isFinite, momentum.isFinite else {
      throw ArgumentError("orbitals", expected: "finite phase and momentum", got: "\(phase), \(momentum)")
    }
    self.amplitude = amplitude
    self.phase = phase
    self.momentum = momentum
    self.occupation = occupation
  }

  /// The occupied wave numbers k, ascending, of `count` of the N = `total` particles at ħ (d = 1).
  public func waveNumbers(count: Int, total: Int, hbar: Double, wavenumber: Double) -> [Int] {
    guard count > 0 else { return [] }
    switch occupation {
    case .sea:
      let lowest = -((count - 1) / 2)
      return (0..<count).map { lowest + $0 }
    case .gaussian:
      let width = wavenumber * Double(count) / Double(total) / (0.8 * (2 * Double.pi).squareRoot())
      var k = (0..<count).map { i -> Int in
        let u = (Double(i) + 0.5) / Double(count)
        return Int((width * normalQuantile(u) / (hbar * wavenumber)).rounded(.toNearestOrEven))
      }
      // Equal neighbours are moved outwards from the middle.
      let middle = count / 2
      for i in (middle + 1)..<max(count, middle + 1) where k[i] <= k[i - 1] { k[i] = k[i - 1] + 1 }
      for i in (0..<middle).reversed() where k[i] >= k[i + 1] { k[i] = k[i + 1] - 1 }
      return k
    }
  }

  /// Fourier coefficients c_n of the orbitals on a grid of `points` positions: one row per orbital, in FFT order
  /// (n ≥ 0 at n, n < 0 at points + n), ψ = Λ^{−1/2} Σ c_n e^{iκnx}, Σ|c_n|² = 1.
  /// - Throws: as `FourierTransform`, `MemoryError`.
  public func fourierCoefficients(
    count: Int, total: Int, hbar: Double, period: Double, points: Int
  ) throws -> [Complex<Double>] {
    try fourierCoefficients(
      waveNumbers(count: count, total: total, hbar: hbar, wavenumber: 2 * Double.pi / period), hbar: hbar,
      period: period, points: points)
  }

  /// The same for given wave numbers k, one row each.
  func fourierCoefficients(
    _ k: [Int], hbar: Double, period: Double, points: Int
  ) throws -> [Complex<Double>] {
    let count = k.count
    try Memory.require(Memory.product(count, points, 16), for: "\(count) orbitals on \(points) points")
    let transform = try FourierTransform(length: points)
    let wavenumber = 2 * Double.pi / period
    var result = [Complex<Double>](repeating: .zero, count: count * points)
    for j in 0..<points {
      let x = period * Double(j) / Double(points)
      let angle = wavenumber * (x - phase)
      let slope = 1 + amplitude * cos(angle)
      let theta = x + amplitude / wavenumber * sin(angle)
      let scale = slope.squareRoot() / Double(points)
      let action = momentum * cos(angle) / hbar
      for i in 0..<count {
        let argument = wavenumber * Double(k[i]) * theta + action
        result[i * points + j] = Complex(scale * cos(argument), scale * sin(argument))
      }
    }
    result.withUnsafeMutableBufferPointer { transform.forward($0.baseAddress!, rows: count) }
    return result
  }

  /// The orbitals on the plane waves: projection, then Löwdin.
  /// - Returns: the orbitals, and what the projection cut off.
  /// - Throws: `ArgumentError` in dimensions other than one or when the projections are linearly dependent.
  public func orbitals(waves: PlaneWaves, count: Int, total: Int, hbar: Double) throws -> (
    orbitals: Orbitals, cut: OrbitalCut
  ) {
    guard waves.dimension == 1 else {
      throw ArgumentError(
        "dimension", expected: "1 (in more dimensions `products`)", got: "\(waves.dimension)")
    }
    let k = waveNumbers(
      count: count, total: total, hbar: hbar, wavenumber: waves.wavenumber)
    let (kept, lost) = try projections(k, hbar: hbar, cutoff: waves.cutoff, period: waves.period)
    return (
      try Orbitals(waves: waves, count: count, rows: kept).orthonormalized(),
      try OrbitalCut(lost, rows: count)
    )
  }

  /// In d dimensions: products Π_i ψ_{k_i}(x_i), axis i with profile i, over the `count` wave vectors k of least |k|² (a
  /// Fermi ball; ties in lexicographic order), projected on the plane waves, then Löwdin.
  /// - Returns: the orbitals and the largest squared norm that the projection cut off.
  /// - Throws: `ArgumentError` unless there is one sea profile per axis, or when the projections are linearly dependent.
  public static func products(
    of profiles: [OrbitalProfile], waves: PlaneWaves, count: Int, hbar: Double
  ) throws -> (orbitals: Orbitals, tail: Double) {
    guard profiles.count == waves.dimension, profiles.allSatisfy({ $0.occupation == .sea }) else {
      throw ArgumentError(
        "orbitals", expected: "\(waves.dimension) profiles of occupation sea, one per axis",
        got: "\(profiles.count)")
    }
    guard (0...waves.count).contains(count) else {
      throw ArgumentError("particles", expected: "0 … \(waves.count)", got: "\(count)")
    }
    let ball = waves.modes.sorted {
      $0.squaredNorm == $1.squaredNorm ? $0.precedes($1) : $0.squaredNorm < $1.squaredNorm
    }.prefix(count)
    let side = 2 * waves.cutoff + 1
    let axes = try profiles.map {
      try $0.projections(
        Array(-waves.cutoff...waves.cutoff), hbar: hbar, cutoff: waves.cutoff, period: waves.period
      ).kept
    }
    var rows: [Complex<Double>] = []
    rows.reserveCapacity(count * waves.count)
    for k in ball {
      for n in waves.modes {
        rows.append(
          (0..<waves.dimension).reduce(Complex<Double>(1)) { product, axis in
            product * axes[axis][(k[axis] + waves.cutoff) * side + n[axis] + waves.cutoff]
          })
      }
    }
    return (
      try Orbitals(waves: waves, count: count, rows: rows).orthonormalized(),
      tail(of: rows, rows: count)
    )
  }

  /// c_n, |n| ≤ cutoff, of the one-dimensional orbitals with these wave numbers, one row each; and those beyond the cutoff.
  private func projections(_ k: [Int], hbar: Double, cutoff: Int, period: Double) throws -> (
    kept: [Complex<Double>], lost: [Complex<Double>]
  ) {
    let phaseReach = (momentum / hbar).magnitude.rounded(.up)
    guard phaseReach < 1e7 else {
      throw ArgumentError("momentum", expected: "|momentum|/ħ < 10⁷", got: "\(momentum)")
    }
    let reach = (k.map(abs).max() ?? 0) + Int(phaseReach) + cutoff
    var points = 512
    while points < 8 * reach { points *= 2 }
    let all = try fourierCoefficients(k, hbar: hbar, period: period, points: points)
    var kept: [Complex<Double>] = []
    kept.reserveCapacity(k.count * (2 * cutoff + 1))
    var lost: [Complex<Double>] = []
    lost.reserveCapacity(k.count * (points - 2 * cutoff - 1))
    for i in k.indices {
      for n in -cutoff...cutoff { kept.append(all[i * points + (n + points) % points]) }
      lost += all[i * points + cutoff + 1..<(i + 1) * points - cutoff]
    }
    return (kept, lost)
  }

  /// The largest 1 − Σ|c_n|² of the rows.
  private static func tail(of coefficients: [Complex<Double>], rows: Int) -> Double {
    let width = rows == 0 ? 0 : coefficients.count / rows
    return (0..<rows).reduce(0) { worst, i in
      .greatest(worst, 1 - coefficients[i * width..<(i + 1) * width].reduce(0) { $0 + $1.lengthSquared })
    }
  }
}
