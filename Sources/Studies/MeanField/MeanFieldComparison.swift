// N particles against the mean field at points of the marginals: what moves on the two sides, what is compared of them, and what
// Theorem 7 allows in between.

public import Computing
public import Interaction
import Numerics
public import PhaseSpace
public import RemainderBounds

/// One number of particles and one way to follow them.
public protocol MeanFieldComparison: Sendable {
  /// What the particles are: "fermions", "hierarchy".
  var source: String { get }
  /// N_α and the kernel.
  var model: Model { get }
  /// In the interaction picture.
  var points: [Point] { get }

  /// Theorem 7 for these particles.
  /// - Throws: `HypothesisError`.
  func rate() throws -> MeanFieldRate
  /// Both sides at t = 0.
  func observer(workers: Workers) throws -> any MeanFieldObserver
  /// Seconds of one core up to a time.
  func seconds(to last: Double, times: Int) throws -> Double
  /// Holds what the two sides and the records of all times take.
  func hold(in plan: inout MemoryPlan, times: Int, moves: Bool, threads: Int) throws
}

extension MeanFieldComparison {
  /// N_α
  public var particles: [Int] { model.particles ?? [] }
  /// ħ of the kernel, 0 for the classical one.
  public var hbar: Double { model.kernel.hbar ?? 0 }
  /// The marginal each point belongs to.
  public var orders: [MarginalOrder] { points.map { $0.order(speciesCount: model.species.count) } }

  /// The model of the Vlasov equation.
  func limit() throws -> Model {
    try Model(geometry: model.geometry, species: model.species, potentials: model.potentials)
  }
}

/// Both sides of a comparison as they move.
public protocol MeanFieldObserver {
  /// What moves.
  var evolutions: [any Evolution] { get }
  /// The marginals at this time, at which all are.
  func record(at time: Double) throws -> MeanFieldRecord
}

/// What one time says of every point: the marginal of N particles, the mean field's, and their errors.
public struct MeanFieldRecord: Codable, Sendable {
  /// One point.
  public struct Value: Codable, Sendable {
    /// μ_{N,ħ}: real and imaginary part.
    public let particles: [Double]
    /// μ_∞
    public let limit: [Double]
    /// What fewer plane waves, or another closure, change in μ_{N,ħ}.
    public let particlesError: Double
    /// What a refined lattice changes.
    public let latticeError: Double

    /// |μ_{N,ħ} − μ_∞|
    public var difference: Double {
      Complex(particles[0] - limit[0], particles[1] - limit[1]).length
    }
    /// The error bar of the difference; with rounding, of sums of some hundred numbers of size one.
    public var error: Double { particlesError + latticeError + 1e-13 }
  }

  /// t
  public let time: Double
  /// In the order of the points.
  public let values: [Value]
}
