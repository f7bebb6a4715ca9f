import CLibraries
import ExperimentKit
import Interaction
import ModelConfiguration
import PhaseSpace
import Testing

/// `initial: {kind: correlated}` becomes the jointly Gaussian hierarchy that it describes, or one message.
@Suite("Correlated data in configurations")
struct CorrelatedInitialDataTests {
  static let yaml = """
    model:
      dimension: 2
      domain: {kind: space}
      species: [{name: electron, fraction: 0.25}, {name: ion, fraction: 0.75}]
      particles: null
    initial:
      kind: correlated
      components:
        - electron: {kind: gaussian, sigma: [1.0, 0.9], drift: [0.2, 0.1], width: [0.8, 0.7], centre: [0.0, 0.3]}
          ion: {kind: gaussian, sigma: [0.6, 0.5], drift: [-0.3, 0.0], width: [1.1, 1.2], centre: [0.5, 0.0]}
      momentum-covariance: [[0.3, -0.2], [-0.2, 0.4]]
      position-covariance: [[0.5, 0.25], [0.25, 0.6]]
    """

  static func read(_ yaml: String) throws -> (hierarchy: any InitialHierarchy, effective: String) {
    let root = try ConfigurationNode(yaml: yaml, file: "test.yaml")
    let model = try ModelReader(root["model"]).model
    let hierarchy = try InitialHierarchyReader(root["initial"], model: model).hierarchy
    try root.finish()
    return (hierarchy, root.effectiveYAML)
  }

  @Test("the pair function is the product times the exponential of both covariances")
  func pairFunction() throws {
    let (hierarchy, effective) = try Self.read(Self.yaml)
    let electron = PhasePoint(
      species: 0, xi: SpaceVector(components: [0.7, -0.4]), eta: SpaceVector(components: [0.2, 0.5]))
    let ion = PhasePoint(
      species: 1, xi: SpaceVector(components: [-0.3, 0.6]), eta: SpaceVector(components: [0.9, -0.1]))
    let states = [
      try GaussianState(
        dimension: 2, sigma: [1, 0.9], drift: [0.2, 0.1], width: [0.8, 0.7], centre: [0, 0.3]),
      try GaussianState(
        dimension: 2, sigma: [0.6, 0.5], drift: [-0.3, 0], width: [1.1, 1.2], centre: [0.5, 0]),
    ]
    // Written out: |ξ_e|² = 0.65, |ξ_i|² = 0.45, ξ_e·ξ_i = −0.45; |η_e|² = 0.29, |η_i|² = 0.82, η_e·η_i = 0.13.
    let exponent =
      0.3 * 0.65 + 0.4 * 0.45 + 2 * -0.2 * -0.45 + 0.5 * 0.29 + 0.6 * 0.82 + 2 * 0.25 * 0.13
    let product =
      states[0].value(xi: electron.xi, eta: electron.eta) * states[1].value(xi: ion.xi, eta: ion.eta)
    let expected = product.multiplied(by: Double.exp(-0.5 * exponent))
    #expect((hierarchy.value(at: [electron, ion]) - expected).length < 1e-15)
    #expect(try Self.read(effective).effective == effective)
  }

  @Test("the other kinds are read as before")
  func otherKinds() throws {
    let yaml = Self.yaml.replacing("kind: correlated", with: "kind: factorised")
    let factorised = yaml[..<(try #require(yaml.range(of: "  momentum-covariance")).lowerBound)]
    #expect(try Self.read(String(factorised)).hierarchy is ProductMixture)
  }

  static let momentum = "momentum-covariance: [[0.3, -0.2], [-0.2, 0.4]]"
  static let electron = "electron: {kind: gaussian, sigma: [1.0, 0.9]"
  static let mistakes: [(old: String, new: String, path: String, expected: String)] = [
    ("kind: correlated", "kind: corelated", "initial.kind", "did you mean 'correlated'"),
    ("kind: correlated", "kind: factorised", "initial.momentum-covariance", "unknown key"),
    ("particles: null", "particles: {electron: 1, ion: 3}", "initial.kind", "finite number of particles"),
    (
      momentum, "momentum-covarience: []", "initial.momentum-covarience", "did you mean 'momentum-covariance'"
    ),
    (momentum, "momentum-covariance: 0.3", "initial.momentum-covariance", "a list"),
    (momentum, "momentum-covariance: [[0.3, -0.2]]", "initial.momentum-covariance", "2 rows"),
    (
      momentum, "momentum-covariance: [[0.3], [-0.2, 0.4]]", "initial.momentum-covariance[0]",
      "a list of 2 numbers"
    ),
    (
      momentum, "momentum-covariance: [[0.3, x], [-0.2, 0.4]]", "initial.momentum-covariance[0][1]",
      "number"
    ),
    (momentum, "momentum-covariance: [[0.3, -0.2], [0.2, 0.4]]", "initial.momentum-covariance", "symmetric"),
    (
      momentum, "momentum-covariance: [[0.3, 0.5], [0.5, 0.4]]", "initial.momentum-covariance",
      "no negative eigenvalue"
    ),
    (
      "position-covariance: [[0.5", "position-covariance: [[-0.5", "initial.position-covariance",
      "no negative eigenvalue"
    ),
    (
      electron, "weight: 1.0\n      electron: {kind: gaussian, sigma: [1.0, 0.9]",
      "initial.components[0].weight", "unknown key"
    ),
    (
      electron, "electron: {kind: maxwellian, sigma: [1.0, 0.9]", "initial.components[0].electron.kind",
      "gaussian"
    ),
    (
      electron, "electron: {kind: gaussian, sigma: [1.0]", "initial.components[0].electron.sigma", "2 numbers"
    ),
    ("components:\n", "components:\n    - {}\n", "initial.components", "exactly one component"),
  ]

  @Test("a mistake is one message with the right key path", arguments: mistakes.indices)
  func mistake(index: Int) throws {
    let mistake = Self.mistakes[index]
    #expect(Self.yaml.contains(mistake.old), "not in the correct configuration")
    let yaml = Self.yaml.replacing(mistake.old, with: mistake.new, maxReplacements: 1)
    let error = try #require(throws: ConfigurationError.self) { _ = try Self.read(yaml) }
    #expect(error.path == mistake.path, "\(error)")
    #expect("\(error)".contains(mistake.expected) && "\(error)".hasPrefix("test.yaml"), "\(error)")
    #expect(Experiment.exitCode(for: error) == 64)
  }

  @Test("numbers out of all range are one error or accepted, never a trap")
  func outOfRange() throws {
    for number in ["1e308", "-1e308", "1e-308", "nan", "~", "[]", "''", "{a: 1}"] {
      do {
        _ = try Self.read(Self.yaml.replacing("0.3, -0.2", with: "\(number), -0.2"))
      } catch {
        #expect(Experiment.exitCode(for: error) == 64, "\(number): \(error)")
      }
    }
  }
}
