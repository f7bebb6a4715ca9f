public import CLibraries
package import Computing
import Numerics

/// The Fourier lattice: modes |n_i| ≤ n_max on the torus and, for each species α, a uniform ξ grid
///
///     ξ = g Δξ_α,  |g_i| ≤ G_α,   Δξ_α = κ Δt / (2 m_α),
///
/// on which free transport over Δt/2 is the exact index shift g → g + n (MATHEMATICS: no interpolation, no
/// recurrence; what leaves the window is lost, what enters is zero). Or Δξ_α is chosen by itself (`xiSteps`), as coarse as the
/// momenta of the data allow: w(ξ,·) is band-limited to them, and free transport over any time is an interpolation that is exact
/// where the shift is whole.
///
/// One-particle arrays are row-major over d mode axes, then d ξ axes (the last ξ axis contiguous).
public struct FourierLattice: Sendable, Hashable {
  /// The torus.
  public let geometry: PhaseSpaceGeometry
  /// d
  public let dimension: Int
  /// κ = 2π/Λ
  public let kappa: Double
  /// n_max
  public let modes: Int
  /// Δt
  public let timeStep: Double
  /// m_α
  public let masses: [Double]
  /// The window |ξ_i| ≤ X_α of each species, as it was asked for.
  public let xiExtents: [Double]
  /// Δξ_α where they are chosen; nil: κΔt/2m_α, and all shifts are whole.
  public let xiSteps: [Double]?
  /// The error of the integration in time per unit of time, relative to the largest |w|, that is kept with chosen Δξ_α by making
  /// as many steps in Δt as it takes; nil: one step in Δt.
  public let tolerance: Double?
  /// G_α = round(X_α/Δξ_α): grid points on each side of ξ = 0.
  public let halfWidths: [Int]

  /// The lattice with one window for all species.
  /// - Throws: as for a window per species.
  public init(
    geometry: PhaseSpaceGeometry, modes: Int, xiExtent: Double, timeStep: Double, masses: [Double]
  ) throws(ArgumentError) {
    try self.init(
      geometry: geometry, modes: modes, xiExtents: masses.map { _ in xiExtent }, timeStep: timeStep,
      masses: masses)
  }

  /// The lattice with G_α = round(X_α/Δξ_α).
  /// - Parameters:
  ///   - xiSteps: Δξ_α, one for each species, where it is not κΔt/2m_α.
  ///   - tolerance: with these, the error per unit of time to be kept.
  /// - Throws: `ArgumentError` on R^d, or unless n_max ≥ 0, Δt > 0, Δξ_α > 0, masses > 0, 1 ≤ G_α ≤ 10⁹ and
  ///   each species has fewer than 2⁵⁹ sites.
  public init(
    geometry: PhaseSpaceGeometry, modes: Int, xiExtents: [Double], timeStep: Double, masses: [Double],
    xiSteps: [Double]? = nil, tolerance: Double? = nil
  ) throws(ArgumentError) {
    guard let kappa = geometry.kappa else {
      throw ArgumentError("domain", expected: "a torus (the Fourier lattice is periodic)", got: "space")
    }
    guard modes >= 0, modes <= 100_000 else {
      throw ArgumentError("lattice.modes", expected: "an integer from 0 to 100000", got: "\(modes)")
    }
    guard timeStep > 0, timeStep.isFinite else {
      throw ArgumentError("lattice.time-step", expected: "a positive number", got: "\(timeStep)")
    }
    guard xiExtents.count == masses.count else {
      throw ArgumentError(
        "lattice.xi-extent", expected: "a window for each of \(masses.count) species",
        got: "\(xiExtents.count)")
    }
    if let xiSteps, xiSteps.count != masses.count || !xiSteps.allSatisfy({ $0 > 0 && $0.isFinite }) {
      throw ArgumentError(
        "lattice.xi-step", expected: "a positive number for each of \(masses.count) species",
        got: "\(xiSteps)")
    }
    if let tolerance, !(tolerance >= 1e-14 && tolerance < 1) || xiSteps == nil {
      throw ArgumentError(
        "lattice.tolerance", expected: "a number from 1e-14 to 1, with xi-step", got: "\(tolerance)")
    }
    var halfWidths: [Int] = []
    for (species, (mass, xiExtent)) in zip(masses, xiExtents).enumerated() {
      guard xiExtent > 0, xiExtent.isFinite else {
        throw ArgumentError("lattice.xi-extent", expected: "a positive number", got: "\(xiExtent)")
      }
      let count =
        (xiSteps.map { xiExtent / $0[species] } ?? (xiExtent * 2 * mass / (kappa * timeStep))).rounded()
      guard count >= 1, count <= 1e9 else {
        throw ArgumentError(
          "lattice.xi-extent", expected: "between 1 and 10⁹ grid points on each side", got: "\(count)")
      }
      // Sites are counted in Int everywhere; a complex number takes 16 bytes.
      let sites =
        Double.pow(2 * count + 1, geometry.dimension) * Double.pow(Double(2 * modes + 1), geometry.dimension)
      guard sites < 0x1p59 else {
        throw ArgumentError(
          "lattice.xi-extent", expected: "fewer than 2⁵⁹ sites in all", got: "\(sites)")
      }
      halfWidths.append(Int(count))
    }
    self.geometry = geometry
    self.dimension = geometry.dimension
    self.kappa = kappa
    self.modes = modes
    self.timeStep = timeStep
    self.masses = masses
    self.xiExtents = xiExtents
    self.xiSteps = xiSteps
    self.tolerance = tolerance
    self.halfWidths = halfWidths
  }

