import CLibraries
import Interaction
import LatticeTestModels
import Numerics
import PhaseSpace
import Testing
import Vlasov

@Suite("Vlasov flow on the lattice")
struct VlasovLatticeTests {
  @Test("transport alone is exact to rounding", arguments: 1...3)
  func transportIsExact(dimension: Int) throws {
    let geometry = try PhaseSpaceGeometry(dimension: dimension, domain: .torus(length: 5))
    let model = try Model(
      geometry: geometry, species: [Species(name: "a", fraction: 1, mass: 1.5)],
      potentials: PotentialMatrix(geometry: geometry, speciesCount: 1, pairs: []))
    let state = try GaussianState(
      dimension: dimension, sigma: Array(repeating: 0.8, count: dimension),
      drift: (0..<dimension).map { 0.3 * Double($0) - 0.2 }, width: Array(repeating: 0.5, count: dimension),
      centre: Array(repeating: 0.4, count: dimension))
    let lattice = try FourierLattice(
      geometry: geometry, modes: dimension == 3 ? 1 : 2, xiExtent: dimension == 3 ? 1.5 : 3, timeStep: 0.4,
      masses: [1.5])
    let flow = try VlasovLattice(
      model: model, states: [state], lattice: lattice, coupling: .nonperturbative,
      workers: Workers(threads: 2))
    try flow.advance(to: 3 * 0.4)
    var inside = 0
    for m in 0..<lattice.modeCount {
      let mode = lattice.mode(at: m)
      for p in 0..<lattice.pointCount(0) {
        let point = lattice.point(at: p, species: 0)
        // w_t(ξ,η) = w_0(ξ + ηt/m, η), as long as the path stayed in the window.
        let start = point &+ mode &* 6
        let value = flow.gridValue(species: 0, order: 0, mode: mode, point: point)
        if lattice.pointOffset(start, species: 0) == nil {
          #expect(value == .zero)
        } else {
          inside += 1
          let exact = state.value(xi: lattice.xi(start, species: 0), eta: mode.vector * lattice.kappa)
          #expect((value - exact).length < 1e-15)
        }
      }
    }
    #expect(inside > lattice.modeCount * lattice.pointCount(0) / 10)
  }

  static func values(timeStep: Double, kernel: Kernel = .classical) throws -> [Complex<Double>] {
    let model = try TestModels.two(kernel: kernel, masses: [1, 2])
    let lattice = try FourierLattice(
      geometry: model.geometry, modes: 6, xiExtent: 12, timeStep: timeStep, masses: model.masses)
    let flow = try VlasovLattice(
      model: model, states: TestModels.states(model), lattice: lattice, coupling: .nonperturbative,
      workers: Workers(threads: 2))
    try flow.advance(to: 1.6)
    var values: [Complex<Double>] = []
    for (species, n, xi) in [(0, 1, 0.0), (1, 1, 0.75), (0, 2, -0.5), (1, -1, 1.25)] {
      values.append(
        try flow.value(species: species, order: 0, mode: ModeIndex(n, 0, 0), xi: SpaceVector(xi, 0, 0)))
    }
    return values
  }

  @Test("Lawson's RK4 has order 4.0 ± 0.1", arguments: [Kernel.classical, .moyal(hbar: 0.5)])
  func orderFour(kernel: Kernel) throws {
    let steps = [0.2, 0.1, 0.05]
    let reference = try Self.values(timeStep: 0.0125, kernel: kernel)
    let errors = try steps.map { step -> Double in
      let values = try Self.values(timeStep: step, kernel: kernel)
      return try #require(zip(values, reference).map { ($0 - $1).length }.max())
    }
    let law = LineFit(x: steps.map { Double.log($0) }, y: errors.map { Double.log($0) })
    let order = try #require(law).slope
    #expect((order - 4).magnitude < 0.1, "errors \(errors)")
  }

  @Test("mass is conserved, w is real in position space, |w| ≤ n_α, and threads do not change a bit")
  func invariants() throws {
    let model = try TestModels.two()
    let lattice = try FourierLattice(
      geometry: model.geometry, modes: 5, xiExtent: 9, timeStep: 0.1, masses: model.masses)
    let flows = try [1, 2].map { threads in
      try VlasovLattice(
        model: model, states: TestModels.states(model), lattice: lattice, coupling: .nonperturbative,
        workers: Workers(threads: threads))
    }
    for flow in flows { try flow.advance(steps: 15) }
    for species in 0..<2 {
      let mass = flows[0].gridValue(species: species, order: 0, mode: .zero, point: .zero)
      #expect((mass - Complex(model.fractions[species])).length < 1e-14)
      for n in 0...5 {
        for g in stride(from: -lattice.halfWidths[species], through: lattice.halfWidths[species], by: 3) {
          let (mode, point) = (ModeIndex(n, 0, 0), ModeIndex(g, 0, 0))
          let value = flows[0].gridValue(species: species, order: 0, mode: mode, point: point)
          #expect(flows[1].gridValue(species: species, order: 0, mode: mode, point: point) == value)
          #expect(value.length <= model.fractions[species] * (1 + 1e-12))
          let mirror = flows[0].gridValue(
            species: species, order: 0, mode: mode.negated, point: point.negated)
          #expect((mirror - value.conjugate).length < 1e-14)
        }
      }
    }
  }

