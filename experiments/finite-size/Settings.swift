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

    /// The power of the leading term. The hierarchy cut at a rank on a lattice is a polynomial map from step to step, whose
    /// coefficients and data are analytic in ε = 1/N, masses of marginals and their ratios included, or in ε = ħ² (κ_ħ(x) = x −
    /// ħ²x³/24 + …). So w_ε = w_0 + ε w' + O(ε²) at every fixed time, and ‖w_ε − w_0‖ = ε‖w'‖ + O(ε²): the power is 1, that is −1
    /// in N and 2 in ħ, of every marginal that feels ε at first order, as ε → 0. Nothing is said of the size of O(ε²).
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
      configuration,
      comparedWith: .limit(
        particles: "null: `particle-numbers` gives the numbers",
        closures: "no exact closure: the reference is at N = ∞"))
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
    let pairs = base.closures.flatMap { closure in variants.map { (closure, $0) } }
    try base.limitTime(
      configuration, hierarchies: pairs.reduce(0) { $0 + (isExact($1.0) ? 1 : 2) },
      references: try pairs.map { try limit($0.1) })
  }

  /// Whether the limit of a closure is the exact solution: a product that it keeps.
  private func isExact(_ closure: any Closure) -> Bool {
    base.products.components.count == 1 && closure.keepsProducts(rank: base.rank)
  }

  /// A hierarchy at its start, with what it is compared with.
  func compared(_ closure: any Closure, _ variant: Variant, workers: Workers, ranks: Ranks) throws -> Compared
  {
    let limit = try limit(variant)
    return Compared(
      own: try base.hierarchy(of: variant.model, closure, workers: workers, ranks: ranks),
      limit: isExact(closure) ? nil : try base.hierarchy(of: limit, closure, workers: workers, ranks: ranks),
      reference: try base.reference(of: limit, workers: workers, ranks: ranks))
  }

  /// What a variant is compared with: N = ∞ and its own kernel; for the Moyal variants the classical kernel.
  func limit(_ variant: Variant) throws -> Model {
    variant.hbar == nil ? base.model : try base.model.with(kernel: .classical)
  }

  /// All that a run holds: both hierarchies of one variant after the other, and the distances found.
  /// - Parameter ranks: the processes that compute together; the memory is that of this one.
  func memory(threads: Int, ranks: Ranks) throws -> MemoryPlan {
    var plan = MemoryPlan()
    let rows = Memory.product(pairs.count, base.times.count, base.orders.count)
    plan.hold("records", Memory.product(rows, 8, ExperimentRun.bytesOfFigure))
    var known: Set<String> = []
    for (closure, variant) in pairs {
      // Which marginals there are and which terms they have, all that the size depends on.
      let counts = variant.model.particles?.map { min($0, base.rank + 1) } ?? []
      guard known.insert("\(closure.name) \(counts) \(variant.scale)").inserted else { continue }
      let own = try base.memory(of: variant.model, closure, threads: threads, ranks: ranks)
      let limit =
        isExact(closure)
        ? nil : try base.memory(of: try self.limit(variant), closure, threads: threads, ranks: ranks)
      let reference = try base.referenceBytes(of: self.limit(variant), threads: threads, ranks: ranks)
      plan.phase { plan in
        plan.hold("hierarchies", Memory.sum(own.state, limit.map(\.state) ?? 0))
        plan.hold("right sides", Memory.sum(own.rightSide, limit.map(\.rightSide) ?? 0))
        plan.hold("reference", reference)
        plan.phase { $0.hold("initial data", base.tableBytes) }
        plan.phase { $0.hold("distance", own.distance) }
      }
    }
    plan.hold("rows", Memory.product(rows, 2 * ExperimentRun.bytesOfRow))
    return plan
  }
}
