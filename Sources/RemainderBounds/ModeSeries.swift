// Power series in λ whose coefficients are functions on Z^d with finitely many modes, all values ≥ 0.

import CLibraries
import PhaseSpace

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

  /// The mode at a position counted from the first.
  func mode(at index: Int) -> ModeIndex {
    ModeIndex(
      index / strides[0] - reach[0], index % strides[0] / strides[1] - reach[1], index % strides[1] - reach[2]
    )
  }
}

/// A coefficient: the modes at which it is not zero, by increasing offset in a `ModeBox`.
struct ModeFunction<Scalar: RealScalar>: Sendable {
  var offsets: [Int] = []
  var modes: [ModeIndex] = []
  var values: [Scalar] = []

  /// The unit of convolution, 1 at n = 0.
  static var unit: ModeFunction { ModeFunction(offsets: [0], modes: [.zero], values: [Scalar(1)]) }

  /// The value at a mode, nil where it is zero.
  func value(offset: Int) -> Scalar? {
    var (low, high) = (0, offsets.count)
    while low < high {
      let middle = (low + high) / 2
      if offsets[middle] < offset { low = middle + 1 } else { high = middle }
    }
    return low < offsets.count && offsets[low] == offset ? values[low] : nil
  }

  func scaled(by factor: Scalar) -> ModeFunction {
    ModeFunction(offsets: offsets, modes: modes, values: values.map { factor * $0 })
  }

  /// Without the modes that `keeps` refuses.
  func filtered(_ keeps: (ModeIndex) -> Bool) -> ModeFunction {
    var result = ModeFunction()
    for (index, mode) in modes.enumerated() where keeps(mode) {
      result.offsets.append(offsets[index])
      result.modes.append(mode)
      result.values.append(values[index])
    }
    return result
  }
}

/// A sum of convolutions under way: a flat array over a box.
struct ModeAccumulator<Scalar: RealScalar> {
  let box: ModeBox
  private let centre: Int
  private var values: [Scalar]
  private var isTouched: [Bool]

  /// - Parameter count: of the box.
  init(_ box: ModeBox, count: Int) {
    self.box = box
    centre = count / 2
    values = Array(repeating: Scalar(0), count: count)
    isTouched = Array(repeating: false, count: count)
  }

  /// Adds f ∗ g; all modes of the result must lie in the box.
  mutating func add(_ f: ModeFunction<Scalar>, _ g: ModeFunction<Scalar>) {
    // By indices: without optimisation across files a zip looks its types up at every step.
    for i in f.offsets.indices {
      let (start, x) = (centre + f.offsets[i], f.values[i])
      for j in g.offsets.indices {
        let place = start + g.offsets[j]
        values[place].addProduct(x, g.values[j])
        isTouched[place] = true
      }
    }
  }

  /// Adds factor · f, moved by an offset.
  mutating func add(_ f: ModeFunction<Scalar>, movedBy offset: Int, times factor: Scalar) {
    for (j, y) in zip(f.offsets, f.values) {
      values[centre + offset + j].addProduct(factor, y)
      isTouched[centre + offset + j] = true
    }
  }

  /// The sum, divided by `divisor`, without the modes that `keeps` refuses; the accumulator starts anew.
  mutating func take(over divisor: Scalar, keeps: ((ModeIndex) -> Bool)? = nil) -> ModeFunction<Scalar> {
    var result = ModeFunction<Scalar>()
    let zero = Scalar(0)
    for index in isTouched.indices where isTouched[index] {
      isTouched[index] = false
      let mode = box.mode(at: index)
      if keeps?(mode) ?? true, values[index].upper != 0 {
        result.offsets.append(index - centre)
        result.modes.append(mode)
        result.values.append(values[index] / divisor)
      }
      values[index] = zero
    }
    return result
  }
}

/// e^f for a series f that becomes known order by order: e_q = (1/q) Σ_{i=1}^{q} i f_i ∗ e_{q−i}.
struct ModeExponential<Scalar: RealScalar> {
  /// e_0 … e_q
  private(set) var coefficients: [ModeFunction<Scalar>] = [.unit]
  private var weighted: [ModeFunction<Scalar>] = [ModeFunction()]

  /// Takes in f_q, q = 1, 2, … in turn. Without the modes that `keeps` refuses, which must be of no account later.
  mutating func extend(
    by f: ModeFunction<Scalar>, _ accumulator: inout ModeAccumulator<Scalar>,
    keeps: ((ModeIndex) -> Bool)? = nil
  ) {
    let q = weighted.count
    weighted.append(f.scaled(by: Scalar(q)))
    for i in 1...q { accumulator.add(weighted[i], coefficients[q - i]) }
    coefficients.append(accumulator.take(over: Scalar(q), keeps: keeps))
  }
}
