// The Vlasov equations (1.1) of S species on torus × line by characteristics,
//
//     q' = p/m_α,   p' = F_α(q),   F_α = −Σ_β ∂V_{αβ} * ρ_β,   ρ̂_β(κm) = Σ_j w_j e^{−iκm q_j},
//
// on the nodes of a quadrature of the initial density: no grid, no interpolation, no noise. A composition of drift–kick–drift
// steps, symplectic: Suzuki's five of order 4, or seventeen of order 8. Every kick's density modes are kept: with them any point of phase space
// is followed backwards (VlasovCharacteristics+Density.swift), m_t(q, p) = m_0(the point it came from).
//
// Cost: 5 or 17 kicks a step, about 4 ns a node and kick; memory 24 bytes a node. Throws ArgumentError, MemoryError and, when a
// momentum is no longer finite, NumericalFailure.

public import CLibraries
public import Interaction
import Numerics

/// The Vlasov flow of several species by characteristics.
public final class VlasovCharacteristics {
  /// A kick in the past: a drift of this duration, then a kick of that, by the forces 2κm A_m of each species.
  struct Kick: Sendable {
    let drift: Double
    let duration: Double
    let amplitudes: [[Complex<Double>]]
  }

  /// The mean force, from the potentials' Fourier coefficients.
  public let force: VlasovForce
  /// m_α(0).
  public let densities: [any VlasovInitialDensity]
  /// m_α.
  public let masses: [Double]
  /// The threads of the loops over nodes.
  public let workers: Workers
  /// A time is reached in equal steps no longer than this.
  public let largestStep: Double
  /// How a step is composed.
  public let composition: SplittingComposition
  /// t
  public internal(set) var time = 0.0

  var positions: [[Double]]
  var momenta: [[Double]]
  let weights: [[Double]]
  /// Drifts and kicks since time zero; the last drift is still to come: `pendingDrift`.
  var history: [Kick] = []
  var pendingDrift = 0.0
  /// How much of `pendingDrift` the nodes have already done.
  var driftedAhead = 0.0
  /// The way to the time that is being reached, until it is.
  var course: Course?

  /// Nodes are summed in blocks of this many, whatever the number of threads.
  private static let block = 4096

  /// - Parameters:
  ///   - model: one dimension, torus, classical kernel, N = ∞.
  ///   - densities: m_α at time zero, of mass n_α.
  ///   - positions, momenta: nodes of the product quadrature of each species; a multiple of 8 in all.
  ///   - largestStep: the error is O(largestStep⁴), or of the order of the composition.
  public init(
    model: Model, densities: [any VlasovInitialDensity], positions: Int = 256, momenta: Int = 200,
    largestStep: Double, composition: SplittingComposition = .suzuki,
    workers: Workers = Workers(threads: 1)
  ) throws {
    guard largestStep > 0, largestStep.isFinite else {
      throw ArgumentError("largestStep", expected: "a positive number", got: "\(largestStep)")
    }
    let force = try VlasovForce(model.potentials)
    guard densities.count == force.speciesCount else {
      throw ArgumentError(
        "densities", expected: "one for each of \(force.speciesCount) species", got: "\(densities.count)")
    }
    guard model.kernel.hbar == nil, model.particles == nil else {
      throw HypothesisError("the Vlasov equations (1.1)", requires: "the classical kernel and N = ∞")
    }
    let nodes = Memory.product(positions, momenta)
    guard positions > 0, momenta > 0, nodes.map({ $0 % 8 == 0 }) ?? true else {
      throw ArgumentError(
        "quadrature", expected: "a positive number of nodes, a multiple of 8",
        got: "\(positions) × \(momenta)")
    }
    try Memory.require(
      nodes.flatMap { Memory.product($0, densities.count, 2 * 24) },
      for: "\(positions) × \(momenta) characteristics a species")
    let quadratures = densities.map { $0.quadrature(positions: positions, momenta: momenta) }
    for (quadrature, fraction) in zip(quadratures, model.fractions) {
      let mass = quadrature.weights.reduce(0, +)
      guard (mass - fraction).magnitude < 1e-6 else {
        throw ArgumentError("densities", expected: "the mass n_α = \(fraction)", got: "\(mass)")
      }
    }
    self.force = force
    self.densities = densities
    masses = model.masses
    self.largestStep = largestStep
    self.composition = composition
    self.workers = workers
    self.positions = quadratures.map(\.positions)
    self.momenta = quadratures.map(\.momenta)
    weights = quadratures.map(\.weights)
  }

  /// The indices of the species.
  public var species: Range<Int> { 0..<masses.count }

  /// One step, of either sign. Its last drift is left to the next step.
  func step(_ duration: Double) {
    for share in composition.shares {
      pendingDrift += share * duration / 2
      kick(share * duration)
      pendingDrift = share * duration / 2
    }
  }

  /// Steps of negative length, for a test of what is lost on the way there and back.
  package func step(reverse duration: Double, steps: Int) {
    for _ in 0..<steps { step(-duration / Double(steps)) }
    settle()
    time -= duration
  }

  /// Makes the drift that the last step has left. The history keeps it: its next kick begins with it.
  func settle() {
    for index in species { drift(index, pendingDrift - driftedAhead) }
    driftedAhead = pendingDrift
  }

