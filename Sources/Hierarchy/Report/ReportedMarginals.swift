// What the closure report reads of a hierarchy, however its marginals are stored.

import Computing
import Interaction
import Numerics
import PhaseSpace

/// All marginals of rank ≤ R at one time.
protocol ReportedMarginals: ObservedMarginals {
  /// R
  var rank: Int { get }
  var closure: any Closure { get }
  var masses: MarginalMasses { get }
  var orders: [MarginalOrder] { get }
  var time: Double { get }

  /// w of one or two particles at these modes, over their points, d = 1.
  func reader(_ species: [Int], modes: [Int]) -> (Int, Int) -> Complex<Double>
  func resolution() -> [ResolutionFigure]
  /// max |c^{(k,ℓ)}|, k+ℓ = r, per order of this rank, of the marginals over their masses.
  func cumulants(ofRank rank: Int) throws -> [Double]
  /// max |w^{(k,ℓ)+β}(…; 0, 0) − c w^{(k,ℓ)}|, in all, and relative to the mass of the longer marginal.
  func contractionDefect() -> (absolute: Double, relative: Double)
  /// max |w| over the mass.
  func largestRatio() -> Double
  /// Exchange inside a species (with reality where `mirrored`), where the storage does not force it.
  func selfMapDefect(mirrored: Bool) -> Double
}

extension ReportedMarginals {
  func massDefect() -> Double {
    var largest = 0.0
    for order in orders {
      let zero = [ModeIndex](repeating: .zero, count: order.rank)
      let mass = masses.mass(of: order)
      let difference = (value(species: order.slots, modes: zero, points: zero) - .init(mass)).length
      // A marginal of more particles than there are has the mass 0, exactly.
      let defect = difference == 0 ? 0 : difference / mass
      largest = .greatest(largest, defect)
    }
    return largest
  }
}
