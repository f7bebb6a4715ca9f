// Propositions 4.1–4.5 in numbers: the residues of the hierarchy (3.5) in weak form, for Hartree–Fock states of growing N
// at ħ = 1/N, their slopes in ħ beside the paper's exponents, and their leading orders.

import CLibraries
import ExperimentKit
import Studies

Experiment.main(
  "residue-scaling",
  answers: "How fast do the residues of Propositions 4.1 to 4.5 vanish with ħ?",
  defaults: PackageResources.default_yaml,
  references: [
    "Propositions 4.1–4.5, with the corrections of Papers/errata.md (signs and powers of ħ of R̂)."
  ],
  configure: Settings.init
) { settings, run in
  try run.require(try settings.memory())
  MatrixProduct.setThreads(run.threads)
  let (series, terms) = (settings.series, settings.terms)
  let legs = series.legs(workers: run.workers) { state, _ in
    try ResidueRecord(
      of: state.slaterDeterminant(), terms: terms, interaction: series.interaction, windows: series.windows,
      testFunctions: settings.testFunctions)
  }
  try run.follow(legs, remedy: "a smaller time-step, more modes") { run, legs in
    let results = Results(settings, legs)
    run.summary.append(("windows", .array(series.windows.map { .string($0.name) })))
    run.add(results.rows)
    run.add(results.slopes)
    run.report += "verdicts: \(run.verdicts)\n"
    run.conclude(results.conclusion(run.verdicts))
    run.addArray(
      "hbar", series.particleNumbers.map { 1 / Double($0) }, axes: [series.axes.total], equation: "ħ = 1/N")
  }
}
