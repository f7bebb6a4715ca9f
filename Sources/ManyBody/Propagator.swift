// Exact dynamics iħ ∂_t Ψ = HΨ (1.2): Ψ(t) = e^{−itH/ħ} Ψ, with an a-posteriori bound of the error.

public import Numerics

/// A way to apply e^{−itH/ħ}. A new one is one type with one method:
///
///     struct Taylor: Propagator { func advance(_ x: inout [Complex<Double>], by t: Double) throws -> Double { … } }
public protocol Propagator: Sendable {
  /// H
  var hamiltonian: Hamiltonian { get }
  /// Vectors of the Hamiltonian's dimension held at once, the state's own included.
  var vectorsInMemory: Int { get }
  /// The longest time it should be asked to go at once.
  var longestStep: Double { get }
  /// vector ← e^{−itH/ħ} vector; returns a bound of the error's norm (in exact arithmetic).
  func advance(_ vector: inout [Complex<Double>], by time: Double) throws -> Double
}

extension Propagator {
  /// Any time at once.
  public var longestStep: Double { .infinity }

  /// The state after `time`, and a bound of the error.
  /// - Throws: as `advance` and `Hamiltonian.vector(of:)`.
  public func evolve(_ state: FockState, by time: Double) throws -> (state: FockState, error: Double) {
    var vector = try hamiltonian.vector(of: state)
    let error = try advance(&vector, by: time)
    return (hamiltonian.state(of: vector), error)
  }
}

extension Hamiltonian {
  /// HΨ.
  /// - Throws: as `vector(of:)`.
  public func applied(to state: FockState) throws -> FockState {
    let x = try vector(of: state)
    var y = [Complex<Double>](repeating: .zero, count: max(1, dimension))
    y.withUnsafeMutableBufferPointer { apply(x, into: $0.baseAddress!) }
    return self.state(of: y)
  }

  /// ⟨Ψ, HΨ⟩/‖Ψ‖².
  /// - Throws: as `vector(of:)`.
  public func energy(of state: FockState) throws -> Double {
    try state.inner(applied(to: state)).real / state.squaredNorm
  }

  /// σ = ‖(H − E)Ψ‖/‖Ψ‖, the spread of the energy in a state; constant in time.
  /// - Throws: as `vector(of:)`.
  public func energySpread(of state: FockState) throws -> Double {
    var image = try applied(to: state)
    let squaredNorm = state.squaredNorm
    image.add(state, -state.inner(image).real / squaredNorm)
    return (image.squaredNorm / squaredNorm).squareRoot()
  }
}
