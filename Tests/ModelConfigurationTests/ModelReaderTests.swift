import CLibraries
import ExperimentKit
import Foundation
import Interaction
import ModelConfiguration
import PhaseSpace
import Testing

@Suite("Readers of models")
struct ModelReaderTests {
  static let torus = """
    model:
      dimension: 1
      domain: {kind: torus, length: 5.0}
      species:
        - {name: electron, fraction: 0.25, mass: 2.0}
        - {name: ion, fraction: 0.75}
      potentials:
        - {between: [electron, ion], kind: trigonometric, modes: [{m: [1], coefficient: -0.4}, {m: [0], coefficient: 3}]}
        - {between: [ion, ion], kind: bump, strength: 0.7, bandlimit: 3.0, power: 2}
        - {between: [electron, electron], kind: tabulated, eta: [0, 1, 2], values: [1, 0.5, 0]}
      kernel: {kind: moyal, hbar: 0.1}
    initial:
      kind: mixture
      components:
        - weight: 0.6
          electron: {kind: maxwellian, sigma: [1.0], drift: [0.0], modulation: [{m: [1], amplitude: 0.3, phase: 0.5}]}
          ion: {kind: gaussian, sigma: [0.6], drift: [-0.3], width: [1.1], centre: [0.5]}
        - weight: 0.4
          electron: {kind: two-stream, sigma: [1.0], drift: [2.0]}
          ion: {kind: maxwellian, sigma: [0.5], drift: [0.0]}
    lattice: {modes: 4, xi-extent: 8.0, time-step: 0.1}
    times: [0.0, 0.5]
    points:
      - particles: [{species: ion, xi: [0.5], eta: [1.2566370614]}, {species: electron, xi: [0], eta: [0]}]
    """

  struct Everything {
    let model: Model
    let initial: ProductMixture
    let lattice: FourierLattice
    let times: [DecimalNumber]
    let points: [Point]
    let effective: String

    init(_ yaml: String) throws {
      let root = try ConfigurationNode(yaml: yaml, file: "test.yaml")
      model = try ModelReader(root["model"]).model
      initial = try InitialReader(root["initial"], model: model).hierarchy
      let reader = try LatticeReader(root["lattice"], model: model)
      lattice = reader.lattice
      times = try reader.times(root["times"])
      points = try PointsReader(root["points"], model: model).points
      try root.finish()
      effective = root.effectiveYAML
    }
  }

  private static let charges = """
    model:
      dimension: 1
      domain: {kind: torus, length: 5.0}
      species:
        - {name: electron, fraction: 0.25, charge: -1}
        - {name: ion, fraction: 0.5, charge: 2}
        - {name: atom, fraction: 0.25}
      potentials:
        - {between: all, kind: coulomb, strength: 0.3, modes: 3}
    """

  @Test("model.coupling multiplies all pair potentials, and no external one; 1 is the default that is shown")
  func coupling() throws {
    let external = "  external: [{species: atom, kind: trigonometric, modes: [{m: [2], coefficient: 0.5}]}]\n"
    func read(_ text: String) throws -> (model: Model, effective: String) {
      let root = try ConfigurationNode(yaml: text, file: "test.yaml")
      let model = try ModelReader(root["model"], readsExternal: true).model
      try root.finish()
      return (model, root.effectiveYAML)
    }
    let plain = try read(Self.charges + "\n")
    let scaled = try read(Self.charges + "\n  coupling: -2.5\n" + external)
    #expect(plain.effective.contains("coupling: 1\n") && scaled.effective.contains("coupling: -2.5\n"))
    for alpha in 0..<3 {
      for beta in 0..<3 {
        for m in -3...3 {
          let mode = ModeIndex(m, 0, 0)
          let (v, w) = (
            plain.model.potentials.coefficient(alpha, beta, mode: mode),
            scaled.model.potentials.coefficient(alpha, beta, mode: mode)
          )
          #expect((w + 2.5 * v).magnitude <= 2 * w.ulp)
        }
      }
    }
    #expect(scaled.model.potentials.externalCoefficient(2, mode: ModeIndex(-2, 0, 0)) == 0.5)
    #expect(scaled.model.potentials.external(0).isEmpty && !plain.model.potentials.isExternal)
  }

  @Test("an external potential is refused where it is not read, twice for a species, and on R^d")
  func externalRefusals() throws {
    let entry = "{species: ion, kind: trigonometric, modes: [{m: [1], coefficient: 0.5}]}"
    for (text, reads, path) in [
      (Self.charges + "\n  external: [\(entry)]\n", false, "model.external"),
      (Self.charges + "\n  external: [\(entry), \(entry)]\n", true, "model.external[1].species"),
      (
        Self.charges + "\n  external: [\(entry.replacing("ion", with: "eon"))]\n", true,
        "model.external[0].species"
      ),
      (
        Self.charges + "\n  external: [\(entry.replacing("[1]", with: "[1, 2]"))]\n", true,
        "model.external[0].modes[0].m"
      ),
    ] {
      do {
        _ = try ModelReader(ConfigurationNode(yaml: text, file: "test.yaml")["model"], readsExternal: reads)
        Issue.record("\(text) was read")
      } catch let error as ConfigurationError {
        #expect(error.path == path, "\(error)")
      }
    }
  }

