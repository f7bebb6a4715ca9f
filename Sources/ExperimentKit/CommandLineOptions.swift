import ArgumentParser

/// The command line, the same for every experiment.
struct CommandLineOptions: ParsableArguments {
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
