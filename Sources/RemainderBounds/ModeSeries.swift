/// A power series in λ whose coefficients are functions on Z^d with values ≥ 0: order by order at every mode of a support, so that a
/// product of two series is a sum of convolutions of numbers that lie side by side.
struct ModeSeries<Numbers: SeriesNumbers>: Sendable {
  let support: ModeSupport
  private let numbers: Numbers

  /// 0
  init(_ support: ModeSupport) {
    self.support = support
    numbers = Numbers(zeros: support.modes.count * (support.orders + 1))
  }

  private func index(_ place: Int, _ order: Int) -> Int { place * (support.orders + 1) + order }

  /// The value at a place and an order, to be read or set.
  subscript(place: Int, order: Int) -> Numbers.Scalar {
    get { numbers[index(place, order)] }
    nonmutating set { numbers[index(place, order)] = newValue }
  }

  /// Adds to λ^order at a place Σ_{i=from}^{order − shift − first} [λ^i] of the factor at one mode times [λ^{order−shift−i}] of the other at
  /// another.
  @inline(__always)
  func add(
    _ place: Int, _ order: Int, _ x: ModeSeries, _ k: Int, from least: Int = 0, _ y: ModeSeries, _ rest: Int,
    shift: Int = 0
  ) {
    let low = max(least, support.first[k])
    let sum = order - shift
    let count = sum - support.first[rest] - low + 1
    guard count > 0 else { return }
    numbers.addConvolution(
      index(place, order), x.numbers, from: index(k, low), y.numbers, backFrom: index(rest, sum - low),
      count: count)
  }

  /// Adds to λ^order at a place [λ^{order−1}] of this series at another mode times a series of numbers.
  func add(_ place: Int, _ order: Int, _ x: ModeSeries, _ k: Int, times series: Numbers) {
    let low = support.first[k]
    guard order - 1 >= low else { return }
    numbers.addConvolution(
      index(place, order), x.numbers, from: index(k, low), series, backFrom: order - 1 - low,
      count: order - low)
  }

  /// Multiplies [λ^order] at all modes by a factor.
  func multiply(_ order: Int, by factors: Numbers, _ factor: Int) {
    for place in 0..<support.counts[order] {
      numbers.setProduct(index(place, order), numbers, index(place, order), factors, factor)
    }
  }

  /// Sets [λ^order] at all modes to zero.
  func clear(_ order: Int) {
    for place in 0..<support.counts[order] { numbers.setZero(index(place, order)) }
  }

  /// Adds a factor times [λ^order] of another series at all modes.
  func add(_ order: Int, _ x: ModeSeries, times factor: Numbers) {
    for place in 0..<support.counts[order] {
      let index = index(place, order)
      numbers.addConvolution(index, x.numbers, from: index, factor, backFrom: 0, count: 1)
    }
  }

  /// Adds [λ^order] at a place times a number to another number.
  func accumulate(
    _ place: Int, _ order: Int, times factors: Numbers, _ factor: Int, into sums: Numbers, _ sum: Int
  ) {
    sums.addConvolution(sum, numbers, from: index(place, order), factors, backFrom: factor, count: 1)
  }

  /// Sets [λ^order] at all modes to n times a factor times that of another series.
  func set(_ order: Int, to x: ModeSeries, times factors: Numbers, _ factor: Int, _ n: Int) {
    for place in 0..<support.counts[order] {
      let index = index(place, order)
      numbers.setProduct(index, x.numbers, index, factors, factor)
      numbers.multiply(index, by: n)
    }
  }

  fileprivate func divide(_ place: Int, _ order: Int) { numbers.divide(index(place, order), by: order) }
}

/// e^f for a series f that becomes known order by order: e_q = (1/q) Σ_{i=1}^{q} i f_i ∗ e_{q−i}.
struct ModeExponential<Numbers: SeriesNumbers>: Sendable {
  /// e_0 … e_q
  let series: ModeSeries<Numbers>
  /// i f_i
  private let weighted: ModeSeries<Numbers>
  private var order = 0

  /// 1
  init(_ support: ModeSupport) {
    series = ModeSeries(support)
    weighted = ModeSeries(support)
    series[0, 0] = Numbers.Scalar(1)
  }

  /// Takes in f_q, a factor times [λ^q] of a series, q = 1, 2, … in turn. Modes whose `last` order has gone by are left at zero: they
  /// must be of no account.
  mutating func extend(by f: ModeSeries<Numbers>, times factors: Numbers, _ factor: Int, last: [Int]? = nil) {
    order += 1
    let q = order
    weighted.set(q, to: f, times: factors, factor, q)
    let support = series.support
    for place in 0..<support.counts[q] where last.map({ $0[place] >= q }) ?? true {
      for k in 0..<support.counts[q] {
        let rest = support.difference(place, k)
        if rest >= 0 { series.add(place, q, weighted, k, from: 1, series, rest) }
      }
      series.divide(place, q)
    }
  }
}
