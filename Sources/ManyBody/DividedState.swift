// The coefficients of a state as one array of a checkpoint, in their order, whichever ranks have them: rank 0 collects the shares of
// the others one at a time when it is written, and hands them out when it is read, so that it holds one share that is not its own, and
// when reading the checkpoint.

import CLibraries
import Computing
import Numerics

extension FockState {
  /// Divided among ranks: whoever reads a checkpoint for all gives it to the first alone.
  private static let savedName = SavedState.divided + "state"

  /// Numbers of the share of every rank.
  private var shares: [Int] {
    let sizes = dimensions
    let rest = sizes.dropFirst().reduce(1, *)
    return (0..<space.ranks.count).map { space.ranks.share(of: $0, sizes[0]).count * rest }
  }

  /// Writes all coefficients: on rank 0; the others give theirs to it.
  func saveCoefficients(to sink: some StateSink) {
    let (state, ranks, shares) = (divided(along: 0), space.ranks, shares)
    sink.write(Self.savedName, count: 2 * shares.reduce(0, +)) { piece in
      func give(_ numbers: UnsafeBufferPointer<Complex<Double>>) {
        piece(UnsafeRawBufferPointer(numbers).bindMemory(to: Double.self))
      }
      state.coefficients.withUnsafeBufferPointer { own in
        if ranks.index == 0 { give(own) }
        let most = shares.dropFirst().max() ?? 0
        let room = UnsafeMutablePointer<Complex<Double>>.allocate(capacity: max(1, most))
        defer { room.deallocate() }
        for rank in shares.indices.dropFirst() {
          let only = { (other: Int, isMeant: Bool) in
            shares.indices.map { $0 == other && isMeant ? shares[rank] : 0 }
          }
          ranks.exchange(
            own.baseAddress ?? UnsafePointer(room), only(0, ranks.index == rank), into: room,
            only(rank, ranks.index == 0))
          // As many numbers as were announced; where something failed nobody takes them for the state.
          if ranks.index == 0 { give(UnsafeBufferPointer(start: room, count: shares[rank])) }
        }
      }
      do { try ranks.check() } catch { sink.fail(error) }
    }
  }

  /// Takes the coefficients of a saved state; of several ranks rank 0 has them.
  /// - Throws: `SavedStateError`; what the ranks throw.
  mutating func restoreCoefficients(_ state: SavedState) throws {
    let (ranks, shares) = (space.ranks, shares)
    guard ranks.isShared else {
      coefficients = try state.complexArray(Self.savedName, count: shares[0])
      return
    }
    let all =
      ranks.index == 0 ? try state.array(Self.savedName, count: 2 * shares.reduce(0, +)) : [0, 0]
    coefficients = all.withUnsafeBytes { all in
      [Complex<Double>](unsafeUninitializedCapacity: max(1, shares[ranks.index])) { own, count in
        count = shares[ranks.index]
        let none = shares.map { _ in 0 }
        ranks.exchange(
          all.bindMemory(to: Complex<Double>.self).baseAddress!, ranks.index == 0 ? shares : none,
          into: own.baseAddress!, none.indices.map { $0 == 0 ? count : 0 })
      }
    }
    try ranks.check()
  }
}
