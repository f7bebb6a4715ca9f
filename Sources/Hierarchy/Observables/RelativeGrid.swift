// The phase-space density of two particles relative to each other, d = 1: of x = q_1 − q_2 and u = p_1 − (Δξ_β/Δξ_α) p_2,
//
//     f_{αβ}(x,u) = c_{αβ}^{−1} Λ^{−1} (Δξ_α/2π) Σ_n Σ_g w^{αβ}(gΔξ_α,κn; −gΔξ_β,−κn) e^{−iκnx − iugΔξ_α},     ∫ f dx du = 1,
//
// the sites of the lattice on which the two move against each other. Where Δξ_α m_α is the same for all species, u/m_α is their
// relative velocity. It is a marginal of the pair density, so that a nonnegative measure has it nonnegative; with the Moyal kernel
// it is the Wigner function of the relative motion, and may be negative.

import CLibraries
import Numerics
import PhaseSpace

/// Where the density of relative position and momentum is wanted.
public struct RelativeGrid: Sendable, Hashable {
  /// x
  public let positions: [Double]
  /// u
  public let momenta: [Double]

  /// The grid.
  public init(positions: [Double], momenta: [Double]) {
    (self.positions, self.momenta) = (positions, momenta)
  }

  /// The places of `pairPlaces` and 2·half + 1 momenta |u| ≤ reach.
  public init(_ lattice: FourierLattice, reach: Double, half: Int = 20) {
    self.init(
      positions: lattice.pairPlaces, momenta: (-half...half).map { reach * Double($0) / Double(half) })
  }
}

extension ObservedMarginals {
  /// w^{αβ}(gΔξ_α,κn; −gΔξ_β,−κn) over modes n and points g.
  func relativePlane(of alpha: Int, _ beta: Int) -> PlaneDensity {
    let half = min(lattice.halfWidths[alpha], lattice.halfWidths[beta])
    let values = (-lattice.modes...lattice.modes).flatMap { n in
      (-half...half).map { g in
        let (mode, point) = (ModeIndex(n, 0, 0), ModeIndex(g, 0, 0))
        return value(species: [alpha, beta], modes: [mode, mode.negated], points: [point, point.negated])
      }
    }
    return PlaneDensity(
      axes: (
        .position(half: lattice.modes, wavenumber: lattice.kappa),
        .momentum(half: half, spacing: lattice.spacing(alpha))
      ), values: values)
  }

  /// f_{αβ} on a grid, u fastest.
  func relativeDensity(_ alpha: Int, _ beta: Int, mass: Double, on grid: RelativeGrid) -> [Double] {
    relativePlane(of: alpha, beta).density(at: grid.positions, grid.momenta).map { $0 / mass }
  }
}

extension PlaneDensity {
  /// The density at any places of both axes, the second fastest, term by term. Cost: (modes) × (points) × (places of the second
  /// axis).
  func density(at first: [Double], _ second: [Double]) -> [Double] {
    let (rows, columns) = (2 * axes.0.half + 1, 2 * axes.1.half + 1)
    let inner = second.map { axes.1.waves(at: $0) }
    var across = [Complex<Double>](repeating: .zero, count: rows * second.count)
    for row in 0..<rows {
      for (place, wave) in inner.enumerated() {
        across[row * second.count + place] = (0..<columns).reduce(.zero) { sum, column in
          sum + values[row * columns + column] * wave[column]
        }
      }
    }
    return first.flatMap { x in
      let wave = axes.0.waves(at: x)
      return second.indices.map { place in
        (0..<rows).reduce(0.0) { sum, row in sum + (across[row * second.count + place] * wave[row]).real }
      }
    }
  }
}

extension PlaneDensity.Axis {
  /// Λ^{−1} e^{−iκnq} over the modes, or (Δξ/2π) e^{−iξ_g p} over the points.
  func waves(at place: Double) -> [Complex<Double>] {
    let unit =
      switch self {
      case .position(_, let wavenumber): wavenumber
      case .momentum(_, let spacing): spacing
      }
    return (-half...half).map { .unit(-unit * Double($0) * place).multiplied(by: unit / (2 * .pi)) }
  }
}
