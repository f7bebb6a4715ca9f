// Coherent states (2.9) on plane waves of the torus,
//
//     f_{q,p}(y) = ħ^{−d/4} Π_i f((y_i − q_i)/√ħ) e^{ip·y/ħ},
//     ⟨f_{q,p}, e_n⟩ = Π_i g_{n_i}(p_i) e^{i(κn_i − p_i/ħ)q_i},     g_n(p) = ħ^{1/4} Λ^{−1/2} f̂((p − ħκn)/√ħ),
//
// p continuous: no quadrature in position. a(f) = Σ_n ⟨f, e_n⟩ a_n. Multiplying f by e^{−iκm·y} shifts n to n + m.

import CLibraries
public import ManyBody
public import Numerics
public import PhaseSpace

/// A point (q, p) of phase space with the coherent state there.
public struct CoherentState: Sendable {
  /// q, d components.
  public let position: [Double]
  /// p, d components.
  public let momentum: [Double]
  /// f
  public let window: any Window
  /// The plane waves e_n the state is expanded in.
  public let waves: PlaneWaves
  /// ħ
  public let hbar: Double

  /// A derivative of ⟨f_{q,p}, e_n⟩ in the coordinates of one axis.
  public enum Derivative: Sendable, Hashable {
    /// ∂_{q_i}
    case position(axis: Int)
    /// ∂²_{q_i}
    case secondPosition(axis: Int)
    /// ∂_{p_i}
    case momentum(axis: Int)
  }

  /// - Throws: `ArgumentError` unless q and p have the dimension of the waves and are finite.
  public init(
    position: [Double], momentum: [Double], window: any Window, waves: PlaneWaves, hbar: Double
  ) throws {
    guard position.count == waves.dimension, momentum.count == waves.dimension,
      position.allSatisfy(\.isFinite), momentum.allSatisfy(\.isFinite)
    else {
      throw ArgumentError(
        "husimi-points", expected: "\(waves.dimension) finite coordinates of q and of p",
        got: "q = \(position), p = \(momentum)")
    }
    self.position = position
    self.momentum = momentum
    self.window = window
    self.waves = waves
    self.hbar = hbar
  }

  /// The vector ⟨f_{q,p}, e_{n+shift}⟩ over the waves n, or a derivative of it.
  public func coefficients(shift: ModeIndex = .zero, _ derivative: Derivative? = nil) -> [Complex<Double>] {
    coefficients(fractionalShift: shift.vector, derivative)
  }

  /// The same for a real shift: the window times e^{−iκ shift·y}.
  public func coefficients(fractionalShift shift: SpaceVector, _ derivative: Derivative? = nil)
    -> [Complex<Double>]
  {
    let axes = (0..<waves.dimension).map { axis in
      (-waves.cutoff...waves.cutoff).map { factor(axis, Double($0) + shift[axis], derivative) }
    }
    return waves.modes.map { n in
      var product = axes[0][n[0] + waves.cutoff]
      for axis in 1..<max(1, waves.dimension) { product *= axes[axis][n[axis] + waves.cutoff] }
      return product
    }
  }

  private func factor(_ axis: Int, _ n: Double, _ derivative: Derivative?) -> Complex<Double> {
    let q = position[axis]
    let p = momentum[axis]
    let root = hbar.squareRoot()
    let k = waves.wavenumber * n
    let argument = (p - hbar * k) / root
    let scale = root.squareRoot() / waves.period.squareRoot()
    let rate = k - p / hbar
    let plane = Complex.unit(rate * q)
    let g = scale * window.transform(argument)
    switch derivative {
    case .position(axis: axis): return plane * Complex(0, rate * g)
    case .secondPosition(axis: axis): return plane.multiplied(by: -rate * rate * g)
    case .momentum(axis: axis):
      return plane * Complex(scale / root * window.transformDerivative(argument), -q / hbar * g)
    default: return plane.multiplied(by: g)
    }
  }
}
