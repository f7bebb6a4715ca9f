// One state along the whole chain: N-body Schrödinger → Hartree–Fock → Hartree → Vlasov, and what every arrow costs: the
// density modes and the Husimi measures of neighbours, compared at each time. One fermion of each species goes through the
// finite-N Moyal hierarchy as well.

import CLibraries
import ExperimentKit
import Studies

Experiment.main(
  "chain",
  answers:
    "What is lost at each arrow from Schrödinger through Hartree–Fock and Hartree to Vlasov, for one state?",
  defaults: PackageResources.default_yaml,
  references: ["Theorem 1.2: from the N-body Schrödinger equation (1.2) to the Vlasov equations (1.1)."],
  configure: Settings.init
) { settings, run in
  let (chains, times) = (settings.chains, settings.times)
  try run.require(
    try ChainStudy.memory(
      chains, times: times.count, moves: times.contains { $0.value > 0 }, threads: run.threads))
  MatrixProduct.setThreads(run.threads)
  let legs = zip(["chain", "one fermion of each species"], chains).map { name, chain in
    Leg(name, weight: settings.weight(of: chain), through: times) {
      try ChainObserver(chain, workers: run.workers)
    } moving: {
      $0.evolutions
    } record: { observer, place in
      try observer.record(at: times[place].value)
    }
  }
  try run.follow(legs, remedy: "a smaller time-step, a larger lattice, more modes") { run, legs in
    guard let records = legs.first, !records.isEmpty else { return }
    let chain = Results(chains[0], times, records.map(\.record))
    run.summary += chain.summary + [("rows", chain.distances.json)]
    chain.add(to: run)
    run.describe("rows", chain.distances)
    if let sentence = chain.conclusion { run.conclude(sentence) }
    guard let records = legs.dropFirst().first, !records.isEmpty else { return }
    let pair = Results(chains[1], times, records.map(\.record), prefix: "pair/")
    let members = pair.summary.filter { $0.0 == "hbar" || $0.0 == "stages" }
    run.summary.append(("pair", .object(members + [("rows", pair.distances.json)])))
    run.report += "\n\none fermion of each species\n"
    pair.add(to: run)
  }
}
