// The Hartree–Fock equations of several species (d = 1), ħ = 1/N unless it is given apart from N:
//
//     iħ ∂_t ψ_i^α = (−(ħ²/2m_α) ∂_x² + U_α + Σ_β V_{αβ} * ρ_β − X_α) ψ_i^α,      ρ_β = (1/N) Σ_j |ψ_j^β|²,
//     X_α ψ = (1/N) Σ_m v_{αα,m} e_m γ_α e_m* ψ,      γ_α = Σ_j |ψ_j^α⟩⟨ψ_j^α|,      e_m = e^{iκmx}.
//
// Orbitals are N_α × G matrices of Fourier coefficients in FFT order. Strang's splitting K/2 U/2 X U/2 K/2 with
// X by RK4 (order 2), and Suzuki's composition of five of them (order 4). Memory 16 G N_α bytes per species and four
// times the occupied band for X. Cost of a Strang step: 4 FFTs per orbital and 12 zgemm of 8 N_α² B flops for every m > 0.

import CLibraries
public import Computing
import Foundation
public import Numerics

/// The time-dependent Hartree–Fock equations of several species on the torus.
///
///     try hartreeFock.advance(to: 1)      // in equal steps no longer than `largestStep`
public final class HartreeFock: Evolution {
  /// Order of the splitting.
  public enum Splitting: Int, Sendable, Hashable, CaseIterable {
    /// Strang.
    case second = 2
    /// Suzuki's composition of five Strang steps.
    case fourth = 4
  }

  /// V_{αβ}, as Fourier coefficients.
  public let interaction: InteractionModes
  /// Λ
  public let period: Double
  /// m_α
  public let masses: [Double]
  /// N_α.
  public let particles: [Int]
  /// Whether the exchange term is kept; without it the equations are Hartree's.
  public let exchange: Bool
  /// The threads of transforms and kicks; products are BLAS's.
  public let workers: Workers
  /// Grid points G; the modes are −G/2 ≤ n < G/2.
  public internal(set) var points: Int
  /// Whether G is doubled when the outermost modes of an orbital fill.
  public let grows: Bool
  /// No step of `advance` is longer.
  public let largestStep: Double
  /// Order of the steps of `advance`.
  public let splitting: Splitting
  /// Fourier coefficients per species, N_α × G in FFT order.
  public internal(set) var coefficients: [[Complex<Double>]]

  var transform: FourierTransform
  /// The plane waves |n| < G/2.
  var waves: PlaneWaves
  /// What the grid, or the plane waves the orbitals came from, cut off at the start.
  let cut: OrbitalCut
  /// The energy at the start.
  var startingEnergy = 0.0
  /// The steps of the present interval.
  var steps = EqualSteps(at: 0)
  /// The largest orthonormality defect that was repaired so far.
  var repairedDefect = 0.0

  /// ħ
  public let hbar: Double
  /// N
  public var totalParticles: Int { particles.reduce(0, +) }
  /// κ = 2π/Λ
  public var wavenumber: Double { 2 * Double.pi / period }