  @Test("potentials between charges: q_α q_β g/(κ|m|)², for all pairs at once or for one")
  func betweenCharges() throws {
    let kappa = 2 * Double.pi / 5
    func model(_ text: String) throws -> Model {
      try ModelReader(ConfigurationNode(yaml: text, file: "test.yaml")["model"]).model
    }
    let coulomb = try model(Self.charges)
    #expect(coulomb.species.map(\.charge.value) == [-1, 2, 0])
    for (alpha, beta, product) in [(0, 0, 1.0), (0, 1, -2), (1, 1, 4), (0, 2, 0), (2, 2, 0)] {
      for m in 1...4 {
        let expected = m <= 3 ? product * 0.3 / (kappa * Double(m) * kappa * Double(m)) : 0
        let v = coulomb.potentials.coefficient(beta, alpha, mode: ModeIndex(-m, 0, 0))
        #expect((v - expected).magnitude <= 1e-15 * expected.magnitude)
      }
    }
    let screened = try model(
      Self.charges.replacing("kind: coulomb", with: "kind: yukawa, screening-length: 2"))
    #expect(
      (screened.potentials.coefficient(0, 1, mode: ModeIndex(1, 0, 0)) + 0.6 / (kappa * kappa + 0.25))
        .magnitude
        < 1e-15)
    let power = try model(
      Self.charges.replacing(
        "between: all, kind: coulomb", with: "between: [ion, atom], kind: power-law, exponent: 3"))
    #expect(
      (power.potentials.coefficient(2, 1, mode: ModeIndex(2, 0, 0)) - 0.3 / pow(2 * kappa, 3)).magnitude
        < 1e-15)
    #expect(power.potentials.atoms(0, 0).isEmpty)
    for (text, replacement, path) in [
      ("all", "everything", "model.potentials[0].between"), ("all", "[ion]", "model.potentials[0].between"),
      ("modes: 3", "modes: 0", "model.potentials[0].modes"),
      ("coulomb", "yukawa", "model.potentials[0].screening-length"),
      ("charge: -1", "charge: one", "model.species[0].charge"),
    ] {
      let error = #expect(throws: ConfigurationError.self) {
        try model(Self.charges.replacing(text, with: replacement))
      }
      #expect(error?.path == path, "\(String(describing: error))")
    }
    let neutral = Self.charges.replacing("charge: -1", with: "charge: 0").replacing(
      "charge: 2", with: "charge: 0")
    #expect(throws: ConfigurationError.self) { try model(neutral) }
  }

  @Test("a full configuration becomes the model it describes")
  func fullConfiguration() throws {
    let all = try Everything(Self.torus)
    #expect(all.model.masses == [2, 1])
    #expect(all.model.fractions == [0.25, 0.75])
    #expect(all.model.kernel == .moyal(hbar: 0.1))
    let mode = ModeIndex(1, 0, 0)
    #expect(all.model.potentials.coefficient(0, 1, mode: mode) == -0.4)
    #expect(all.model.potentials.coefficient(1, 0, mode: mode.negated) == -0.4)
    // v_m = κ V̂(κm) of the bump, κ = 2π/5.
    let kappa = 2 * Double.pi / 5
    let ratio = kappa / 3
    let bump = kappa * 0.7 * (1 - ratio * ratio) * (1 - ratio * ratio)
    #expect((all.model.potentials.coefficient(1, 1, mode: mode) - bump).magnitude < 1e-15)
    #expect(all.initial.components.count == 2)
    #expect(
      all.lattice.halfWidths == [
        Int((8 * 4 / (kappa * 0.1)).rounded()), Int((8 * 2 / (kappa * 0.1)).rounded()),
      ])
    #expect(try all.points[0].arguments(in: all.model.geometry)[0].eta[0] == kappa)
    #expect(all.points[0][0].mode == mode)
  }

  @Test("a window may be given for each species by its name; one that is missing or unknown is refused")
  func windowPerSpecies() throws {
    let two = Self.torus.replacingOccurrences(
      of: "xi-extent: 8.0", with: "xi-extent: {ion: 8.0, electron: 4.0}")
    let one = try Everything(Self.torus).lattice
    let lattice = try Everything(two).lattice
    #expect(one.xiExtents == [8, 8])
    #expect(lattice.xiExtents.sorted() == [4, 8] && lattice.halfWidths != one.halfWidths)
    for wrong in ["{ion: 8.0}", "{ion: 8.0, electron: 4.0, muon: 1}", "{ion: 8.0, electron: -1}"] {
      #expect(throws: ConfigurationError.self) {
        try Everything(Self.torus.replacingOccurrences(of: "xi-extent: 8.0", with: "xi-extent: \(wrong)"))
      }
    }
  }

  @Test("the effective configuration reads back to itself")
  func fixedPoint() throws {
    let effective = try Everything(Self.torus).effective
    #expect(try Everything(effective).effective == effective)
  }

  @Test("finite N: fractions follow from the counts, data carry falling factorials")
  func finiteParticles() throws {
    let yaml = Self.torus
      .replacing("fraction: 0.25, ", with: "").replacing(", fraction: 0.75", with: "")
      .replacing("kernel:", with: "particles: {electron: 2, ion: 6}\n  kernel:")
    let all = try Everything(yaml)
    #expect(all.model.particles == [2, 6])
    #expect(all.model.fractions == [0.25, 0.75])
    #expect((all.model.mass(of: MarginalOrder([2, 0])) - 2.0 / 64).magnitude < 1e-16)
  }
}
