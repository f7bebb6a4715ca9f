import CLibraries
import Computing
import Foundation
import Interaction
import Numerics
import PhaseSpace
import Testing
import Vlasov

@Suite("Vlasov flow by characteristics")
struct VlasovCharacteristicsTests {
  /// Kinetic energies, ρ̂(κ), ρ̂(2κ) at t = 1: Tests/References/vlasov_characteristics.py.
  static let reference:
    [(
      occupation: VlasovOrbitalLimit.Occupation, kinetic: [Double], modes: [[Complex<Double>]],
      tolerance: Double
    )] = [
      (
        .sea, [0.007564117380830062, 0.006247919169542555],
        [
          [
            Complex(0.11476042627298283, 0.004417785078441372),
            Complex(0.016615802692553305, 0.002513939445709344),
          ],
          [
            Complex(-0.05607085113327958, 0.038250144179808016),
            Complex(0.00029695511828916124, -0.005358032793725875),
          ],
        ], 5e-13
      ),
      (
        .gaussian, [0.02033426898293665, 0.017745829042492174],
        [
          [
            Complex(0.10920030631910722, 0.004301662039816551),
            Complex(0.01097146676467788, 0.0021633287466191684),
          ],
          [
            Complex(-0.05310293139536245, 0.0364557072917375),
            Complex(-0.0005430965140695403, -0.00335762865521895),
          ],
        ], 5e-13
      ),
    ]

  @Test("kinetic energies and density modes as an independent program finds them", arguments: [0, 1])
  func reference(index: Int) throws {
    let expected = Self.reference[index]
    let flow = try CharacteristicsModel.flow(expected.occupation, threads: 2)
    try flow.advance(to: 1)
    for species in flow.species {
      #expect((flow.kineticEnergy(species) - expected.kinetic[species]).magnitude < expected.tolerance)
      for mode in [1, 2] {
        let value = flow.densityMode(species, mode)
        #expect((value - expected.modes[species][mode - 1]).length < expected.tolerance)
        #expect(flow.densityMode(species, -mode) == value.conjugate)
      }
      #expect((flow.mass(species) - 0.5).magnitude < 1e-13)
    }
  }

  @Test("points run backwards to where the independent program has them")
  func origins() throws {
    let flow = try CharacteristicsModel.flow(.sea)
    try flow.advance(to: 0.375)
    try flow.advance(to: 1)
    let origin = try flow.origins(
      0, positions: [0.3, 1.1, 2.9, 4.4, 5.7], momenta: [0.1, -0.2, 0.05, 0.3, -0.1])
    let q = [
      0.20666927183725572, 1.3760285236204428, 2.8874696827358513, 4.033268020458641, 5.732740267355995,
    ]
    let p = [
      0.09074054187524903, -0.3461881435504328, -0.022056491839820964, 0.4213759299689798,
      0.025029562670488045,
    ]
    for (found, expected) in zip(origin.positions + origin.momenta, q + p) {
      #expect((found - expected).magnitude < 1e-9)
    }
    let m = try flow.density(0, positions: [0.3, 1.1, 2.9, 4.4, 5.7], momenta: [0.1, -0.2, 0.05, 0.3, -0.1])
    #expect(m == [1, 1, 1, 0, 1])
  }

  @Test("nodes run backwards return to their initial places: the recorded steps are inverted exactly")
  func reversibility() throws {
    let flow = try CharacteristicsModel.flow(.gaussian, masses: [1, 2.5])
    let start = flow.nodes(1)
    try flow.advance(to: 1.5)
    let end = flow.nodes(1)
    let origin = try flow.origins(1, positions: end.positions, momenta: end.momenta)
    let defect = zip(origin.positions + origin.momenta, start.positions + start.momenta).map {
      ($0 - $1).magnitude
    }
    #expect((defect.max() ?? 1) < 1e-12)
  }

