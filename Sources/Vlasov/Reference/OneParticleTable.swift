public import Numerics
public import PhaseSpace

/// The one-particle functions w^α(ξ,n) of one product at all sites of a lattice.
public struct OneParticleTable: Sendable {
  /// The sites.
  public let lattice: FourierLattice
  /// [α][n]: the P reals over the ξ grid, then the P imaginary parts; modes in the order of the lattice.
  public let values: [[[Double]]]

  /// - Precondition: a line of 2P numbers for each species and mode.
  public init(lattice: FourierLattice, values: [[[Double]]]) {
    precondition(
      values.count == lattice.speciesCount && values.allSatisfy { $0.count == lattice.modeCount },
      "a line a species and mode")
    self.lattice = lattice
    self.values = values
  }

  /// From the value at each site.
  public init(
    lattice: FourierLattice,
    _ value: (_ species: Int, _ mode: ModeIndex, _ point: ModeIndex) -> Complex<Double>
  ) {
    let values = lattice.masses.indices.map { species in
      let points = lattice.pointCount(species)
      return (0..<lattice.modeCount).map { index in
        let mode = lattice.mode(at: index)
        var line = [Double](repeating: 0, count: 2 * points)
        for point in 0..<points {
          let value = value(species, mode, lattice.point(at: point, species: species))
          (line[point], line[points + point]) = (value.real, value.imaginary)
        }
        return line
      }
    }
    self.init(lattice: lattice, values: values)
  }

  /// The present state of a flow on a lattice of its own: this one, or one whose spacing is `stride` times finer; where that is nil,
  /// any other, through sixteen points an axis.
  public init(_ flow: VlasovLattice, on lattice: FourierLattice, stride: Int? = 1) {
    let rows = SampledRows(of: flow.lattice, on: lattice, stride: stride)
    self.init(
      lattice: lattice,
      values: lattice.masses.indices.map { species in
        (0..<lattice.modeCount).map { rows.row(flow, species: species, mode: lattice.mode(at: $0)) }
      })
  }

  /// The same of a flow that ranks have together, on every rank; all of them ask. Cost: a gather for each species and n_1 ≥ 0.
  /// - Throws: what the ranks throw.
  init(ofAll flow: VlasovLattice, on lattice: FourierLattice, stride: Int? = 1) throws {
    let ranks = flow.field.rows.share.ranks
    guard ranks.count > 1 else {
      self.init(flow, on: lattice, stride: stride)
      return
    }
    let sampled = SampledRows(of: flow.lattice, on: lattice, stride: stride)
    let modes = (0..<lattice.modeCount).map { (row: $0, mode: lattice.mode(at: $0)) }
    let values = try lattice.masses.indices.map { species in
      let points = lattice.pointCount(species)
      var lines = [[Double]](repeating: [], count: lattice.modeCount)
      for slab in 0...lattice.modes {
        let rows = modes.filter { $0.mode[0] == slab }
        let own = flow.has(slab: slab) ? rows : []
        let numbers = try ranks.gather(
          own.flatMap { sampled.row(flow, species: species, mode: $0.mode) })
        for (place, row) in rows.enumerated() {
          let line = numbers[(2 * place * points)..<(2 * (place + 1) * points)]
          lines[row.row] = Array(line)
          // w(ξ,−n) = conj w(−ξ,n)
          guard slab > 0, let mirror = lattice.modeOffset(row.mode.negated) else { continue }
          lines[mirror] = line.prefix(points).reversed() + line.suffix(points).reversed().map { -$0 }
        }
      }
      return lines
    }
    self.init(lattice: lattice, values: values)
  }

  /// ρ̂_α(κn) = w^α(0,κn); zero beyond the modes.
  public func density(_ species: Int, mode: ModeIndex) -> Complex<Double> {
    guard let row = lattice.modeOffset(mode) else { return .zero }
    let points = lattice.pointCount(species)
    let line = values[species][row]
    return Complex(line[points / 2], line[points + points / 2])
  }

  /// sup |w^α| and (Δξ^d Σ |w^α|²)^{1/2} of every species.
  public var norms: [OneParticleNorm] { norms { values[$0][$1] } }

  /// The norms of the difference to another table on the same lattice.
  public func distance(to other: OneParticleTable) -> [OneParticleNorm] {
    norms { species, mode in zip(values[species][mode], other.values[species][mode]).map { $0 - $1 } }
  }

  private func norms(_ line: (_ species: Int, _ mode: Int) -> [Double]) -> [OneParticleNorm] {
    lattice.masses.indices.map { species in
      let points = lattice.pointCount(species)
      var (largest, sum) = (0.0, 0.0)
      for mode in 0..<lattice.modeCount {
        let line = line(species, mode)
        for point in 0..<points {
          let square = line[point] * line[point] + line[points + point] * line[points + point]
          largest = .greatest(largest, square)
          sum += square
        }
      }
      let cell = (0..<lattice.dimension).reduce(1) { cell, _ in cell * lattice.spacing(species) }
      return OneParticleNorm(maximum: largest.squareRoot(), l2: (cell * sum).squareRoot())
    }
  }
}

/// Two norms of a function on the sites of one species.
public struct OneParticleNorm: Sendable, Hashable {
  /// The largest modulus.
  public let maximum: Double
  /// (Δξ^d Σ |·|²)^{1/2}
  public let l2: Double

  /// The two norms.
  public init(maximum: Double, l2: Double) {
    self.maximum = maximum
    self.l2 = l2
  }

  /// Both norms of a sum, at most.
  static func + (a: OneParticleNorm, b: OneParticleNorm) -> OneParticleNorm {
    OneParticleNorm(maximum: a.maximum + b.maximum, l2: a.l2 + b.l2)
  }
}
