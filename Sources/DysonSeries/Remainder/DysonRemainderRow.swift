public import Numerics

/// The series against the exact solution at one point and time.
public struct DysonRemainderRow: Sendable {
  /// Index of the point in the request.
  public let point: Int
  /// Index of the time in the request.
  public let time: Int
  /// μ̄_t
  public let exact: Complex<Double>
  /// D_0 … D_L
  public let terms: [Complex<Double>]
  /// S_1 … S_L
  public let partialSums: [Complex<Double>]
  /// |Δ_1| … |Δ_L|
  public let remainders: [Double]
  /// A bound on the error of each of these, see `DysonRemainder`.
  public let errors: DysonErrors

  /// A bound on the error of each |Δ_L|.
  public var budgets: [Double] { errors.remainders }
}
