// The (k,ℓ,…)-Husimi measures (2.10)–(2.12),
//
//     m(q,p,…) = ⟨Ψ, Π_α Π_j a_α*(f_{q_j,p_j}) Π_α Π_j a_α(f_{q_j,p_j}) Ψ⟩,
//
// 0 ≤ m ≤ 1, for exact states (annihilation) and Slater states (determinants). Mass of k_α particles of each species, in units
// (2π)^{−d(k_1+…+k_S)}: Π_α N_α…(N_α−k_α+1) ħ^{d(k_1+…+k_S)}, which is over N^{k_1+…+k_S} where ħ^d = 1/N (Lemma 2.1).

import CLibraries
public import ManyBody
import Numerics

/// A point of one-particle phase space.
public struct HusimiPoint: Sendable, Hashable {
  /// q, d components in [0, Λ).
  public let position: [Double]
  /// p, d components; any real numbers.
  public let momentum: [Double]

  /// A point in d dimensions.
  public init(position: [Double], momentum: [Double]) {
    self.position = position
    self.momentum = momentum
  }

  /// One dimension.
  public init(_ q: Double, _ p: Double) { self.init(position: [q], momentum: [p]) }
}

/// The Husimi measures of a state with a window.
public struct HusimiMeasure: Sendable {
  /// Ψ, exact or a Slater determinant.
  public let state: any FermionState
  /// f, of norm 1.
  public let window: any Window

  /// The measures of every order of one state and window.
  public init(state: any FermionState, window: any Window) {
    self.state = state
    self.window = window
  }

  /// ħ of the state.
  public var hbar: Double { state.hbar }

  /// The coherent state at a point.
  /// - Throws: `ArgumentError` when the point has another dimension.
  public func coherentState(_ point: HusimiPoint) throws -> CoherentState {
    try CoherentState(
      position: point.position, momentum: point.momentum, window: window, waves: state.waves, hbar: hbar)
  }

  /// m at points of each species; 1 for no points.
  /// - Throws: `ArgumentError` when a point has another dimension.
  public func value(_ points: [[HusimiPoint]]) throws -> Double {
    state.expectation(try points.map { try $0.map { try coherentState($0).coefficients() } })
  }

  /// Mass of m by Lemma 2.1: falling factorials times ħ^d, 1/N in the paper's scaling, for each particle.
  public func mass(_ order: [Int]) -> Double {
    var result = 1.0
    for (species, count) in order.enumerated() {
      for i in 0..<count {
        result *= Double(state.particles[species] - i) / Double(state.totalParticles) * state.massScale
      }
    }
    return result
  }
}
