import CLibraries
import DysonSeries
import Interaction
import Numerics
import PhaseSpace
import TestRandomNumbers
import Vlasov

/// Random configurations around what a lattice can just hold: one species on a circle, a few cosines.
struct Neighbour {
  let model: Model
  let state: MaxwellianState
  let lattice: FourierLattice
  let times: [Double]
  let words: String

  init(
    length: Double, mass: Double = 1, strengths: [(mode: Int, value: Double)], sigma: Double, drift: Double,
    amplitude: Double, wave: Int = 1, modes: Int, extent: Double, step: Double, steps: [Int]
  ) throws {
    let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: DecimalNumber(length)))
    let potential = try TrigonometricPotential(
      modes: strengths.map {
        .init(mode: ModeIndex($0.mode, 0, 0), coefficient: DecimalNumber($0.value))
      })
    model = try Model(
      geometry: geometry, species: [Species(name: "a", fraction: 1, mass: DecimalNumber(mass))],
      potentials: PotentialMatrix(geometry: geometry, speciesCount: 1, pairs: [(0, 0, potential)]))
    state = try MaxwellianState(
      geometry: geometry, sigma: [sigma], drift: [drift],
      modulations: [.init(mode: ModeIndex(wave, 0, 0), amplitude: amplitude, phase: 0.3)])
    lattice = try FourierLattice(model, modes: modes, xiExtent: extent, timeStep: step)
    times = steps.map { Double($0) * step }
    words =
      "length \(length), mass \(mass), strengths \(strengths), sigma \(sigma), drift \(drift), amplitude "
      + "\(amplitude) of mode \(wave), modes \(modes), extent \(extent), step \(step), times \(times)"
  }

  /// Cold beams that mix slowly (r1): what free flight needs lies beyond the window sooner or later; drifts at and near the
  /// periods of the grid.
  static func beam(_ random: inout SplitMix) throws -> Neighbour {
    let step = random.choice([0.05, 0.1])
    let length = random.choice([2 * Double.pi, 5, 9])
    let kappa = 2 * Double.pi / length
    let period = 4 * Double.pi / (kappa * step)
    let drift = random.choice([0, 0, 0, 0.3, period, 2 * period, 3 * period, 0.5 * period, 0.2 * period])
    let last = random.choice([20, 60, 120, 200])
    return try Neighbour(
      length: length, strengths: [(1, random.sign * random.between(0.005, 0.15))],
      sigma: random.choice([0.05, 0.3, 0.6, 0.8, 1]), drift: drift + random.between(-0.1, 0.1),
      amplitude: random.between(0.1, 0.9), modes: random.choice([4, 6, 10]),
      extent: random.choice([2, 6, 12, 20]), step: step, steps: [last / 2, last])
  }

  /// Lattices that just do: |w| of 10⁻³ … 10⁻⁸ at the edge and in the highest modes, where only the budget can tell.
  static func justEnough(_ random: inout SplitMix) throws -> Neighbour {
    let step = random.choice([0.05, 0.1])
    let last = Int((random.between(0.4, 3) / step / 2).rounded())
    let sigma = random.between(0.6, 1.2)
    return try Neighbour(
      length: random.choice([2 * .pi, 5, 9]), mass: random.choice([1, 1, 2]),
      strengths: [(1, random.sign * random.between(0.1, 0.8)), (2, random.between(-0.2, 0.2))],
      sigma: sigma, drift: random.between(-0.4, 0.4), amplitude: random.between(0.1, 0.6),
      wave: random.choice([1, 1, 2]), modes: 4 + random.below(8),
      extent: random.between(3.8, 6) / sigma, step: step, steps: [last, 2 * last])
  }

  /// Strong forces on small lattices (t2, b08): windows, modes and steps around what is needed.
  static func collective(_ random: inout SplitMix) throws -> Neighbour {
    let step = random.choice([0.05, 0.125, 0.25])
    let last = (random.choice([1, 2, 4]) / step).rounded()
    let strength = random.choice([0.5, 0.2, 1, -0.3, -1, -2, -4]) * random.between(0.7, 1.2)
    return try Neighbour(
      length: 2 * Double.pi, mass: random.choice([1, 1, 2]), strengths: [(1, strength)],
      sigma: random.choice([0.5, 0.7, 1, 1.3]), drift: random.choice([0, 0.5]),
      amplitude: random.between(0.1, 0.6), wave: random.choice([1, 1, 1, 2, 5]),
      modes: random.choice([2, 4, 6, 8]), extent: random.choice([2, 3, 6, 9]), step: step,
      steps: [Int(last / 2), Int(last)])
  }
}

extension Neighbour {
  /// Nodes that are close enough for the phases at the last time: aliases of the p-sum lie 2π/h further out.
  func nodes() -> NodeSolution {
    let flight = (model.geometry.kappa ?? 1) * Double(lattice.modes) * (times.last ?? 0) / model.masses[0]
    let reach = state.sigma[0] * (lattice.extent(0) + flight)
    return NodeSolution(model, [state], spacing: min(0.2, 6 / (8 + reach)))
  }
}

extension SplitMix {
  mutating func between(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * Double(next() >> 11) * 0x1p-53
  }
  mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }
  mutating func choice<Element>(_ elements: [Element]) -> Element {
    elements[below(elements.count)]
  }
  var sign: Double {
    mutating get { choice([-1.0, 1]) }
  }
}

extension Neighbour {
  /// D_1 at (ξ,n) by the trapezoidal rule with Richardson's extrapolation, from
  ///
  ///     D_1 = ∫_0^t Σ_m v_m κm(ξ − κns/m) f(ξ + κms/m, n + m) f(−κms/m, −m) ds.
  func firstTerm(xi: Double, mode: Int, time: Double) -> Complex<Double> {
    let (kappa, mass) = (model.geometry.kappa ?? 1, model.masses[0])
    func f(_ xi: Double, _ n: Int) -> Complex<Double> {
      state.value(xi: SpaceVector(xi, 0, 0), eta: SpaceVector(kappa * Double(n), 0, 0))
    }
    func integrand(_ s: Double) -> Complex<Double> {
      model.potentials.atoms(0, 0).reduce(.zero) { sum, atom in
        let m = atom.mode[0]
        let flight = kappa * Double(m) * s / mass
        let factor = atom.coefficient * kappa * Double(m) * (xi - kappa * Double(mode) * s / mass)
        return sum + (f(xi + flight, mode + m) * f(-flight, -m)).multiplied(by: factor)
      }
    }
    // Gauss–Legendre of five nodes on many pieces.
    let nodes = [0, 0.5384693101056831, 0.9061798459386640]
    let weights = [0.5688888888888889, 0.4786286704993665, 0.2369268850561891]
    let pieces = 2000
    let half = time / Double(pieces) / 2
    return (0..<pieces).reduce(.zero) { sum, piece in
      let middle = (2 * Double(piece) + 1) * half
      return zip(nodes, weights).reduce(sum) { sum, rule in
        let value =
          rule.0 == 0
          ? integrand(middle) : integrand(middle - half * rule.0) + integrand(middle + half * rule.0)
        return sum + value.multiplied(by: rule.1 * half)
      }
    }
  }
}
