import CLibraries
import DysonSeries
import Interaction
import LatticeTestModels
import Numerics
import PhaseSpace
import Testing
import Vlasov

@Suite("Jets of the Vlasov flow")
struct DysonJetsTests {
  static let workers = Workers(threads: 2)

  @Test("jets and flow agree with an independent program to 1e-12")
  func independentProgram() throws {
    // Values w_j(ξ = g·0.0625, n) at t = 1 of Tests/References/vlasov_lattice.py with the same parameters
    // (κ = 1.25, |n| ≤ 9, |ξ| ≤ 9, Δt = 0.1; fractions 0.3, 0.7; widths 0.9, 0.7).
    let reference: [(species: Int, n: Int, g: Int, jets: [(Double, Double)], flow: (Double, Double))] = [
      (
        0, 1, 0,
        [
          (0.03087513017009227, 0.00788371505558094), (-0.010124921847494162, -0.0009873744781199972),
          (0.0005224026402872727, -1.1814989034686886e-05), (-1.457453686531508e-06, 2.9631793007547565e-06),
          (-8.92048168637436e-07, -2.0901467409154886e-07),
        ], (0.02127031583766699, 0.006887287200427454)
      ),
      (
        1, 1, 12,
        [
          (-0.027103791448382854, 0.0185427013754555), (0.025589100841013797, -0.011734064162442515),
          (-0.0022413430548859324, 0.000817390674803517), (1.71519864093906e-05, 1.1197455633460159e-05),
          (1.053290896832711e-05, -6.757689201646118e-06),
        ], (-0.0037294989408098284, 0.007631119250595741)
      ),
      (
        0, 2, -7,
        [
          (0, 0), (-0.0010573845899154541, -0.00032031351495628743),
          (0.0002260727074929745, 3.874958872440466e-05),
          (-1.2501654479892193e-05, -8.252881717834763e-07), (2.6145453564009257e-07, -6.835746221009411e-08),
        ], (-0.0008435482290304174, -0.0002824528855194326)
      ),
      (
        1, -1, 5,
        [
          (-0.06777702611253042, -0.019581336747624207), (0.011206728949438199, 0.002319880838442995),
          (-5.072478838379814e-05, -4.3249709856997116e-05),
          (-1.0696433140111227e-05, -3.972791294117768e-07),
          (4.3279490174279484e-07, 8.697109198738724e-08),
        ], (-0.05663131076203613, -0.01730502479562376)
      ),
    ]
    let model = try TestModels.two()
    let lattice = try FourierLattice(
      geometry: model.geometry, modes: 9, xiExtent: 9, timeStep: 0.1, masses: model.masses)
    let states = try TestModels.states(model)
    let jets = try VlasovLattice(
      model: model, states: states, lattice: lattice, coupling: .perturbative(orders: 5),
      workers: Self.workers)
    let flow = try VlasovLattice(
      model: model, states: states, lattice: lattice, coupling: .nonperturbative, workers: Self.workers)
    try jets.advance(to: 1)
    try flow.advance(to: 1)
    for entry in reference {
      let (mode, point) = (ModeIndex(entry.n, 0, 0), ModeIndex(entry.g, 0, 0))
      for (order, value) in entry.jets.enumerated() {
        let ours = jets.gridValue(species: entry.species, order: order, mode: mode, point: point)
        #expect((ours - Complex(value.0, value.1)).length < 1e-12, "species \(entry.species) order \(order)")
      }
      let ours = flow.gridValue(species: entry.species, order: 0, mode: mode, point: point)
      #expect((ours - Complex(entry.flow.0, entry.flow.1)).length < 1e-12)
    }
  }