  /// Drift, density modes, forces, kick.
  private func kick(_ duration: Double) {
    for index in species { drift(index, pendingDrift - driftedAhead) }
    driftedAhead = 0
    let amplitudes = force.amplitudes(
      species.map { densityModes(positions[$0], weights[$0], upTo: force.highestMode) })
    history.append(Kick(drift: pendingDrift, duration: duration, amplitudes: amplitudes))
    for index in species { push(index, duration, amplitudes[index]) }
  }

  private func drift(_ index: Int, _ duration: Double) {
    let rate = duration / masses[index]
    let workers = workers
    let count = positions[index].count
    positions[index].withUnsafeMutableBufferPointer { q in
      momenta[index].withUnsafeBufferPointer { p in
        nonisolated(unsafe) let (q, p) = (q.baseAddress!, p.baseAddress!)
        workers.forEachRange(of: count, grain: 1 << 18) { range in
          for j in range { q[j] += rate * p[j] }
        }
      }
    }
  }

  private func push(_ index: Int, _ duration: Double, _ amplitudes: [Complex<Double>]) {
    let (wavenumber, workers, modes) = (force.wavenumber, workers, amplitudes.count)
    let vectors = positions[index].count / 8
    momenta[index].withUnsafeMutableBufferPointer { p in
      positions[index].withUnsafeBufferPointer { q in
        amplitudes.withUnsafeBufferPointer { amplitudes in
          guard let amplitudes = amplitudes.baseAddress else { return }
          nonisolated(unsafe) let coefficients = amplitudes
          nonisolated(unsafe) let p = UnsafeMutableRawPointer(p.baseAddress!)
          nonisolated(unsafe) let q = UnsafeRawPointer(q.baseAddress!)
          workers.forEachRange(of: vectors, grain: 1 << 14) { range in
            for j in range {
              let x = q.loadUnaligned(fromByteOffset: 64 * j, as: SIMD8<Double>.self)
              var y = p.loadUnaligned(fromByteOffset: 64 * j, as: SIMD8<Double>.self)
              let (sine, cosine) = sineCosine(x * wavenumber)
              y += meanForce(coefficients, modes, sine, cosine) * duration
              p.storeBytes(of: y, toByteOffset: 64 * j, as: SIMD8<Double>.self)
            }
          }
        }
      }
    }
  }

  /// r_m = Σ_j w_j e^{−iκm q_j} for m = 1 … highest.
  func densityModes(_ index: Int, upTo highest: Int) -> [Complex<Double>] {
    let nodes = nodes(index)
    return densityModes(nodes.positions, nodes.weights, upTo: highest)
  }

  private func densityModes(_ positions: [Double], _ weights: [Double], upTo highest: Int) -> [Complex<
    Double
  >] {
    guard highest > 0 else { return [] }
    let count = positions.count
    let blocks = (count + Self.block - 1) / Self.block
    let wavenumber = force.wavenumber
    var partial = [Complex<Double>](repeating: .zero, count: blocks * highest)
    partial.withUnsafeMutableBufferPointer { partial in
      positions.withUnsafeBufferPointer { q in
        weights.withUnsafeBufferPointer { w in
          nonisolated(unsafe) let partial = partial.baseAddress!
          nonisolated(unsafe) let q = UnsafeRawPointer(q.baseAddress!)
          nonisolated(unsafe) let w = UnsafeRawPointer(w.baseAddress!)
          workers.forEachRange(of: blocks, grain: 32) { range in
            var sums = [SIMD8<Double>](repeating: .zero, count: 2 * highest)
            for block in range {
              for m in sums.indices { sums[m] = .zero }
              for j in stride(from: block * Self.block, to: min(count, (block + 1) * Self.block), by: 8) {
                let x = q.loadUnaligned(fromByteOffset: 8 * j, as: SIMD8<Double>.self)
                let weight = w.loadUnaligned(fromByteOffset: 8 * j, as: SIMD8<Double>.self)
                let (sine, cosine) = sineCosine(x * wavenumber)
                var (s, c) = (weight * sine, weight * cosine)
                for m in 0..<highest {
                  sums[2 * m] += c
                  sums[2 * m + 1] -= s
                  (s, c) = (s * cosine + c * sine, c * cosine - s * sine)
                }
              }
              for m in 0..<highest {
                partial[block * highest + m] = Complex(sums[2 * m].sum(), sums[2 * m + 1].sum())
              }
            }
          }
        }
      }
    }
    return (0..<highest).map { m in
      var sum = Complex<Double>.zero
      for block in 0..<blocks { sum += partial[block * highest + m] }
      return sum
    }
  }

  /// The nodes of one species now.
  public func nodes(_ index: Int) -> PhaseSpaceQuadrature {
    var places = positions[index]
    let rest = pendingDrift - driftedAhead
    // In the middle of a course they have a drift to make.
    if rest != 0 {
      let rate = rest / masses[index]
      for j in places.indices { places[j] += rate * momenta[index][j] }
    }
    return PhaseSpaceQuadrature(positions: places, momenta: momenta[index], weights: weights[index])
  }
}
