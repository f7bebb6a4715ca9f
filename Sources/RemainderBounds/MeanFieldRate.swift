// A rate for Theorem 1.1 (Papers/finite-n.md, Theorem 7): for t < T, the radius of the multi-type bound at N = ∞,
//
//     |μ_{N,ħ} − μ_∞|  ≤  Σ_L { c(k) P_L^N − Q_L }                                       recollisions
//                       + Σ_L Σ_{|j|=L} p_j d(k+j)                                       data
//                       + Σ_L Q_L min( (ħ²B²/24) Σ_{l=1}^{L} (Ȳ + (l−1)B|t|/m_*)², 61/50 )   kernel,
//
// p_j the sums of `BirthSums`, Q_L = Σ_{|j|=L} p_j c(k+j) the trees without recollisions, c(k) P_L^N all graphs (the multi-type
// bound at finite N), c(k) = Π (N_α)_{k_α}/N^{k_α}, Ȳ = max_i max(|ξ_i|, |ξ_i − η_i t/m_i|), and d(k) what the data differ by.

public import CLibraries
public import Interaction
public import PhaseSpace

/// The certified right side of Theorem 7: how far the marginals of N particles, with the Moyal kernel at any ħ or the classical
/// one, are from the products of the Vlasov solutions that start from the same one-particle functions.
///
///     let rate = try MeanFieldRate(model, data: .slaterDeterminants)
///     let bound = try rate.bound(at: point, time: 0.4)
///     print(bound.total.upper, bound.recollisions.upper, bound.data.upper, bound.kernel.upper)
///
/// The sums over L are taken term by term to J and closed by R^{−(J+1)} (G(R) − Σ_{L≤J} R^L I_L), I_L = Σ_{|j|=L} p_j n^{k+j}
/// the trees at N = ∞ and G their generating function at λ = R > 1 from `MajorantGrowth`. The torus, any d, up to four species.
///
/// Cost: that of `BirthSums` in balls, some 10 ms for each point and time with two species.
public struct MeanFieldRate: Sendable {
  /// The data of N particles, by their one-particle functions f_α of mass 1: characteristic functions of nonnegative measures
  /// where the kernel is classical, of nonnegative operators at its ħ with Moyal's.
  public enum Data: Sendable, Hashable {
    /// c(k) Π f: particles without correlations but for their number.
    case independent
    /// One Slater determinant for each species, f_α the Wigner function of its orbitals.
    case slaterDeterminants
  }

  /// The three causes of the difference, and their sum: ends of an interval in which the right side lies.
  public struct Bound: Sendable, Hashable {
    /// Graphs in which two particles present meet again.
    public let recollisions: Enclosure
    /// Masses of falling factorials, and exchange.
    public let data: Enclosure
    /// κ_ħ(x) for x.
    public let kernel: Enclosure
    /// All three.
    public let total: Enclosure
  }

  static var label: String { "the rate of Theorem 1.1" }

  /// N_α and the kernel.
  public let model: Model
  /// What the particles start from.
  public let data: Data
  let births: BirthSums<BallVector>
  private let growths: [MajorantGrowth]
  private let finite: BoundEvaluator<Ball>

  /// - Parameter orders: J; unless given 40, 30, 20, 14 for one to four species.
  /// - Throws: `HypothesisError` at N = ∞, on R^d, or for more than four species.
  public init(_ model: Model, data: Data, orders: Int? = nil) throws {
    guard let particles = model.particles else { throw HypothesisError(Self.label, requires: "finite N") }
    try model.potentials.requireNoExternal(Self.label)
    let orders = orders ?? [40, 30, 20, 14][min(particles.count, 4) - 1]
    self.model = model
    self.data = data
    births = try BirthSums(model, orders: orders, label: Self.label)
    finite = try MultiTypeBound().evaluator(model, orders: orders, as: Ball.self)
    let total = Ball(particles.reduce(0, +))
    let fractions = particles.map { Ball($0) / total }
    growths = try MajorantGrowth.components(model).map {
      try MajorantGrowth(model, fractions: fractions, members: $0)
    }
  }

