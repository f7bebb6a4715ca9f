// Roots of the dispersion relation, each proved by interval Newton and the argument principle, along wave numbers and temperature
// ratios; and the largest growth rates along them.

import ExperimentKit
import Studies

Experiment.main(
  "dispersion",
  answers:
    "Which waves does a plasma have? Encloses the roots of its dielectric function, every digit proved.",
  defaults: PackageResources.default_yaml,
  references: [
    "L. D. Landau, J. Phys. (USSR) 10 (1946) 25: damping, and the contour.",
    "O. Buneman, Phys. Rev. 115 (1959) 503; B. D. Fried, S. D. Conte, The Plasma Dispersion Function (1961).",
    "F. Johansson, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic, IEEE Trans. Comput. 66 (2017).",
  ],
  files: ["roots.csv"], dependsOnThreads: false, configure: Settings.init
) { settings, run in
  try run.require(settings.memory)
  let legs = settings.cases.map { one in
    Leg(one.name, weight: settings.seconds(one), jobs: settings.jobs(of: one), naming: \.description) { job in
      try one.record(job.wave, ratio: job.ratio)
    }
  }
  try run.follow(legs, remedy: "another box, wave numbers at which there is an interaction") { run, records in
    let rows = settings.rows(records.map { $0.map(\.record) })
    run.add(ResultTable("rows", rows: rows.joined().map(\.self), columns: Row.columns))
    for (one, rows) in zip(settings.cases, rows) {
      run.add(ResultTable(nil, prefix: "\(one.name)/", rows: rows, columns: Row.arrays))
    }
    let maxima = settings.maxima(records.map { $0.map(\.record) })
    run.add(ResultTable("maxima", rows: maxima, columns: maxima.isEmpty ? [] : Maximum.columns))
    run.conclude(Row.conclusion(Array(rows.joined())))
    try run.add(file: "roots.csv", Row.csv(Array(rows.joined())))
  }
}
