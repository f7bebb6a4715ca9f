// How long the computations of the experiments take, in seconds of one core of the machine of the README's table: to tell
// minutes from years before anything is computed. Counts are Doubles, so nothing overflows.

import CLibraries
public import Interaction
public import ManyBody
public import PhaseSpace

/// Estimated seconds of the longer computations.
public enum WorkEstimate {
  /// What a step of the extrapolated midpoint rule takes of one of Lawson's RK4: twenty right sides for four, with two
  /// interpolations each.
  private static func steps(_ lattice: FourierLattice) -> Double { lattice.hasWholeShifts ? 1 : 12 }

  /// One mean-field equation, or its first `orders` jets, on a Fourier lattice: 10 ns a number, jet and step.
  public static func vlasovLattice(
    _ lattice: FourierLattice, _ model: Model, steps: Double, orders: Int = 0
  ) -> Double {
    let numbers = lattice.masses.indices.reduce(0) { $0 + Double(lattice.elementCount($1)) }
    return 1e-8 * numbers * steps * Self.steps(lattice) * Double(1 + orders) * (1 + forceModes(model) / 4)
  }

  /// A hierarchy truncated at `rank`: 3 ns a number of all marginals and step, and a quarter of it more for every force mode.
  public static func truncatedHierarchy(_ lattice: FourierLattice, _ model: Model, rank: Int, steps: Double)
    -> Double
  {
    let species = lattice.masses.indices.map { Double(lattice.elementCount($0)) }
    // Σ over the orders of one rank of the products: complete homogeneous polynomials.
    var sums = [1.0] + [Double](repeating: 0, count: rank)
    for numbers in species {
      for k in stride(from: 1, through: rank, by: 1) { sums[k] += numbers * sums[k - 1] }
    }
    let numbers = sums.dropFirst().reduce(0, +)
    return 3e-9 * numbers * (steps * Self.steps(lattice) + 8) * (1 + forceModes(model) / 4)
  }

  /// A hierarchy of a rank on at most so many shared orbitals of each species: some twenty right sides a step, each (operators) ·
  /// r² times the entries of rank R − 1 and twenty products for the closure, 2 ns a multiplication. Of the C(Sr + k − 1, k) entries of
  /// degree k some 10⁵ are taken to count.
  public static func orbitalHierarchy(
    _ lattice: FourierLattice, _ model: Model, rank: Int, orbitals: Double, steps: Double
  ) -> Double {
    func numbers(_ degree: Int) -> Double {
      let variables = orbitals * Double(model.species.count)
      return min(1e5, (0..<degree).reduce(1) { $0 * (variables + Double($1)) / Double($1 + 1) })
    }
    let sites = lattice.masses.indices.reduce(0) { $0 + Double(lattice.elementCount($1)) }
    let rightSide = numbers(rank - 1) * orbitals * orbitals + 20 * numbers(rank + 1)
    return 2e-9 * 20 * steps * (1 + forceModes(model)) * (rightSide + sites * orbitals * orbitals)
  }

  /// Exact dynamics of any species on M = 2·modes + 1 plane waves over a time t: 10 ns a coefficient, potential mode and
  /// application of H, R|t|/ħ of them and some forty at every one of the `times`.
  public static func exactDynamics(
    _ interaction: InteractionModes, particles: [Int], masses: [Double], hbar: Double, modes: Int,
    period: Double, time: Double, times: Int
  ) -> Double {
    let total = Double(particles.reduce(0, +))
    let momentum = 2 * Double.pi / period * Double(modes) * hbar
    var radius = 0.0
    var dimension = 1.0
    var waves = 0.0
    for (species, count) in particles.enumerated() {
      radius += Double(count) * momentum * momentum / (4 * masses[species])
      for i in 0..<count { dimension *= Double(2 * modes + 1 - i) / Double(i + 1) }
      for other in particles.indices {
        let strength = interaction[species, other].reduce(0) { $0 + $1.value.magnitude }
        radius += Double(count) * Double(particles[other]) / (2 * total) * strength
        waves += Double(interaction[species, other].count) / 4
      }
    }
    return 1e-8 * dimension * (1 + waves) * (radius * time / hbar + 40 * Double(times))
  }

  /// Fourth-order steps of Hartree–Fock: five Strang steps of four transforms per orbital, and exchange at 40 GF/s.
  public static func hartreeFock(
    particles: [Double], points: Double, highestMode: Int, steps: Double
  ) -> Double {
    let transforms = particles.reduce(0, +) * points * (points + 2).logarithmOfTwo * 4e-9
    let products = particles.reduce(0) { $0 + $1 * $1 } * points * 48 * Double(highestMode) / 4e10
    let potentials = points * Double(highestMode) * Double(particles.count * particles.count) * 4e-8
    return 5 * steps * (transforms + products + potentials)
  }

  /// Grid points that the orbitals of N particles in all need.
  public static func hartreeFockPoints(
    _ profiles: [OrbitalProfile], total: Double, period: Double, highestMode: Int
  )
    -> Double
  {
    let widest = profiles.map { total * (1 + $0.amplitude.magnitude + 4 * $0.momentum.magnitude) }.max() ?? 0
    return max(widest + 64, 8 * Double(highestMode + 1))
  }

  /// Exact W_1 of two histograms: 0.7 s for 64 × 64 cells, to the power 5/2 in their number.
  public static func wassersteinDistance(cells: Double) -> Double {
    let ratio = cells / 4096
    return 0.7 * ratio * ratio * ratio.squareRoot()
  }

  /// Series of nodes: 2·10⁹ multiply–adds a second.
  public static func nodes(products: Double) -> Double { products / 2e9 }

  /// Trees of order j of a point of k particles: 3 ns a step and particle of the finished tree.
  public static func trees(order: Int, particles: Int, samples: Double) -> Double {
    3e-9 * samples * Double(order * (particles + order))
  }

  /// Force modes a species feels, both signs, the most of any.
  private static func forceModes(_ model: Model) -> Double {
    Double(model.species.indices.map { model.potentials.forceModes(of: $0).count }.max() ?? 0)
  }
}

extension Double {
  fileprivate var logarithmOfTwo: Double { Double(exponent) + 1 }
}