  @Test(
    "D_1 of the jets is ∫K(t)μ_0 dt, pointwise quadrature, every order of marginal and both kernels",
    arguments: [Kernel.classical, .moyal(hbar: 0.8)])
  func firstTermIsTheIntegralOfK(kernel: Kernel) throws {
    let model = try TestModels.two(kernel: kernel, masses: [1, 2])
    let initial = try ProductMixture(states: TestModels.states(model))
    let lattice = try FourierLattice(
      geometry: model.geometry, modes: 5, xiExtent: 12, timeStep: 0.05, masses: model.masses)
    let jets = try DysonJets(
      model: model, initial: initial, lattice: lattice, orders: 2, workers: Self.workers)
    try jets.advance(to: 1)
    let a = TestModels.point(model, 0, [0.5], ModeIndex(1, 0, 0))
    let b = TestModels.point(model, 1, [-0.3], ModeIndex(-1, 0, 0))
    let c = TestModels.point(model, 0, [0.1], ModeIndex(0, 0, 0))
    for particles in [[a], [b], [a, b], [a, c, b]] {
      let rule = GaussLegendre(points: 24, from: 0, to: 1)
      var integral = Complex<Double>.zero
      for (time, weight) in zip(rule.nodes, rule.weights) {
        let image = try InteractionOperator(model, time: time).applied(to: initial.marginals(of: model))
        integral += image.value(at: particles).multiplied(by: weight)
      }
      let term = try jets.terms(at: Point(particles, in: model.geometry))[1]
      #expect(integral.length > 1e-5)
      #expect((term - integral).length < 2e-8, "\(particles.count) particles: \(term) \(integral)")
    }
  }

  @Test("D_2 is the nested time integral of K K, d = 1")
  func secondTermIsTheNestedIntegral() throws {
    let model = try TestModels.two()
    let initial = try ProductMixture(states: TestModels.states(model))
    let lattice = try FourierLattice(
      geometry: model.geometry, modes: 6, xiExtent: 12, timeStep: 0.05, masses: model.masses)
    let jets = try DysonJets(
      model: model, initial: initial, lattice: lattice, orders: 3, workers: Self.workers)
    try jets.advance(to: 0.8)
    let particles = [TestModels.point(model, 0, [0.5], ModeIndex(1, 0, 0))]
    var integral = Complex<Double>.zero
    let outer = GaussLegendre(points: 12, from: 0, to: 0.8)
    for (t1, w1) in zip(outer.nodes, outer.weights) {
      let inner = GaussLegendre(points: 12, from: 0, to: t1)
      for (t2, w2) in zip(inner.nodes, inner.weights) {
        let image = try InteractionOperator(model, time: t1).applied(
          to: InteractionOperator(model, time: t2).applied(to: initial.marginals(of: model)))
        integral += image.value(at: particles).multiplied(by: w1 * w2)
      }
    }
    let term = try jets.terms(at: Point(particles, in: model.geometry))[2]
    #expect((term - integral).length < 1e-8, "\(term) \(integral)")
    #expect(term.length > 1e-4)
  }

  @Test("in d = 1, 2, 3 the first two terms agree with quadrature of K(t)", arguments: 1...3)
  func termsInEveryDimension(dimension: Int) throws {
    let (model, initial) = try TestModels.inDimensions(dimension)
    let lattice = try FourierLattice(
      geometry: model.geometry, modes: 3, xiExtent: dimension == 3 ? 3.2 : 5, timeStep: 0.25, masses: [1])
    let jets = try DysonJets(
      model: model, initial: initial, lattice: lattice, orders: 2, workers: Self.workers)
    try jets.advance(to: 0.5)
    let particles = [
      TestModels.point(model, 0, Array([0.4, -0.2, 0.3].prefix(dimension)), ModeIndex(1, 0, 0))
    ]
    var integral = Complex<Double>.zero
    let rule = GaussLegendre(points: 20, from: 0, to: 0.5)
    for (time, weight) in zip(rule.nodes, rule.weights) {
      let image = try InteractionOperator(model, time: time).applied(to: initial.marginals(of: model))
      integral += image.value(at: particles).multiplied(by: weight)
    }
    let terms = try jets.terms(at: Point(particles, in: model.geometry))
    // Off the grid the interpolation of order 10 on this coarse ξ grid dominates.
    #expect((terms[1] - integral).length < 2e-6, "\(terms[1]) \(integral)")
    #expect(integral.length > 1e-3)
  }

