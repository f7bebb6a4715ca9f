// How many trees an estimate rests on, and whether that is enough.
//
// The spread of what was seen says nothing of what was not. Where the data live on few modes (or are narrow) nearly all of Σ|z|² may
// come from one kind of tree in a thousand: a sample without any of it looks regular, and its error bar is small because
// the tree is missing. What a tree can be is known beforehand, though: z = weight·μ_0, the weights do not depend on the data
// and are seen in every tree, and |μ_0| ≤ β of DysonTreesLeafBound.swift. A tree of the largest size has
//
//     s² = β² ⟨w²⟩,
//
// the mean over all trees. An event of which n trees have seen none has a probability below 3/n with 95 %, so that a mean may
// have missed 3s/n where its trees have the weights of all. The error of n independent trees is (Σ|z|²)^{1/2}/n, which is more if
//
//     Σ|z|²/s²  ≥  9;      `fewestEffectiveSamples` = 20 are asked for.
//
// The same with s² = Σ|z|⁴/Σ|z|² of what was seen is the effective sample size: few where the variance is infinite.

/// The trees that carry a second moment.
struct TreeCount: Sendable {
  /// (Σ|z|²)²/Σ|z|⁴
  let effective: Double
  /// Σ|z|² over the larger of s² and Σ|z|⁴/Σ|z|².
  let ofLargestSize: Double
  /// What follows.
  let errorBar: DysonTrees.Term.ErrorBar

  /// - Parameters:
  ///   - sums: of the scramblings.
  ///   - samples: trees, all together.
  ///   - largestLeaf: β, nil where it is not known.
  init(_ sums: [TreeSums], samples: Int, largestLeaf: Double?) {
    let squares = sums.reduce(0) { $0 + $1.squares }
    let fourth = sums.reduce(0) { $0 + $1.fourthPowers }
    let weightSquares = sums.reduce(0) { $0 + $1.weightSquares }
    // Values beyond the range of a Double have no second moment: none of them counts. Where the fourth powers vanish in it, all
    // do, by the inequality of Cauchy and Schwarz.
    func count(_ scale: Double) -> Double {
      squares > 0 && squares.isFinite ? Double.minimum(squares / scale, Double(samples)) : 0
    }
    effective = count(fourth / squares)
    let bound = largestLeaf ?? 0
    let largest = bound * bound * (weightSquares / Double(samples))
    ofLargestSize = Double.minimum(effective, count(largest))
    let least = DysonTrees.Term.fewestEffectiveSamples
    let empty = sums.filter { $0.squares == 0 }.count
    if squares == 0 {
      errorBar = sums.allSatisfy { $0.weights == 0 } ? .exactZero : .nothingSeen
    } else if effective < least {
      errorBar = .heavyTailed(effectiveSamples: Int(effective))
    } else if 4 * empty > sums.count {
      errorBar = .emptyScramblings(empty)
    } else {
      errorBar = ofLargestSize < least ? .fewTrees(ofLargestSize: Int(ofLargestSize)) : .reliable
    }
  }
}
