// Points of the unit cube for the trees: a randomly shifted Sobol sequence, or pseudo-random numbers. Scrambling r is
// an independent copy. Random counters (Philox): (point or coordinate, group of four coordinates and order, scrambling,
// stream), so that no two terms, points or scramblings share a number.
//
// Reflections. κ_ħ is odd, so ±η nearly cancel in every step where μ_0 varies slowly: each point stands for 2^b trees with
// all signs of c = η̂·x̂ in the last b = min(j, 5) steps (on the torus of κm). Their coordinate u becomes ±u.

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

  /// Grows the coordinates of `count` points, of which the first is `first` of the chunk, into those of their trees:
  /// 2^b reflections of each point, side by side.
  func draw(into block: TreeBlock, scrambling: Int, first: Int, count: Int) {
    let v = TreeBlock.stride
    let plan = block.plan
    let used = ((count << plan.reflections) + 7) / 8
    for k in 0..<coordinates {
      if sampler == .sobol {
        readSobol(k, into: block.exponent, scrambling: scrambling, first: first, count: count)
      } else if k % 4 == 0 {
        drawPseudorandom(k / 4, into: block, scrambling: scrambling, first: first, count: count)
      }
      let points = sampler == .sobol ? block.exponent : block.draws[k % 4]
      let target = block.uniforms + k * v
      let bit = plan.reflectionBit(ofCoordinate: k)
      for vector in 0..<used {
        let value = Self.spread(points, vector, plan.reflections)
        guard let bit else {
          target[vector] = value
          continue
        }
        let signed = value * Self.signs(bit, vector)
        target[vector] = plan.frequencies.isTorus ? signed : 0.5 + 0.5 * signed
      }
    }
  }

  /// Lane n of the result is number n >> b of `points`.
  @inline(__always)
  private static func spread(_ points: UnsafeMutablePointer<TreeBlock.Lanes>, _ vector: Int, _ b: Int)
    -> TreeBlock.Lanes
  {
    let numbers = TreeBlock.numbers(points)
    switch b {
    case 1:
      let n = numbers + 4 * vector
      return SIMD8(n[0], n[0], n[1], n[1], n[2], n[2], n[3], n[3])
    case 2:
      let n = numbers + 2 * vector
      return SIMD8(n[0], n[0], n[0], n[0], n[1], n[1], n[1], n[1])
    default: return SIMD8(repeating: numbers[vector >> (b - 3)])
    }
  }

  /// −1 where the bit of the lane's number is set, else 1.
  @inline(__always)
  private static func signs(_ bit: Int, _ vector: Int) -> TreeBlock.Lanes {
    switch bit {
    case 0: SIMD8(1, -1, 1, -1, 1, -1, 1, -1)
    case 1: SIMD8(1, 1, -1, -1, 1, 1, -1, -1)
    case 2: SIMD8(1, 1, 1, 1, -1, -1, -1, -1)
    default: SIMD8(repeating: vector >> (bit - 3) & 1 == 0 ? 1 : -1)
    }
  }

  private func readSobol(
    _ k: Int, into target: UnsafeMutablePointer<TreeBlock.Lanes>, scrambling: Int, first: Int, count: Int
  ) {
    let shift = SIMD8<UInt64>(repeating: shifts[scrambling * coordinates + k])
    integers.withUnsafeBufferPointer { integers in
      for vector in 0..<(count + 7) / 8 {
        var words = SIMD8<UInt64>.zero
        let at = k * Self.chunk + first + vector * 8
        for lane in 0..<min(8, Self.chunk - first - vector * 8) { words[lane] = UInt64(integers[at + lane]) }
        target[vector] = uniformNumbers(of52Bits: (words &<< 22) ^ shift)
      }
    }
  }

  private func drawPseudorandom(
    _ group: Int, into block: TreeBlock, scrambling: Int, first: Int, count: Int
  ) {
    let lanes = SIMD8<UInt64>(0, 1, 2, 3, 4, 5, 6, 7)
    let second = SIMD8(repeating: UInt64(Self.group(group, order)))
    let third = SIMD8(repeating: UInt64(scrambling))
    let fourth = SIMD8(repeating: UInt64(stream))
    for vector in 0..<(count + 7) / 8 {
      let index = lanes &+ UInt64(start + first + vector * 8)
      let words = random.words((index, second, third, fourth))
      block.draws[0][vector] = uniformNumbers(of: words.0)
      block.draws[1][vector] = uniformNumbers(of: words.1)
      block.draws[2][vector] = uniformNumbers(of: words.2)
      block.draws[3][vector] = uniformNumbers(of: words.3)
    }
  }
}
