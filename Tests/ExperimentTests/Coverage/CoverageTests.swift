import Foundation
import Testing

/// The error bars of all programs, against runs that know better: 200 random configurations with VLASOV_CAMPAIGN=1, else one of
/// each program that is quick enough.
@Suite("Coverage of the error bars", .serialized)
struct CoverageTests {
  private static let isCampaign = ProcessInfo.processInfo.environment["VLASOV_CAMPAIGN"] == "1"

  @Test(
    "what nothing warns of is within its error bar, and bars are at most 30 times the error in the median (300 for few fermions)",
    arguments: CoverageFamily.all.filter { isCampaign || $0.isQuick })
  func coverage(family: CoverageFamily) throws {
    var coverage = Coverage()
    for seed in 0..<(Self.isCampaign ? family.count : 1) {
      let numbers = try family.numbers(seed: seed)
      coverage.add(numbers)
      if !family.isStatistical {
        for number in numbers where !number.isFlagged && !number.isInside {
          Issue.record("\(family), seed \(seed): \(number)")
        }
      }
    }
    #expect(coverage.share >= 0.99, "\(coverage.outside)")
    if Self.isCampaign {
      print("\(family): \(coverage.summary)")
      #expect(!coverage.numbers.isEmpty)
      if let width = coverage.medianWidth { #expect(width <= family.widest, "\(family): \(width)") }
    }
  }

  @Test("the programs of the campaign are all there are, 200 configurations of them")
  func programs() {
    // What dispersion prints is proved, and vlasov-flow sets its rates beside what is (VlasovFlowTests).
    let others: Set = ["dispersion", "vlasov-flow"]
    #expect(
      Set(CoverageFamily.all.map(\.program)).union(others) == Set(ExperimentUnderTest.all.map(\.name)))
    #expect(CoverageFamily.all.reduce(0) { $0 + $1.count } == 200)
  }
}
