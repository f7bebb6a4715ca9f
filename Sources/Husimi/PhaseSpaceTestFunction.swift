// Test functions of the weak form, φ(q)ϕ(p) with
//
//     φ(q) = c + Σ a cos(κm q − phase) = Σ_r φ_r e^{iκrq},       ϕ(p) = exp(−(p − p₀)²/2s²).

import CLibraries
import Foundation
public import Numerics

/// A test function φ(q)ϕ(p) on one-particle phase space, d = 1.
public struct PhaseSpaceTestFunction: Sendable, Hashable {
  /// a cos(κm q − phase).
  public struct Wave: Sendable, Hashable {
    /// m, any integer.
    public let mode: Int
    /// a
    public let amplitude: Double
    /// The phase.
    public let phase: Double

    /// a cos(κm q − phase).
    public init(mode: Int, amplitude: Double, phase: Double = 0) {
      self.mode = mode
      self.amplitude = amplitude
      self.phase = phase
    }
  }

  /// c.
  public let constant: Double
  /// The terms of φ(q).
  public let waves: [Wave]
  /// p₀.
  public let centre: Double
  /// s.
  public let width: Double

  /// - Throws: `ArgumentError` unless s > 0, the modes are positive and all is finite.
  public init(constant: Double, waves: [Wave], centre: Double, width: Double) throws {
    guard width > 0, width.isFinite, centre.isFinite, constant.isFinite else {
      throw ArgumentError("test function", expected: "a positive width, finite numbers", got: "\(width)")
    }
    guard waves.allSatisfy({ $0.mode > 0 && $0.amplitude.isFinite && $0.phase.isFinite }) else {
      throw ArgumentError("test function", expected: "modes m ≥ 1 and finite waves", got: "others")
    }
    self.constant = constant
    self.waves = waves
    self.centre = centre
    self.width = width
  }

  /// φ_r by r.
  public var coefficients: [Int: Complex<Double>] {
    var result: [Int: Complex<Double>] = [0: Complex(constant)]
    for wave in waves {
      let half = Complex.unit(-wave.phase).multiplied(by: wave.amplitude / 2)
      result[wave.mode, default: .zero] += half
      result[-wave.mode, default: .zero] += half.conjugate
    }
    return result
  }

  /// ϕ(p).
  public func momentumFactor(_ p: Double) -> Double {
    let x = (p - centre) / width
    return exp(-x * x / 2)
  }

  /// ϕ'(p).
  public func momentumDerivative(_ p: Double) -> Double {
    -(p - centre) / (width * width) * momentumFactor(p)
  }
}
