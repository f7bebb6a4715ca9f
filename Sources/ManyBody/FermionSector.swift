// The n-particle antisymmetric space F_a^{(n)} of one species over M plane waves, dimension C(M, n).
//
// A basis state is a bitstring b of n bits, |b⟩ = a*_{i_1} … a*_{i_n}|0⟩ with i_1 < … < i_n, states in ascending
// order of b. Hence a_i|b⟩ = (−1)^{#bits below i} |b − i⟩: the canonical anticommutation relations (2.2), (2.3).

import CLibraries

/// The bitstring basis of n fermions in M one-particle modes, with the annihilators to the sector below.
public final class FermionSector: Sendable {
  /// One nonzero entry ⟨b − i| a_i |b⟩ = sign of all annihilators taken together.
  public struct Annihilation: Sendable {
    /// i of a_i.
    public let mode: Int32
    /// Index of b in this sector.
    public let source: Int32
    /// (−1)^{occupied modes before i}
    public let sign: Double
  }

  /// Number of one-particle modes M ≤ 63.
  public let modeCount: Int
  /// n
  public let particles: Int
  /// Ascending bitstrings.
  public let states: [UInt64]
  /// For the r-th state of the sector below: its entries are annihilations[starts[r] ..< starts[r+1]].
  public let annihilations: [Annihilation]
  /// The starts: one more than the sector below has states.
  public let annihilationStarts: [Int]

  /// C(M, n), the dimension.
  public var count: Int { states.count }

  /// - Throws: `ArgumentError` for more than 63 modes or a negative particle number; `MemoryError` when the basis
  ///   does not fit.
  public init(modeCount: Int, particles: Int) throws {
    guard modeCount >= 1, modeCount <= 63 else {
      throw ArgumentError("modes", expected: "1 … 63 plane waves per species", got: "\(modeCount)")
    }
    guard particles >= 0, particles <= modeCount else {
      throw ArgumentError(
        "particles", expected: "0 … \(modeCount) fermions in \(modeCount) plane waves", got: "\(particles)")
    }
    try Memory.require(
      FermionSector.bytes(modeCount: modeCount, particles: particles),
      for: "the basis of \(particles) fermions in \(modeCount) plane waves")
    self.modeCount = modeCount
    self.particles = particles
    states = FermionSector.bitstrings(modeCount, particles)
    guard particles > 0 else {
      annihilations = []
      annihilationStarts = [0]
      return
    }
    let lower = FermionSector.bitstrings(modeCount, particles - 1)
    var list: [Annihilation] = []
    list.reserveCapacity(lower.count * (modeCount - particles + 1))
    var starts = [0]
    for r in lower {
      for mode in 0..<modeCount where r >> UInt64(mode) & 1 == 0 {
        let bit = UInt64(1) << UInt64(mode)
        let odd = (r & (bit - 1)).nonzeroBitCount & 1 == 1
        list.append(
          Annihilation(
            mode: Int32(mode), source: Int32(FermionSector.search(states, r | bit)!), sign: odd ? -1 : 1))
      }
      starts.append(list.count)
    }
    annihilations = list
    annihilationStarts = starts
  }

  /// The index of a bitstring, nil when it is not in the sector.
  public func index(of state: UInt64) -> Int? { FermionSector.search(states, state) }

  /// The occupied modes of state `index`, ascending.
  public func occupied(_ index: Int) -> [Int] {
    var bits = states[index]
    var result: [Int] = []
    while bits != 0 {
      result.append(bits.trailingZeroBitCount)
      bits &= bits - 1
    }
    return result
  }

  /// Memory of the sector: bitstrings and annihilators; nil on overflow.
  static func bytes(modeCount: Int, particles: Int) -> Int? {
    guard let size = binomial(modeCount, particles),
      let below = particles == 0 ? 0 : binomial(modeCount, particles - 1),
      let states = Memory.product(size, 8),
      let entries = Memory.product(below, modeCount - particles + 1, 16)
    else { return nil }
    let (sum, overflow) = states.addingReportingOverflow(entries)
    return overflow ? nil : sum
  }

  /// C(m, n), nil on overflow.
  static func binomial(_ m: Int, _ n: Int) -> Int? {
    var result = 1
    for i in 0..<n {
      guard let next = Memory.product(result, m - i) else { return nil }
      result = next / (i + 1)
    }
    return result
  }

  private static func bitstrings(_ m: Int, _ n: Int) -> [UInt64] {
    guard n > 0 else { return [0] }
    var state = (UInt64(1) << UInt64(n)) - 1
    let end = UInt64(1) << UInt64(m)
    var result: [UInt64] = []
    while state < end {
      result.append(state)
      let low = state & (~state &+ 1)  // the next larger number with as many bits
      let ripple = state &+ low
      state = ((ripple ^ state) >> 2) / low | ripple
    }
    return result
  }

  private static func search(_ states: [UInt64], _ state: UInt64) -> Int? {
    var low = 0
    var high = states.count
    while low < high {
      let middle = (low + high) / 2
      if states[middle] < state { low = middle + 1 } else { high = middle }
    }
    return low < states.count && states[low] == state ? low : nil
  }
}
