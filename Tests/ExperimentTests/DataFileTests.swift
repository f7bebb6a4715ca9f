import Foundation
import Testing

/// `data.h5` as a program that knows nothing of this project sees it: every array has axes with names and labels.
@Suite("Data files of every experiment")
struct DataFileTests {
  /// The interpreter that `scripts/setup` prepares.
  static let python: String? = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let own = root.appendingPathComponent(".venv/bin/python").path
    return FileManager.default.isExecutableFile(atPath: own) ? own : nil
  }()

  /// Opens every group of every file named, and says which arrays have no named axis, no unit, or no label on an axis.
  private static let program = """
    import sys, h5py, xarray
    for name in sys.argv[1:]:
        with h5py.File(name, "r") as file:
            assert isinstance(file.attrs["configuration"], str) and "model" in file.attrs["configuration"], name
            groups = [None]
            file.visititems(lambda path, item: groups.append(path) if isinstance(item, h5py.Group) else None)
        variables = 0
        for group in groups:
            with xarray.open_dataset(name, group=group, engine="h5netcdf") as data:
                for key, array in data.variables.items():
                    variables += 1
                    for axis, length in zip(array.dims, array.shape):
                        assert not axis.startswith("phony_dim"), f"{name} {group} {key}: an axis without a name"
                        assert data.sizes[axis] == length, f"{name} {group} {key}"
        print(variables)
    """

  @Test(
    "xarray opens every group, and no axis is without a name", .enabled(if: python != nil),
    arguments: ExperimentUnderTest.all)
  func axes(experiment: ExperimentUnderTest) throws {
    let scratch = try ScratchFolder()
    let file = try scratch.write(experiment.smallConfiguration, to: "small.yaml")
    let outcome = try experiment.process.run(
      ["--quiet", "--config", file, "--output", "run"], in: scratch.url)
    try #require(outcome.exitCode <= 1, "\(outcome.errors)")
    let script = try scratch.write(Self.program, to: "open.py")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(Self.python))
    process.arguments = [script, scratch.url.appendingPathComponent("run/data.h5").path]
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    // A few hundred bytes: no pipe fills.
    process.waitUntilExit()
    let message = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    #expect(process.terminationStatus == 0, "\(message)")
    try columns(experiment, in: scratch)
    let count = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    #expect(try #require(Int(count.filter(\.isNumber))) > 5)
  }

  /// `columns` of summary.json says of every key of every row what it is.
  private func columns(_ experiment: ExperimentUnderTest, in scratch: ScratchFolder) throws {
    let data = try Data(contentsOf: scratch.url.appendingPathComponent("run/summary.json"))
    let summary = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let tables = try #require(summary["columns"] as? [String: [String: String]])
    #expect(!tables.isEmpty)
    for (name, value) in summary where name != "resolution" && name != "pulses" {
      guard let rows = value as? [[String: Any]], !rows.isEmpty else { continue }
      for key in Set(rows.flatMap(\.keys)) {
        let text = try #require(tables[name]?[key], "\(name).\(key)")
        #expect(!text.isEmpty, "\(name).\(key)")
      }
    }
  }
}
