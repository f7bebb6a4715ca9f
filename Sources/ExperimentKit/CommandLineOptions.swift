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

  /// What is printed for `--help` and for wrong arguments; of help the question that the program answers, two ways to start it,
  /// and where its keys are described.
  static func fullMessage(for error: any Error, of name: String, answering answers: String) -> String {
    let text = fullMessage(for: error)
    guard exitCode(for: error).isSuccess, let options = text.range(of: "OPTIONS:") else { return text }
    let question = answers.isEmpty ? "" : answers + "\n\n"
    let examples = """
      EXAMPLES:
        \(name) --output results/first
            the default configuration: summary.json, data.h5, table.txt in results/first
        \(name) --dump-config > mine.yaml; \(name) --config mine.yaml
            the default with all its keys, to be edited, and the run of it

      KEYS:
        Described in Papers/keys.md, and with ranges and defaults by \(name) --schema.
        Conventions (Hamiltonian, units, ξ and η, points) are in Papers/model-and-conventions.md;
        what the results mean in experiments/\(name)/README.md.


      """
    return question + text[..<options.lowerBound] + examples + text[options.lowerBound...]
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

  @Flag(name: .long, help: "Print the JSON Schema of the configuration and exit.")
  var schema = false

  @Flag(name: .long, help: "No progress line and no table; of a wrong file the first error only.")
  var quiet = false

  @Flag(name: .long, help: "Print the version and exit.")
  var version = false

  @Flag(name: .long, help: "Print the references for what this experiment computes and exit.")
  var cite = false
}