  /// The same window and modes with `steps` time steps for `old` of this lattice, and a ξ spacing that is finer by as much; half
  /// of both where nothing is said. A tolerance falls with the fourth power.
  /// - Throws: `ArgumentError` for more sites than can be counted.
  public func refined(steps: Int = 2, per old: Int = 1) throws(ArgumentError) -> FourierLattice {
    // Half a grid point more, so that the window is not rounded to less than that of this lattice.
    let halfPoint = (masses.indices.map(spacing).max() ?? 0) / 2
    let finer = Double(steps) / Double(old)
    return try FourierLattice(
      geometry: geometry, modes: modes, xiExtents: xiExtents.map { $0 + halfPoint },
      timeStep: timeStep * Double(old) / Double(steps), masses: masses,
      xiSteps: xiSteps.map { $0.map { $0 / finer } },
      tolerance: tolerance.map { .greatest(1e-14, $0 / Double.pow(finer, 4)) })
  }

  /// The lattice to compare with for the error of everything in a flow: half of the step and of the spacing; three quarters of a
  /// chosen spacing, which leaves a hundredth of the error of sixteen points.
  /// - Throws: as `refined`.
  package func comparison() throws(ArgumentError) -> FourierLattice {
    guard let xiSteps else { return try refined() }
    return try FourierLattice(
      geometry: geometry, modes: modes, xiExtents: xiExtents, timeStep: timeStep / 2, masses: masses,
      xiSteps: xiSteps.map { 0.75 * $0 }, tolerance: tolerance.map { .greatest(1e-14, $0 / 16) })
  }

  /// The same time step with more modes, n_max + `modes`, and a window wider by a factor.
  /// - Throws: `ArgumentError` for more sites than can be counted.
  public func enlarged(modes more: Int, window factor: Double) throws(ArgumentError) -> FourierLattice {
    try FourierLattice(
      geometry: geometry, modes: modes + more, xiExtents: xiExtents.map { factor * $0 }, timeStep: timeStep,
      masses: masses, xiSteps: xiSteps, tolerance: tolerance)
  }

  /// S
  public var speciesCount: Int { masses.count }

  /// Δξ_α
  public func spacing(_ species: Int) -> Double {
    xiSteps?[species] ?? kappa * timeStep / (2 * masses[species])
  }

  /// Whether free transport over Δt/2 is a shift by whole grid points, Δξ_α = κΔt/2m_α.
  public var hasWholeShifts: Bool { xiSteps == nil }

  /// Refuses a lattice whose shifts are not whole.
  /// - Throws: `ArgumentError` naming `purpose`.
  package func requireWholeShifts(for purpose: String) throws(ArgumentError) {
    guard hasWholeShifts else {
      throw ArgumentError(
        "lattice.xi-step", expected: "none for \(purpose): the ξ grid of the time step, Δξ = κΔt/2m",
        got: "Δξ chosen")
    }
  }

