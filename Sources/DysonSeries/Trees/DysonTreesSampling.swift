// The samples of one term. Scrambling r uses the points 0, 1, 2, … of one sequence, shifted by its own random shift
// (Sobol), or its own random counters. The work is cut into blocks of 256 trees of one scrambling; which blocks there
// are depends on the number of points alone, each has its own slot of results, and slots are added in order: threads
// and ranks only decide who fills a slot.

import CLibraries
import Numerics

/// The running sums of one term, which more points can extend.
struct TreeSampling {
  private let plan: TreePlan
  private let scramblings: Int
  private let workers: Workers
  private let ranks: Ranks
  private let check: () throws -> Void
  private var source: TreePointSource
  private var points = 0
  private var sums: [TreeSums]

  init(
    _ trees: DysonTrees, plan: TreePlan, stream: UInt32, workers: Workers, ranks: Ranks,
    check: @escaping () throws -> Void
  ) throws {
    self.check = check
    self.plan = plan
    self.workers = workers
    self.ranks = ranks
    scramblings = trees.scramblings
    sums = Array(repeating: TreeSums(), count: trees.scramblings)
    source = try TreePointSource(trees, plan: plan, stream: stream)
  }

  private var pointsPerBlock: Int { TreeBlock.capacity >> plan.reflections }

  /// Adds points until every scrambling has this many.
  mutating func extend(toPointsPerScrambling goal: Int) throws {
    while points < goal {
      let count = min(TreePointSource.chunk, goal - points)
      source.advance(by: count)
      let blocks = (count + pointsPerBlock - 1) / pointsPerBlock
      var results = [Double](repeating: 0, count: scramblings * blocks * TreeSums.count)
      try fill(&results, blocks: blocks, count: count)
      try ranks.sum(&results, check: check)
      for scrambling in 0..<scramblings {
        for block in 0..<blocks {
          let slot = (scrambling * blocks + block) * TreeSums.count
          sums[scrambling].real += results[slot]
          sums[scrambling].imaginary += results[slot + 1]
          sums[scrambling].squares += results[slot + 2]
          sums[scrambling].fourthPowers += results[slot + 3]
          sums[scrambling].weights += results[slot + 4]
          sums[scrambling].weightSquares += results[slot + 5]
        }
      }
      points += count
    }
  }

  /// The blocks of this rank, each into its slot; `check` is called every fifty milliseconds or so of a thread's work.
  private func fill(_ results: inout [Double], blocks: Int, count: Int) throws {
    let share = ranks.share(of: scramblings * blocks)
    let most = 2000 * workers.threads
    for start in stride(from: share.lowerBound, to: share.upperBound, by: most) {
      try check()
      fill(&results, tasks: start..<min(share.upperBound, start + most), blocks: blocks, count: count)
    }
  }

  private func fill(_ results: inout [Double], tasks mine: Range<Int>, blocks: Int, count: Int) {
    results.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      nonisolated(unsafe) let slots = base
      let (plan, source, pointsPerBlock) = (plan, source, pointsPerBlock)
      // A block takes about 25 µs: twenty of them are worth a thread.
      workers.forEachRange(of: mine.count, grain: 20) { range in
        let block = TreeBlock(plan)
        for task in range {
          let index = mine.lowerBound + task
          let first = index % blocks * pointsPerBlock
          let size = min(pointsPerBlock, count - first)
          source.draw(into: block, scrambling: index / blocks, first: first, count: size)
          let sums = block.run(points: size)
          let slot = slots + index * TreeSums.count
          slot[0] = sums.real
          slot[1] = sums.imaginary
          slot[2] = sums.squares
          slot[3] = sums.fourthPowers
          slot[4] = sums.weights
          slot[5] = sums.weightSquares
        }
      }
    }
  }

  /// The estimate from the points so far.
  var term: DysonTrees.Term {
    let n = Double(points << plan.reflections)
    let r = Double(scramblings)
    let real = sums.map { $0.real / n }
    let imaginary = sums.map { $0.imaginary / n }
    let (meanRe, errorRe) = Self.meanAndError(real, r)
    let (meanIm, errorIm) = Self.meanAndError(imaginary, r)
    let samples = points * scramblings << plan.reflections
    let weights = sums.reduce(0) { $0 + $1.weights }
    let count = TreeCount(sums, samples: samples, largestLeaf: plan.largestLeaf)
    let relative = Double.expMinusOne(Double(plan.order) * plan.frequencies.error)
    return DysonTrees.Term(
      order: plan.order, value: Complex(meanRe, meanIm), standardErrorRe: errorRe, standardErrorIm: errorIm,
      bias: weights / Double(samples) * (plan.largestLeaf ?? 1) * relative,
      samples: samples, sampler: source.sampler, effectiveSamples: count.effective,
      ofLargestSize: count.ofLargestSize, errorBar: count.errorBar)
  }

  private static func meanAndError(_ values: [Double], _ count: Double) -> (Double, Double) {
    let mean = values.reduce(0, +) / count
    let spread = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (spread / (count * (count - 1))).squareRoot())
  }
}
