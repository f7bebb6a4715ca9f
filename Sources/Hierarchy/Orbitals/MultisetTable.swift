// A table of numbers by the names of multisets, hundreds of thousands of them several times in a step: open addressing with a
// multiplicative hash, some nanoseconds a look.

/// Numbers ≥ 0 by name; what is there does not depend on the order in which it came.
struct MultisetTable: Sendable {
  private static let empty = UInt128.max
  private var keys: [UInt128]
  private var values: [Double]
  private(set) var count = 0

  init() {
    keys = [UInt128](repeating: Self.empty, count: 16)
    values = [Double](repeating: 0, count: 16)
  }

  /// The number of a name; nil where there is none.
  subscript(_ name: MultisetName) -> Double? {
    let place = place(of: name.bits)
    return keys[place] == name.bits ? values[place] : nil
  }

  /// The larger of a number and what is there, unless nothing is. Whether the name was there.
  mutating func raise(_ name: MultisetName, to value: Double, unlessNew: Bool = false) -> Bool {
    var place = place(of: name.bits)
    if keys[place] == name.bits {
      if value > values[place] { values[place] = value }
      return true
    }
    if unlessNew { return false }
    if 2 * (count + 1) > keys.count {
      grow()
      place = self.place(of: name.bits)
    }
    (keys[place], values[place]) = (name.bits, value)
    count += 1
    return false
  }

  /// All names and numbers, in an order that says nothing.
  var entries: [(name: MultisetName, value: Double)] {
    var result: [(name: MultisetName, value: Double)] = []
    result.reserveCapacity(count)
    for (key, value) in zip(keys, values) where key != Self.empty {
      result.append((MultisetName(bits: key), value))
    }
    return result
  }

  /// Leaves only so many, the largest, and says how large the largest is that goes; 0 where none does.
  mutating func keepLargest(_ most: Int) -> Double {
    guard count > most else { return 0 }
    let sorted = entries.sorted { ($0.value, $1.name) > ($1.value, $0.name) }
    self = MultisetTable()
    for (name, value) in sorted[..<most] { _ = raise(name, to: value) }
    return sorted[most].value
  }

  /// Where a name stands, or the free place where it would.
  private func place(of key: UInt128) -> Int {
    let upper = UInt64(truncatingIfNeeded: key >> 64) &* 0xC2B2_AE3D_27D4_EB4F
    let words = UInt64(truncatingIfNeeded: key) ^ upper
    let mixed = (words ^ (words >> 29)) &* 0x9E37_79B9_7F4A_7C15
    let mask = keys.count - 1
    var place = Int(truncatingIfNeeded: mixed >> 20) & mask
    while keys[place] != key, keys[place] != Self.empty { place = (place + 1) & mask }
    return place
  }

  private mutating func grow() {
    let old = self
    keys = [UInt128](repeating: Self.empty, count: 4 * old.keys.count)
    values = [Double](repeating: 0, count: keys.count)
    for (key, value) in zip(old.keys, old.values) where key != Self.empty {
      let place = place(of: key)
      (keys[place], values[place]) = (key, value)
    }
  }
}