  /// 2 n_max + 1
  public var modesPerAxis: Int { 2 * modes + 1 }
  /// (2 n_max + 1)^d
  public var modeCount: Int { Self.power(modesPerAxis, dimension) }
  /// 2 G_α + 1
  public func pointsPerAxis(_ species: Int) -> Int { 2 * halfWidths[species] + 1 }
  /// (2 G_α + 1)^d
  public func pointCount(_ species: Int) -> Int { Self.power(pointsPerAxis(species), dimension) }
  /// Elements of a one-particle array of species α.
  public func elementCount(_ species: Int) -> Int { modeCount * pointCount(species) }

  /// Row-major index of the mode n, nil when |n_i| > n_max.
  public func modeOffset(_ mode: ModeIndex) -> Int? {
    var offset = 0
    for axis in 0..<dimension {
      guard mode[axis] >= -modes, mode[axis] <= modes else { return nil }
      offset = offset * modesPerAxis + mode[axis] + modes
    }
    return offset
  }

  /// The mode at a row-major index.
  public func mode(at offset: Int) -> ModeIndex {
    Self.unravel(offset, half: modes, dimension: dimension)
  }

  /// Row-major index of the ξ grid point g, nil outside the window.
  public func pointOffset(_ point: ModeIndex, species: Int) -> Int? {
    let half = halfWidths[species]
    var offset = 0
    for axis in 0..<dimension {
      guard point[axis] >= -half, point[axis] <= half else { return nil }
      offset = offset * (2 * half + 1) + point[axis] + half
    }
    return offset
  }

  /// The grid point g at a row-major index.
  public func point(at offset: Int, species: Int) -> ModeIndex {
    Self.unravel(offset, half: halfWidths[species], dimension: dimension)
  }

  /// ξ = g Δξ_α
  public func xi(_ point: ModeIndex, species: Int) -> SpaceVector { point.vector * spacing(species) }

  /// The number of half steps in t: t = s Δt/2, nil when t is not such a multiple, to the rounding of t and Δt.
  public func halfSteps(in time: Double) -> Int? {
    let ratio = time / (timeStep / 2)
    guard ratio.magnitude < 1e9 else { return nil }
    let nearest = ratio.rounded()
    return (ratio - nearest).magnitude <= 16 * Double.ulpOfOne * ratio.magnitude ? Int(nearest) : nil
  }

  /// The number of whole steps in t, nil when t is not a multiple of Δt, to the rounding of both.
  public func steps(in time: Double) -> Int? {
    guard let halves = halfSteps(in: time), halves.isMultiple(of: 2) else { return nil }
    return halves / 2
  }

  /// The whole steps from the `made` ones to t.
  /// - Throws: `ArgumentError` when t is not a multiple of Δt, or earlier.
  package func steps(to time: Double, after made: Int) throws(ArgumentError) -> Int {
    guard let wanted = steps(in: time), wanted >= made else {
      throw ArgumentError(
        "time", expected: "a multiple of the time step \(timeStep), at least \(Double(made) * timeStep)",
        got: "\(time)")
    }
    return wanted - made
  }

  /// The steps made when a state was saved.
  /// - Throws: `SavedStateError` for a time that is no step of this lattice.
  package func steps(in state: SavedState) throws(SavedStateError) -> Int {
    guard let steps = steps(in: state.time), steps >= 0 else {
      throw SavedStateError(
        array: "time", expected: "a multiple of the time step \(timeStep), 0 at least", got: "\(state.time)")
    }
    return steps
  }

  private static func unravel(_ offset: Int, half: Int, dimension: Int) -> ModeIndex {
    var rest = offset
    var result = ModeIndex.zero
    for axis in stride(from: dimension - 1, through: 0, by: -1) {
      result[axis] = rest % (2 * half + 1) - half
      rest /= 2 * half + 1
    }
    return result
  }

  private static func power(_ base: Int, _ exponent: Int) -> Int {
    (0..<exponent).reduce(1) { product, _ in product * base }
  }
}
