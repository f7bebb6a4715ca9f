public import CLibraries
public import PhaseSpace

/// ∫ V̂_{αβ}(η) g(η) dη as a finite sum Σ_i w_i g(η_i), with V̂ inside the weights.
///
/// On the torus the sum over the atoms, exact. On R^d: Gauss–Legendre in |η| between the breaks of V̂
/// (Gauss–Jacobi up to an edge where V̂ is a fractional power), times the two signs (d = 1), the trapezoidal rule on the
/// circle (d = 2), Gauss–Legendre in cos θ times the trapezoidal rule in φ (d = 3); it converges faster than any power
/// for analytic g. Signed weights: a quadrature of V̂, not of |V̂|.
public struct FrequencyQuadrature: Sendable {
  /// A node η with its weight.
  public struct Node: Sendable {
    /// η
    public let eta: SpaceVector
    /// w_i, V̂_{αβ} included.
    public let weight: Double
  }

  /// All nodes; Σ_i w_i g(η_i) for ∫ V̂_{αβ}(η) g(η) dη.
  public let nodes: [Node]

  /// - Parameters:
  ///   - radialPoints: Gauss points per smooth piece of V̂.
  ///   - angularPoints: points on a great circle (half as many in cos θ).
  public init(
    _ potentials: PotentialMatrix, _ alpha: Int, _ beta: Int, radialPoints: Int = 24, angularPoints: Int = 24
  ) throws(ArgumentError) {
    if let kappa = potentials.geometry.kappa {
      nodes = potentials.atoms(alpha, beta).map { Node(eta: $0.mode.vector * kappa, weight: $0.coefficient) }
      return
    }
    guard let potential = potentials.density(alpha, beta) else {
      nodes = []
      return
    }
    let d = potentials.geometry.dimension
    let directions = Self.directions(dimension: d, points: angularPoints)
    let breaks = potential.smoothnessBreaks()
    var nodes: [Node] = []
    for (start, end) in zip(breaks, breaks.dropFirst()) {
      for (r, w) in Self.radialRule(
        potential, from: start, to: end, isLast: end == breaks.last, radialPoints)
      {
        let radial = w * Double.pow(r, d - 1)
        for (direction, area) in directions { nodes.append(Node(eta: direction * r, weight: radial * area)) }
      }
    }
    self.nodes = nodes
  }

  /// Radii and weights of ∫ V̂(r) g(r) dr over one smooth piece, V̂ included.
  private static func radialRule(
    _ potential: any RadialPotential, from start: Double, to end: Double, isLast: Bool, _ points: Int
  ) -> [(radius: Double, weight: Double)] {
    var result: [(radius: Double, weight: Double)] = []
    if isLast, let power = potential.edgePower {
      let rule = GaussJacobi(points: points, power: power, from: start, to: end)
      for (r, w) in zip(rule.nodes, rule.weights) {
        let density: Double = potential.transform(radius: r)
        result.append((r, w * density / Double.pow(end - r, power)))
      }
    } else {
      let rule = GaussLegendre(points: points, from: start, to: end)
      for (r, w) in zip(rule.nodes, rule.weights) {
        let density: Double = potential.transform(radius: r)
        result.append((r, w * density))
      }
    }
    return result
  }

  /// Unit vectors and areas whose sum is the area of the unit sphere.
  static func directions(dimension: Int, points: Int) -> [(SpaceVector, Double)] {
    let circle = (0..<points).map { 2 * Double.pi * (Double($0) + 0.5) / Double(points) }
    let arc = 2 * Double.pi / Double(points)
    switch dimension {
    case 1: return [(SpaceVector(1, 0, 0), 1), (SpaceVector(-1, 0, 0), 1)]
    case 2: return circle.map { (SpaceVector(.cos($0), .sin($0), 0), arc) }
    default:
      let heights = GaussLegendre(points: max(1, points / 2), from: -1, to: 1)
      return zip(heights.nodes, heights.weights).flatMap { height, weight in
        let rim = (1 - height * height).squareRoot()
        return circle.map { (SpaceVector(rim * .cos($0), rim * .sin($0), height), weight * arc) }
      }
    }
  }
}
