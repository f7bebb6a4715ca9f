// |Δ_L| of the Dyson series (5.3) on the Fourier lattice against its bounds, per L, time and point.

import CLibraries
import DysonSeries
import ExperimentKit
import Interaction
import ModelConfiguration
import Numerics
import PhaseSpace

struct Settings {
  let model: Model
  let initial: ProductMixture
  let lattice: LatticeReader
  let times: [DecimalNumber]
  let orders: Int
  let points: [Point]
  let bounds: BoundsReader
  let study: DysonRemainder

  init(_ configuration: ConfigurationNode) throws {
    model = try ModelReader(configuration["model"]).model
    guard model.particles == nil else {
      throw configuration["model"]["particles"].error(
        expected: "null: the Dyson series is a statement at N = ∞")
    }
    initial = try InitialReader(configuration["initial"], model: model).hierarchy
    lattice = try LatticeReader(configuration["lattice"], model: model)
    times = try lattice.times(configuration["times"])
    orders = try configuration["orders"].integer(in: 1...200)
    points = try PointsReader(configuration["points"], model: model).points
    bounds = try BoundsReader(configuration["bounds"])
    let steps = lattice.lattice.steps(in: times[times.count - 1].value) ?? 0
    // The refined lattice takes four times as long, the enlarged one by its modes and its window.
    let modes = Double(lattice.lattice.modesPerAxis)
    let enlarged = 1.5 * (modes + 4 * Double(max(1, model.potentials.highestMode))) / modes
    try configuration.requireTime(
      seconds: (5 + Double.pow(enlarged, model.geometry.dimension)) * Double(initial.components.count)
        * WorkEstimate.vlasovLattice(lattice.lattice, model, steps: Double(steps), orders: orders),
      at: configuration[steps > 10_000 ? "times" : "lattice"],
      "\(steps) steps of \(orders) orders on three lattices")
    study = try DysonRemainder(
      model: model, initial: initial, lattice: lattice.lattice,
      times: times.map(\.value), points: points, orders: orders)
  }
}

extension Settings {
  /// All that a run holds: the lattices, then what is found on them.
  func memory(threads: Int) -> MemoryPlan {
    var plan = MemoryPlan()
    let rows = Memory.product(points.count, times.count, orders)
    plan.hold("samples", study.sampleBytes)
    plan.phase { $0.hold("lattices", study.bytes(threads: threads)) }
    plan.hold("rows", Memory.product(rows, ExperimentRun.bytesOfRow + 64 * bounds.bounds.count))
    return plan
  }
}

func complex(_ z: Complex<Double>) -> JSONValue { .numbers([z.real, z.imaginary]) }

Experiment.main(
  "dyson-remainder", defaults: PackageResources.default_yaml,
  references: [
    "F. Johansson, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic, IEEE Trans. Comput. 66 (2017)."
  ],
  dependsOnThreads: false, configure: Settings.init
) { settings, run in
  try run.require(settings.memory(threads: run.threads))
  let applied = settings.bounds.applied(to: settings.model, initial: settings.initial)
  let radii = try applied.radii(points: settings.points)
  run.summary.append(("radii", .object(radii.map { ($0.name, .optional($0.time)) })))

  let legs = DysonRemainder.Grid.allCases.map { grid in
    Leg(
      "flow and jets, \(grid) lattice", weight: settings.study.work(on: grid), through: settings.times,
      starting: { try settings.study.start(on: grid, workers: run.workers) },
      record: { moving, _ in try moving.samples(at: settings.study.points) })
  }
  try run.follow(legs, remedy: "a smaller lattice.time-step, shorter times, fewer orders") { run, legs in
    let marginals = settings.points.map { point in
      let order = point.order(speciesCount: settings.model.species.count)
      return JSONValue.array(order.counts.map(JSONValue.integer))
    }
    var rows: [JSONValue] = []
    let shown = applied.bounds.map(\.name)
    var table = TextTable(["point", "t", "L", "|Δ_L|", "±"] + shown + ["verdict"])
    var columns: [String: [Double]] = [:]
    let prepared = try settings.bounds.prepared(
      settings.model, initial: settings.initial, orders: settings.orders)
    for result in try settings.study.rows(legs.map { $0.map(\.record) }) {
      guard let result else {
        for name in settings.bounds.bounds.map(\.name) + ["remainder", "budget"] {
          columns[name, default: []] += [Double](repeating: .nan, count: settings.orders)
        }
        continue
      }
      let bounds = try prepared.map {
        (
          $0.name,
          try $0.result(at: settings.points[result.point], time: settings.times[result.time])
        )
      }
      for order in 1...settings.orders {
        let (remainder, budget) = (result.remainders[order - 1], result.budgets[order - 1])
        var verdict = Verdict.none
        var reasons: [(String, JSONValue)] = []
        for (name, bound) in bounds {
          columns[name, default: []].append(bound.enclosure(order)?.upper ?? .nan)
          if let enclosure = bound.enclosure(order) {
            verdict = verdict.worse(
              Verdict(
                remainder: remainder, budget: budget, boundLower: enclosure.lower, boundUpper: enclosure.upper
              ))
          }
          if let reason = bound.reason(order) { reasons.append((name, .string(reason))) }
        }
        run.record(verdict)
        columns["remainder", default: []].append(remainder)
        columns["budget", default: []].append(budget)
        rows.append(
          .object(
            [
              ("point", .integer(result.point)), ("marginal", marginals[result.point]),
              ("time", .number(settings.times[result.time].value)),
              ("order", .integer(order)), ("partialSum", complex(result.partialSums[order - 1])),
              ("term", complex(result.terms[order])), ("exact", complex(result.exact)),
              ("remainder", .number(remainder)), ("remainderError", .number(budget)),
              ("bounds", .object(bounds.map { ($0.0, .optional($0.1.enclosure(order)?.upper)) })),
            ] + (reasons.isEmpty ? [] : [("reason", .object(reasons))]) + [
              ("verdict", .string(verdict.rawValue))
            ]))
        if [1, 4, 8, settings.orders].contains(order) {
          table.add(
            [
              "\(result.point)", settings.times[result.time].text, "\(order)", remainder.scientific(),
              budget.scientific(0),
            ]
              + bounds.filter { shown.contains($0.0) }.map {
                $0.1.enclosure(order)?.upper.scientific() ?? "–"
              } + [verdict.rawValue])
        }
      }
    }
    run.summary.append(("rows", .array(rows)))
    let shape = [settings.points.count, settings.times.count, settings.orders]
    for (name, values) in columns.sorted(by: { $0.key < $1.key }) {
      run.addArray(
        name, values, shape: shape, axes: "point × time × order L = 1…\(settings.orders)",
        equation: name == "remainder"
          ? "|Δ_L| of (5.4)" : name == "budget" ? "error budget of |Δ_L|" : "bound of |Δ_L|")
    }
    run.addArray("times", settings.times.map(\.value), shape: [settings.times.count], axes: "time")
    run.report += table.text + applied.note + "verdicts: \(run.verdicts)\n"
  }
}
