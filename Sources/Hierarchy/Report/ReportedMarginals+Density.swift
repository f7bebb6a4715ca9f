// The densities of one and of two particles on planes of phase space, d = 1 (`PlaneDensity`), from the marginals of rank one and
// two. Cost: a transform of some (n_max + 1) × P numbers each.

import CLibraries
import Numerics
import PhaseSpace

/// m^α(q,p) on a grid: values[position · momenta.count + momentum].
public struct ReconstructedDensity: Sendable {
  /// q_i, 4(n_max + 1) of them over the period.
  public let positions: [Double]
  /// p_j = 2πj/(PΔξ), |j| ≤ P/2, ascending.
  public let momenta: [Double]
  /// m^α(q_i, p_j), momenta fastest.
  public let values: [Double]
}

extension ReportedMarginals {
  /// The one-particle density of a species, (2π)^{−1} ∫ m dq dp = w(0,0).
  /// - Throws: `ArgumentError` in d > 1.
  func reconstructedDensity(species: Int) throws -> ReconstructedDensity {
    guard lattice.dimension == 1 else {
      throw ArgumentError("dimension", expected: "1 for a reconstructed density", got: "\(lattice.dimension)")
    }
    let plane = plane(of: species)
    return ReconstructedDensity(
      positions: plane.axes.0.places, momenta: plane.axes.1.places,
      values: try plane.density().map { 2 * .pi * $0 })
  }

  private func positions() -> PlaneDensity.Axis { .position(half: lattice.modes, wavenumber: lattice.kappa) }

  private func momenta(_ species: Int) -> PlaneDensity.Axis {
    .momentum(half: lattice.halfWidths[species], spacing: lattice.spacing(species))
  }

  /// (q,p) of one particle.
  func plane(of species: Int) -> PlaneDensity {
    let axes = (positions(), momenta(species))
    let modes = -lattice.modes...lattice.modes
    let half = lattice.halfWidths[species]
    return PlaneDensity(
      axes: axes,
      values: modes.flatMap { n in
        let read = reader([species], modes: [n])
        return (-half...half).map { read($0, 0) }
      })
  }

  /// (q_1,q_2), (p_1,p_2), (q_1,p_2) and, of two species, (p_1,q_2) of two particles.
  func planes(of first: Int, _ second: Int) -> [(name: String, density: PlaneDensity)] {
    let kinds: [(String, Bool, Bool)] = [
      ("(q₁,q₂)", true, true), ("(p₁,p₂)", false, false), ("(q₁,p₂)", true, false),
    ]
    let modes = Array(-lattice.modes...lattice.modes)
    return (kinds + (first == second ? [] : [("(p₁,q₂)", false, true)])).map { name, isPosition, isOther in
      let axes = (isPosition ? positions() : momenta(first), isOther ? positions() : momenta(second))
      // The marginal at each pair of modes that is needed, over the points of both particles.
      let readers = (isPosition ? modes : [0]).map { n in
        (isOther ? modes : [0]).map { reader([first, second], modes: [n, $0]) }
      }
      let (half, other) = (axes.0.half, axes.1.half)
      let values = (-half...half).flatMap { i in
        (-other...other).map { j in
          readers[isPosition ? i + half : 0][isOther ? j + other : 0](isPosition ? 0 : i, isOther ? 0 : j)
        }
      }
      return (name, PlaneDensity(axes: axes, values: values))
    }
  }

  /// q and p of one particle, planes of one line: what a quantum state too has nonnegative.
  func lines(of species: Int) -> [(name: String, density: PlaneDensity)] {
    let place = PlaneDensity.Axis.position(half: 0, wavenumber: lattice.kappa)
    let modes = -lattice.modes...lattice.modes
    let half = lattice.halfWidths[species]
    let resting = reader([species], modes: [0])
    return [
      (
        "q",
        PlaneDensity(axes: (place, positions()), values: modes.map { reader([species], modes: [$0])(0, 0) })
      ), ("p", PlaneDensity(axes: (place, momenta(species)), values: (-half...half).map { resting($0, 0) })),
    ]
  }
}
