// The densities of small waves on homogeneous data, in time: transients as well as the roots that outlive them. For a mode m, k = κm,
// r_α(t) = w^α(0,κm) to first order in the amplitudes obeys Volterra's equation
//
//     r_α(t) = n_α f_α(kt/m_α, k) − n_α(|k|²/m_α) ∫_0^t τ f_α(kτ/m_α, 0) Σ_β v_{αβ,m} r_β(t − τ) dτ.
//
// The kernel vanishes at τ = 0, so the trapezoidal rule is explicit, and its error is a series in h²: extrapolated from h, h/2, h/4, h/8.

public import CLibraries
public import Interaction
import Numerics
public import PhaseSpace

/// The linear density response of one mode of all species.
public struct LinearResponse: Sendable {
  private let wave: SpaceVector
  private let square: Double
  private let mode: ModeIndex
  private let model: Model
  private let states: [any OneParticleState]
  /// v_{αβ,m}, row by row.
  private let coupling: [Double]

  /// Of the mode m; the states' part at m is the wave, that at 0 the homogeneous data.
  /// - Throws: `ArgumentError` for m = 0, on R^d, with the Moyal kernel or finite N, and in an external potential.
  public init(_ model: Model, _ states: [any OneParticleState], mode: ModeIndex) throws(ArgumentError) {
    let kappa = try model.homogeneousTorus().middle
    guard mode != .zero else { throw ArgumentError("mode", expected: "a mode other than 0", got: "0") }
    guard states.count == model.species.count else {
      throw ArgumentError(
        "states", expected: "\(model.species.count), one for each species", got: "\(states.count)")
    }
    (self.model, self.states, self.mode) = (model, states, mode)
    wave = SpaceVector(components: (0..<model.geometry.dimension).map { kappa * Double(mode[$0]) })
    square = wave.dot(wave)
    coupling = model.species.indices.flatMap { alpha in
      model.species.indices.map { model.potentials.coefficient(alpha, $0, mode: mode) }
    }
  }

  /// r_α at the times jT/n, j = 0 … n (time by time, species by species), and the largest change that the last refinement made:
  /// an estimate from above of the error, which is some h² of it.
  /// Cost O((16nS)²).
  /// - Throws: `NumericalFailure` where a density is not finite.
  public func densities(to time: Double, steps n: Int) throws(NumericalFailure) -> (
    values: [[Complex<Double>]], error: Double
  ) {
    // Romberg's table, a row for each step size: T_k = T_{k−1} + (T_{k−1} − its predecessor)/(4^k − 1).
    var last: [[Complex<Double>]] = []
    var error = Double.infinity
    for level in 0..<4 {
      var row = [trapezoidal(to: time, steps: n, refinement: 2 << level)]
      for (order, coarse) in last.enumerated() {
        let factor = 1 / (Double(1 << (2 * (order + 1))) - 1)
        row.append(zip(row[order], coarse).map { $0 + ($0 - $1).multiplied(by: factor) })
      }
      if let best = last.last, let better = row.last {
        error = zip(better, best).reduce(0) { Double.greatest($0, ($1.0 - $1.1).length) }
      }
      last = row
    }
    guard error.isFinite, let best = last.last else {
      throw NumericalFailure(in: "the linear response", "a density that is not finite before t = \(time)")
    }
    let count = model.species.count
    return ((0...n).map { Array(best[$0 * count..<($0 + 1) * count]) }, error)
  }

  /// r at every `refinement`-th of the points of the trapezoidal rule, time by time.
  private func trapezoidal(to time: Double, steps n: Int, refinement: Int) -> [Complex<Double>] {
    let count = model.species.count
    let points = n * refinement
    let h = points == 0 ? 0 : time / Double(points)
    // n_α f_α(kt/m_α, k) and h n_α(|k|²/m_α) t f_α(kt/m_α, 0).
    var free: [Complex<Double>] = []
    var kernel: [Complex<Double>] = []
    for j in 0...points {
      let t = h * Double(j)
      for (alpha, state) in states.enumerated() {
        let mass = model.masses[alpha]
        let xi = wave * SpaceVector(repeating: t / mass)
        free.append(state.value(xi: xi, eta: wave).multiplied(by: model.fractions[alpha]))
        kernel.append(
          state.value(xi: xi, eta: .zero).multiplied(by: h * model.fractions[alpha] * square / mass * t))
      }
    }
    // F_α = Σ_β v_{αβ} r_β
    var densities: [Complex<Double>] = []
    var forces: [Complex<Double>] = []
    for j in 0...points {
      for alpha in 0..<count {
        var sum = free[j * count + alpha]
        // The ends: half of r(0), and the kernel is zero at the other.
        for i in 0..<j {
          let term = kernel[(j - i) * count + alpha] * forces[i * count + alpha]
          sum -= i == 0 ? term.multiplied(by: 0.5) : term
        }
        densities.append(sum)
      }
      for alpha in 0..<count {
        forces.append(
          (0..<count).reduce(.zero) {
            $0 + densities[j * count + $1].multiplied(by: coupling[alpha * count + $1])
          })
      }
    }
    return stride(from: 0, through: points, by: refinement).flatMap {
      densities[$0 * count..<($0 + 1) * count]
    }
  }
}
