import CLibraries
import Computing
import Interaction
import Numerics
import PhaseSpace
import Studies
import Testing
import Vlasov

/// Flows on small lattices: what is sampled of them against closed forms, and the rates of their waves against enclosed roots.
@Suite("Vlasov flow")
struct VlasovFlowTests {
  /// Electrons on a fixed background in d dimensions, ω_p = 1 for σ = 1.
  static func electrons(_ k: Double, dimension: Int = 1, strength: DecimalNumber = 1, modes: Int = 3) throws
    -> Model
  {
    let geometry = try PhaseSpaceGeometry(
      dimension: dimension, domain: .torus(length: DecimalNumber(2 * .pi / k)))
    return try Model(
      geometry: geometry, species: [Species(name: "electron", fraction: 1, mass: 1, charge: -1)],
      potentials: PotentialMatrix(
        geometry: geometry, speciesCount: 1,
        pairs: [(0, 0, try InversePowerPotential(factors: [strength], modes: modes))]))
  }

  static func maxwellian(
    _ model: Model, _ amplitude: Double, sigma: Double = 1, drift: Double = 0
  ) throws -> MaxwellianState {
    let d = model.geometry.dimension
    return try MaxwellianState(
      geometry: model.geometry, sigma: [Double](repeating: sigma, count: d),
      drift: [drift] + [Double](repeating: 0, count: d - 1),
      modulations: amplitude == 0 ? [] : [.init(mode: ModeIndex(1, 0, 0), amplitude: amplitude)])
  }

  static func flow(
    _ model: Model, _ states: [any OneParticleState], _ lattice: FourierLattice, pulses: [FlowPulse] = [],
    every: Int = 1
  ) throws -> PulsedFlow {
    try PulsedFlow(
      VlasovLattice(
        model: model, states: states, lattice: lattice, coupling: .nonperturbative,
        workers: Workers(threads: 1)),
      FlowProbe(model, states, lattice, modes: [ModeIndex(1, 0, 0), ModeIndex(2, 0, 0)]), pulses: pulses,
      every: every)
  }

  /// ρ̂_α(κ) at every sample.
  static func densities(_ flow: PulsedFlow, species: Int = 0) -> [Complex<Double>] {
    stride(from: 0, to: flow.series.count, by: flow.probe.count).map {
      flow.probe.density(flow.series[$0..<($0 + flow.probe.count)], species: species, place: 0)
    }
  }

  /// The fit of a flow and the same with half the step, on a window.
  static func fitted(
    _ model: Model, _ states: [any OneParticleState], _ lattice: FourierLattice, _ fit: FlowFit,
    every: Int = 1, root: ComplexBall? = nil
  ) throws -> FlowFitResult {
    let flows = try [(lattice, every), (lattice.refined(), 2 * every)].map { lattice, every in
      let moving = try flow(model, states, lattice, every: every)
      try moving.advance(to: fit.to.value)
      return densities(moving, species: fit.species)
    }
    let step = Double(every) * lattice.timeStep
    let (first, last) = (Int((fit.from.value / step).rounded()), Int((fit.to.value / step).rounded()))
    let enclosed = try root ?? fit.root(model, states)
    return FlowFitResult(
      fit, samples: Array(flows[0][first...last]), halved: Array(flows[1][first...last]), step: step,
      before: flows[0][...first].map(\.length).largest() ?? 0, homogeneousChange: 0, isResolved: true,
      root: .success(enclosed))
  }

