// How far the weak residues are known in floating-point arithmetic. γ of a species and the matrices of its operators are sums over
// orbitals and plane waves, off by ε = 10⁻¹³ of what they can be at most: with ‖T‖ ≤ 2πħ Σ_r|φ_r|·sup|symbol|,
//
//     |Tr e_m γ_α| ≤ N_α,     |Tr T γ_α| ≤ N_α ‖T‖,     |Tr AγBγ| ≤ N_α ‖A‖‖B‖,
//
// and a product xy of two such figures with bounds X and Y is off by ε(|x|Y + X|y|) + ε²XY: a mean that vanishes (a uniform
// density) leaves little of the product, but never less than the last term. What a residue is smaller than this says nothing.

/// The residues of one state, or as many figures about them: of each species α, or of each pair [α][β].
public protocol ResidueFigures: Sendable {
  /// ∇_q·R_α.
  var velocity: [Double] { get }
  /// ∇_p·R̃_{αβ}, direct part.
  var force: [[Double]] { get }
  /// ∇_p·R̃_{αβ} beyond the direct part.
  var forceCorrelation: [[Double]] { get }
  /// R̂_{αβ}, direct part.
  var pair: [[Double]] { get }
  /// R̂_{αβ} beyond the direct part.
  var pairCorrelation: [[Double]] { get }
  /// The exchange with a spectator.
  var spectator: [[Double]]? { get }
}

/// How far rounding may have taken each of the weak residues.
public struct ResidueRounding: ResidueFigures, Hashable {
  public internal(set) var velocity: [Double]
  public internal(set) var force: [[Double]]
  public internal(set) var forceCorrelation: [[Double]]
  public internal(set) var pair: [[Double]]
  public internal(set) var pairCorrelation: [[Double]]
  public internal(set) var spectator: [[Double]]?

  /// ε
  static let relative = 1e-13

  /// Nothing is off yet.
  init(species: Int, hasSpectator: Bool) {
    velocity = [Double](repeating: 0, count: species)
    let pairs = [[Double]](repeating: velocity, count: species)
    (force, forceCorrelation, pair, pairCorrelation) = (pairs, pairs, pairs, pairs)
    spectator = hasSpectator ? pairs : nil
  }

  /// Of the product of two figures, each with its bound.
  static func product(_ x: Double, most largestX: Double, _ y: Double, most largestY: Double) -> Double {
    relative * (x.magnitude * largestY + largestX * y.magnitude) + relative * relative * largestX * largestY
  }
}
