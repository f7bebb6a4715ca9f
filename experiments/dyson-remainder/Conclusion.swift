import CLibraries
import ExperimentKit
import ModelConfiguration

/// The result in a sentence: what was decided, and between which factors of |Δ_L| the sharpest bound lies, over the rows whose |Δ_L|
/// stands well above its error.
func conclusion(_ rows: [Row], _ verdicts: VerdictTally, bounds: [String]) -> String {
  let clear = rows.filter { $0.remainder > 100 * $0.budget }
  let sharp = bounds.compactMap { name -> (name: String, least: Double, most: Double)? in
    let factors = clear.compactMap { row in row.bounds.upper(name, row.order).map { $0 / row.remainder } }
    guard factors.count == clear.count, let least = factors.smallest(), let most = factors.largest() else {
      return nil
    }
    return (name, least, most)
  }.min { $0.most < $1.most }
  guard let sharp else { return verdicts.sentence }
  return verdicts.sentence
    + "; the sharpest bound, \(sharp.name), is \(sharp.least.short(3)) to \(sharp.most.short(3)) times |Δ_L|"
}
