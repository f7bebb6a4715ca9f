import CLibraries
import ExperimentKit
import Hierarchy
import Interaction
import ModelConfiguration
import PhaseSpace

/// One run that is compared: at finite N, or with a Moyal kernel.
struct Variant: CustomStringConvertible {
  /// What grows or shrinks.
  enum Scale: String, CaseIterable {
    case number = "N"
    case hbar

    /// 1/N and ħ²
    var expectedSlope: Double { self == .number ? -1 : 2 }
  }

  let number: Int?
  let hbar: DecimalNumber?
  let model: Model

  var scale: Scale { number == nil ? .hbar : .number }
  var size: Double { number.map(Double.init) ?? hbar?.value ?? 1 }
  var description: String { number.map { "N = \($0)" } ?? "ħ = \(hbar?.text ?? "")" }
}

struct Settings {
  let base: TruncationReader
  let variants: [Variant]

  var closures: [any Closure] { base.closures }
  var times: [DecimalNumber] { base.times }
  var orders: [MarginalOrder] { base.orders }
  /// The hierarchies that are compared, each with its limit.
  var pairs: [(any Closure, Variant)] { closures.flatMap { closure in variants.map { (closure, $0) } } }

  init(_ configuration: ConfigurationNode) throws {
    base = try TruncationReader(
      configuration, particles: "null: `particle-numbers` gives the numbers",
      closures: "no exact closure: the reference is at N = ∞")
    let model = base.model
    let numbers = configuration["particle-numbers"]
    var variants: [Variant] = []
    for node in try numbers.list(orEmpty: true) {
      let number = try node.integer(in: 1...1_000_000_000)
      guard !variants.contains(where: { $0.number == number }) else {
        throw node.error(expected: "each particle number once")
      }
      let counts = model.fractions.map { Int(($0 * Double(number)).rounded()) }
      guard
        zip(counts, model.fractions).allSatisfy({
          $0 >= 1 && (Double($0) / Double(number) - $1).magnitude < 1e-12
        })
      else { throw node.error(expected: "a number whose share N·fraction is whole for every species") }
      let finite = try node.locating {
        try Model(
          geometry: model.geometry, species: model.species, potentials: model.potentials,
          kernel: model.kernel, particles: counts)
      }
      variants.append(Variant(number: number, hbar: nil, model: finite))
    }
    for node in try configuration["hbars"].list(orEmpty: true) {
      let hbar = try node.positive()
      guard !variants.contains(where: { $0.hbar?.value == hbar.value }) else {
        throw node.error(expected: "each ħ once")
      }
      let quantum = try node.locating { try model.with(kernel: .moyal(hbar: hbar)) }
      variants.append(Variant(number: nil, hbar: hbar, model: quantum))
    }
    guard !variants.isEmpty else { throw numbers.error(expected: "particle-numbers or hbars, at least one") }
    self.variants = variants
    try base.limitTime(configuration, hierarchies: 2 * base.closures.count * variants.count)
  }

  func hierarchy(_ model: Model, _ closure: any Closure, _ workers: Workers) throws -> TruncatedHierarchy {
    try TruncatedHierarchy(
      model: model,
      initial: base.initial, lattice: base.lattice, rank: base.rank, closure: closure, workers: workers)
  }

  /// What a variant is compared with: N = ∞ and its own kernel; for the Moyal variants the classical kernel.
  func limit(_ variant: Variant) throws -> Model {
    variant.hbar == nil ? base.model : try base.model.with(kernel: .classical)
  }
}
