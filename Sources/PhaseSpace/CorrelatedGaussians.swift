import CLibraries
public import Numerics

/// Truly correlated initial data: infinitely many exchangeable, jointly Gaussian particles,
///
///     f^{(k,ℓ)} = Π_i f_{α_i}(ξ_i,η_i) · exp(−½ Σ_{i,j} (P_{α_iα_j} ξ_i·ξ_j + Q_{α_iα_j} η_i·η_j)),
///
/// f_α Gaussian and P, Q symmetric S × S: two particles of species α ≠ β (or two of one species) have the
/// covariance P_{αβ} of their momenta and Q_{αβ} of their positions on every axis, beyond the variances σ_α²
/// and s_α² of each alone. For rank ≥ 2 the marginal is no product, and no finite mixture of products.
///
/// It is the average, over a Gaussian displacement shared by all particles of a species (with covariances P
/// and Q between the species), of displaced products: so P, Q ≥ 0 as matrices makes every order nonnegative,
/// and, displaced states being states, an average of quantum states where the f_α are (Moyal kernel).
public struct CorrelatedGaussians: InitialHierarchy {
  /// f_α in the order of the species.
  public let states: [GaussianState]
  /// P_{αβ}, row-major S × S.
  public let momentumCovariance: [Double]
  /// Q_{αβ}, row-major S × S.
  public let positionCovariance: [Double]
  /// Whether P, Q ≥ 0 holds exactly, and not only to the rounding that `init` allows.
  private let areCovariances: Bool

  /// - Throws: `ArgumentError` unless there is a state, and P and Q are symmetric and positive semidefinite S × S
  ///   matrices.
  public init(states: [GaussianState], momentumCovariance: [Double], positionCovariance: [Double]) throws {
    guard !states.isEmpty else {
      throw ArgumentError("states", expected: "one for each species", got: "none")
    }
    try Self.check(momentumCovariance, "momentum-covariance", order: states.count)
    try Self.check(positionCovariance, "position-covariance", order: states.count)
    self.states = states
    self.momentumCovariance = momentumCovariance
    self.positionCovariance = positionCovariance
    areCovariances = [momentumCovariance, positionCovariance].allSatisfy {
      Self.isPositiveSemidefinite($0, order: states.count)
    }
  }

  /// Whether a symmetric matrix has no negative eigenvalue, by elimination over the rationals.
  private static func isPositiveSemidefinite(_ matrix: [Double], order n: Int) -> Bool {
    var a = matrix.map { Rational(DecimalNumber($0)) }
    let zero = Rational(0)
    for k in 0..<n {
      let pivot = a[k * n + k]
      guard pivot > zero else {
        guard pivot == zero, (k..<n).allSatisfy({ a[k * n + $0] == zero }) else { return false }
        continue
      }
      for i in (k + 1)..<max(n, k + 1) {
        let factor = a[i * n + k] / pivot
        for j in (k + 1)..<n { a[i * n + j] = a[i * n + j] - factor * a[k * n + j] }
      }
    }
    return true
  }

  private static func check(_ matrix: [Double], _ name: String, order n: Int) throws {
    guard matrix.count == n * n, matrix.allSatisfy(\.isFinite),
      (0..<n).allSatisfy({ a in (0..<n).allSatisfy { matrix[a * n + $0] == matrix[$0 * n + a] } })
    else { throw ArgumentError(name, expected: "a symmetric \(n) × \(n) matrix", got: "\(matrix)") }
    let eigenvalues = try HermitianEigenproblem.values(matrix.map { Complex($0) }, order: n)
    let largest = eigenvalues.map(\.magnitude).largest() ?? 0
    guard let least = eigenvalues.smallest(), least >= -1e-14 * largest else {
      throw ArgumentError(name, expected: "no negative eigenvalue", got: "\(eigenvalues)")
    }
  }

  public func value(at particles: [PhasePoint]) -> Complex<Double> {
    let count = states.count
    var product = Complex<Double>(1)
    var xi = [SpaceVector](repeating: .zero, count: count)
    var eta = xi
    for particle in particles {
      let alpha = particle.species
      product *= states[alpha].value(xi: particle.xi, eta: particle.eta)
      xi[alpha] += particle.xi
      eta[alpha] += particle.eta
    }
    var exponent = 0.0
    for a in 0..<count {
      for b in 0..<count {
        exponent += momentumCovariance[a * count + b] * xi[a].dot(xi[b])
        exponent += positionCovariance[a * count + b] * eta[a].dot(eta[b])
      }
    }
    return product.multiplied(by: Double.exp(-0.5 * exponent))
  }

  public var exponentialForm: [WeightedExponential]? {
    [
      WeightedExponential(
        weight: 1, states: states.compactMap(\.exponentialForm), momentumCovariance: momentumCovariance,
        positionCovariance: positionCovariance)
    ]
  }

  public func isNonnegative(hbar: Double?) -> Bool {
    areCovariances && states.allSatisfy { $0.isNonnegative(hbar: hbar) }
  }
}
