import CLibraries
import ExperimentKit
import Husimi
import ManyBody

/// (1.9) at later times: how far the pair measures of exact states are from products, beside Hartree–Fock, where the
/// species factorise exactly and the exchange hole is n_α ħ.
struct Factorisation {
  struct Row {
    let total: Int
    let time: Int
    let exact: HusimiCorrelations
    /// n_α ħ = ħ/2.
    let exchangeHole: Double
  }

  private(set) var rows: [Row] = []
  private let settings: Settings

  init(_ settings: Settings, _ run: ExperimentRun) throws {
    self.settings = settings
    guard let (numbers, modes) = settings.factorisation else { return }
    let series = settings.series
    let waves = try PlaneWaves(cutoff: modes, period: series.period)
    let progress = run.progress("factorisation", total: numbers.count * series.times.count)
    for (index, total) in numbers.enumerated() {
      let particles = [total / 2, total / 2]
      let space = try FockSpace(waves: waves, particles: particles, masses: series.model.masses)
      let determinant = try SlaterDeterminant(
        orbitals: zip(series.profiles, particles).map { profile, count in
          try profile.orbitals(waves: waves, count: count, total: total, hbar: 1 / Double(total)).orbitals
        }, masses: series.model.masses)
      let propagator = try ChebyshevPropagator(
        Hamiltonian(space: space, interaction: series.interaction, workers: run.workers))
      var state = try determinant.state(in: space)
      var now = 0.0
      for (time, text) in series.times.enumerated() {
        try run.checkInterruption()
        if text.value > now { state = try propagator.evolve(state, by: text.value - now).state }
        now = text.value
        rows.append(
          Row(
            total: total, time: time, exact: try HusimiCorrelations(of: state, window: series.windows[0]),
            exchangeHole: 0.5 / Double(total)))
        progress.update(index * series.times.count + time + 1)
      }
    }
    progress.finish()
  }

  /// The species' correlation is smaller at the largest N than at the smallest, at every time after the first.
  private func verdict(_ time: Int) -> Verdict {
    let curve = rows.filter { $0.time == time }.map(\.exact.cross)
    guard let first = curve.first, let last = curve.last, curve.count > 1 else { return .none }
    // Without correlation at the smallest N, or with a figure that is not finite, nothing is known.
    guard first > 1e-9, first.isFinite, last.isFinite else { return .undecided }
    return last < first ? .holds : .violated
  }

  func add(to run: ExperimentRun) {
    guard !rows.isEmpty else { return }
    let series = settings.series
    run.summary.append(
      (
        "factorisation",
        .array(
          rows.map { row in
            [
              "N": .integer(row.total), "time": .number(series.times[row.time].value),
              "cross": .number(row.exact.cross), "pair": .numbers(row.exact.pair),
              "hartreeFockCross": 0.0, "hartreeFockPair": .numbers([row.exchangeHole, row.exchangeHole]),
            ]
          })
      ))
    var table = TextTable(["N", "t", "‖m11 − m1 m2‖", "‖m20 − m1 m1‖", "‖m02 − m2 m2‖", "Hartree–Fock"])
    for row in rows {
      table.add([
        "\(row.total)", series.times[row.time].value.short(), row.exact.cross.scientific(),
        row.exact.pair[0].scientific(), row.exact.pair[1].scientific(), row.exchangeHole.scientific(),
      ])
    }
    run.report += "\n" + table.text
    for time in series.times.indices where series.times[time].value > 0 { run.record(verdict(time)) }
  }
}