  @Test("Σ_j D_j converges to the exact solution; its terms fall geometrically")
  func seriesConverges() throws {
    let model = try TestModels.two()
    let initial = try ProductMixture(states: TestModels.states(model))
    let lattice = try FourierLattice(
      geometry: model.geometry, modes: 24, xiExtent: 14, timeStep: 0.05, masses: model.masses)
    let flow = try VlasovSolution(model: model, initial: initial, lattice: lattice, workers: Self.workers)
    let jets = try DysonJets(
      model: model, initial: initial, lattice: lattice, orders: 11, workers: Self.workers)
    try flow.advance(to: 1)
    try jets.advance(to: 1)
    let particles = [
      TestModels.point(model, 0, [0.5], ModeIndex(1, 0, 0)),
      TestModels.point(model, 1, [0.2], ModeIndex(-1, 0, 0)),
    ]
    let point = try Point(particles, in: model.geometry)
    let terms = try jets.terms(at: point)
    var rest = try flow.value(at: point)
    var remainders: [Double] = []
    for term in terms {
      rest -= term
      remainders.append(rest.length)
    }
    #expect(remainders[10] < 1e-9, "\(remainders)")
    let ratio = Double.pow(remainders[7] / remainders[1], 1.0 / 6)
    #expect(ratio < 0.3, "\(remainders)")
  }

  @Test("jets of a mixture are the weighted sums of the jets of its components")
  func mixtureIsTheWeightedSum() throws {
    let model = try TestModels.two()
    let first = try TestModels.states(model)
    let second = try TestModels.states(model, scale: -0.5)
    let lattice = try FourierLattice(
      geometry: model.geometry, modes: 4, xiExtent: 8, timeStep: 0.1, masses: model.masses)
    func terms(_ initial: ProductMixture, _ point: Point) throws -> [Complex<Double>] {
      let jets = try DysonJets(
        model: model, initial: initial, lattice: lattice, orders: 3, workers: Self.workers)
      try jets.advance(to: 0.8)
      return try jets.terms(at: point)
    }
    let point = try Point(
      [
        TestModels.point(model, 0, [0.5], ModeIndex(1, 0, 0)),
        TestModels.point(model, 0, [0.25], ModeIndex(-1, 0, 0)),
      ],
      in: model.geometry)
    let a = try terms(ProductMixture(states: first), point)
    let b = try terms(ProductMixture(states: second), point)
    let mixed = try terms(
      ProductMixture(
        components: [.init(weight: 0.3, states: first), .init(weight: 0.7, states: second)]),
      point)
    for j in 0..<3 {
      let expected = a[j].multiplied(by: 0.3) + b[j].multiplied(by: 0.7)
      #expect((mixed[j] - expected).length < 1e-15)
    }
  }

  @Test("restarted on successive intervals the series converges faster, to the same solution")
  func continuation() throws {
    let model = try TestModels.two(scale: 2)
    let initial = try ProductMixture(states: TestModels.states(model))
    let lattice = try FourierLattice(
      geometry: model.geometry, modes: 18, xiExtent: 14, timeStep: 0.05, masses: model.masses)
    let flow = try VlasovSolution(model: model, initial: initial, lattice: lattice, workers: Self.workers)
    let direct = try DysonJets(
      model: model, initial: initial, lattice: lattice, orders: 6, workers: Self.workers)
    try flow.advance(to: 1)
    let restarted = try DysonJets(restarting: flow, orders: 6, workers: Self.workers)
    try flow.advance(to: 2)
    try direct.advance(to: 2)
    try restarted.advance(to: 1)
    // The restarted series lives in the interaction picture of its own interval: compare at ξ_S = ξ − ηt.
    let mode = ModeIndex(1, 0, 0)
    let kappa = lattice.kappa
    func point(at time: Double) throws -> Point {
      try Point([TestModels.point(model, 0, [0.25 + kappa * time], mode)], in: model.geometry)
    }
    let exact = try flow.value(at: point(at: 2))
    let long = try direct.terms(at: point(at: 2)).reduce(Complex<Double>.zero, +)
    let short = try restarted.terms(at: point(at: 1)).reduce(Complex<Double>.zero, +)
    #expect(
      (short - exact).length < 0.05 * (long - exact).length,
      "\((short - exact).length) \((long - exact).length)")
    #expect((short - exact).length < 1e-5)
  }
}
