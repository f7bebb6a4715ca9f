// What the projection P of orbitals φ_1 … φ_n on plane waves cuts off, T_ij = ⟨(1 − P)φ_i, (1 − P)φ_j⟩. Löwdin's orbitals of
// the projections are φ̃ = Pφ S^{−1/2}, S = 1 − T, so that ⟨φ_i, φ̃_j⟩ = (S^{1/2})_ij, and the Slater determinants of both have
//
//     ⟨Φ, Φ̃⟩ = det S^{1/2},      ‖Φ − Φ̃‖² = 2 (1 − Π_i (1 − μ_i)^{1/2}),
//
// μ_i the eigenvalues of T. Several species: the overlaps are multiplied.

import CLibraries
import Foundation
import Numerics

/// What plane waves cut off orbitals.
public struct OrbitalCut: Sendable, Hashable {
  /// The largest squared norm that was cut off an orbital.
  public let tail: Double
  /// log ⟨Φ, Φ̃⟩ of the determinants before and after, not positive.
  public let logOverlap: Double

  /// Nothing was cut off.
  public static let none = OrbitalCut(tail: 0, logOverlap: 0)

  /// Both parts.
  public init(tail: Double, logOverlap: Double) {
    self.tail = tail
    self.logOverlap = logOverlap
  }

  /// - Parameter lost: the coefficients cut off, as many for each of the orbitals.
  /// - Throws: as `HermitianEigenproblem`.
  init(_ lost: [Complex<Double>], rows: Int) throws {
    let width = rows == 0 ? 0 : lost.count / rows
    guard width > 0 else {
      self = .none
      return
    }
    var gram = [Complex<Double>](repeating: .zero, count: rows * rows)
    MatrixProduct.multiply(
      rows, rows, width, lost, stride: width, .plain, lost, stride: width, .adjoint, into: &gram, stride: rows
    )
    tail = (0..<rows).map { gram[$0 * rows + $0].real }.largest() ?? 0
    logOverlap = try HermitianEigenproblem.values(gram, order: rows).reduce(0) {
      $0 + log1p(-.least(1, .greatest(0, $1))) / 2
    }
  }

  /// Of several species: the largest tail, the product of the overlaps.
  public init(_ species: [OrbitalCut]) {
    tail = species.map(\.tail).largest() ?? 0
    logOverlap = species.reduce(0) { $0 + $1.logOverlap }
  }

  /// ‖Φ − Φ̃‖, between 0 and √2.
  public var distance: Double { (-2 * expm1(logOverlap)).squareRoot() }
}
