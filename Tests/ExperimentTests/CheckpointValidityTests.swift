import ExperimentKit
import Foundation
import Testing

/// Checkpoints whose checksum is right and whose inside does not fit the run, made from a real one of each program.
@Suite("Checkpoints that do not fit", .serialized)
struct CheckpointValidityTests {
  /// All changes instead of a few of each program.
  private static let isCampaign = ProcessInfo.processInfo.environment["VLASOV_CAMPAIGN"] == "1"

  enum Change: CaseIterable {
    case missing, short, long, notANumber

    func apply(_ name: String, to checkpoint: Checkpoint) -> Checkpoint {
      var changed = checkpoint
      switch self {
      case .missing: changed.arrays[name] = nil
      case .short: changed.arrays[name] = checkpoint.arrays[name].map { Array($0.dropLast()) }
      case .long: changed.arrays[name]?.append(1)
      case .notANumber: changed.arrays[name]?[0] = .nan
      }
      return changed
    }
  }

  /// Stops a long run after more and more work until it has something to keep.
  private func interrupted(_ experiment: ExperimentUnderTest, _ file: String, in scratch: ScratchFolder)
    throws
    -> URL
  {
    var work = 0.1
    while true {
      let folder = scratch.url.appendingPathComponent("run-\(work)")
      let process = try experiment.process.launchQuietly(
        ["--config", file, "--output", folder.lastPathComponent, "--quiet"], in: scratch.url)
      try ExperimentProcess.wait(forProcessorTime: work, of: process)
      kill(process.processIdentifier, SIGTERM)
      process.waitUntilExit()
      let isStopped = process.terminationReason == .uncaughtSignal || process.terminationStatus == 130
      try #require(isStopped, "exit code \(process.terminationStatus)")
      if scratch.entries(of: folder.lastPathComponent) == ["checkpoint", "config.yaml"] { return folder }
      work *= 2
    }
  }

  @Test(
    "are refused by every program with one message: exit code 66", .timeLimit(.minutes(5)),
    arguments: ExperimentUnderTest.all)
  func refused(experiment: ExperimentUnderTest) throws {
    let scratch = try ScratchFolder()
    let file = try scratch.write(try experiment.longConfiguration, to: "long.yaml")
    let folder = try interrupted(experiment, file, in: scratch)
    let place = folder.appendingPathComponent("checkpoint")
    let original = try Data(contentsOf: place)
    let (checkpoint, hash) = try #require(Checkpoint.decoded(original))

    var changed: [(label: String, checkpoint: Checkpoint)] = [-1, 1 << 40, .max].map { step in
      var other = checkpoint
      other.step = step
      return ("step \(step)", other)
    }
    let names = checkpoint.arrays.keys.sorted()
    var arrays = names.flatMap { name in
      Change.allCases.filter { $0 != .notANumber || checkpoint.arrays[name]?.isEmpty == false }
        .filter { $0 != .short || checkpoint.arrays[name]?.isEmpty == false }.map { (name, $0) }
    }
    if !Self.isCampaign {
      changed.removeLast(2)
      let stride = max(1, arrays.count / 3 + (arrays.count / 3) % 2 + 1)
      arrays = Swift.stride(from: 0, to: arrays.count, by: stride).map { arrays[$0] }
    }
    changed += arrays.map { ("\($1) '\($0)'", $1.apply($0, to: checkpoint)) }
    var surplus = checkpoint
    surplus.arrays["mystery"] = [1]
    changed.append(("one array more", surplus))

    let arguments = ["--config", file, "--output", folder.lastPathComponent, "--resume"]
    for (label, other) in changed {
      try other.encoded(configurationHash: hash).write(to: place)
      let outcome = try experiment.process.run(arguments, in: scratch.url)
      #expect(outcome.exitCode == 66, "\(label): \(outcome.exitCode) \(outcome.errors)")
      #expect(
        outcome.errors.contains("checkpoint: the checkpoint does not fit"), "\(label): \(outcome.errors)")
      #expect(outcome.errors.filter { $0 == "\n" }.count == 1, "\(label): \(outcome.errors)")
    }
    // What was changed is all that was wrong with them.
    try original.write(to: place)
    let process = try experiment.process.launchQuietly(arguments, in: scratch.url)
    try ExperimentProcess.wait(forProcessorTime: 0.3, of: process)
    kill(process.processIdentifier, SIGTERM)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 130)
  }
}
