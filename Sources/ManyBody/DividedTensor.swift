// A tensor that ranks have together, from one axis of division to another: rank r, which had the range r of axis a and all of b, has
// all of a and its range of b. Seen from both axes, x before y, it is outer × X × middle × Y × inner. Cost: an all-to-all of what
// a rank has, less its own part; twice that as buffers.

import Numerics

/// The full sizes of a tensor, of which ranks have ranges of one axis.
struct DividedTensor {
  let sizes: [Int]
  let ranks: FockRanks

  /// The part of this rank, when it is divided along an axis, as one species sees it.
  func shape(_ species: Int, along axis: Int) -> (outer: Int, own: Int, inner: Int) {
    var sizes = sizes
    sizes[axis] = ranks.share(sizes[axis]).count
    return (sizes[..<species].reduce(1, *), sizes[species], sizes[(species + 1)...].reduce(1, *))
  }

  /// How many numbers this rank has.
  func count(along axis: Int) -> Int {
    let (outer, own, inner) = shape(axis, along: axis)
    return outer * own * inner
  }

  /// The numbers of this rank when the axis is another one.
  func moved(_ values: [Complex<Double>], from a: Int, to b: Int) -> [Complex<Double>] {
    guard ranks.isShared, a != b else { return values }
    let (x, y) = (min(a, b), max(a, b))
    let (outer, inner) = (sizes[..<x].reduce(1, *), sizes[(y + 1)...].reduce(1, *))
    let middle = sizes[(x + 1)..<y].reduce(1, *)
    let all = 0..<ranks.count
    let (ownA, ownB) = (ranks.share(sizes[a]), ranks.share(sizes[b]))
    // The boxes as the tensors at hand number them: x and y.
    func box(_ first: Range<Int>, _ second: Range<Int>) -> Box {
      let (rows, columns) = a == x ? (first, second) : (second, first)
      return Box(rows: rows, columns: columns, outer: outer, middle: middle, inner: inner)
    }
    let sent = all.map { box(0..<ownA.count, ranks.share(of: $0, sizes[b])) }
    let received = all.map { box(ranks.share(of: $0, sizes[a]), 0..<ownB.count) }
    let before = a == x ? (ownA.count, sizes[y]) : (sizes[x], ownA.count)
    let after = a == x ? (sizes[x], ownB.count) : (ownB.count, sizes[y])

    let there = UnsafeMutablePointer<Complex<Double>>.allocate(capacity: max(1, values.count))
    var place = there
    values.withUnsafeBufferPointer { values in
      guard let source = values.baseAddress else { return }
      for box in sent {
        box.forEachRun(in: before) { start, count in
          place.update(from: source + start, count: count)
          place += count
        }
      }
    }
    let size = count(along: b)
    let here = UnsafeMutablePointer<Complex<Double>>.allocate(capacity: max(1, size))
    defer { here.deallocate() }
    ranks.exchange(there, sent.map(\.count), into: here, received.map(\.count))
    there.deallocate()
    var next = UnsafePointer(here)
    return [Complex<Double>](unsafeUninitializedCapacity: size) { result, count in
      count = size
      guard let target = result.baseAddress else { return }
      for box in received {
        box.forEachRun(in: after) { start, count in
          (target + start).update(from: next, count: count)
          next += count
        }
      }
    }
  }

  /// Ranges of x and y with all of the rest.
  private struct Box {
    let rows, columns: Range<Int>
    let outer, middle, inner: Int

    var count: Int { outer * rows.count * middle * columns.count * inner }

    /// The contiguous runs of the box in a tensor with these lengths of x and y, in order.
    func forEachRun(in lengths: (Int, Int), _ body: (_ start: Int, _ count: Int) -> Void) {
      let run = columns.count * inner
      guard run > 0 else { return }
      for o in 0..<outer {
        for r in rows {
          for m in 0..<middle {
            body((((o * lengths.0 + r) * middle + m) * lengths.1 + columns.lowerBound) * inner, run)
          }
        }
      }
    }
  }
}
