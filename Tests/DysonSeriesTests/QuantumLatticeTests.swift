import CLibraries
import DysonSeries
import Interaction
import Numerics
import PhaseSpace
import Testing
import Vlasov

/// Hartree in the plane: d = 2, Moyal kernel, unequal masses, force modes that mix the axes.
@Suite("Hartree in the plane")
struct QuantumLatticeTests {
  static func model() throws -> Model {
    let geometry = try PhaseSpaceGeometry(dimension: 2, domain: .torus(length: 5))
    func potential(_ modes: [(ModeIndex, DecimalNumber)]) throws -> TrigonometricPotential {
      try TrigonometricPotential(modes: modes.map { .init(mode: $0.0, coefficient: $0.1) })
    }
    return try Model(
      geometry: geometry,
      species: [Species(name: "a", fraction: 0.4), Species(name: "b", fraction: 0.6, mass: 2)],
      potentials: PotentialMatrix(
        geometry: geometry, speciesCount: 2,
        pairs: [
          (0, 0, try potential([(ModeIndex(1, 0, 0), 0.45), (ModeIndex(1, -1, 0), -0.3)])),
          (0, 1, try potential([(ModeIndex(1, 0, 0), -0.35), (ModeIndex(0, 1, 0), 0.25)])),
          (1, 1, try potential([(ModeIndex(1, 1, 0), 0.3)])),
        ]),
      kernel: .moyal(hbar: 0.7))
  }

  static func states(_ model: Model) throws -> [any OneParticleState] {
    [
      try MaxwellianState(
        geometry: model.geometry, sigma: [0.9, 0.7], drift: [0.2, -0.1],
        modulations: [
          .init(mode: ModeIndex(1, 0, 0), amplitude: 0.4, phase: 0.3),
          .init(mode: ModeIndex(1, 1, 0), amplitude: 0.25, phase: 1.1),
        ]),
      try MaxwellianState(
        geometry: model.geometry, sigma: [0.6, 0.8], drift: [-0.3, 0.15],
        modulations: [.init(mode: ModeIndex(0, 1, 0), amplitude: -0.3, phase: 0.5)]),
    ]
  }

  static func evolved(_ coupling: VlasovLattice.Coupling, threads: Int) throws -> VlasovLattice {
    let model = try model()
    let lattice = try FourierLattice(
      geometry: model.geometry, modes: 2, xiExtent: 1.5, timeStep: 0.2, masses: model.masses)
    let evolution = try VlasovLattice(
      model: model, states: states(model), lattice: lattice, coupling: coupling,
      workers: Workers(threads: threads))
    try evolution.advance(steps: 4)
    return evolution
  }

  struct Reference {
    let species: Int
    let mode: ModeIndex
    let point: ModeIndex
    let jets: [Complex<Double>]
    let flow: Complex<Double>
  }

  // Tests/References/vlasov_lattice.py: all modes stored, the sums written out, zero fill at the window's edge; Lawson's
  // RK4 with the same parameters (κ = 2π/5, |n_i| ≤ 2, |ξ_i| ≤ 1.5, Δt = 0.2), at t = 0.8.
  static let references = [
    Reference(
      species: 0, mode: ModeIndex(1, 0, 0), point: .zero,
      jets: [
        Complex(0.05286872870216196, -0.005247864505054232),
        Complex(-0.005435007721446164, 0.0005394906366437111),
        Complex(0.00012656073110608174, -1.8954166749666343e-05),
        Complex(-2.393447642763271e-07, 9.010056944700633e-08),
      ], flow: Complex(0.04756000644441374, -0.0047272352065677575)),
    Reference(
      species: 1, mode: ModeIndex(0, 1, 0), point: ModeIndex(3, -2, 0),
      jets: [
        Complex(-0.07498970137850007, 0.04096706057571692), .zero,
        Complex(5.813558761185686e-07, -1.059898491747388e-06),
        Complex(-9.074624480416053e-08, 7.44759652718728e-08),
      ], flow: Complex(-0.07498920790657197, 0.04096607298831502)),
    Reference(
      species: 0, mode: ModeIndex(1, -1, 0), point: ModeIndex(-2, 1, 0),
      jets: [
        .zero, Complex(0.0004458965663870528, 0.0001823363308306701),
        Complex(-1.6384856091099504e-05, -6.3595603582025e-06),
        Complex(-1.767541380131533e-08, -1.436127537419139e-08),
      ], flow: Complex(0.00042949796497102766, 0.0001759642583532103)),
    Reference(
      species: 1, mode: ModeIndex(-1, 0, 0), point: ModeIndex(5, 4, 0),
      jets: [
        .zero, Complex(-0.0006864207136094762, 4.905310343413093e-05),
        Complex(7.720714859643885e-05, 7.941021118150879e-06),
        Complex(-1.2259840491168578e-06, -1.6344199049992923e-07),
      ], flow: Complex(-0.0006104409412025264, 5.683104883487444e-05)),
    Reference(
      species: 1, mode: ModeIndex(2, 1, 0), point: ModeIndex(-6, 2, 0),
      jets: [
        .zero, .zero, Complex(-5.141779577856032e-07, 8.063112834116403e-07),
        Complex(2.8912198671933514e-08, -3.2966363121186214e-08),
      ], flow: Complex(-4.865706733317385e-07, 7.746700580593606e-07)),
  ]

  @Test("d = 2, Moyal, masses 1 and 2: jets and flow agree with an independent program to 1e-14")
  func independentProgram() throws {
    let jets = try Self.evolved(.perturbative(orders: 4), threads: 2)
    let flow = try Self.evolved(.nonperturbative, threads: 2)
    for reference in Self.references {
      for (order, value) in reference.jets.enumerated() {
        let ours = jets.gridValue(
          species: reference.species, order: order, mode: reference.mode, point: reference.point)
        #expect((ours - value).length < 1e-14, "\(reference.mode) order \(order): \(ours) \(value)")
      }
      let ours = flow.gridValue(
        species: reference.species, order: 0, mode: reference.mode, point: reference.point)
      #expect((ours - reference.flow).length < 1e-14, "\(reference.mode): \(ours) \(reference.flow)")
    }
  }

  @Test("jets: threads do not change a bit, corrections carry no mass, values are real in position space")
  func invariantsOfJets() throws {
    let jets = try [1, 2].map { try Self.evolved(.perturbative(orders: 4), threads: $0) }
    let lattice = jets[0].lattice
    for species in 0..<2 {
      for order in 0..<4 {
        let mass = jets[0].gridValue(species: species, order: order, mode: .zero, point: .zero)
        let expected = order == 0 ? jets[0].model.fractions[species] : 0
        #expect((mass - Complex(expected)).length < 1e-16)
        for m in 0..<lattice.modeCount {
          let mode = lattice.mode(at: m)
          for p in stride(from: 0, to: lattice.pointCount(species), by: 11) {
            let point = lattice.point(at: p, species: species)
            let value = jets[0].gridValue(species: species, order: order, mode: mode, point: point)
            #expect(
              jets[1].gridValue(species: species, order: order, mode: mode, point: point) == value)
            // Stored values only for n_1 ≥ 0; the row n_1 = 0 holds both signs of n_2.
            if mode[0] == 0 {
              let mirror = jets[0].gridValue(
                species: species, order: order, mode: mode.negated, point: point.negated)
              #expect((mirror.conjugate - value).length < 1e-16)
            }
          }
        }
      }
    }
  }
}