  /// At time 0.
  /// - Parameters:
  ///   - coefficients: per species N_α rows of G Fourier coefficients in FFT order, orthonormal.
  ///   - hbar: ħ, 1/N unless given.
  ///   - grows: whether G is doubled when the outermost modes of an orbital fill.
  ///   - cut: what was cut off when the orbitals were put on their plane waves.
  ///   - largestStep: Δt of `advance`.
  /// - Throws: `ArgumentError` when sizes disagree, masses are not positive, potentials are not of one dimension, or the grid
  ///   cannot hold their modes;
  ///   `MemoryError`.
  package init(
    interaction: InteractionModes, period: Double, particles: [Int], masses: [Double], hbar: Double? = nil,
    coefficients: [[Complex<Double>]], points: Int, grows: Bool = false, cut: OrbitalCut = .none,
    exchange: Bool = true, largestStep: Double = 0.05, splitting: Splitting = .fourth,
    workers: Workers = Workers(threads: 1)
  ) throws {
    guard interaction.speciesCount == particles.count, masses.count == particles.count,
      coefficients.count == particles.count,
      zip(coefficients, particles).allSatisfy({ $0.count == $1 * points })
    else {
      throw ArgumentError(
        "orbitals", expected: "\(interaction.speciesCount) species with N_α × \(points) coefficients each",
        got: "\(coefficients.map(\.count)) for \(particles)")
    }
    guard particles.allSatisfy({ $0 >= 0 }), particles.reduce(0, +) >= 1,
      masses.allSatisfy({ $0 > 0 && $0.isFinite }), period > 0
    else {
      throw ArgumentError("species", expected: "positive masses and numbers", got: "\(particles), \(masses)")
    }
    try interaction.require(dimension: 1)
    guard points >= 4 * interaction.highestMode + 2, points % 2 == 0 else {
      throw ArgumentError(
        "modes", expected: "an even grid of at least \(4 * interaction.highestMode + 2) points",
        got: "\(points)")
    }
    guard largestStep > 0 else {
      throw ArgumentError("time-step", expected: "a positive number", got: "\(largestStep)")
    }
    let largest = particles.max() ?? 0
    try Memory.require(
      Memory.product(largest, points, 16 * 5),
      for: "Hartree–Fock with \(largest) orbitals on \(points) points")
    self.hbar = hbar ?? 1 / Double(particles.reduce(0, +))
    guard self.hbar > 0, self.hbar.isFinite else {
      throw ArgumentError("hbar", expected: "a positive number", got: "\(self.hbar)")
    }
    self.interaction = interaction
    self.period = period
    self.particles = particles
    self.masses = masses
    self.coefficients = coefficients
    self.points = points
    self.grows = grows
    self.cut = cut
    self.exchange = exchange
    self.largestStep = largestStep
    self.splitting = splitting
    self.workers = workers
    transform = try FourierTransform(length: points)
    waves = try PlaneWaves(cutoff: points / 2 - 1, period: period)
    startingEnergy = energy.total
  }

  /// One time step of any length, outside the intervals of `advance`.
  /// - Throws: `NumericalFailure` when the orbitals stop being finite.
  public func step(_ timeStep: Double, _ splitting: Splitting = .fourth) throws {
    try move(timeStep, splitting)
    steps = EqualSteps(at: time + timeStep)
  }

