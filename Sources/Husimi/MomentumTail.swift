// What of a phase-space measure lies beyond a momentum P. The p-marginal of a Husimi measure, and of a classical density smoothed by
// the window, is a mixture of copies of one probability density, f̂(k)²/2π with k = (p − p_j)/√ħ: p_j = ħκn with the weights γ_nn of a
// state, or the momenta of a classical measure with its weights. So with
//
//     T_0(x) = ∫_x^∞ f̂²/2π dk,     T_1(x) = ∫_x^∞ (k − x) f̂²/2π dk,     T_0(−x) = 1 − T_0(x),   T_1(−x) = x + T_1(x),
//
//     mass beyond     o = Σ_j w_j [T_0((P − p_j)/√ħ) + T_0((P + p_j)/√ħ)]
//     its way back    d = √ħ Σ_j w_j [T_1((P − p_j)/√ħ) + T_1((P + p_j)/√ħ)] = ∫ (|p| − P)_+
//
// to 1e-9. A histogram of |p| ≤ P that is normalised moves the mass o: in W_1 it is within d + oD of the measure it stands for, D the
// diameter of the histogram (the mass first goes straight to the edge, then anywhere inside).

import CLibraries

/// The tails of a window's momentum density.
public struct MomentumTail: Sendable {
  /// ‖f'‖/32, the step of the table in k.
  private let step: Double
  /// T_0, T_1 and f̂²/2π at the multiples of the step.
  private let (mass, way, density): ([Double], [Double], [Double])

  /// Tables of the tails, by Gauss–Legendre between neighbours from the far end, which is where f̂²k³ has become negligible or 2000‖f'‖.
  public init(_ window: any Window) {
    let unit = window.gradientSquaredNorm.squareRoot()
    let step = unit / 32
    func value(_ k: Double) -> Double {
      let transform = window.transform(k)
      return transform * transform / (2 * Double.pi)
    }
    var reach = 4.0
    while reach < 2000,
      (0...64).contains(where: { i in
        let x = reach * (1 + Double(i) / 64)
        return !(value(x * unit) * unit * x * x * x < 1e-18)
      })
    { reach *= 1.25 }
    let count = Int((32 * min(reach, 2000)).rounded(.up))
    var (mass, way) = ([Double](repeating: 0, count: count + 1), [Double](repeating: 0, count: count + 1))
    let rule = GaussLegendre(points: 6, from: 0, to: step)
    for i in stride(from: count - 1, through: 0, by: -1) {
      let start = step * Double(i)
      var (zeroth, first) = (0.0, 0.0)
      for (k, weight) in zip(rule.nodes, rule.weights) {
        let share = weight * value(start + k)
        zeroth += share
        first += share * k
      }
      way[i] = way[i + 1] + step * mass[i + 1] + first
      mass[i] = mass[i + 1] + zeroth
    }
    self.step = step
    self.mass = mass
    self.way = way
    density = (0...count).map { value(step * Double($0)) }
  }

  /// T_0(x) and T_1(x), by cubic interpolation with the derivatives −f̂²/2π and −T_0.
  private func tails(_ x: Double) -> (mass: Double, way: Double) {
    guard x >= 0 else {
      let opposite = tails(-x)
      return (1 - opposite.mass, opposite.way - x)
    }
    let place = x / step
    guard place < Double(mass.count - 1) else { return x.isNaN ? (.nan, .nan) : (0, 0) }
    let (i, t) = (Int(place), place - place.rounded(.down))
    func cubic(_ values: [Double], _ slopes: [Double]) -> Double {
      let (a, b) = (values[i], values[i + 1])
      let (u, v) = (-step * slopes[i], -step * slopes[i + 1])
      return a + t * (u + t * (3 * (b - a) - 2 * u - v + t * (2 * (a - b) + u + v)))
    }
    return (max(0, cubic(mass, density)), max(0, cubic(way, mass)))
  }

  /// o and d beyond ±P of a mixture about momenta with weights of sum 1.
  public func beyond(_ limit: Double, momenta: [Double], weights: [Double], hbar: Double) -> OutsideMass {
    let root = hbar.squareRoot()
    var (mass, way) = (0.0, 0.0)
    for (p, weight) in zip(momenta, weights) where weight != 0 {
      let (above, below) = (tails((limit - p) / root), tails((limit + p) / root))
      mass += weight * (above.mass + below.mass)
      way += weight * root * (above.way + below.way)
    }
    return OutsideMass(mass: mass, way: way)
  }
}

/// The part of a probability that a histogram of |p| ≤ P does not hold.
public struct OutsideMass: Sendable, Hashable {
  /// o
  public let mass: Double
  /// d = ∫ (|p| − P)_+.
  public let way: Double

  /// A mass and the way it has to go back.
  public init(mass: Double, way: Double) {
    self.mass = mass
    self.way = way
  }

  /// Of points with weights of sum 1: a classical measure as it is.
  public init(beyond limit: Double, momenta: [Double], weights: [Double]) {
    var (mass, way) = (0.0, 0.0)
    for (p, weight) in zip(momenta, weights) where p.magnitude > limit {
      mass += weight
      way += weight * (p.magnitude - limit)
    }
    self.init(mass: mass, way: way)
  }

  /// d + oD: how far in W_1 the normalised histogram may be from the whole measure.
  public func displacement(diameter: Double) -> Double { way + mass * diameter }
}
