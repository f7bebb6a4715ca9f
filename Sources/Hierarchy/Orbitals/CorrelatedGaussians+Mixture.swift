// Correlated Gaussians as a mixture of products. They are the average of displaced products over Gaussian displacements (u_α, x_α)
// of momentum and position, one for each species and axis, with covariances P and Q (`CorrelatedGaussians`):
//
//     f^{(k,ℓ)} = E Π_j f_{α_j}(ξ_j,η_j) e^{i(ξ_j·u_{α_j} + η_j·x_{α_j})}.
//
// With P = A Aᵀ, u = A z, z of as many standard normal numbers as P has positive eigenvalues, and the average over each z is that of
// Gauss and Hermite's M nodes: exact for polynomials of degree 2M − 1, so that e^{izs} is off by about s^{2M}/(2M − 1)!!·…, s = Aᵀ Σ_j ξ_j.

import CLibraries
import Numerics
public import PhaseSpace

extension CorrelatedGaussians {
  /// The mixture with M nodes for each direction in which particles are correlated: M^{rank P + rank Q} products on one axis.
  /// - Parameter most: how many products there may be.
  /// - Throws: `ArgumentError` for fewer than one node and for more products than `most`.
  public func mixture(nodes: Int, most: Int = 2000) throws -> ProductMixture {
    guard nodes >= 1 else { throw ArgumentError("nodes", expected: "at least one", got: "\(nodes)") }
    let dimension = states[0].axes
    let directions = try (0..<dimension).flatMap { axis in
      try Self.directions(of: momentumCovariance, order: states.count).map { (axis, $0, true) }
        + Self.directions(of: positionCovariance, order: states.count).map { (axis, $0, false) }
    }
    guard Double.pow(Double(nodes), directions.count) <= Double(most) else {
      throw ArgumentError(
        "nodes", expected: "at most \(most) products for \(directions.count) directions of correlation",
        got: "\(nodes) nodes for each")
    }
    let rule = try GaussHermite(nodes: nodes)
    var displaced = [(weight: 1.0, states: states)]
    for (axis, direction, isMomentum) in directions {
      displaced = try displaced.flatMap { weight, states in
        try zip(rule.nodes, rule.weights).map { node, share in
          let moved = try zip(states, direction).map { state, a in
            try state.displaced(along: axis, by: a * node, inMomentum: isMomentum)
          }
          return (weight * share, moved)
        }
      }
    }
    let total = displaced.reduce(0) { $0 + $1.weight }
    return try ProductMixture(
      components: displaced.map { ProductMixture.Component(weight: $0.weight / total, states: $0.states) })
  }

  /// The mixture of as few nodes as keep every marginal of these orders to `tolerance`, and how far it is off, the largest difference
  /// and its share in L², whichever is more: at particles that all stand at one site of their species, where displacements add up, at
  /// every mode and a ninth of the points of the first axis.
  /// - Throws: `ArgumentError` where that takes too many products.
  public func mixture(
    of orders: [MarginalOrder], on lattice: FourierLattice, tolerance: Double, most: Int = 2000
  ) throws -> (mixture: ProductMixture, nodes: Int, error: Double) {
    let places = (-lattice.modes...lattice.modes).flatMap { n in (-4...4).map { (n, $0) } }
    var nodes = 2
    while true {
      let mixture = try mixture(nodes: nodes, most: most)
      var error = 0.0
      for order in orders {
        var (missed, square) = (0.0, 0.0)
        for (n, g) in places {
          let particles = order.slots.map { species in
            PhasePoint(
              species: species,
              xi: lattice.xi(ModeIndex(g * lattice.halfWidths[species] / 4, 0, 0), species: species),
              eta: ModeIndex(n, 0, 0).vector * lattice.kappa)
          }
          let exact = value(at: particles)
          let difference = (mixture.value(at: particles) - exact).length
          error = .greatest(error, difference)
          missed += difference * difference
          square += exact.lengthSquared
        }
        error = .greatest(error, (missed / square).squareRoot())
      }
      if error <= tolerance { return (mixture, nodes, error) }
      nodes += 1
      guard nodes <= Self.mostNodes else {
        throw ArgumentError(
          "tolerance", expected: "one that \(Self.mostNodes) nodes for each direction reach",
          got: "\(tolerance)")
      }
    }
  }

  /// Of a direction: more are not nearer, but for rounding.
  private static let mostNodes = 64

  /// √λ v for every positive eigenvalue of a covariance.
  private static func directions(of matrix: [Double], order n: Int) throws -> [[Double]] {
    let (values, vectors) = GradedEigenproblem.solve(matrix, order: n)
    let largest = Double.greatest(0, values.first ?? 0)
    return values.indices.filter { values[$0] > 1e-14 * largest }.map { k in
      (0..<n).map { values[k].squareRoot() * vectors[$0 * n + k] }
    }
  }
}

extension GaussianState {
  /// d
  fileprivate var axes: Int { (0..<3).last { sigma[$0] > 0 }.map { $0 + 1 } ?? 0 }

  fileprivate func displaced(along axis: Int, by distance: Double, inMomentum: Bool) throws(ArgumentError)
    -> GaussianState
  {
    func moved(_ vector: SpaceVector, _ isMoved: Bool) -> [Double] {
      (0..<axes).map { vector[$0] + (isMoved && $0 == axis ? distance : 0) }
    }
    let (sigma, width) = (moved(sigma, false), moved(width, false))
    return try GaussianState(
      dimension: axes, sigma: sigma, drift: moved(drift, inMomentum), width: width,
      centre: moved(centre, !inMomentum))
  }
}

/// Gauss and Hermite's rule for the standard normal density: the eigenvalues z of the Jacobi matrix of He_n, off-diagonal √n, and the
/// squares of the first components of its eigenvectors (Golub, Welsch 1969).
struct GaussHermite {
  let nodes: [Double]
  let weights: [Double]

  init(nodes count: Int) throws {
    var matrix = [Complex<Double>](repeating: .zero, count: count * count)
    for i in 1..<max(1, count) {
      matrix[i * count + i - 1] = Complex(Double(i).squareRoot())
      matrix[(i - 1) * count + i] = Complex(Double(i).squareRoot())
    }
    let solved = try HermitianEigenproblem.solve(matrix, order: count)
    nodes = solved.values
    weights = (0..<count).map { solved.vectors[$0 * count].lengthSquared }
  }
}
