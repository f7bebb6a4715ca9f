// The numbers of a state in the order of the vectors H acts on, there and back.

import CLibraries
public import Numerics
import PhaseSpace

extension Hamiltonian {
  /// The coefficients of a state in the order of the vectors H acts on.
  /// - Throws: `ArgumentError` when more than 1e-14 of the squared norm lies outside the momentum sector,
  ///   `NumericalFailure` for a state that is not finite.
  public func vector(of state: FockState) throws -> [Complex<Double>] {
    let width = sectors.columns.count
    var result: [Complex<Double>] = []
    result.reserveCapacity(dimension)
    for group in sectors.groups {
      for row in group.rows {
        for column in group.columns {
          result.append(state.coefficients[sectors.rows[row] * width + sectors.columns[column]])
        }
      }
    }
    let inside = result.reduce(0) { $0 + $1.lengthSquared }
    let all = state.squaredNorm
    guard all.isFinite else { throw NumericalFailure(in: "the state that H acts on", "squared norm \(all)") }
    guard all - inside <= 1e-14 * all else {
      throw ArgumentError(
        "momentum", expected: "a finite state of \(Self.sector(totalMomentum, space.waves.dimension))",
        got: "\((all - inside) / all) of its norm elsewhere")
    }
    return result
  }

  /// The state with the given coefficients in the order of the vectors H acts on.
  public func state(of vector: [Complex<Double>]) -> FockState {
    let width = sectors.columns.count
    var result = [Complex<Double>](repeating: .zero, count: sectors.rows.count * width)
    var position = 0
    for group in sectors.groups {
      for row in group.rows {
        for column in group.columns {
          result[sectors.rows[row] * width + sectors.columns[column]] = vector[position]
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
