import PhaseSpace

/// The modes that a power series in λ can have at each order, where every order adds one of a set of steps: those of order q are
/// the first `counts[q]`.
struct ModeSupport: Sendable {
  /// J
  let orders: Int
  /// By the order at which they come in.
  let modes: [ModeIndex]
  /// That order.
  let first: [Int]
  /// How many modes an order has, q = 0 … J.
  let counts: [Int]
  private let box: ModeBox
  private let offsets: [Int]
  /// Of every offset in the box, −1 where no mode has it.
  private let places: [Int32]

  /// nil where there are more modes than memory is for, or more than `largestCost` products of two modes in one product of two series.
  init?(steps: some Sequence<ModeIndex>, orders: Int, largestCost: Double = .infinity) {
    let steps = Set(steps).union([.zero]).sorted { $0.precedes($1) }
    let largest = steps.reduce(ModeIndex.zero) { reach, step in
      ModeIndex(max(reach[0], abs(step[0])), max(reach[1], abs(step[1])), max(reach[2], abs(step[2])))
    }
    // Differences of two modes have places too.
    guard (0..<3).allSatisfy({ !largest[$0].multipliedReportingOverflow(by: 2 * orders).overflow }) else {
      return nil
    }
    box = ModeBox(reach: ModeIndex(repeating: 2 * orders) &* largest)
    guard let count = box.count, count < 20_000_000 else { return nil }
    self.orders = orders
    var places = [Int32](repeating: -1, count: count)
    var (modes, first, counts) = ([ModeIndex.zero], [0], [1])
    places[count / 2] = 0
    var (start, cost) = (0, 0.0)
    for order in 1..<(orders + 1) {
      let end = modes.count
      guard Double(end - start) * Double(steps.count) < 5e6 else { return nil }
      for index in start..<end {
        for step in steps {
          let mode = modes[index] &+ step
          let place = count / 2 + box.offset(mode)
          guard places[place] < 0 else { continue }
          places[place] = Int32(modes.count)
          modes.append(mode)
          first.append(order)
        }
      }
      start = end
      counts.append(modes.count)
      for i in 1...order { cost += Double(counts[i]) * Double(counts[order - i]) }
      if cost > largestCost { return nil }
    }
    (self.modes, self.first, self.counts, self.places) = (modes, first, counts, places)
    offsets = modes.map { [box] in count / 2 + box.offset($0) }
  }

  /// The products of two modes in one product of two series.
  var cost: Double {
    (0..<orders + 1).reduce(0.0) { cost, q in
      (0..<q + 1).reduce(cost) { $0 + Double(counts[$1]) * Double(counts[q - $1]) }
    }
  }

  /// The place of a mode, nil where no order has it.
  func place(_ mode: ModeIndex) -> Int? {
    guard box.contains(mode) else { return nil }
    let place = places[places.count / 2 + box.offset(mode)]
    return place < 0 ? nil : Int(place)
  }

  /// The place of the difference of two modes at places, −1 where no order has it.
  @inline(__always)
  func difference(_ n: Int, _ k: Int) -> Int { Int(places[places.count / 2 + offsets[n] - offsets[k]]) }
}

/// A box |n_a| ≤ reach_a of Z^d as a row-major array. Offsets are linear in n: that of n + n′ is the sum, as long as
/// the modes stay in the box.
struct ModeBox: Sendable, Hashable {
  /// The largest |n_a| per axis, 0 beyond d.
  let reach: ModeIndex
  private let strides: ModeIndex

  init(reach: ModeIndex) {
    self.reach = reach
    let sides = 2 &* reach &+ 1
    strides = ModeIndex(sides[1] &* sides[2], sides[2], 1)
  }

  /// The number of modes, nil beyond Int.
  var count: Int? {
    var count = 1
    for axis in 0..<3 {
      let (side, tooLong) = reach[axis].multipliedReportingOverflow(by: 2)
      let (product, overflow) = count.multipliedReportingOverflow(by: side &+ 1)
      if tooLong || overflow { return nil }
      count = product
    }
    return count
  }

  /// Position relative to that of n = 0.
  func offset(_ mode: ModeIndex) -> Int { (mode &* strides).wrappedSum() }

  func contains(_ mode: ModeIndex) -> Bool { (0..<3).allSatisfy { abs(mode[$0]) <= reach[$0] } }
}