  /// One time step of the orbitals alone.
  func move(_ timeStep: Double, _ splitting: Splitting) throws {
    switch splitting {
    case .second: strang(timeStep)
    case .fourth:
      let g = 1 / (4 - 4.0.power(1 / 3.0))
      for c in [g, g, 1 - 4 * g, g, g] { strang(c * timeStep) }
    }
    guard coefficients.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
      throw NumericalFailure(
        in: "Hartree–Fock", "the orbitals are no longer finite; a smaller time step may help")
    }
  }

  private func strang(_ timeStep: Double) {
    for species in particles.indices { drift(species, timeStep / 2, toPositions: true) }
    kick(exchange ? timeStep / 2 : timeStep)
    if exchange {
      for species in particles.indices {
        transformAll(species, forward: true)
        exchangeStep(species, timeStep)
        transformAll(species, forward: false)
      }
      kick(timeStep / 2)
    }
    for species in particles.indices {
      transformAll(species, forward: true)
      drift(species, timeStep / 2, toPositions: false)
    }
  }

  /// c_n ← e^{−iħκ²n²t/2m} c_n, then to positions if asked.
  private func drift(_ species: Int, _ time: Double, toPositions: Bool) {
    let points = points
    let rate = hbar * wavenumber * wavenumber / (2 * masses[species])
    let phases = (0..<points).map { j -> Complex<Double> in
      let n = Double(j < points / 2 ? j : j - points)
      return Complex.unit(-rate * n * n * time)
    }
    eachRow(species, phases: phases) { row in if toPositions { self.transform.backward(row) } }
  }

  private func transformAll(_ species: Int, forward: Bool) {
    let points = points
    eachRow(species) { row in
      if forward {
        self.transform.forward(row)
        let scale = 1 / Double(points)
        for j in 0..<points { row[j] = row[j].multiplied(by: scale) }
      } else {
        self.transform.backward(row)
      }
    }
  }

  /// ψ ← e^{−iUt/ħ} ψ at the positions, U the mean potential of all species; U does not change under it.
  private func kick(_ time: Double) {
    let densities = particles.indices.map(densityAtPositions)
    let modes = densities.map(densityModes)
    for species in particles.indices {
      let potential = meanPotential(species, modes)
      let phases = potential.map { Complex.unit(-$0 * time / hbar) }
      eachRow(species, phases: phases) { _ in }
    }
  }

  /// Multiplies every row by `phases` (if any), then calls `body`, rows shared among the threads.
  private func eachRow(
    _ species: Int, phases: [Complex<Double>] = [],
    _ body: (UnsafeMutablePointer<Complex<Double>>) -> Void
  ) {
    let points = points
    withoutActuallyEscaping(body) { body in
      nonisolated(unsafe) let body = body
      coefficients[species].withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        nonisolated(unsafe) let pointer = base
        workers.forEachRange(of: particles[species], grain: max(1, 32768 / points)) { range in
          for i in range {
            let row = pointer + i * points
            if !phases.isEmpty {
              for j in 0..<points { row[j] *= phases[j] }
            }
            body(row)
          }
        }
      }
    }
  }

  /// Σ_i |ψ_i(x_j)|² of rows that hold positions.
  private func densityAtPositions(_ species: Int) -> [Double] {
    var density = [Double](repeating: 0, count: points)
    let points = points
    let count = particles[species]
    coefficients[species].withUnsafeBufferPointer { rows in
      density.withUnsafeMutableBufferPointer { density in
        guard let rowBase = rows.baseAddress, let base = density.baseAddress else { return }
        nonisolated(unsafe) let source = rowBase
        nonisolated(unsafe) let target = base
        workers.forEachRange(of: points, grain: max(1, 200_000 / max(1, count))) { range in
          for i in 0..<count {
            let row = source + i * points
            for j in range { target[j] += row[j].lengthSquared }
          }
        }
      }
    }
    return density
  }

  /// r_m = (1/N) Σ_i ∫ |ψ_i|² e^{−iκmx} dx for |m| ≤ the potentials' highest mode, index m + highest.
  private func densityModes(_ density: [Double]) -> [Complex<Double>] {
    let highest = interaction.highestMode
    let scale = 1 / (Double(points) * Double(totalParticles))
    return (-highest...highest).map { m in
      var sum = Complex<Double>.zero
      for j in 0..<points {
        let angle = -2 * Double.pi * Double((m * j) % points) / Double(points)
        sum += Complex(density[j] * cos(angle), density[j] * sin(angle))
      }
      return sum.multiplied(by: scale)
    }
  }

  /// (U_α + Σ_β V_{αβ} * ρ_β)(x_j) = Re Σ_m (u_m + Σ_β v_m r_m) e^{iκmx_j}.
  private func meanPotential(_ species: Int, _ modes: [[Complex<Double>]]) -> [Double] {
    let highest = interaction.highestMode
    var potential = [Double](repeating: 0, count: points)
    func add(_ amplitude: Complex<Double>, _ m: Int) {
      for j in 0..<points {
        let angle = 2 * Double.pi * Double((m * j) % points) / Double(points)
        potential[j] += amplitude.real * cos(angle) - amplitude.imaginary * sin(angle)
      }
    }
    for c in interaction.external(species) { add(Complex(c.value), c.mode[0]) }
    for other in particles.indices {
      for c in interaction[species, other] {
        add(modes[other][c.mode[0] + highest].multiplied(by: c.value), c.mode[0])
      }
    }
    return potential
  }
}
