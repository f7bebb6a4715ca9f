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
  public static let version = "0.1.0"

  /// Runs the experiment as the process and exits.
  ///
  /// - Parameters:
  ///   - name: the experiment, as its executable is called.
  ///   - defaults: the embedded default configuration.
  ///   - references: printed by `--cite`, one a line.
  ///   - rank: of several processes that compute together, only rank 0 writes and speaks.
  ///   - dependsOnThreads: whether the last bits of the results depend on the number of threads. Where they do not, a run
  ///     may be resumed with another number.
  ///   - configure: reads the whole configuration; keys it does not ask for are errors.
  ///   - execute: computes; adds to the run's summary, arrays and report.
  public static func main<Settings>(
    _ name: String, defaults: [UInt8], references: [String] = [], rank: Int = 0,
    dependsOnThreads: Bool = true,
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
      if rank == 0 { Console.standard.errors(message(name, error)) }
      exit(exitCode(for: error))
    }
    exit(
      run(
        name, arguments: arguments, defaults: defaults, references: references,
        rank: rank, dependsOnThreads: dependsOnThreads, console: .standard, configure: configure,
        execute: execute))
  }

  /// Runs the experiment on these arguments: reads the configuration, computes, writes.
  /// - Returns: the exit code of the contract.
  public static func run<Settings>(
    _ name: String, arguments: [String], defaults: [UInt8], references: [String] = [], rank: Int = 0,
    dependsOnThreads: Bool = true, console: Console,
    configure: (ConfigurationNode) throws -> Settings,
    execute: (Settings, ExperimentRun) throws -> Void
  ) -> Int32 {
    let options: CommandLineOptions
    do {
      options = try CommandLineOptions.parse(arguments)
    } catch {
      let isHelp = CommandLineOptions.exitCode(for: error).isSuccess
      let text = CommandLineOptions.fullMessage(for: error) + "\n"
      if isHelp { _ = console.output(text) } else { console.errors(text) }
      return isHelp ? 0 : 64
    }
    do {
      return try withoutActuallyEscaping(configure) { configure in
        try withoutActuallyEscaping(execute) { execute in
          try ExperimentLaunch(
            name: name, options: options, rank: rank, dependsOnThreads: dependsOnThreads,
            console: rank == 0 ? console : .silent, configure: configure, execute: execute
          ).start(defaults: defaults, references: [paper] + references)
        }
      }
    } catch {
      // What is wrong with the input is wrong on every rank; what fails on one alone is said there.
      if rank == 0 || [70, 75].contains(exitCode(for: error)) {
        console.errors(message(name, error))
      }
      return exitCode(for: error)
    }
  }

  /// One line, whatever the error quotes.
  static func message(_ name: String, _ error: any Error) -> String {
    "\(name): \(error is Interrupted ? "interrupted" : MessageText.shown("\(error)", limit: 2000))\n"
  }

  private static let paper =
    "H. Chen, L. Chen, J. Lee, Z. Sun, Derivation of Vlasov Equations for Multi-Species Fermions."
}
