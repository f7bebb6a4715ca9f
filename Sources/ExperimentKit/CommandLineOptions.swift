import ArgumentParser
import Foundation

/// The command line, the same for every experiment.
struct CommandLineOptions: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: URL(fileURLWithPath: CommandLine.arguments.first ?? "experiment").lastPathComponent,
      abstract: "Runs the experiment and writes summary.json, data.h5, manifest.json and config.yaml.",
      discussion: """
        Exit codes: 0 all checks hold; 1 a check is violated; 64 bad arguments or configuration; 66 input missing; \
        70 numerical failure; 73 output cannot be written; 75 not enough memory; 130 interrupted.
        """)
  }

  @Option(name: .long, help: "Configuration file (YAML); without it the embedded default.")
  var config: String?

  @Option(name: .long, help: "Output folder; without it results/<experiment>/<UTC time>.")
  var output: String?

  @Option(name: .long, help: "Seed of all random numbers; overrides the configuration.")
  var seed: Int?

  @Option(name: .long, help: "Number of threads; overrides the configuration.")
  var threads: Int?

  @Flag(name: .long, help: "Continue the run in the output folder.")
  var resume = false

  @Flag(name: .customLong("dump-config"), help: "Print the complete effective configuration and exit.")
  var dumpConfig = false

  @Flag(name: .long, help: "No progress line and no table.")
  var quiet = false

  @Flag(name: .long, help: "Print the version and exit.")
  var version = false

  @Flag(name: .long, help: "Print the references for what this experiment computes and exit.")
  var cite = false
}
