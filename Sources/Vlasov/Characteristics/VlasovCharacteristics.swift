// The Vlasov equations (1.1) of S species on torus × line by characteristics,
//
//     q' = p/m_α,   p' = F_α(q),   F_α = −Σ_β ∂V_{αβ} * ρ_β,   ρ̂_β(κm) = Σ_j w_j e^{−iκm q_j},
//
// on the nodes of a quadrature of the initial density: no grid, no interpolation, no noise. Each step is one Taylor series in time of
// order 18 of all nodes and of the field that they make (`TaylorNodes`), as long as its last terms allow: relative to the largest
// momentum and to 1/κ, each node with its weight relative to the largest, they are below the tolerance. A node far out, of weight
// e^{−40}, need not be followed well. The field's series are kept: with them any point of phase space is followed backwards
// (VlasovCharacteristics+Density.swift), m_t(q, p) = m_0(the point it came from).
//
// Cost: 4·18² flops a node, mode and step; a step takes about 3 m_α/κm_V p at the largest p. Memory: 8·19·(2M + 2) bytes a node.
// Throws ArgumentError, MemoryError and, when a momentum is no longer finite, NumericalFailure.

import CLibraries
public import Computing
public import Interaction
import Numerics
import PhaseSpace

/// The Vlasov flow of several species by characteristics.
public final class VlasovCharacteristics {
  /// J, the order of a step.
  package static let order = 18

  /// The mean force, from the potentials' Fourier coefficients.
  public let force: VlasovForce
  /// m_α(0).
  public let densities: [any VlasovInitialDensity]
  /// m_α.
  public let masses: [Double]
  /// The threads of the loops over nodes.
  public let workers: Workers
  /// What the last terms of a step's series are at most.
  public let tolerance: Double
  /// Of the step that they allow.
  public let share: Double
  /// t
  public internal(set) var time = 0.0
  /// The sum over all steps of their last terms, relative to the largest momentum or to 1/κ.
  public internal(set) var truncation = 0.0

  let field: SeriesField
  let moving: [TaylorNodes]
  /// The field since time zero.
  var history: [FieldPiece] = []

  /// Nodes are summed in blocks of this many, whatever the number of threads.
  private static let block = 4096

  /// - Parameters:
  ///   - model: one dimension, torus, classical kernel, N = ∞.
  ///   - densities: m_α at time zero, of mass n_α.
  ///   - positions, momenta: nodes of the product quadrature of each species.
  ///   - tolerance: of a step.
  ///   - share: of the step that the tolerance allows, in (0, 1].
  public init(
    model: Model, densities: [any VlasovInitialDensity], positions: Int = 256, momenta: Int = 200,
    tolerance: Double = 1e-17, share: Double = 1, workers: Workers = Workers(threads: 1)
  ) throws {
    guard tolerance > 0, tolerance < 1, share > 0, share <= 1 else {
      throw ArgumentError("tolerance, share", expected: "in (0, 1)", got: "\(tolerance), \(share)")
    }
    let force = try VlasovForce(model.potentials)
    guard densities.count == force.speciesCount else {
      throw ArgumentError(
        "densities", expected: "one for each of \(force.speciesCount) species", got: "\(densities.count)")
    }
    guard model.kernel.hbar == nil, model.particles == nil else {
      throw HypothesisError("the Vlasov equations (1.1)", requires: "the classical kernel and N = ∞")
    }
    guard positions > 0, momenta > 0 else {
      throw ArgumentError(
        "quadrature", expected: "a positive number of nodes", got: "\(positions) × \(momenta)")
    }
    let field = SeriesField(model.potentials)
    try Memory.require(
      Self.bytes(
        nodes: densities.map { density in
          let sums = (density as? VlasovGaussians)?.nodeCount(positions: 1, momenta: 1) ?? 1
          return Memory.product(positions, momenta, sums)
        }, modes: field.modes.count),
      for: "\(positions) × \(momenta) characteristics a species")
    let quadratures = densities.map { $0.quadrature(positions: positions, momenta: momenta) }
    for (quadrature, fraction) in zip(quadratures, model.fractions) {
      let mass = quadrature.weights.reduce(0, +)
      guard (mass - fraction).magnitude < 1e-6 else {
        throw ArgumentError("densities", expected: "the mass n_α = \(fraction)", got: "\(mass)")
      }
    }
    self.force = force
    self.field = field
    self.densities = densities
    masses = model.masses
    self.tolerance = tolerance
    self.share = share
    self.workers = workers
    moving = zip(quadratures, model.masses).map {
      TaylorNodes(
        $0.padded(to: NodeSeries.block), mass: $1, order: Self.order, field: field, workers: workers)
    }
  }

  /// Bytes of the nodes of all species; nil where they overflow.
  package static func bytes(nodes: [Int?], modes: Int) -> Int? {
    Memory.sum(
      nodes.map { count in count.flatMap { TaylorNodes.bytes(points: $0, order: order, modes: modes) } })
  }

  /// The indices of the species.
  public var species: Range<Int> { 0..<masses.count }

  /// The nodes of one species now; the last of them may have no weight.
  public func nodes(_ index: Int) -> PhaseSpaceQuadrature {
    let nodes = moving[index]
    return PhaseSpaceQuadrature(
      positions: nodes.positions, momenta: nodes.momenta, weights: nodes.weights)
  }

  /// r_m = Σ_j w_j e^{−iκm q_j} for m = 1 … highest.
  func densityModes(_ index: Int, upTo highest: Int) -> [Complex<Double>] {
    guard highest > 0 else { return [] }
    let (positions, weights) = (moving[index].positions, moving[index].weights)
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
}
