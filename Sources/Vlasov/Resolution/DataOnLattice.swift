// What a lattice does not hold of the data themselves. All of it is known beforehand, from f^α(ξ,κn), the data of one particle
// of each species, of mass 1:
//
//     beyond the modes     max |f(ξ,κn)|, |n_i| > n_max: dropped at t = 0, without a trace on the lattice
//     drifting in          max |f(ξ + κnt/m, κn)|, ξ in the window and ξ + κnt/m outside: free flight brings it into the window
//                          until t, and the lattice has zero there. The density of mode n at t comes from ξ = κnt/m: once that
//                          is outside, every lattice with this window and a wider one that is too narrow agree on zero
//     between the points   |f − its interpolation|, at distances m_V Δξ
//
// The last one is the momentum content. At the spacing h = m_V Δξ = m_V κΔt/2m a momentum p is told from p + 2π/h by nothing:
// with m_V = 1 a drift of 4πm/(κΔt) is no drift, and one of 8πm/(κΔt) none on the lattice of half the step either. h is also
// how far the modes that the force couples move against each other in a stage of Lawson's method, ph their phase: for
// ph > 1 a step is not accurate, whatever the force. So the data at points off the grid (at two irrational fractions of h:
// no p ≠ 0 is a period of both) are compared with their interpolation through ten points of spacing h, which is exact to 10⁻³
// for ph < 1.2. For nonnegative measures and states the momenta of all modes are among those of n = 0; |n_i| ≤ 1 are looked at.

import CLibraries
package import Computing
package import Interaction
package import Numerics
package import PhaseSpace

