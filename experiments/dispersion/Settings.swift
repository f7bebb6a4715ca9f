import CLibraries
import ExperimentKit
import Interaction
import ModelConfiguration
import PhaseSpace
import Studies
import Vlasov

/// The configuration: the case of the top level, and those of `further`.
struct Settings {
  let cases: [DispersionCase]

  init(_ configuration: ConfigurationNode) throws {
    var cases = [try Self.readCase(configuration, default: "waves")]
    for node in try configuration["further"].list(orEmpty: true) {
      let one = try Self.readCase(node, default: nil)
      guard !cases.contains(where: { $0.name == one.name }) else {
        throw node["name"].error(expected: "a name no other case has")
      }
      cases.append(one)
    }
    self.cases = cases
    try configuration.requireTime(
      seconds: cases.reduce(0) { $0 + seconds($1) }, at: configuration["wavenumbers"], "proofs")
  }

  private static func readCase(_ node: ConfigurationNode, default name: String?) throws -> DispersionCase {
    let name = try readName(node["name"], default: name)
    let model = try ModelReader(node["model"]).model
    guard case .classical = model.kernel else {
      throw node["model"]["kernel"].error(expected: "the classical kernel", got: "another")
    }
    guard model.particles == nil else {
      throw node["model"]["particles"].error(expected: "null: linear theory is of N = ∞", got: "numbers")
    }
    guard model.geometry.kappa != nil else {
      throw node["model"]["domain"].error(expected: "a torus", got: "space")
    }
    let initial = try InitialReader(node["initial"], model: model).hierarchy
    guard initial.components.count == 1, let states = initial.components.first?.states else {
      throw node["initial"]["components"].error(expected: "one product", got: "\(initial.components.count)")
    }
    let isCold = try node["cold"].boolean(default: false)
    let (waves, place) = try readWaves(node, model)
    let box = try readBox(node["box"])
    let temperatures = try readTemperatures(node["temperature-ratios"], model)
    let one = try node["initial"].locating {
      try DispersionCase(
        name: name, model: model, states: states, waves: waves, temperatures: temperatures, box: box,
        isCold: isCold)
    }
    // What cannot be made is reported before anything is computed.
    for wave in waves {
      let dielectric = try place.locating { try one.dielectric(wave, ratio: one.ratios[0]) }
      guard dielectric.plasmaFrequency > 0 else {
        throw place.error(
          expected: "waves on which there is an interaction", got: "k = \(one.wavenumber(wave))")
      }
    }
    if case .number = waves[0],
      let limit = try place.locating({ try one.curve(ratio: one.ratios[0]) }).bandlimit
    {
      for wave in waves where one.wavenumber(wave) > limit * (1 + 1e-12) {
        throw place.error(
          expected: "wave numbers up to \(limit), where a potential ends", got: "\(one.wavenumber(wave))")
      }
    }
    return one
  }

  private static func readName(_ node: ConfigurationNode, default name: String?) throws -> String {
    let name = try node.string(default: name)
    let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
    guard (1...64).contains(name.count), name.allSatisfy(allowed.contains),
      ![".", "..", "row"].contains(name)
    else {
      throw node.error(expected: "a name of 1 to 64 letters, digits and hyphens", got: "another")
    }
    return name
  }

  /// `wavenumbers` or `modes`, and the key that was given.
  private static func readWaves(_ node: ConfigurationNode, _ model: Model) throws -> (
    waves: [DispersionCase.Wave], place: ConfigurationNode
  ) {
    let (numbers, modes) = (node["wavenumbers"], node["modes"])
    guard numbers.isAbsent != modes.isAbsent else {
      throw numbers.error(expected: "wavenumbers or modes, one of the two")
    }
    if !numbers.isAbsent {
      return (
        try numbers.list(atLeast: 1).map {
          .number(try $0.number("a number from 1e-6 to 1e6") { (1e-6...1e6).contains($0) })
        },
        numbers
      )
    }
    let dimension = model.geometry.dimension
    return (try modes.list(atLeast: 1).map { .mode(try readWave($0, dimension: dimension)) }, modes)
  }

  private static func readBox(_ node: ConfigurationNode) throws -> FrequencyBox? {
    guard !node.isAbsent else {
      node.recordNull()
      return nil
    }
    func range(_ node: ConfigurationNode) throws -> ClosedRange<Double> {
      let ends = try node.numbers(count: 2)
      guard ends[0].value < ends[1].value, ends.allSatisfy({ $0.value.magnitude <= 1e6 }) else {
        throw node.error(expected: "[lower, upper], within ±1e6")
      }
      return ends[0].value...ends[1].value
    }
    return FrequencyBox(real: try range(node["omega"]), imaginary: try range(node["gamma"]))
  }

  private static func readTemperatures(_ node: ConfigurationNode, _ model: Model) throws
    -> DispersionCase.Temperatures?
  {
    guard !node.isAbsent else {
      node.recordNull()
      return nil
    }
    let names = model.species.map(\.name)
    func species(_ node: ConfigurationNode) throws -> Int {
      let name = try node.choice(of: names)
      return names.firstIndex(of: name) ?? 0
    }
    let ratios = try node["values"].list(atLeast: 1).map {
      try $0.number("a number from 1e-6 to 1e6") { (1e-6...1e6).contains($0) }
    }
    return DispersionCase.Temperatures(
      numerator: try species(node["numerator"]), denominator: try species(node["denominator"]), ratios: ratios
    )
  }

  /// An estimate: some ten thousand evaluations of a determinant a wave, fewer where nothing is damped.
  func seconds(_ one: DispersionCase) -> Double {
    0.3 * Double(one.waves.count * one.ratios.count * one.model.species.count)
  }

  /// All that a run holds: the records.
  var memory: MemoryPlan {
    var plan = MemoryPlan()
    let jobs = cases.reduce(0) { $0 + $1.waves.count * $1.ratios.count }
    plan.hold("rows", Memory.product(jobs, 8, 2 * ExperimentRun.bytesOfRow))
    return plan
  }
}
