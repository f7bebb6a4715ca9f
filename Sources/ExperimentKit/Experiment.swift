// The harness of every experiment executable: command line, configuration, output folder, exit codes.
//
//     struct Settings {
//       let times: [DecimalNumber]
//       init(_ configuration: ConfigurationNode) throws { times = try configuration["times"].numbers(atLeast: 1) }
//     }
//     Experiment.main("free-flight", defaults: PackageResources.default_yaml, configure: Settings.init) {
//       settings, run in
//       run.summary.append(("rows", …))
//       run.addArray("density", …)
//       run.report += table.text
//     }

import CLibraries
import Foundation

/// An experiment executable.
public enum Experiment {
  /// The version of the framework.
  public static let version = "0.2.0"

  /// Runs the experiment as the process and exits.
  ///
  /// - Parameters:
  ///   - name: the experiment, as its executable is called.
  ///   - answers: the question that it answers, in a sentence or two, for `--help`.
  ///   - defaults: the embedded default configuration.
  ///   - references: printed by `--cite`, one a line.
  ///   - files: what it writes besides the files of every experiment (`ExperimentRun.add(file:_:)`).
  ///   - ranks: the processes that compute together, for an experiment that shares its work (`Ranks.world`). Rank 0
  ///     writes; all end with the same exit code and one message.
  ///   - dependsOnThreads: whether the last bits of the results depend on the number of threads. Where they do not, a run
  ///     may be resumed with another number.
  ///   - configure: reads the whole configuration; keys it does not ask for are errors.
  ///   - execute: computes; adds to the run's summary, arrays and report.
  public static func main<Settings>(
    _ name: String, answers: String = "", defaults: [UInt8], references: [String] = [],
    files: [String] = [], ranks: () throws -> Ranks = { .single }, dependsOnThreads: Bool = true,
    configure: (ConfigurationNode) throws -> Settings,
    execute: (Settings, ExperimentRun) throws -> Void
  ) -> Never {
    StandardStreams.occupy()
    // A reader who has gone away and a file-size limit come back as errors of the write, not as signals.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    let arguments: [String]
    do {
      try ProcessStart.requireFiles()
      arguments = try ProcessStart.arguments()
    } catch {
      Console.standard.errors(message(name, error, on: .single))
      exit(exitCode(for: error))
    }
    let code = run(
      name, answers: answers, arguments: arguments, defaults: defaults, references: references, files: files,
      ranks: ranks, dependsOnThreads: dependsOnThreads, console: .standard, configure: configure,
      execute: execute)
    #if !MPI
      // Where memory or threads are short, libraries wait for some as they end.
      if code == 75 { _exit(code) }
    #endif
    exit(code)
  }

  /// Runs the experiment on these arguments: reads the configuration, computes, writes.
  /// - Returns: the exit code of the contract.
  public static func run<Settings>(
    _ name: String, answers: String = "", arguments: [String], defaults: [UInt8], references: [String] = [],
    files: [String] = [], ranks: () throws -> Ranks = { .single }, dependsOnThreads: Bool = true,
    console: Console,
    configure: (ConfigurationNode) throws -> Settings,
    execute: (Settings, ExperimentRun) throws -> Void
  ) -> Int32 {
    let team: Ranks
    do { team = try ranks() } catch {
      console.errors("\(name): \(error)\n")
      return exitCode(for: error)
    }
    let options: CommandLineOptions
    do {
      options = try CommandLineOptions.parse(arguments)
    } catch {
      let text = CommandLineOptions.fullMessage(for: error, of: name, answering: answers) + "\n"
      if CommandLineOptions.exitCode(for: error).isSuccess {
        if team.index == 0 { _ = console.output(text) }
        return 0
      }
      let stop = team.stop(64)
      if (stop?.rank ?? team.index) == team.index { console.errors(text) }
      guard let stop else { team.abort(64) }
      return stop.code
    }
    let own = team.index == 0 ? console : Console(output: { _ in true }, errors: console.errors)
    do {
      return try withoutActuallyEscaping(configure) { configure in
        try withoutActuallyEscaping(execute) { execute in
          try ExperimentLaunch(
            name: name, options: options, files: files, ranks: team, dependsOnThreads: dependsOnThreads,
            console: own,
            configure: configure, execute: execute
          ).start(defaults: defaults, references: [paper] + references)
        }
      }
    } catch {
      // The rank whose failure it is says why.
      if !(error is RanksStopped) { console.errors(message(name, error, on: team)) }
      return exitCode(for: error)
    }
  }

  /// "name: why", with the rank when it is not the first; one line an error, whatever it quotes.
  static func message(_ name: String, _ error: any Error, on ranks: Ranks) -> String {
    if let all = error as? ConfigurationErrors {
      return all.errors.map { message(name, $0, on: ranks) }.joined()
    }
    let place = ranks.index == 0 ? "" : "rank \(ranks.index): "
    let text = error is Interrupted ? "interrupted" : MessageText.shown("\(error)", limit: 2000)
    return "\(name): \(place)\(text)\n"
  }

  private static let paper =
    "H. Chen, L. Chen, J. Lee, Z. Sun, Derivation of Vlasov Equations for Multi-Species Fermions."
}