  /// T, the radius of the multi-type bound at N = ∞ with the fractions N_α/N, for points of these species: not certified.
  /// nil where the species feel no force.
  public func convergenceTime(species: [Int]) throws -> Double? {
    let infinite = try Model(
      geometry: model.geometry, species: model.species, potentials: model.potentials)
    let time: Ball? = try MultiTypeBound().convergenceTime(infinite, species: species, as: Ball.self)
    return time?.middle
  }

  /// The bound at a point, in the interaction picture.
  ///
  /// - Parameter time: t ≥ 0 or < 0.
  /// - Throws: `HypothesisError` where the time is not below T, up to the last half of a per cent.
  public func bound(at point: Point, time: DecimalNumber) throws -> Bound {
    let terms = try terms(at: point, time: Ball(time))
    let counts = point.order(speciesCount: model.species.count).counts
    let full = fractionProduct(counts)
    guard let tail = tail(point, time: Ball(time), terms.map(\.limit), mass: full) else {
      throw HypothesisError(Self.label, requires: "a time below the radius T of the multi-type bound")
    }
    // Of graphs beyond J nothing is known but their moduli: c(k) P_L^N ≤ (c(k)/n^k) I_L, |d| ≤ n^k or twice that.
    let finite = mass(counts) / full * tail
    let parts = [
      Self.enclosure(terms.map(\.recollisions), rest: finite),
      Self.enclosure(terms.map(\.data), rest: data == .independent ? tail : Ball(2) * tail),
      Self.enclosure(
        terms.map(\.kernel), rest: model.kernel == .classical ? Ball(0) : Self.kernelCap * finite),
    ]
    return Bound(
      recollisions: parts[0].ends, data: parts[1].ends, kernel: parts[2].ends,
      total: Self.enclosure(parts.map(\.sum), rest: parts.reduce(Ball(0)) { $0 + $1.rest }).ends)
  }

  private static func enclosure(_ terms: [Ball], rest: Ball) -> (ends: Enclosure, sum: Ball, rest: Ball) {
    let sum = terms.reduce(Ball(0)) { $0 + $1 }
    let ends = Enclosure(lower: .greatest(0, sum.lower), upper: .greatest(0, (sum + rest).upper))
    return (ends, sum, rest)
  }

  /// What the graphs with L events contribute to the right side.
  package struct Term: Sendable {
    /// c(k) P_L^N − Q_L
    package var recollisions = Ball(0)
    /// Σ_{|j|=L} p_j d(k+j)
    package var data = Ball(0)
    /// Q_L times what L kernels lose.
    package var kernel = Ball(0)
    /// Q_L
    package var births = Ball(0)
    /// I_L
    package var limit = Ball(0)
  }

  /// The terms for L = 0 … J.
  package func terms(at point: Point, time: Ball) throws -> [Term] {
    let counts = point.order(speciesCount: model.species.count).counts
    guard time.magnitude.upper > 0 else {
      return [Term(data: difference(counts), births: mass(counts), limit: fractionProduct(counts))]
    }
    let all = [mass(counts)] + (try finite(point, time))
    let kernel = try kernelFactors(at: point, time: time)
    return births.values(at: point, time: time).enumerated().map { order, sums in
      var term = Term()
      for (births, sum) in sums {
        let present = zip(counts, births).map(+)
        term.births.addProduct(sum, mass(present))
        term.limit.addProduct(sum, fractionProduct(present))
        term.data.addProduct(sum, difference(present))
      }
      // Without events there is nothing to meet again.
      if order > 0 { term.recollisions = all[order] - term.births }
      term.kernel = term.births * kernel[order]
      return term
    }
  }

  /// c(k)
  private func mass(_ counts: [Int]) -> Ball {
    InteractionConstants<Ball>(model).mass(of: MarginalOrder(counts))
  }

  private var particles: [Int] { model.particles ?? [] }

  /// Π (N_α/N)^{k_α}
  private func fractionProduct(_ counts: [Int]) -> Ball {
    let total = Ball(particles.reduce(0, +))
    return zip(particles, counts).reduce(Ball(1)) { $0 * (Ball($1.0) / total).power($1.1) }
  }

