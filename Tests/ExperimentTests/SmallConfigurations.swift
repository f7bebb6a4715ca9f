import Foundation

/// The experiments in the source tree, each with a configuration that takes a second or less.
struct ExperimentUnderTest: CustomStringConvertible, Sendable {
  let name: String

  var description: String { name }
  var process: ExperimentProcess { ExperimentProcess(name: name) }

  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("experiments")

  /// What a run leaves in its folder.
  var outputs: [String] {
    (ContractTests.outputs + (name == "dispersion" ? ["roots.csv"] : [])).sorted()
  }

  /// Every folder of experiments/ with a program in it.
  static let all: [ExperimentUnderTest] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().filter {
      FileManager.default.fileExists(atPath: folder.appendingPathComponent("\($0)/main.swift").path)
    }.map { ExperimentUnderTest(name: $0) }
  }()

  /// The default configuration with these values made small.
  var smallConfiguration: String { get throws { try configuration(Self.smaller[name] ?? []) } }

  /// The default configuration with other values for these top-level keys; keys that it does not have are added.
  func configuration(_ values: [(key: String, value: String)]) throws -> String {
    var text = try String(
      contentsOf: Self.folder.appendingPathComponent("\(name)/default.yaml"), encoding: .utf8)
    for (key, value) in values {
      let entry = try Regex("(?m)^\(key):.*(?:\n[ ]+.*|\n- .*)*$")
      if text.contains(entry) {
        text = text.replacing(entry, with: "\(key): \(value)")
      } else {
        text += "\(key): \(value)\n"
      }
    }
    return text
  }

  /// The small configuration with other values of these top-level keys.
  func smallConfiguration(_ changes: [(key: String, value: String)]) throws -> String {
    try configuration(
      (Self.smaller[name] ?? []).filter { entry in !changes.contains { $0.key == entry.key } } + changes)
  }

  /// About as large as the small configuration, but much longer, with many points at which it can be stopped.
  var longConfiguration: String {
    get throws {
      func list(_ values: StrideTo<Int>, _ unit: Double) -> String {
        "[" + values.map { "\((Double($0) * unit * 1e6).rounded() / 1e6)" }.joined(separator: ", ") + "]"
      }
      let changes: [String: [(key: String, value: String)]] = [
        "many-body": [("times", list(stride(from: 0, to: 4000, by: 1), 0.25))],
        "chain": [("times", list(stride(from: 0, to: 200, by: 1), 0.25))],
        "dyson-remainder": [
          ("method", "lattice"), ("lattice", "{modes: 24, xi-extent: 32.0, time-step: 0.05}"),
          ("times", "[0.2, 8]"),
        ],
        "dyson-trees": [("times", list(stride(from: 1, to: 101, by: 1), 0.01)), ("samples", "4000000")],
        "dispersion": [("wavenumbers", list(stride(from: 200, to: 1000, by: 1), 0.001))],
        "finite-size": [("particle-numbers", "\(Array(stride(from: 2, to: 8000, by: 2)))")],
        "mean-field-rate": [("times", list(stride(from: 0, to: 400, by: 1), 0.1))],
        "residue-scaling": [("time-step", "0.0001"), ("times", "[0.0, 5.0]")],
        "vlasov-limit": [("time-step", "0.00001")],
        "truncation-error": [
          ("lattice", "{modes: 4, xi-extent: 9.0, time-step: 0.25}"),
          ("times", list(stride(from: 1, to: 41, by: 1), 0.25)),
        ],
        "vlasov-flow": [("times", list(stride(from: 0, to: 4000, by: 1), 1)), ("fit", "[]")],
      ]
      return try smallConfiguration(changes[name] ?? [])
    }
  }

  /// Top-level keys and what to write for them; an experiment that is not here runs its default.
  private static let smaller: [String: [(key: String, value: String)]] = [
    "many-body": [
      ("times", "[0, 0.25, 0.5]"), ("grid", "{positions: 24, momenta: 25, p-max: 1.2}"), ("modes", "4"),
    ],
    "chain": [
      ("times", "[0, 0.25]"), ("modes", "4"), ("lattice", "{modes: 8, xi-extent: 40, time-step: 0.05}"),
      ("moyal-hierarchy", "{modes: 4, xi-extent: 18, time-step: 0.25}"),
      ("grid", "{positions: 24, momenta: 25, p-max: 1.5}"), ("histogram", "{q: 12, p: 12, p-max: 1.5}"),
    ],
    "dyson-remainder": [
      ("lattice", "{modes: 8, xi-extent: 16.0, time-step: 0.05}"), ("orders", "4"), ("times", "[0.2, 0.35]"),
    ],
    "dyson-trees": [
      ("times", "[0.5]"), ("orders", "3"), ("samples", "4096"),
      ("convergence", "{orders: [1, 2], samples: [2048, 8192]}"),
    ],
    "dispersion": [("wavenumbers", "[0.3, 0.4, 0.5, 0.6, 0.7, 0.8]"), ("further", "[]")],
    "finite-size": [
      ("lattice", "{modes: 2, xi-extent: 4.0, time-step: 0.25}"), ("times", "[0.5]"),
      ("particle-numbers", "[4, 8]"), ("hbars", "[0.4, 0.2]"),
    ],
    "mean-field-rate": [
      ("particle-numbers", "[[1, 1], [2, 2]]"), ("modes", "5"), ("times", "[0, 0.2, 2]"),
      ("lattice", "{time-step: 0.1}"),
      (
        "hierarchy",
        """
        {particle-numbers: [[8, 8]], initial: {kind: factorised, components: [{electron: {kind: maxwellian, sigma: [1], drift: [0]}, \
        ion: {kind: maxwellian, sigma: [1], drift: [0]}}]}, lattice: {modes: 1, xi-extent: 4, time-step: 0.4}}
        """
      ),
    ],
    "residue-scaling": [("particle-numbers", "[10, 18, 34]"), ("times", "[0.0, 0.1]")],
    "truncation-error": [
      ("lattice", "{modes: 3, xi-extent: 5.0, time-step: 0.25}"), ("times", "[0.25, 0.5]"),
    ],
    "vlasov-flow": [
      ("lattice", "{modes: 6, xi-extent: 8.0, time-step: 0.03125}"), ("times", "[0, 10, 20]"),
      ("fit", "[{mode: 1, from: 4, to: 20, kind: damped}]"), ("portraits", "[0, 20]"),
      ("pulses", "[{time: 2, species: electron, mode: 2, amplitude: 0.0001}]"),
    ],
    "vlasov-limit": [
      ("particle-numbers", "[10, 18, 34]"), ("times", "[0.0, 0.25]"),
      ("histogram", "{q: 14, p: 14, p-max: 1.2}"),
      ("factorisation", "{particle-numbers: [2, 4], modes: 4}"),
    ],
  ]
}
