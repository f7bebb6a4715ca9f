import Foundation
import Testing

/// The configurations that come with vlasov-flow, and finite-size's default, as a user runs them.
@Suite("Configurations that come with the programs are resolved")
struct ResolvedConfigurationsTests {
  private static let isCampaign = ProcessInfo.processInfo.environment["VLASOV_CAMPAIGN"] == "1"
  private static let experiments = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("experiments")

  /// All of them in a campaign (a minute of one core), else those of a few seconds in which much can go wrong: cold electrons, an echo.
  private static let files =
    ["vlasov-flow/configurations/buneman-1836", "vlasov-flow/configurations/echo"]
    + (isCampaign
      ? [
        "vlasov-flow/configurations/two-stream", "vlasov-flow/configurations/bump-on-tail",
        "vlasov-flow/configurations/ion-acoustic", "vlasov-flow/configurations/buneman",
        "vlasov-flow/configurations/landau-nonlinear", "vlasov-flow/configurations/plasma-2d",
        "vlasov-flow/default", "finite-size/default",
      ] : [])

  @Test("every figure of resolution holds at every time, and no fit is undecided", arguments: files)
  func resolved(_ name: String) throws {
    let folder = try ScratchFolder()
    let file = Self.experiments.appendingPathComponent("\(name).yaml").path
    let process = ExperimentProcess(name: String(name.prefix { $0 != "/" }))
    let outcome = try process.run(
      ["--config", file, "--output", "run", "--quiet"], in: folder.url, limit: .init(waiting: 900))
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let figures = try folder.rows("run", "resolution")
    #expect(figures.count > 100)
    for figure in figures { #expect(figure["resolved"] as? Bool == true, "\(figure)") }
    guard let fits = try folder.summary("run")["fits"] as? [[String: Any]] else { return }
    for fit in fits {
      // Of a large wave linear theory says nothing.
      let isLarge = (fit["homogeneousChange"] as? Double ?? 1) > 0.01
      #expect(fit["verdict"] as? String == (isLarge ? "none" : "holds"), "\(fit)")
    }
  }
}
