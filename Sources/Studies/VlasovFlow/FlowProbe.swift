// What a flow shows of itself at an instant, cheap enough for every step. From w^α near ξ = 0:
//
//     density modes   ρ̂_α(κn) = w^α(0,κn)
//     momentum        −i∇_ξ w^α(0,0)
//     kinetic energy  −Δ_ξ w^α(0,0)/2m_α
//     potential       ½ Σ_{αβ} Σ_m v_{αβ,m} ρ̂_α(κm) conj ρ̂_β(κm),   of which the modes ±n have the part "field energy of n"
//
// Derivatives by central differences of tenth order. Their spacing is a multiple of Δξ near 0.08/p, p² the mean square momentum of
// the data: the error, 6·10⁻⁵ (ph)¹⁰ times a moment, is then near 10⁻¹¹ for a Maxwellian, and rounding, ε/(ph)², smaller.

import CLibraries
public import Interaction
public import Numerics
public import PhaseSpace
import Vlasov

/// What is sampled of a flow, and where it stands in a sample.
public struct FlowProbe: Sendable {
  private let model: Model
  private let lattice: FourierLattice
  /// The density modes that are kept, one of each pair ±n.
  public let modes: [ModeIndex]
  /// Grid points between the nodes of the differences, per species.
  private let strides: [Int]
  /// One of each pair ±m that exerts a force, with v_{αβ,m}, row by row.
  private let forces: [(mode: ModeIndex, coefficients: [Double])]
  /// Σ_{αβ} ½ v_{αβ,0} n_α n_β, which does not move.
  private let constant: Double
  /// What a sample reads, in its order.
  private let sites: [LatticeSite]

  /// Nodes of a difference on each side: the least half-width of a window.
  public static let reach = 5
  private static let first = [5.0 / 6, -5.0 / 21, 5.0 / 84, -5.0 / 504, 1.0 / 1260]
  private static let second = [5.0 / 3, -5.0 / 21, 5.0 / 126, -5.0 / 1008, 1.0 / 3150]
  private static let centre = 5269.0 / 1800

  private var species: Int { model.species.count }
  private var dimension: Int { lattice.dimension }

  /// - Parameters:
  ///   - states: the data, for the spacing of the differences.
  ///   - modes: the density modes to keep.
  public init(_ model: Model, _ states: [any OneParticleState], _ lattice: FourierLattice, modes: [ModeIndex])
  {
    (self.model, self.lattice, self.modes) = (model, lattice, modes)
    let strides = states.enumerated().map { species, state in
      let h = lattice.spacing(species)
      let square = (0..<lattice.dimension).reduce(0) { largest, axis in
        var xi = SpaceVector.zero
        xi[axis] = h
        return Double.greatest(largest, 2 * (1 - state.value(xi: xi, eta: .zero).real) / (h * h))
      }
      let wanted = (0.08 / square.squareRoot() / h).rounded()
      let most = Double(lattice.halfWidths[species] / Self.reach)
      return Int(Double.greatest(1, Double.least(wanted.isFinite ? wanted : 1, most)))
    }
    let all = model.species.indices
    var halves: [ModeIndex] = []
    for mode in all.flatMap({ model.potentials.forceModes(of: $0) })
    where mode.isFirstOfPair && !halves.contains(mode) { halves.append(mode) }
    self.strides = strides
    forces = halves.map { mode in
      (mode, all.flatMap { a in all.map { model.potentials.coefficient(a, $0, mode: mode) } })
    }
    sites =
      all.flatMap { species in
        modes.map { LatticeSite(species: species, mode: $0) }
          + Self.momentSites(species, strides[species], lattice)
      }
      + halves.flatMap { mode in all.map { LatticeSite(species: $0, mode: mode) } }
    let fractions = model.fractions
    constant = all.reduce(0) { sum, a in
      all.reduce(sum) {
        $0 + 0.5 * model.potentials.coefficient(a, $1, mode: .zero) * fractions[a] * fractions[$1]
      }
    }
  }

  /// Numbers of a sample: per species the density modes, the momentum and the kinetic energy; then the potential energy.
  public var count: Int { species * (2 * modes.count + dimension + 1) + 1 }

  /// The sample of a flow as it is. Cost: the modes and force modes of every species, and 22 values an axis.
  /// - Throws: what the ranks throw that have the flow together.
  func sample(_ flow: VlasovLattice) throws -> [Double] {
    var values = try flow.values(at: sites)[...]
    var sample: [Double] = []
    sample.reserveCapacity(count)
    for species in 0..<species {
      for density in values.prefix(modes.count) { sample += [density.real, density.imaginary] }
      values = values.dropFirst(modes.count)
      let (momentum, kinetic) = moments(&values, species, stride: strides[species])
      sample += momentum + [kinetic]
    }
    sample.append(
      forces.reduce(constant) { sum, force in
        let densities = Array(values.prefix(species))
        values = values.dropFirst(species)
        return sum + Self.energy(force.coefficients) { densities[$0] }
      })
    return sample
  }

