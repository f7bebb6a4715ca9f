public import CLibraries
public import Numerics

/// The family μ_0^{(k,ℓ)} of initial characteristic functions of all orders.
public protocol InitialHierarchy: CharacteristicFunction {
  /// Whether |μ_t^{(k,ℓ)}| ≤ W n_1^k n_2^ℓ, W = `totalWeight`, is known for all times, the hypothesis of every remainder bound:
  /// nonnegative measures (ħ = nil, classical kernel) or positive operators (Moyal kernel).
  func isNonnegative(hbar: Double?) -> Bool

  /// W = μ_0^{(0,0)}, a factor of every remainder bound: 1, unless weights that were written as decimals sum to 1 only
  /// nearly (1/3 thrice).
  func totalWeight<Scalar: RealScalar>(as: Scalar.Type) -> Scalar
}

extension InitialHierarchy {
  public func totalWeight<Scalar: RealScalar>(as _: Scalar.Type) -> Scalar { Scalar(1) }
}

/// Factorised data and their mixtures (de Finetti),
///
///     μ_0^{(k,ℓ)} = c_{kℓ} Σ_i w_i Π_j f^i_{α_j}(ξ_j, η_j),   Σ_i w_i = 1 (to 1e-12),
///
/// with c_{kℓ} = n_1^k n_2^ℓ at N = ∞, and c_{kℓ} = (N_1)_k (N_2)_ℓ / N^{k+ℓ} (falling factorials, Lemma 2.1)
/// at finite N. One component is factorised data.
public struct ProductMixture: InitialHierarchy {
  /// One product: its weight and a state of mass 1 for each species.
  public struct Component: Sendable {
    /// w_i as it was written; the weights of a mixture sum to 1, to 1e-12.
    public let writtenWeight: DecimalNumber
    /// f^i_α, one for each species, of mass 1.
    public let states: [any OneParticleState]

    /// w_i
    public var weight: Double { writtenWeight.value }

    /// A product with its weight; the mixture checks their number and the sum.
    public init(writtenWeight: DecimalNumber, states: [any OneParticleState]) {
      self.writtenWeight = writtenWeight
      self.states = states
    }

    /// A product with a weight that was computed.
    /// - Precondition: the weight is finite.
    public init(weight: Double, states: [any OneParticleState]) {
      self.init(writtenWeight: DecimalNumber(weight), states: states)
    }
  }

  /// The products that are mixed.
  public let components: [Component]
  /// n_α in the order of the species.
  public let fractions: [Double]
  /// N_α at finite N, nil for N = ∞.
  public let particles: [Int]?

  /// - Throws: `ArgumentError` unless every component has one state per species and the weights sum to 1.
  public init(components: [Component], fractions: [Double], particles: [Int]? = nil)
    throws(ArgumentError)
  {
    guard !components.isEmpty else {
      throw ArgumentError("components", expected: "at least one component", got: "none")
    }
    guard components.allSatisfy({ $0.states.count == fractions.count }) else {
      throw ArgumentError(
        "components", expected: "one state for each of \(fractions.count) species", got: "another number")
    }
    let total = components.reduce(0) { $0 + $1.weight }
    guard (total - 1).magnitude <= 1e-12 else {
      throw ArgumentError("components.weight", expected: "weights that sum to 1", got: "\(total)")
    }
    self.components = components
    self.fractions = fractions
    self.particles = particles
  }

  /// Factorised data: one state per species.
  public init(states: [any OneParticleState], fractions: [Double], particles: [Int]? = nil)
    throws(ArgumentError)
  {
    try self.init(
      components: [Component(weight: 1, states: states)], fractions: fractions, particles: particles)
  }

  public func value(at points: [PhasePoint]) -> Complex<Double> {
    var sum = Complex<Double>.zero
    for component in components {
      var product = Complex(component.weight)
      for point in points {
        product *= component.states[point.species].value(xi: point.xi, eta: point.eta)
      }
      sum += product
    }
    return sum.multiplied(by: mass(of: points.order(speciesCount: fractions.count)))
  }

  /// c_{kℓ} = μ_0^{(k,ℓ)}(0).
  public func mass(of order: MarginalOrder) -> Double {
    guard let particles else {
      return zip(order.counts, fractions).reduce(1) { $0 * Double.pow($1.1, $1.0) }
    }
    let total = Double(particles.reduce(0, +))
    var mass = 1.0
    for (count, available) in zip(order.counts, particles) {
      for i in 0..<count { mass *= Double(max(0, available - i)) / total }
    }
    return mass
  }

  /// Σ_i w_i of the weights as written.
  public func totalWeight<Scalar: RealScalar>(as _: Scalar.Type) -> Scalar {
    components.reduce(Scalar(0)) { $0 + Scalar($1.writtenWeight) }
  }

  public func isNonnegative(hbar: Double?) -> Bool {
    components.allSatisfy { component in
      component.weight >= 0 && component.states.allSatisfy { $0.isNonnegative(hbar: hbar) }
    }
  }
}