  @Test(
    "Landau damping: ω to 1e-4 and γ to 1e-3 of the enclosed root, which is within the error bars",
    arguments: [(0.3, 10), (0.4, 10), (0.5, 8)] as [(Double, DecimalNumber)])
  func landau(k: Double, from: DecimalNumber) throws {
    let model = try Self.electrons(k)
    let lattice = try FourierLattice(model, modes: 2, xiExtents: [8], timeStep: 0.1)
    let fit = FlowFit(mode: ModeIndex(1, 0, 0), species: 0, from: from, to: 36, kind: .damped)
    let result = try Self.fitted(model, [Self.maxwellian(model, 1e-4)], lattice, fit)
    let (wave, root) = (try #require(result.wave), try #require(result.root))
    #expect((wave.imaginary / root.real.middle - 1).magnitude < 1e-4)
    #expect((wave.real / root.imaginary.middle - 1).magnitude < 1e-3)
    #expect(result.verdict == .holds, "\(wave) \(root) \(String(describing: result.errors))")
    // A root that is none is outside.
    let moved = ComplexBall(root.real * Ball(DecimalNumber(1.001)), root.imaginary)
    let other = try Self.fitted(model, [Self.maxwellian(model, 1e-4)], lattice, fit, root: moved)
    #expect(other.verdict == .violated)
  }

  @Test("two streams: the rate of growth to 1e-3 of the enclosed root, and no frequency")
  func twoStreams() throws {
    let model = try Self.electrons(0.2)
    let data = try TwoStreamState(
      forward: Self.maxwellian(model, 1e-6, drift: 3), backward: Self.maxwellian(model, 1e-6, drift: -3))
    let lattice = try FourierLattice(model, modes: 2, xiExtents: [10], timeStep: 0.1)
    let fit = FlowFit(mode: ModeIndex(1, 0, 0), species: 0, from: 12, to: 30, kind: .growing)
    let result = try Self.fitted(model, [data], lattice, fit)
    let (wave, root) = (try #require(result.wave), try #require(result.root))
    #expect((wave.real / root.imaginary.middle - 1).magnitude < 1e-3 && wave.imaginary.magnitude < 1e-6)
    #expect(result.verdict == .holds, "\(wave) \(root) \(String(describing: result.errors))")
  }

  @Test("ion acoustic waves at mass ratio 100: ω and γ to 1 % of the enclosed root")
  func ionAcoustic() throws {
    let geometry = try PhaseSpaceGeometry(
      dimension: 1, domain: .torus(length: DecimalNumber(20 * Double.pi)))
    let factors: [DecimalNumber] = [2, -2, 2]
    let potentials = try PotentialMatrix(
      geometry: geometry, speciesCount: 2,
      pairs: [
        (0, 0, try InversePowerPotential(factors: [factors[0]], modes: 1)),
        (0, 1, try InversePowerPotential(factors: [factors[1]], modes: 1)),
        (1, 1, try InversePowerPotential(factors: [factors[2]], modes: 1)),
      ])
    let model = try Model(
      geometry: geometry,
      species: [Species(name: "e", fraction: 0.5), Species(name: "i", fraction: 0.5, mass: 100)],
      potentials: potentials)
    let lattice = try FourierLattice(model, modes: 1, xiExtents: [8, 2.4], timeStep: 1)
    let states = try [
      Self.maxwellian(model, 1e-4), Self.maxwellian(model, 1e-4, sigma: Double(10).squareRoot()),
    ]
    let fit = FlowFit(
      mode: ModeIndex(1, 0, 0), species: 1, from: 200, to: 1400, kind: .damped, near: (0.0118, -0.0008))
    let result = try Self.fitted(model, states, lattice, fit, every: 4)
    let (wave, root) = (try #require(result.wave), try #require(result.root))
    #expect((wave.imaginary / root.real.middle - 1).magnitude < 0.01, "\(wave) \(root)")
    #expect((wave.real / root.imaginary.middle - 1).magnitude < 0.01, "\(wave) \(root)")
  }

  /// σ = 1, κ = 1, homogeneous, free: after kicks A of mode 1 at 0 and B of mode 2 at τ the mode 1 has
  /// w(0,1) = Σ_j J_j(A(t + …)) …; only j = −1 of the second and what follows of the first.
  @Test("impulses in free flight: the closed form at every step, no recurrence, and the echo at its time")
  func echo() throws {
    let model = try Self.electrons(1, strength: 0)
    let lattice = try FourierLattice(model, modes: 5, xiExtents: [20], timeStep: 0.1)
    let (a, b, tau) = (0.02, 0.03, 8.0)
    let moving = try Self.flow(
      model, [Self.maxwellian(model, 0)], lattice,
      pulses: [
        FlowPulse(time: 0, species: 0, mode: ModeIndex(1, 0, 0), amplitude: a, phase: 0.3),
        FlowPulse(time: 8, species: 0, mode: ModeIndex(2, 0, 0), amplitude: b, phase: -0.2),
      ])
    try moving.advance(to: 24)
    let densities = Self.densities(moving)
    let bessel = { (order: Int, z: Double) -> Double in
      let value = Double.besselJ(abs(order), z.magnitude)
      let sign = ((order < 0) != (z < 0)) && order % 2 != 0 ? -1.0 : 1.0
      return sign * value
    }
    for (step, density) in densities.enumerated() {
      let t = 0.1 * Double(step)
      // w_t(0,1) = w_τ(s,1), s = t − τ; there Σ_j J_j(bs) e^{−0.2ij} w(s, 1 + 2j), which at τ came from (s + (1 + 2j)τ) at 0.
      var exact = Complex<Double>.zero
      if step < 80 {
        exact = Complex.unit(-0.3).multiplied(by: bessel(-1, a * t) * Double.exp(-t * t / 2))
      } else {
        let s = t - tau
        for j in -2...2 {
          let n = 1 + 2 * j
          guard abs(n) <= 5 else { continue }
          let xi = s + Double(n) * tau
          exact +=
            Complex.unit(-0.2 * Double(j) - 0.3 * Double(n))
            .multiplied(by: bessel(j, b * s) * bessel(-n, a * xi) * Double.exp(-xi * xi / 2))
        }
      }
      #expect((density - exact).length < 1e-12, "t = \(t): \(density) \(exact)")
    }
    // τ m_2/(m_2 − m_1) = 16: there ξ = 0, where the first pulse has no effect; the echo is on both sides of it, ξ = ±1 away.
    let late = densities.enumerated().filter { $0.offset > 100 }.map {
      (0.1 * Double($0.offset), $0.element.length)
    }
    let peaks = late.filter { $0.1 > 0.999 * (late.map(\.1).largest() ?? 0) }.map(\.0)
    #expect(peaks.allSatisfy { ($0 - 16).magnitude < 1.4 } && !peaks.isEmpty)
    #expect(late.filter { ($0.0 - 16).magnitude < 0.05 }.allSatisfy { $0.1 < 1e-4 })
    // The zero between its two sides is its time, to one step.
    let middle = try #require(late.filter { ($0.0 - 16).magnitude < 1 }.min { $0.1 < $1.1 })
    #expect((middle.0 - 16).magnitude < 0.1)
  }

  @Test("the energy drifts by a 16th with half the step")
  func energy() throws {
    let model = try Self.electrons(0.5)
    let drifts = try [0.2, 0.1].map { step in
      let lattice = try FourierLattice(model, modes: 6, xiExtents: [12], timeStep: step)
      let moving = try Self.flow(model, [Self.maxwellian(model, 0.3)], lattice, every: 1)
      let probe = moving.probe
      try moving.advance(to: 4)
      let last = Array(moving.series.suffix(probe.count))
      return probe.total(last) - probe.total(Array(moving.series.prefix(probe.count)))
    }
    let order = Double.log(drifts[0] / drifts[1]) / Double.log(2)
    #expect(order > 3.8 && order < 5.5, "\(drifts)")
    #expect(drifts[1].magnitude < 1e-5)
  }

  @Test("samples of data: densities, momentum, kinetic, potential energy in closed form")
  func samples() throws {
    let model = try Self.electrons(0.5)
    let lattice = try FourierLattice(model, modes: 3, xiExtents: [8], timeStep: 0.1)
    let moving = try Self.flow(model, [Self.maxwellian(model, 0.4, sigma: 0.7, drift: 0.3)], lattice)
    let (probe, sample) = (moving.probe, moving.series)
    #expect((probe.density(sample, species: 0, place: 0) - Complex(0.2)).length < 1e-15)
    #expect((probe.momentum(sample, species: 0)[0] - 0.3).magnitude < 1e-10)
    #expect((probe.kinetic(sample, species: 0) - (0.49 + 0.09) / 2).magnitude < 1e-10)
    // ½·2·|0.2|²/0.25
    #expect((probe.potential(sample) - 0.16).magnitude < 1e-14)
    #expect((probe.fieldEnergies(sample)[0] - 0.16).magnitude < 1e-14 && probe.fieldEnergies(sample)[1] == 0)
  }

  @Test("a wave along one axis of two moves as in one dimension")
  func twoDimensions() throws {
    let runs = try [1, 2].map { dimension in
      let model = try Self.electrons(0.5, dimension: dimension, modes: 2)
      let lattice = try FourierLattice(model, modes: 2, xiExtents: [5], timeStep: 0.2)
      let moving = try Self.flow(model, [Self.maxwellian(model, 0.2)], lattice)
      try moving.advance(to: 3)
      return Self.densities(moving)
    }
    #expect(runs[0].count == 16)
    #expect(zip(runs[0], runs[1]).allSatisfy { ($0 - $1).length < 1e-13 })
  }

  @Test("portraits are the density, and what the window cuts off is said")
  func portrait() throws {
    let model = try Self.electrons(0.5)
    let state = try Self.maxwellian(model, 0.4, sigma: 0.7, drift: 0.3)
    let momenta = (0...20).map { -2 + 0.2 * Double($0) }
    let grid = FlowPortraitGrid(positions: 8, momenta: [momenta], period: 4 * .pi)
    for (extent, bound) in [(10, 1e-8), (3, 0.1)] {
      let lattice = try FourierLattice(model, modes: 3, xiExtents: [Double(extent)], timeStep: 0.1)
      let moving = try Self.flow(model, [state], lattice)
      let record = try FlowRecord(moving, states: [state], after: -1, portraits: grid)
      let portrait = record.portraits[0]
      var worst = 0.0
      for (i, p) in momenta.enumerated() {
        for j in 0..<8 {
          let q = 4 * Double.pi * Double(j) / 8
          let exact =
            (1 + 0.4 * Double.cos(0.5 * q)) / (4 * .pi) * Double.exp(-0.5 * (p - 0.3) * (p - 0.3) / 0.49)
            / (0.7 * (2 * .pi).squareRoot())
          worst = max(worst, (portrait.values.values[8 * i + j] - exact).magnitude)
        }
      }
      #expect(worst <= portrait.cut + 1e-12 && portrait.cut < bound, "\(worst) \(portrait.cut)")
      // ∫∫ f²
      let square = (1 + 0.08) / (4 * .pi) / (2 * 0.7 * Double.pi.squareRoot())
      if extent == 10 { #expect((record.l2[0] * record.l2[0] - square).magnitude < 1e-10) }
    }
  }

  @Test("a sum of four exponentials is found from its samples, and a window that is too short finds none")
  func exponentials() throws {
    let exponents = [
      Complex(-0.03, 1.2), Complex(-0.03, -1.2), Complex(-0.3, 2.1), Complex(-0.31, -2.1),
    ]
    let samples = (0..<300).map { j in
      zip(exponents, [1.0, 1.0, 0.4, 0.3]).reduce(Complex<Double>.zero) {
        $0 + Complex.exp($1.0.multiplied(by: 0.1 * Double(j))).multiplied(by: $1.1)
      }
    }
    let sum = try #require(ExponentialSum(samples, step: 0.1))
    #expect((try #require(sum.wave) - exponents[0]).length < 1e-9 && sum.residual < 1e-9)
    #expect(ExponentialSum(Array(samples.prefix(20)), step: 0.1) == nil)
    #expect(ExponentialSum([Complex<Double>](repeating: .zero, count: 100), step: 0.1) == nil)
  }

  @Test("a state that is restored goes on to the same bits")
  func restored() throws {
    let model = try Self.electrons(0.5)
    let lattice = try FourierLattice(model, modes: 3, xiExtents: [8], timeStep: 0.1)
    let pulse = FlowPulse(time: 1, species: 0, mode: ModeIndex(1, 0, 0), amplitude: 0.1)
    let make = { try Self.flow(model, [Self.maxwellian(model, 0.2)], lattice, pulses: [pulse], every: 2) }
    let (whole, first, second) = (try make(), try make(), try make())
    try whole.advance(to: 2)
    try first.advance(to: 1)
    try second.restore(first.state)
    try second.advance(to: 2)
    #expect(second.state == whole.state && whole.series.count == 11 * whole.probe.count)
  }
}

extension Double {
  /// J_n(z) = (1/π) ∫_0^π cos(nθ − z sin θ) dθ, by the trapezoidal rule, which converges exponentially.
  fileprivate static func besselJ(_ n: Int, _ z: Double) -> Double {
    let points = 64
    return (0..<(2 * points)).reduce(0) { sum, i in
      let angle = Double.pi * Double(i) / Double(points)
      return sum + Double.cos(Double(n) * angle - z * Double.sin(angle))
    } / Double(2 * points)
  }
}
