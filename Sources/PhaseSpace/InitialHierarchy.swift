public import CLibraries
public import Numerics

/// Initial data of all orders, of mass 1: the family f^{(k,ℓ)} of which the model makes
///
///     μ_0^{(k,ℓ)} = c_{kℓ} f^{(k,ℓ)},     c_{kℓ} = n_1^k n_2^ℓ,  at finite N (N_1)_k (N_2)_ℓ / N^{k+ℓ}   (Lemma 2.1).
///
/// Fractions and particle numbers are the model's alone (`Model.mass(of:)`); `marginals(of:)` are the μ_0 of a model.
///
/// A new one is a value and whether it is nonnegative:
///
///     struct Rest: InitialHierarchy {
///       func value(at particles: [PhasePoint]) -> Complex<Double> { 1 }
///       func isNonnegative(hbar: Double?) -> Bool { hbar == nil }
///     }
public protocol InitialHierarchy: Sendable {
  /// f^{(k,ℓ)} at these arguments, symmetric within a species; W at (ξ,η) = 0.
  func value(at particles: [PhasePoint]) -> Complex<Double>

  /// Whether |μ_t^{(k,ℓ)}| ≤ W c_{kℓ}, W = `totalWeight`, is known for all times, the hypothesis of every remainder bound:
  /// nonnegative measures (ħ = nil, classical kernel) or positive operators (Moyal kernel).
  func isNonnegative(hbar: Double?) -> Bool

  /// W = μ_0^{(0,0)}, a factor of every remainder bound: 1, unless weights that were written as decimals sum to 1 only
  /// nearly (1/3 thrice).
  func totalWeight<Scalar: RealScalar>(as: Scalar.Type) -> Scalar

  /// The products whose mixture the data are; nil where they are none, and lattices ask value by value. With it hierarchies
  /// are filled from tables, and bounds may know the modes of the data.
  var products: [ProductMixture.Component]? { get }

  /// The data as a mixture of exponentials of quadratic forms; nil where they are none, and trees ask value by value.
  var exponentialForm: [WeightedExponential]? { get }
}

extension InitialHierarchy {
  public var products: [ProductMixture.Component]? { nil }

  /// That of the products, when all their states have one.
  public var exponentialForm: [WeightedExponential]? {
    guard let products else { return nil }
    let forms = products.compactMap { product -> WeightedExponential? in
      let states = product.states.compactMap(\.exponentialForm)
      return states.count == product.states.count
        ? WeightedExponential(weight: product.weight, states: states) : nil
    }
    return forms.count == products.count ? forms : nil
  }

  public func totalWeight<Scalar: RealScalar>(as _: Scalar.Type) -> Scalar { Scalar(1) }
}

/// Factorised data and their mixtures (de Finetti),
///
///     f^{(k,ℓ)} = Σ_i w_i Π_j f^i_{α_j}(ξ_j, η_j),   Σ_i w_i = 1 (to 1e-12).
///
/// One component is factorised data.
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
  /// - Throws: `ArgumentError` unless all components have as many states, one for each species, and the weights sum to 1.
  public init(components: [Component]) throws(ArgumentError) {
    guard !components.isEmpty else {
      throw ArgumentError("components", expected: "at least one component", got: "none")
    }
    let species = components[0].states.count
    guard species > 0, components.allSatisfy({ $0.states.count == species }) else {
      throw ArgumentError(
        "components", expected: "one state for each species, in all of them",
        got: "\(components.map(\.states.count)) states")
    }
    let total = components.reduce(0) { $0 + $1.weight }
    guard (total - 1).magnitude <= 1e-12 else {
      throw ArgumentError("components.weight", expected: "weights that sum to 1", got: "\(total)")
    }
    self.components = components
  }

  /// Factorised data: one state per species.
  public init(states: [any OneParticleState]) throws(ArgumentError) {
    try self.init(components: [Component(weight: 1, states: states)])
  }

  public var products: [Component]? { components }

  public func value(at points: [PhasePoint]) -> Complex<Double> {
    var sum = Complex<Double>.zero
    for component in components {
      var product = Complex(component.weight)
      for point in points {
        product *= component.states[point.species].value(xi: point.xi, eta: point.eta)
      }
      sum += product
    }
    return sum
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