/// The data of one particle of each species, against a lattice.
package struct DataOnLattice: Sendable {
  /// The figure of data that are no state of the Moyal kernel: what it says of them no lattice can mend.
  public static let negativeWeylMatrix = "negative part of the initial Weyl matrix"

  /// The figure of data that the lattice's window leaves out and free flight brings in: of no account where nothing that enters the
  /// window can reach what is asked for.
  public static let driftsIn = "data that drift in from beyond the ξ window"

  /// f^α(ξ,κn)
  package typealias Function = @Sendable (SpaceVector, ModeIndex) -> Complex<Double>

  private let model: Model
  private let lattice: FourierLattice
  private let functions: [Function]
  /// Per species, the modes of the lattice at which the data are not zero.
  private let modes: [[ModeIndex]]
  /// max |f(ξ,κn)| of the modes that the lattice has not.
  package let beyondModes: Double
  /// The largest error of the interpolation.
  package let betweenPoints: Double
  /// How far the data are from a state: Moyal kernel only, see `WeylMatrix`.
  package let negativePart: Double?

  /// - Parameters:
  ///   - leaves: per species how large f is at each of its modes, nil where that is not known: then the modes of the lattice are
  ///     asked, and those beyond it as far as something is there.
  /// - Throws: `NumericalFailure` when the eigenvalues of the Weyl matrix do not converge.
  ///
  /// Cost: some ten thousand values of f.
  package init(
    _ functions: [Function], leaves: [[LeafWeight<Double>]?], model: Model, lattice: FourierLattice
  ) throws {
    (self.model, self.lattice, self.functions) = (model, lattice, functions)
    var (modes, beyond): ([[ModeIndex]], Double) = ([], 0)
    for (function, leaves) in zip(functions, leaves) {
      let found = Self.modes(function, leaves, lattice, species: modes.count)
      modes.append(found.inside)
      beyond = .greatest(beyond, found.beyond)
    }
    self.modes = modes
    beyondModes = beyond
    // What the force couples is carried to one place before, where Δξ is chosen.
    let reach = lattice.hasWholeShifts ? max(1, model.potentials.highestMode) : 1
    betweenPoints = functions.indices.reduce(0) {
      .greatest($0, Self.betweenPoints(functions[$1], modes[$1], lattice, species: $1, reach: reach))
    }
    negativePart = try model.kernel.hbar.map { hbar in
      try functions.indices.reduce(0) {
        .greatest($0, try WeylMatrix(functions[$1], lattice, species: $1, hbar: hbar).negativePart)
      }
    }
  }

  /// The largest |f| that free flight brings in from beyond the window until t.
  ///
  /// Cost: 17·5^{d−1} values per mode and axis.
  package func driftingIn(until time: Double) -> Double {
    functions.indices.reduce(0) { largest, species in
      let extent = Double(lattice.halfWidths[species]) * lattice.spacing(species)
      return modes[species].reduce(largest) { largest, mode in
        let drift = mode.vector * (lattice.kappa * time / lattice.masses[species])
        return (0..<lattice.dimension).reduce(largest) { largest, axis in
          drift[axis] == 0
            ? largest
            : faces(of: extent, axis: axis, towards: drift).reduce(largest) {
              .greatest($0, functions[species]($1, mode).length)
            }
        }
      }
    }
  }

  /// Points outside the window through which the drift passes: seventeen along it from each of 5^{d−1} on its face.
  private func faces(of extent: Double, axis: Int, towards drift: SpaceVector) -> [SpaceVector] {
    var starts = [SpaceVector.zero]
    starts[0][axis] = drift[axis] > 0 ? extent : -extent
    for other in 0..<lattice.dimension where other != axis {
      starts = starts.flatMap { start in
        stride(from: -1, through: 1, by: 0.5).map { share in
          var point = start
          point[other] = share * extent
          return point
        }
      }
    }
    return starts.flatMap { start in (0...16).map { start + drift * (Double($0) / 16) } }
  }

  /// The modes at which f is not zero, and how large it is beyond those of the lattice.
  private static func modes(
    _ function: @escaping Function, _ leaves: [LeafWeight<Double>]?, _ lattice: FourierLattice, species: Int
  ) -> (inside: [ModeIndex], beyond: Double) {
    if let leaves {
      return (
        leaves.map(\.mode).filter { $0.maximumNorm <= lattice.modes },
        leaves.filter { $0.mode.maximumNorm > lattice.modes }.reduce(0) { .greatest($0, $1.weight) }
      )
    }
    let extent = Double(lattice.halfWidths[species]) * lattice.spacing(species)
    var probes = [SpaceVector.zero]
    for axis in 0..<lattice.dimension {
      for share in [-0.5, -0.25, 0.25, 0.5] {
        probes.append(.zero)
        probes[probes.count - 1][axis] = share * extent
      }
    }
    let size = { (mode: ModeIndex) in probes.reduce(0) { Double.greatest($0, function($1, mode).length) } }
    let inside = (0..<lattice.modeCount).map { lattice.mode(at: $0) }.filter { !(size($0) < 1e-17) }
    var (beyond, last, asked) = (0.0, Double.infinity, 0)
    var norm = lattice.modes + 1
    while norm <= 2 * lattice.modes + 8, !(last < 1e-17), asked < 20_000 {
      let shell = shell(norm, dimension: lattice.dimension)
      last = shell.reduce(0) { .greatest($0, size($1)) }
      beyond = .greatest(beyond, last)
      asked += shell.count
      norm += 1
    }
    return (inside, beyond)
  }

  /// The modes with max |n_i| = norm.
  private static func shell(_ norm: Int, dimension: Int) -> [ModeIndex] {
    var modes = [ModeIndex.zero]
    for axis in 0..<dimension {
      modes = modes.flatMap { mode in
        (-norm...norm).map { component in
          var next = mode
          next[axis] = component
          return next
        }
      }
    }
    return modes.filter { $0.maximumNorm == norm }
  }

  /// Along every axis through ξ = 0, at no more than some hundred points of the window.
  private static func betweenPoints(
    _ function: Function, _ modes: [ModeIndex], _ lattice: FourierLattice, species: Int, reach: Int
  ) -> Double {
    let spacing = lattice.spacing(species)
    let step = Double(reach) * spacing
    let half = lattice.halfWidths[species]
    let stride = max(1, half / 64)
    var largest = 0.0
    for fraction in [0.381966011250105, 0.414213562373095] {
      // Ten nodes −4 … 5 around the fraction.
      let weights = (-4...5).map { node in
        (-4...5).reduce(1.0) { $1 == node ? $0 : $0 * (fraction - Double($1)) / Double(node - $1) }
      }
      for mode in modes where mode.maximumNorm <= 1 {
        for axis in 0..<lattice.dimension {
          for point in Swift.stride(from: -half, through: half, by: stride) {
            var xi = SpaceVector.zero
            let place = { (offset: Double) -> SpaceVector in
              xi[axis] = Double(point) * spacing + offset * step
              return xi
            }
            let interpolated = zip(-4...5, weights).reduce(Complex<Double>.zero) {
              $0 + function(place(Double($1.0)), mode).multiplied(by: $1.1)
            }
            largest = .greatest(largest, (interpolated - function(place(fraction), mode)).length)
          }
        }
      }
    }
    return largest
  }
}

extension DataOnLattice {
  /// Up to where a momentum that the kernel gives, ħκm/2, counts as small: a quarter of π/Δξ. What it takes beyond is then seen
  /// on its way.
  private static let largestKick = 0.25

  /// Up to where the least eigenvalue counts as zero: far above rounding.
  private static let negativeLimit = 1e-6

  /// What is known of the data at t, with limits.
  package func figures(at time: Double) -> [ResolutionFigure] {
    var figures = [
      ResolutionFigure(
        "data beyond the modes", time: time, value: beyondModes, limit: TruncationMeasure.limit),
      ResolutionFigure(
        Self.driftsIn, time: time, value: driftingIn(until: time), limit: TruncationMeasure.limit),
      ResolutionFigure(
        "data between the points of the ξ grid", time: time, value: betweenPoints,
        limit: TruncationMeasure.limit),
    ]
    if let hbar = model.kernel.hbar, let negativePart {
      let widest = lattice.masses.indices.map { lattice.spacing($0) }.max() ?? 0
      let kick = hbar * lattice.kappa * Double(model.potentials.highestMode) * widest / (2 * .pi)
      figures.append(
        ResolutionFigure("ħκm/2 of the kernel, over π/Δξ", time: time, value: kick, limit: Self.largestKick))
      figures.append(
        ResolutionFigure(
          Self.negativeWeylMatrix, time: time, value: negativePart,
          limit: Self.negativeLimit))
    }
    return figures
  }
}