  @Test("any step gives the same, the error follows the tolerance, energy and momentum are conserved to it")
  func order() throws {
    func run(_ tolerance: Double, share: Double = 1) throws -> VlasovCharacteristics {
      let flow = try CharacteristicsModel.flow(.gaussian, strength: 4, tolerance: tolerance, share: share)
      try flow.advance(to: 2)
      return flow
    }
    let start = try CharacteristicsModel.flow(.gaussian, strength: 4)
    let fine = try run(1e-17)
    func momentum(_ flow: VlasovCharacteristics) -> Double {
      flow.species.reduce(0) { $0 + flow.mean($1) { _, p in p } }
    }
    func distance(_ flow: VlasovCharacteristics) -> Double {
      (flow.densityMode(0, 1) - fine.densityMode(0, 1)).length
    }
    for share in [0.7, 0.3] { #expect(distance(try run(1e-17, share: share)) < 1e-15) }
    #expect((fine.energy - start.energy).magnitude < 1e-14)
    #expect((momentum(fine) - momentum(start)).magnitude < 1e-14)
    var errors: [Double] = []
    for tolerance in [1e-3, 1e-6, 1e-9] {
      let coarse = try run(tolerance)
      errors.append(distance(coarse))
      #expect(
        distance(coarse) < 10 * coarse.truncation, "\(tolerance): \(distance(coarse)), \(coarse.truncation)")
      #expect(coarse.truncation < 100 * tolerance)
      #expect((coarse.energy - start.energy).magnitude < 10 * tolerance)
    }
    // There is something to be seen, and it falls with the tolerance.
    #expect(errors[0] > 1e-8 && errors[1] < errors[0] / 50 && errors[2] < errors[1] / 50, "\(errors)")
  }

  @Test("free transport is exact, with masses")
  func free() throws {
    let state = try CharacteristicsModel.maxwellian(0)
    let density = try VlasovGaussians(state, fraction: 0.5, geometry: CharacteristicsModel.geometry)
    let flow = try VlasovCharacteristics(
      model: CharacteristicsModel.model(strength: 0, masses: [2, 0.5]), densities: [density, density],
      positions: 32, momenta: 64)
    try flow.advance(to: 0.8)
    // w_t(0, κn) = w_0(κnt/m, κn), the characteristic function at the shifted ξ.
    for (species, mass) in [(0, 2.0), (1, 0.5)] {
      for mode in [1, 2, 3] {
        let expected = state.value(
          xi: SpaceVector(components: [Double(-mode) * 0.8 / mass]),
          eta: SpaceVector(components: [Double(-mode)]))
        #expect((flow.densityMode(species, mode) - expected.multiplied(by: 0.5)).length < 1e-13)
      }
      let m = try flow.density(species, positions: [1, 4], momenta: [0.3, -0.2])
      #expect((m[0] - density.density(1 - 0.3 * 0.8 / mass, 0.3)).magnitude < 1e-13)
      #expect((m[1] - density.density(4 + 0.2 * 0.8 / mass, -0.2)).magnitude < 1e-13)
    }
  }

  @Test("cell means hold the mass and the density modes of the nodes, sharp edges included")
  func cellMeans() throws {
    let flow = try CharacteristicsModel.flow(.sea, threads: 2)
    try flow.advance(to: 1)
    let cells = try PhaseSpaceGrid(
      positions: 96, momenta: 60, period: CharacteristicsModel.period, momentumRange: -1...1)
    for species in flow.species {
      let means = try flow.cellMeans(species, on: cells, columns: 2, segments: 4)
      #expect((means.mass - 0.5).magnitude < 2e-6)
      #expect(means.values.allSatisfy { $0 >= 0 && $0 <= 1 + 1e-12 })
      var mode = Complex<Double>.zero
      for i in 0..<96 {
        let column = means.values[(i * 60)..<((i + 1) * 60)].reduce(0, +)
        let angle = -(Double(i) + 0.5) * cells.positionStep
        mode += Complex(length: column * cells.positionStep * cells.momentumStep / (2 * .pi), phase: angle)
      }
      // A mean over a cell, at its centre: sinc(κΔq/2) from the mode.
      let damping = sin(cells.positionStep / 2) / (cells.positionStep / 2)
      #expect((mode - flow.densityMode(species, 1).multiplied(by: damping)).length < 6e-6)

      // Twice the cells, once merged, from the same characteristics.
      let fine = try PhaseSpaceGrid(
        positions: 192, momenta: 120, period: CharacteristicsModel.period, momentumRange: -1...1)
      let merged = try flow.cellMeans(species, on: fine, columns: 1, segments: 2).merged(2)
      #expect(merged.grid == means.grid)
      #expect(zip(merged.values, means.values).allSatisfy { ($0 - $1).magnitude < 1e-12 })
      #expect(throws: ArgumentError.self) { try means.merged(7) }
    }
  }

