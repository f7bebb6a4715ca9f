// The terms D_j of the Dyson series (5.3), as sums over trees (5.7), for data on R^d or the torus, with error bars; their
// partial sums and Padé approximants; and the standard error against the number of samples.

import CLibraries
import DysonSeries
import ExperimentKit

Experiment.main(
  "dyson-trees",
  answers:
    "How large are the terms of the Dyson series (5.7), in R^d too and at finite N? Sampled trees, with error bars.",
  defaults: PackageResources.default_yaml,
  references: [
    "The Dyson series (5.3), its trees (5.7), and the remainder bounds of Papers/branching-majorant.md.",
    "J. K. Salmon et al., Parallel random numbers: as easy as 1, 2, 3, SC11 (2011).",
    "I. M. Sobol, USSR Comput. Math. Math. Phys. 7 (1967) 86; P. Wynn, SIAM J. Numer. Anal. 3 (1966) 91.",
  ],
  ranks: Ranks.world, dependsOnThreads: false, configure: Settings.init
) { settings, run in
  try run.require(settings.memory(threads: run.threads))
  let trees = try settings.trees(seed: run.seed)
  let applied = settings.base.bounds.applied(to: settings.model, initial: settings.initial)
  let radii = try settings.base.radii(applied)
  let legs = [("terms", settings.terms), ("measurements", settings.measurements)].map { name, jobs in
    Leg(name, weight: settings.share(jobs), jobs: jobs, naming: settings.name, time: settings.time) { job in
      try trees.with(job.sampler).term(
        job.order, at: settings.particles[job.point], time: settings.times[job.time].value,
        budget: .samples(job.samples), stream: job.stream, workers: run.workers, ranks: run.ranks,
        refusesHeavyTails: false, check: run.checkInterruption)
    }
  }
  try run.follow(legs, remedy: "fewer orders, shorter times, more samples") { run, records in
    let rows = try settings.rows(records[0].map(\.record), of: trees)
    run.summary.append(radii)
    run.add(
      ResultTable(
        "rows", axes: settings.base.axes(settings.times), rows: rows,
        columns: Row.columns(settings.base.bounds.bounds)))
    run.add(ResultTable("resummation", rows: settings.resummations(rows), columns: Resummed.columns))
    run.report += applied.note + "verdicts: \(run.verdicts)\n"
    let worst = rows.filter { $0.order == settings.orders }.map(\.sum.standardError).largest() ?? .nan
    run.conclude(
      "\(run.verdicts.sentence); S_\(settings.orders + 1) known to within \(worst.scientific(1)) everywhere")
    guard let study = settings.convergence else { return }
    let curves = study.curves(records[1].map(\.record), scramblings: settings.scramblings)
    run.report += "\nStandard error against samples, log–log\n"
    run.add(
      ResultTable(
        "slopes", axes: study.axes, prefix: "convergence/", rows: curves, columns: study.columns))
  }
}