  /// d(k) ≥ |μ_0 − n^k Π f|: for independent particles n^k − c(k); for determinants, a sum over permutations of which the identity
  /// is the product, n^k (Π_α Π_{i<k_α}(1 + i/N_α) − 1), or c(k) + n^k.
  private func difference(_ counts: [Int]) -> Ball {
    let full = fractionProduct(counts)
    switch data {
    case .independent: return full - mass(counts)
    case .slaterDeterminants:
      var product = Ball(1)
      for (number, count) in zip(particles, counts) {
        for i in 0..<count { product *= Ball(number + i) / Ball(number) }
      }
      return Ball.minimum(full * (product - Ball(1)), full + mass(counts))
    }
  }

  /// 1 − Π sin(y)/y ≤ 1.2173.
  private static var kernelCap: Ball { Ball(61) / Ball(50) }

  /// What the product of L kernels loses at most, relative to the product of their moduli, L = 0 … J.
  private func kernelFactors(at point: Point, time: Ball) throws -> [Ball] {
    guard case .moyal(let hbar) = model.kernel else {
      return [Ball](repeating: Ball(0), count: births.orders + 1)
    }
    let constants = InteractionConstants<Ball>(model)
    let kappa = model.geometry.kappa(as: Ball.self)
    let bandlimit = try constants.bandlimit()
    let scale = (Ball(hbar) * bandlimit).power(2) / Ball(24)
    let reach = point.reduce(Ball(0)) { reach, particle in
      let end = particle.finalDistance(
        time: time, mass: constants.mass(particle.species), kappa: kappa)
      return Ball.maximum(reach, Ball.maximum(particle.distance(), end))
    }
    let growth = bandlimit * time.magnitude / constants.leastMass
    var sum = Ball(0)
    return [Ball(0)]
      + (0..<births.orders).map { l in
        sum += (reach + Ball(l) * growth).power(2)
        return Ball.minimum(scale * sum, Self.kernelCap)
      }
  }

  /// Σ_{L>J} I_L from above; nil beyond the times to which the growths reach.
  private func tail(_ point: Point, time: Ball, _ terms: [Ball], mass: Ball) -> Ball? {
    let t = time.magnitude
    let acting = growths.filter { growth in
      growth.acts && point.contains { growth.members.contains($0.species) }
    }
    guard !acting.isEmpty, t.upper > 0 else { return Ball(0) }
    guard let furthest = acting.map({ $0.states.last?.time ?? 0 }).min(), furthest > t.upper else {
      return nil
    }
    var best: Ball?
    for k in 1...12 {
      // Towards the end of the reach in equal ratios of what remains.
      let target = furthest - (furthest - t.upper) * Double(sign: .plus, exponent: -k, significand: 1)
      let states = acting.compactMap { growth in growth.states.last { $0.time <= target } }
      guard states.count == acting.count, let end = states.map(\.time).min(), end > t.upper else { continue }
      var exponent = Ball(0)
      for particle in point {
        guard let index = acting.firstIndex(where: { $0.members.contains(particle.species) }),
          let member = acting[index].members.firstIndex(of: particle.species)
        else { continue }
        let constants = InteractionConstants<Ball>(model)
        let own = constants.mass(particle.species)
        let start: Ball = particle.distance()
        let last = particle.finalDistance(time: time, mass: own, kappa: model.geometry.kappa(as: Ball.self))
        let (b, w) = (Ball(exactly: states[index].b[member]), Ball(exactly: states[index].w[member]))
        exponent += own * (b * start + w * last) / t
      }
      let ratio = (Ball(exactly: end) / t).power(2)
      var rest = mass * exponent.exponential()
      var power = Ball(1)
      for term in terms {
        rest = rest - power * term
        power *= ratio
      }
      let value = Ball.maximum(Ball(0), rest / power)
      if best.map({ value.upper < $0.upper }) ?? true { best = value }
    }
    return best
  }
}
