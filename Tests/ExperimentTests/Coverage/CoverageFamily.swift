import Foundation
import TestRandomNumbers
import Testing

/// Random small configurations of one program, each with a run, of the same program or another, that knows the same numbers better.
struct CoverageFamily: CustomStringConvertible, Sendable {
  /// A run and the one that knows better.
  struct Pair: Sendable {
    let own: String
    let better: String
    /// The program of the better run.
    let betterProgram: String
  }

  let program: String
  /// How many of the 200.
  let count: Int
  /// Whether one of them is of the suite.
  var isQuick = true
  /// The most that bars may be of the error in the median. Of few fermions 300: their bars are what Duhamel's formula allows for all
  /// that H sends out of the plane waves, of which density modes and Wigner functions see little.
  var widest = 30.0
  /// Error bars that are standard deviations: one in a hundred may be outside.
  var isStatistical = false
  let pair: @Sendable (_ random: inout SplitMix) -> Pair
  let judge: @Sendable (_ own: RunSummary, _ better: RunSummary) throws -> [JudgedNumber]

  var description: String { program }

  static let all: [CoverageFamily] = [
    dysonRemainder, dysonTrees, truncationError, finiteSize, manyBody, chain, meanFieldRate, residueScaling,
    vlasovLimit,
  ]

  /// The numbers of the configuration of a seed.
  func numbers(seed: Int) throws -> [JudgedNumber] {
    var random = SplitMix(seed: UInt64(seed) &* 7919 &+ 17)
    let pair = pair(&random)
    let folder = try ScratchFolder()
    let own = try run(program, pair.own, "own", in: folder)
    let better = try run(pair.betterProgram, pair.better, "better", in: folder)
    guard let own, let better else { return [] }
    return try judge(own, better)
  }

  /// The summary of a run; nil where a numerical failure is said.
  private func run(_ program: String, _ yaml: String, _ name: String, in folder: ScratchFolder) throws
    -> RunSummary?
  {
    let file = try folder.write(yaml, to: "\(name).yaml")
    let outcome = try ExperimentProcess(name: program).run(
      ["--config", file, "--output", name, "--quiet", "--threads", "1"], in: folder.url)
    guard outcome.exitCode != 70 else { return nil }
    // A violated check is no matter of the error bars.
    try #require([0, 1].contains(outcome.exitCode), "exit \(outcome.exitCode): \(outcome.errors)\n\(yaml)")
    return RunSummary(object: try folder.summary(name))
  }
}
