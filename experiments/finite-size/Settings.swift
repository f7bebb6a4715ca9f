import CLibraries
import ExperimentKit
import Hierarchy
import Interaction
import ModelConfiguration

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

  /// The hierarchies that are compared, each with its limit.
  var pairs: [(any Closure, Variant)] { base.closures.flatMap { closure in variants.map { (closure, $0) } } }

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
      guard let finite = try node.locating({ try model.with(particleNumber: number) }) else {
        throw node.error(expected: "a number whose share N·fraction is whole for every species")
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

  /// What a variant is compared with: N = ∞ and its own kernel; for the Moyal variants the classical kernel.
  func limit(_ variant: Variant) throws -> Model {
    variant.hbar == nil ? base.model : try base.model.with(kernel: .classical)
  }

  /// All that a run holds: both hierarchies of one variant after the other, and the distances found.
  func memory(threads: Int) throws -> MemoryPlan {
    var plan = MemoryPlan()
    let rows = Memory.product(pairs.count, base.times.count, base.orders.count)
    plan.hold("records", Memory.product(rows, 3, ExperimentRun.bytesOfFigure))
    var known: Set<String> = []
    for (closure, variant) in pairs {
      // Which marginals there are and which terms they have, all that the size depends on.
      let counts = variant.model.particles?.map { min($0, base.rank + 1) } ?? []
      guard known.insert("\(closure.name) \(counts) \(variant.scale)").inserted else { continue }
      let own = base.memory(of: variant.model, closure, threads: threads)
      let limit = base.memory(of: try limit(variant), closure, threads: threads)
      plan.phase { plan in
        plan.hold("hierarchies", Memory.sum(own.state, limit.state))
        plan.hold("right sides", Memory.sum(own.rightSide, limit.rightSide))
        plan.phase { $0.hold("initial data", base.tableBytes) }
        plan.phase { $0.hold("distance", own.distance) }
      }
    }
    plan.hold("rows", Memory.product(rows, 2 * ExperimentRun.bytesOfRow))
    return plan
  }
}
