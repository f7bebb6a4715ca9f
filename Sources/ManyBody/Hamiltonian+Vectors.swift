// The numbers of a state in the order of the vectors H acts on, there and back.

import CLibraries
public import Numerics
import PhaseSpace

extension Hamiltonian {
  /// The coefficients of a state in the order of the vectors H acts on.
  /// - Throws: `ArgumentError` when more than 1e-14 of the squared norm lies outside the momentum sector,
  ///   `NumericalFailure` for a state that is not finite; what ranks throw that have it together.
  public func vector(of state: FockState) throws -> [Complex<Double>] {
    let state = state.divided(along: 0)
    let width = sectors.columns.count
    var result: [Complex<Double>] = []
    result.reserveCapacity(dimension)
    // What is outside, summed by itself: a difference of sums would be rounding. By the blocks of the rows' first species.
    let first = firstRow
    let blocks = state.blocks
    var outside = [Double](repeating: 0, count: blocks.count)
    var isInside = [Bool](repeating: false, count: totalMomentum == nil ? 0 : width)
    var isKnown = [Bool](repeating: totalMomentum == nil, count: ownRows.count)
    let inner = sectors.rows.count / space.dimensions[0]
    func weigh(_ place: Int) {
      let block = blocks.firstIndex { $0.contains(place / inner) } ?? 0
      for column in 0..<width where !isInside[column] {
        outside[block] += state.coefficients[place * width + column].lengthSquared
      }
    }
    for (index, group) in sectors.groups.enumerated() {
      if totalMomentum != nil { for column in group.columns { isInside[sectors.columns[column]] = true } }
      for row in share.rows[share.ranks.index][index] {
        let place = sectors.rows[row] - first
        for column in group.columns {
          result.append(state.coefficients[place * width + sectors.columns[column]])
        }
        guard totalMomentum != nil else { continue }
        weigh(place)
        isKnown[place] = true
      }
      if totalMomentum != nil { for column in group.columns { isInside[sectors.columns[column]] = false } }
    }
    for place in isKnown.indices where !isKnown[place] { weigh(place) }
    let missing = space.ranks.sum(outside, width: 1)[0]
    let all = state.squaredNorm
    try space.ranks.check()
    guard all.isFinite else { throw NumericalFailure(in: "the state that H acts on", "squared norm \(all)") }
    guard missing <= 1e-14 * all else {
      throw ArgumentError(
        "momentum", expected: "a finite state of \(Self.sector(totalMomentum, space.waves.dimension))",
        got: "\(missing / all) of its norm elsewhere")
    }
    return result
  }

  /// The rows of Ψ, as its tensor numbers them, of this rank.
  private var ownRows: Range<Int> {
    let inner = sectors.rows.count / space.dimensions[0]
    let states = space.ranks.share(space.dimensions[0])
    return states.lowerBound * inner..<states.upperBound * inner
  }

  private var firstRow: Int { ownRows.lowerBound }

  /// The state with the given coefficients in the order of the vectors H acts on.
  public func state(of vector: [Complex<Double>]) -> FockState {
    let width = sectors.columns.count
    let rows = ownRows
    var result = [Complex<Double>](repeating: .zero, count: rows.count * width)
    var position = 0
    for (index, group) in sectors.groups.enumerated() {
      for row in share.rows[share.ranks.index][index] {
        for column in group.columns {
          result[(sectors.rows[row] - rows.lowerBound) * width + sectors.columns[column]] = vector[position]
          position += 1
        }
      }
    }
    return FockState(space: space, coefficients: result)
  }

  static func sector(_ momentum: ModeIndex?, _ dimension: Int) -> String {
    momentum.map { "total momentum " + $0.text(dimension: dimension) } ?? "any momentum"
  }
}
