// Points of the unit cube for the trees: a randomly shifted Sobol sequence, or pseudo-random numbers. Scrambling r is
// an independent copy. Random counters (Philox): (point or coordinate, group of four coordinates and order, scrambling,
// stream), so that no two terms, points or scramblings share a number.

import CLibraries

/// The points of one term, a chunk at a time.
struct TreePointSource: Sendable {
  /// Points of the sequence in memory at a time.
  static let chunk = 4096

  let sampler: DysonTrees.Sampler
  private let coordinates: Int
  private let order: Int
  private let random: CounterRandom
  private let stream: UInt32
  /// 52-bit shift of coordinate k in scrambling r, at r·(coordinates) + k.
  private let shifts: [UInt64]
  private let sequence: SobolSequence?
  /// Coordinate k of point i of the chunk at k·chunk + i.
  private var integers: [UInt32]
  /// The chunk: points start ..< next.
  private var start = 0
  private var next = 0

  init(_ trees: DysonTrees, plan: TreePlan, stream: UInt32) throws {
    let coordinates = plan.coordinateCount
    let isSobol = trees.sampler == .sobol && coordinates <= SobolSequence.highestDimension
    sampler = isSobol ? .sobol : .pseudorandom
    self.coordinates = coordinates
    order = plan.order
    random = CounterRandom(seed: trees.seed)
    self.stream = stream
    sequence = isSobol ? try SobolSequence(dimension: coordinates) : nil
    var shifts: [UInt64] = []
    if isSobol {
      for scrambling in 0..<trees.scramblings {
        for k in 0..<coordinates {
          let words = random.words(UInt32(k), Self.group(0xffff, order), UInt32(scrambling), stream)
          shifts.append((UInt64(words.0) << 20) ^ UInt64(words.1 >> 12))
        }
      }
    }
    self.shifts = shifts
    integers = isSobol ? Array(repeating: 0, count: coordinates * Self.chunk) : []
  }

  private static func group(_ index: Int, _ order: Int) -> UInt32 { UInt32(index) | UInt32(order) << 16 }

  /// Makes the next `count` points of the sequence the chunk. Call it on one thread.
  mutating func advance(by count: Int) {
    start = next
    next += count
    integers.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      sequence?.next(count, into: base, stride: Self.chunk)
    }
  }

  /// The coordinates of `count` points, of which the first is `first` of the chunk.
  func draw(into block: TreeBlock, scrambling: Int, first: Int, count: Int) {
    let used = (count + 7) / 8
    guard sampler == .sobol else {
      drawPseudorandom(into: block, scrambling: scrambling, first: first, used: used)
      return
    }
    integers.withUnsafeBufferPointer { integers in
      for k in 0..<coordinates {
        let shift = SIMD8<UInt64>(repeating: shifts[scrambling * coordinates + k])
        let target = block.uniforms + k * TreeBlock.stride
        for vector in 0..<used {
          var words = SIMD8<UInt64>.zero
          let at = k * Self.chunk + first + vector * 8
          for lane in 0..<8 { words[lane] = UInt64(integers[at + lane]) }
          target[vector] = uniformNumbers(of52Bits: (words &<< 22) ^ shift)
        }
      }
    }
  }

  private func drawPseudorandom(into block: TreeBlock, scrambling: Int, first: Int, used: Int) {
    let v = TreeBlock.stride
    let lanes = SIMD8<UInt64>(0, 1, 2, 3, 4, 5, 6, 7)
    let third = SIMD8(repeating: UInt64(scrambling))
    let fourth = SIMD8(repeating: UInt64(stream))
    for group in 0..<(coordinates + 3) / 4 {
      let second = SIMD8(repeating: UInt64(Self.group(group, order)))
      for vector in 0..<used {
        let index = lanes &+ UInt64(start + first + vector * 8)
        let words = random.words((index, second, third, fourth))
        let target = block.uniforms + (4 * group * v + vector)
        target[0] = uniformNumbers(of: words.0)
        if 4 * group + 1 < coordinates { target[v] = uniformNumbers(of: words.1) }
        if 4 * group + 2 < coordinates { target[2 * v] = uniformNumbers(of: words.2) }
        if 4 * group + 3 < coordinates { target[3 * v] = uniformNumbers(of: words.3) }
      }
    }
  }
}
