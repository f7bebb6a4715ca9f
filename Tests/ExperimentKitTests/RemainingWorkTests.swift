import ExperimentKit
import Testing

@Suite("How long a run will take yet")
struct RemainingWorkTests {
  /// Seconds from the beginning.
  private static func at(_ start: ContinuousClock.Instant, _ seconds: Double) -> ContinuousClock.Instant {
    start + .seconds(seconds)
  }

  @Test("kinds of work go on at their own pace: dear records, cheap steps, two evolutions that cost unlike")
  func kinds() throws {
    let start = ContinuousClock.now
    let work = RemainingWork(done: [:], at: start)
    #expect(work.remaining == nil)
    // A start of 1 s, ten records of 5 s, of two evolutions each tenth 2 s and 0.5 s.
    var (now, whole) = (1.0, [Double]())
    work.spend(on: .starting, done: 1, at: Self.at(start, now))
    #expect(work.remaining == nil, "nothing is known of what comes")
    for record in 1...10 {
      for (place, cost) in [(0, 2.0), (1, 0.5)] {
        now += cost
        work.spend(on: .moving(place), done: Double(record) / 10, at: Self.at(start, now))
      }
      now += 5
      work.spend(on: .recording, done: Double(record) / 10, at: Self.at(start, now))
      whole.append(now + (try #require(work.remaining)))
    }
    #expect(now == 76)
    #expect(whole.allSatisfy { abs($0 - 76) < 1e-6 }, "\(whole)")
  }

  @Test("a run that is resumed goes by the time since then")
  func resumed() throws {
    let start = ContinuousClock.now
    let work = RemainingWork(done: [.moving(0): 0.5, .recording: 0.5], at: start)
    work.begin(from: [.moving(0): 0.6, .recording: 0.5])
    work.spend(on: .moving(0), done: 0.7, at: Self.at(start, 10))
    #expect(abs(try #require(work.remaining) - 30) < 1e-6)
    work.spend(on: .recording, done: 0.6, at: Self.at(start, 11))
    #expect(abs(try #require(work.remaining) - 34) < 1e-6)
    work.spend(on: .moving(0), done: 1, at: Self.at(start, 12))
    work.spend(on: .recording, done: 1, at: Self.at(start, 13))
    #expect(work.remaining == 0)
  }

  @Test("what follows the last record is a share of what went before")
  func results() throws {
    let start = ContinuousClock.now
    let work = RemainingWork(done: [:], results: 0.5, at: start)
    for tenth in 1...10 {
      work.spend(on: .moving(0), done: Double(tenth) / 10, at: Self.at(start, Double(tenth)))
      #expect(abs(try #require(work.remaining) - (15 - Double(tenth))) < 1e-6)
    }
  }
}
