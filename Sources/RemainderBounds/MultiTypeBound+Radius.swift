// The convergence time of the multi-type majorant: the least blow-up time of
//
//     m_α b_α″ = Σ_β ν_{αβ} ∫ |V̂_{αβ}(η)||η| e^{|η|(b_α + b_β)} dη,   b(0) = b′(0) = 0   (λ = 1)
//
// over the species of the point. Not certified: found by integration in Double, to relative 1e-8 (no model of the
// tests is off by more than 2e-9). The integral over η is exact: the atoms, or the moments of |V̂|.

public import CLibraries
import Foundation
public import Interaction

extension MultiTypeBound {
  public func convergenceTime<Scalar: RealScalar>(_ model: Model, species: [Int], as _: Scalar.Type)
    throws(ArgumentError) -> Scalar?
  {
    guard let time = try Self.blowUpTime(model, species: Set(species)) else { return nil }
    // A ball for the error of the integration.
    let (center, error) = (Scalar(DecimalNumber(time)), Scalar(DecimalNumber(1e-8 * time)))
    return Scalar.hull(Scalar.hull(center - error, center + error), center)
  }

  /// The blow-up time for the given species; nil when they feel no force. Species are coupled by what V̂ has off
  /// η = 0: a constant potential couples nothing.
  static func blowUpTime(_ model: Model, species: Set<Int>) throws(ArgumentError) -> Double? {
    let constants = InteractionConstants<Double>(model)
    // Only what a species reaches through its interactions matters to it.
    var reached = species
    var frontier = species
    while let alpha = frontier.popFirst() {
      for beta in model.species.indices where !reached.contains(beta) {
        guard try isCoupled(alpha, beta, constants) else { continue }
        reached.insert(beta)
        frontier.insert(beta)
      }
    }
    let members = reached.sorted()
    var scale = 0.0
    for alpha in members {
      for beta in members {
        guard try isCoupled(alpha, beta, constants) else { continue }
        let rate =
          try constants.branchingRate(alpha) / constants.mass(alpha) * constants.bandlimit(alpha, beta)
        guard rate.isFinite else { throw outOfRange(rate) }
        scale = max(scale, rate)
      }
    }
    guard scale > 0 else { return nil }
    var forces: [[ExponentialForce]] = []
    for alpha in members {
      var row: [ExponentialForce] = []
      for beta in members { row.append(try ExponentialForce(model, alpha, beta)) }
      forces.append(row)
    }
    var system = BlowUp(
      forces: forces, masses: members.map { model.masses[$0] },
      partners: members.map { alpha in members.map { constants.partners(alpha, $0) } })
    return try system.time(unit: 1 / scale.squareRoot())
  }

  /// Whether V̂_{αβ} has anything off η = 0. What is no number is no "no": it is refused.
  private static func isCoupled(_ alpha: Int, _ beta: Int, _ constants: InteractionConstants<Double>)
    throws(ArgumentError) -> Bool
  {
    let moment = try constants.moment(1, alpha, beta)
    guard moment.isFinite else { throw outOfRange(moment) }
    return moment > 0
  }

  private static func outOfRange(_ rate: Double) -> ArgumentError {
    ArgumentError("potentials", expected: "moments of |V̂| in the range of a Double", got: "\(rate)")
  }
}

/// s ↦ ∫|V̂_{αβ}||η| e^{|η|s} dη, s ≥ 0, in Double: Σ_r w_r e^{rs} on the torus, Σ_q M^{q+1} s^q/q! on R^d, both sums of
/// terms ≥ 0 from closed forms.
private struct ExponentialForce {
  /// B_{αβ}, the largest rate.
  let bandlimit: Double
  private let radii: [(radius: Double, weight: Double)]
  /// M^{q+1}/B^q for q = 0, 1, …, as many as were needed so far; falling. Empty on the torus.
  private var moments: [Double] = []
  private let constants: InteractionConstants<Ball>
  private let pair: (Int, Int)

  init(_ model: Model, _ alpha: Int, _ beta: Int) throws(ArgumentError) {
    constants = InteractionConstants<Ball>(model)
    pair = (alpha, beta)
    bandlimit = (try constants.bandlimit(alpha, beta)).middle
    guard let kappa = model.geometry.kappa else {
      radii = []
      if bandlimit > 0 { moments = [(try constants.moment(1, alpha, beta)).middle] }
      return
    }
    var total: [Int: Double] = [:]
    for atom in model.potentials.atoms(alpha, beta) {
      total[atom.mode.squaredNorm, default: 0] += atom.coefficient.magnitude
    }
    radii = total.sorted { $0.key < $1.key }.map { squaredNorm, sum in
      let radius = kappa * Double(squaredNorm).squareRoot()
      return (radius, radius * sum)
    }
  }