  @Test("smoothed cell means are those of the Gaussian convolution")
  func smoothing() throws {
    // At t = 0 with amp = eps = 0 the sea is a strip: its smoothing is a difference of error functions.
    let strip = try VlasovOrbitalLimit(
      fraction: 0.5, amplitude: 0, momentum: 0, occupation: .sea, period: CharacteristicsModel.period)
    let flow = try VlasovCharacteristics(
      model: CharacteristicsModel.model(), densities: [strip, strip], positions: 16, momenta: 16)
    let cells = try PhaseSpaceGrid(
      positions: 12, momenta: 240, period: CharacteristicsModel.period, momentumRange: -1.2...1.2)
    let (hbar, width) = (0.05, 0.8)
    let smooth = try flow.cellMeans(0, on: cells).smoothed(hbar: hbar, width: width)
    let deviation = (hbar / 2).squareRoot() / width
    for k in 0..<240 {
      let p = -1.2 + (Double(k) + 0.5) * 0.01
      let expected =
        (erf((p + 0.25) / (deviation * 2.0.squareRoot())) - erf((p - 0.25) / (deviation * 2.0.squareRoot())))
        / 2
      #expect((smooth.values[5 * 240 + k] - expected).magnitude < 5e-4)
    }
    // In closed form: modes are damped, the kinetic energy rises by nħ/4s².
    let moving = try CharacteristicsModel.flow(.gaussian)
    try moving.advance(to: 0.5)
    let wide = try PhaseSpaceGrid(
      positions: 96, momenta: 300, period: CharacteristicsModel.period, momentumRange: -3...3)
    let density = try moving.cellMeans(0, on: wide).smoothed(hbar: hbar, width: width)
    var (kinetic, mode) = (0.0, Complex<Double>.zero)
    for i in 0..<96 {
      for k in 0..<300 {
        let (q, p) = ((Double(i) + 0.5) * wide.positionStep, -3 + (Double(k) + 0.5) * wide.momentumStep)
        let mass = density.values[i * 300 + k] * wide.positionStep * wide.momentumStep / (2 * .pi)
        kinetic += mass * p * p / 2
        mode += Complex(length: mass, phase: -q)
      }
    }
    #expect((kinetic - moving.smoothedKineticEnergy(0, hbar: hbar, width: width)).magnitude < 2e-5)
    #expect((mode - moving.smoothedDensityMode(0, 1, hbar: hbar, width: width)).length < 2e-5)
    #expect((mode - moving.densityMode(0, 1)).length > 5e-4)
  }

  @Test("bit-identical for any number of threads")
  func threads() throws {
    let (one, three) = (
      try CharacteristicsModel.flow(.sea, threads: 1),
      try CharacteristicsModel.flow(.sea, threads: 3)
    )
    try one.advance(to: 0.5)
    try three.advance(to: 0.5)
    #expect(one.nodes(0) == three.nodes(0))
    #expect(one.densityMode(1, 1) == three.densityMode(1, 1))
  }

