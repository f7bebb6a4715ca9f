// Propositions 4.1–4.5 in numbers: the residues of the hierarchy (3.5) in weak form, for Hartree–Fock states of growing N
// at ħ = 1/N, their slopes in ħ beside the paper's exponents, and their leading orders.

import CLibraries
import ExperimentKit
import Husimi
import ManyBody

Experiment.main(
  "residue-scaling", defaults: PackageResources.default_yaml,
  references: [
    "Propositions 4.1–4.5, with the corrections of Papers/errata.md (signs and powers of ħ of R̂)."
  ],
  configure: Settings.init
) { settings, run in
  try run.require(try settings.memory())
  MatrixProduct.setThreads(run.threads)
  let count = Term.all.count
  let records = try settings.series.evolve(
    run, recordSize: 2 * count * settings.series.windows.count,
    // A term without a leading order, or without a second particle of its species.
    mayBeNaN: { $0 / count % 2 == 1 || Term.all[$0 % count].isOptional },
    keeping: { run, records, finished in
      Results(settings: settings, records: records, finished: finished).add(to: run)
    }
  ) { state, _ in
    try state.orthonormalize()
    let slater = try state.slaterDeterminant()
    return try settings.series.windows.flatMap { window in
      let exact = try WeakResidues(
        slater, interaction: settings.series.interaction, window: window,
        testFunctions: settings.testFunctions)
      let leading = try LeadingResidues(
        slater, interaction: settings.series.interaction, window: window,
        testFunctions: settings.testFunctions)
      return Term.all.map { $0.value(exact) } + Term.all.map { $0.leading?(leading) ?? .nan }
    }
  }
  Results(settings: settings, records: records, finished: records.count).add(to: run)
}