  /// How far the kinetic energies may be off by the differences: what twice their spacing changes, 2¹⁰ times as much.
  /// - Throws: what the ranks throw that have the flow together.
  func kineticError(_ flow: VlasovLattice) throws -> Double {
    let found = { (species: Int, stride: Int) in
      var values = try flow.values(at: Self.momentSites(species, stride, lattice))[...]
      return moments(&values, species, stride: stride)
    }
    return try (0..<species).reduce(0) { sum, species in
      let stride = strides[species]
      let wider = 2 * stride * Self.reach <= lattice.halfWidths[species]
      let fine = try found(species, stride).kinetic
      guard wider else { return sum + fine.magnitude }
      let coarse = try found(species, 2 * stride).kinetic
      let spacing = Double(stride) * lattice.spacing(species)
      let rounding =
        4 * Double.ulpOfOne * model.fractions[species] / (spacing * spacing) / model.masses[species]
      return sum + (fine - coarse).magnitude / 512 + rounding
    }
  }

  /// Where the differences look: ξ = 0, then along every axis.
  private static func momentSites(_ species: Int, _ stride: Int, _ lattice: FourierLattice) -> [LatticeSite] {
    [LatticeSite(species: species, mode: .zero)]
      + (0..<lattice.dimension).flatMap { axis in
        (1...reach).map { index in
          var point = ModeIndex.zero
          point[axis] = index * stride
          return LatticeSite(species: species, mode: .zero, point: point)
        }
      }
  }

  /// - Parameter values: at `momentSites`, which are taken away.
  private func moments(_ values: inout ArraySlice<Complex<Double>>, _ species: Int, stride: Int) -> (
    momentum: [Double], kinetic: Double
  ) {
    let h = Double(stride) * lattice.spacing(species)
    let middle = values.removeFirst().real
    var (momentum, kinetic) = ([Double](), 0.0)
    for _ in 0..<dimension {
      var (slope, curvature) = (0.0, -Self.centre * middle)
      for index in 0..<Self.reach {
        // w(−ξ,0) = conj w(ξ,0)
        let value = values.removeFirst()
        slope += 2 * Self.first[index] * value.imaginary
        curvature += 2 * Self.second[index] * value.real
      }
      momentum.append(slope / h)
      kinetic -= curvature / (h * h) / (2 * model.masses[species])
    }
    return (momentum, kinetic)
  }

  /// Σ_{αβ} v_{αβ} Re ρ_α conj ρ_β: the part of ±m in the potential energy.
  private static func energy(_ coefficients: [Double], _ density: (Int) -> Complex<Double>) -> Double {
    let species = Int(Double(coefficients.count).squareRoot().rounded())
    let densities = (0..<species).map(density)
    return (0..<species).reduce(0) { sum, a in
      (0..<species).reduce(sum) {
        $0 + coefficients[a * species + $1] * (densities[a] * densities[$1].conjugate).real
      }
    }
  }
}

// MARK: what stands where in a sample

extension FlowProbe {
  private var perSpecies: Int { 2 * modes.count + dimension + 1 }

  /// ρ̂_α of the kept modes: re, im, mode by mode.
  public func densities(_ sample: some RandomAccessCollection<Double>, species: Int) -> [Double] {
    Array(sample.dropFirst(species * perSpecies).prefix(2 * modes.count))
  }

  /// ρ̂_α(κn) of the kept mode of this place.
  public func density(_ sample: some RandomAccessCollection<Double>, species: Int, place: Int) -> Complex<
    Double
  > {
    let pair = Array(sample.dropFirst(species * perSpecies + 2 * place).prefix(2))
    return Complex(pair[0], pair[1])
  }

  /// Momentum of a species, d numbers.
  public func momentum(_ sample: [Double], species: Int) -> [Double] {
    let start = species * perSpecies + 2 * modes.count
    return Array(sample[start..<(start + dimension)])
  }

  /// Kinetic energy of a species.
  public func kinetic(_ sample: [Double], species: Int) -> Double { sample[(species + 1) * perSpecies - 1] }

  /// Potential energy.
  public func potential(_ sample: [Double]) -> Double { sample[count - 1] }

  /// The part of every kept mode, ±n together, in the potential energy.
  public func fieldEnergies(_ sample: [Double]) -> [Double] {
    modes.indices.map { place in
      guard let force = forces.first(where: { $0.mode == modes[place] }) else { return 0 }
      return Self.energy(force.coefficients) { density(sample, species: $0, place: place) }
    }
  }

  /// All energies together.
  public func total(_ sample: [Double]) -> Double {
    (0..<species).reduce(potential(sample)) { $0 + kinetic(sample, species: $1) }
  }
}