  @Test("Landau damping: k = 0.5, plasma frequency 1: rate −0.1533, frequency 1.4156, to 1 %")
  func landauDamping() throws {
    // The plasma frequency of the linearised equation is ω_p² = κ² v_1 at mass 1.
    let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: DecimalNumber(4 * Double.pi)))
    let model = try Model(
      geometry: geometry, species: [Species(name: "electron", fraction: 1)],
      potentials: PotentialMatrix(
        geometry: geometry, speciesCount: 1,
        pairs: [(0, 0, try TrigonometricPotential(modes: [.init(mode: ModeIndex(1, 0, 0), coefficient: 4)]))])
    )
    let state = try MaxwellianState(
      geometry: geometry, sigma: [1], drift: [0],
      modulations: [.init(mode: ModeIndex(1, 0, 0), amplitude: 1e-6)])
    let lattice = try FourierLattice(geometry: geometry, modes: 2, xiExtent: 30, timeStep: 0.1, masses: [1])
    let flow = try VlasovLattice(
      model: model, states: [state], lattice: lattice, coupling: .nonperturbative,
      workers: Workers(threads: 2))
    var signal: [Double] = []
    try flow.advance(to: 25) {
      signal.append(flow.gridValue(species: 0, order: 0, mode: ModeIndex(1, 0, 0), point: .zero).real)
    }
    // Peaks of |ρ̂| by parabolas through log|ρ̂|, after the transient.
    var peaks: [(time: Double, height: Double)] = []
    for i in 50..<(signal.count - 1) {
      let (a, b, c) = (signal[i - 1].magnitude, signal[i].magnitude, signal[i + 1].magnitude)
      guard b > a, b >= c else { continue }
      let offset = 0.5 * (a - c) / (a - 2 * b + c)
      peaks.append((Double(i + 1) * 0.1 + offset * 0.1, Double.log(b - 0.25 * (a - c) * offset)))
    }
    #expect(peaks.count >= 6)
    let span = peaks[peaks.count - 1].time - peaks[0].time
    let rate = (peaks[peaks.count - 1].height - peaks[0].height) / span
    let frequency = Double.pi * Double(peaks.count - 1) / span
    #expect((rate / -0.1533 - 1).magnitude < 0.01, "rate \(rate)")
    #expect((frequency / 1.4156 - 1).magnitude < 0.01, "frequency \(frequency)")
  }

  @Test("a point outside the window and a model at finite N are refused; a NaN stops the run and says where")
  func refusals() throws {
    let model = try TestModels.two()
    let lattice = try FourierLattice(
      geometry: model.geometry, modes: 2, xiExtent: 2, timeStep: 0.1, masses: model.masses)
    let flow = try VlasovLattice(
      model: model, states: TestModels.states(model), lattice: lattice, coupling: .nonperturbative,
      workers: Workers(threads: 1))
    #expect(throws: ArgumentError.self) {
      try flow.value(species: 0, order: 0, mode: .zero, xi: SpaceVector(2.5, 0, 0))
    }
    struct Broken: OneParticleState {
      func value(xi: SpaceVector, eta: SpaceVector) -> Complex<Double> { Complex(.nan) }
      func isNonnegative(hbar: Double?) -> Bool { true }
    }
    let broken = try VlasovLattice(
      model: model, states: [Broken(), Broken()], lattice: lattice, coupling: .nonperturbative,
      workers: Workers(threads: 1))
    let failure = #expect(throws: NumericalFailure.self) { try broken.advance(to: lattice.timeStep) }
    #expect(failure?.place.contains("force of mode") == true)
    let geometry = model.geometry
    let finite = try Model(
      geometry: geometry, species: [Species(name: "a", fraction: 1)],
      potentials: PotentialMatrix(geometry: geometry, speciesCount: 1, pairs: []), particles: [3])
    #expect(throws: HypothesisError.self) {
      try VlasovLattice(
        model: finite, states: [Broken()],
        lattice: FourierLattice(geometry: geometry, modes: 1, xiExtent: 1, timeStep: 0.1, masses: [1]),
        coupling: .nonperturbative, workers: Workers(threads: 1))
    }
  }
}