  /// The integral at s. Cost on R^d: about Bs + 10√(Bs) + 20 terms.
  mutating func value(at s: Double) throws(ArgumentError) -> Double {
    if moments.isEmpty { return radii.reduce(0) { $0 + $1.weight * exp($1.radius * s) } }
    let x = bandlimit * s
    var sum = moments[0]
    var power = 1.0
    var q = 0
    // Beyond q = x the terms fall, ever faster.
    while power.isFinite {
      q += 1
      power *= x / Double(q)
      if q == moments.count { moments.append(try nextMoment()) }
      let term = moments[q] * power
      sum += term
      if Double(q) > x, term <= 0x1p-54 * sum { break }
    }
    return power.isFinite ? sum : .infinity
  }

  /// In balls where powers of B leave the range of a Double.
  private func nextMoment() throws(ArgumentError) -> Double {
    let q = moments.count
    let size = Double.pow(bandlimit, constants.model.geometry.dimension + q + 1)
    if size > 1e-250, size < 1e250 {
      let moment = try InteractionConstants<Double>(constants.model).moment(q + 1, pair.0, pair.1)
      return moment / Double.pow(bandlimit, q)
    }
    return
      ((try constants.moment(q + 1, pair.0, pair.1))
      / (try constants.bandlimit(pair.0, pair.1)).power(q)).middle
  }
}

/// The ODE at λ = 1, integrated by RK4 with steps that shrink with the distance to the blow-up.
private struct BlowUp {
  var forces: [[ExponentialForce]]
  let masses: [Double]
  /// ν_{αβ}
  let partners: [[Double]]

  private mutating func acceleration(_ b: [Double]) throws(ArgumentError) -> [Double] {
    var result: [Double] = []
    for alpha in b.indices {
      var sum = 0.0
      for beta in b.indices {
        sum += partners[alpha][beta] * (try forces[alpha][beta].value(at: b[alpha] + b[beta]))
      }
      result.append(sum / masses[alpha])
    }
    return result
  }

  /// Near the blow-up r(b_α + b_β)′ ~ 2/(T − t) with r the largest radius: once the remaining time is below 2e-11
  /// of the elapsed one, the rest is that estimate. Some b″ is bounded below from the start, so b grows like t² and
  /// the exponential ends it within some tens of units: the loop ends.
  mutating func time(unit: Double) throws(ArgumentError) -> Double {
    var b = [Double](repeating: 0, count: masses.count)
    var v = b
    var t = 0.0
    while true {
      let a = try acceleration(b)
      // The time on which the acceleration changes: a/ȧ, from the exponential's largest rate.
      var rate = 0.0
      for alpha in b.indices {
        for beta in b.indices {
          rate = max(rate, forces[alpha][beta].bandlimit * (v[alpha] + v[beta]))
        }
      }
      let scale = max(rate, 1 / unit)
      let h = 0.01 / scale
      if rate * t > 1e11 || t + h == t || !a.allSatisfy(\.isFinite) { return t + 2 / scale }
      let (b1, v1) = (b, v)
      let a1 = a
      let b2 = zip(b1, v1).map { $0 + h / 2 * $1 }
      let v2 = zip(v1, a1).map { $0 + h / 2 * $1 }
      let a2 = try acceleration(b2)
      let b3 = zip(b1, v2).map { $0 + h / 2 * $1 }
      let v3 = zip(v1, a2).map { $0 + h / 2 * $1 }
      let a3 = try acceleration(b3)
      let b4 = zip(b1, v3).map { $0 + h * $1 }
      let v4 = zip(v1, a3).map { $0 + h * $1 }
      let a4 = try acceleration(b4)
      for i in b.indices {
        b[i] = b1[i] + h / 6 * (v1[i] + 2 * v2[i] + 2 * v3[i] + v4[i])
        v[i] = v1[i] + h / 6 * (a1[i] + 2 * a2[i] + 2 * a3[i] + a4[i])
      }
      t += h
    }
  }
}