  @Test(
    "stopped in the middle of its way, saved and restored, it ends in the same bits and sees the same past")
  func resumption() throws {
    struct Stop: Error {}
    func flow() throws -> VlasovCharacteristics { try CharacteristicsModel.flow(.sea, share: 0.2) }
    let (whole, first, resumed) = (try flow(), try flow(), try flow())
    for flow in [whole, first] { try flow.advance(to: 0.3) }
    #expect(throws: Stop.self) {
      try first.advance(to: 1) { if first.time > 0.5 { throw Stop() } }
    }
    #expect(first.time > 0.5 && first.time < 0.9)
    let halfway = try flow()
    try halfway.advance(to: first.time)
    #expect((first.densityMode(0, 1) - halfway.densityMode(0, 1)).length < 1e-15)
    try resumed.restore(first.state)
    for flow in [whole, first, resumed] { try flow.advance(to: 1) }
    #expect(first.state == whole.state && resumed.state == whole.state)
    #expect(
      try resumed.density(0, positions: [0.3], momenta: [0.1])
        == whole.density(0, positions: [0.3], momenta: [0.1]))
    for array in ["field", "truncation", "momenta-1"] {
      var short = whole.state
      short.arrays[array]?.removeLast()
      #expect(throws: SavedStateError.self) { try resumed.restore(short) }
    }
  }

  @Test("refuses the Moyal kernel, finite N, other masses than n, unfit quadratures")
  func refusals() throws {
    let model = try CharacteristicsModel.model()
    let densities = try CharacteristicsModel.densities(.sea)
    #expect(throws: HypothesisError.self) {
      try VlasovCharacteristics(
        model: model.with(kernel: .moyal(hbar: 0.1)), densities: densities)
    }
    #expect(throws: ArgumentError.self) {
      try VlasovCharacteristics(model: model, densities: [densities[0]])
    }
    #expect(throws: ArgumentError.self) {
      try VlasovCharacteristics(model: model, densities: densities, tolerance: 0)
    }
    #expect(throws: ArgumentError.self) {
      try VlasovCharacteristics(
        model: model, densities: densities, positions: 0, momenta: 5)
    }
    let half = try VlasovOrbitalLimit(
      fraction: 0.25, amplitude: 0, momentum: 0, occupation: .sea, period: CharacteristicsModel.period)
    #expect(throws: ArgumentError.self) {
      try VlasovCharacteristics(model: model, densities: [half, half])
    }
    let flow = try CharacteristicsModel.flow(.sea, positions: 16, momenta: 16)
    try flow.advance(to: 0.1)
    #expect(throws: ArgumentError.self) { try flow.advance(to: 0.05) }
    #expect(throws: NumericalFailure.self) { try flow.advance(to: 1e10) }
    #expect(throws: ArgumentError.self) { try flow.origins(0, positions: [1], momenta: []) }
    #expect(throws: ArgumentError.self) { try flow.origins(0, positions: [1], momenta: [.nan]) }
    #expect(throws: NumericalFailure.self) { try flow.origins(0, positions: [1], momenta: [1e12]) }
    #expect(throws: MemoryError.self) {
      try VlasovCharacteristics(
        model: model, densities: densities, positions: 1 << 40, momenta: 1 << 30)
    }
  }
}

@Suite("Vlasov flow: characteristics against the lattice")
struct VlasovFlowsAgreeTests {
  @Test("density modes agree to 10⁻⁷ at t = 1, with unequal masses", arguments: [[1.0, 1.0], [1.0, 2.0]])
  func densityModes(masses: [Double]) throws {
    let model = try CharacteristicsModel.model(masses: masses)
    let states = try (0..<2).map(CharacteristicsModel.maxwellian)
    let flow = try VlasovCharacteristics(
      model: model,
      densities: states.map {
        try VlasovGaussians($0, fraction: 0.5, geometry: CharacteristicsModel.geometry)
      },
      positions: 64, momenta: 128, workers: Workers(threads: 2))
    try flow.advance(to: 1)
    let lattice = try FourierLattice(
      geometry: model.geometry, modes: 14, xiExtent: 18, timeStep: 0.05, masses: model.masses)
    let solver = try VlasovLattice(
      model: model, states: states, lattice: lattice, coupling: .nonperturbative, workers: Workers(threads: 2)
    )
    try solver.advance(to: 1)
    for species in 0..<2 {
      for mode in 1...4 {
        // ρ̂(κm) = w(0, −κm).
        let value = solver.gridValue(species: species, order: 0, mode: ModeIndex(-mode, 0, 0), point: .zero)
        #expect((value - flow.densityMode(species, mode)).length < 1e-7)
      }
    }
    #expect(flow.densityMode(0, 1).length > 0.01)
  }
}
