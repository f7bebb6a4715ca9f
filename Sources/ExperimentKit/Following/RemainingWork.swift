// How long a run will take yet. Kinds of work are told apart, for they come one after another: a leg is started, each of its evolutions
// moved, and recorded, and the first record stands before the first step. Each kind is taken to go on at the pace that it had so far,
//
//     what is left = Σ_kinds (time spent since the run began or was resumed) (1 − done)/(done since then),
//
// and what follows the last record is a share of all of that.

/// The time spent on each kind of work, and how much of it is done.
package final class RemainingWork {
  package enum Kind: Hashable {
    case starting, recording
    /// The evolution at this place of a leg.
    case moving(Int)
  }

  /// From 0 to 1.
  package typealias Shares = [Kind: Double]

  private var begun: Shares
  private var done: Shares
  private var spent: [Kind: Double] = [:]
  private var last: ContinuousClock.Instant
  private let results: Double

  /// - Parameter results: the work that follows the last record, over all that goes before.
  package init(done: Shares, results: Double = 0, at now: ContinuousClock.Instant = .now) {
    (begun, self.done, self.results, last) = (done, done, results, now)
  }

  /// The time since the last call was spent on this kind, of which so much is done now.
  package func spend(on kind: Kind, done share: Double, at now: ContinuousClock.Instant = .now) {
    spent[kind, default: 0] += ProgressLine.seconds(now - last)
    (done[kind], last) = (share, now)
  }

  /// A run that is resumed begins here.
  package func begin(from shares: Shares) { (begun, done) = (shares, shares) }

  /// Seconds; nil before anything is done. A kind of which nothing is done counts as nothing.
  package var remaining: Double? {
    var (total, isKnown) = (0.0, false)
    for (kind, time) in spent {
      let share = done[kind] ?? 0
      let since = share - (begun[kind] ?? 0)
      guard since > 0 else { continue }
      total += time / since * (Double.greatest(0, 1 - share) + results)
      isKnown = isKnown || kind != .starting
    }
    return isKnown ? total : nil
  }
}
