// The discrete Fourier transform of rows (FFTW),
//
//     forward:   ĉ_n = Σ_j c_j e^{−2πi nj/G},       backward:   c_j = Σ_n ĉ_n e^{+2πi nj/G}   (unnormalised),
//
// in place, one row of G numbers after the other. Mode n ≥ 0 sits at index n, mode n < 0 at G + n.
// FFTW_ESTIMATE: the plan, hence every last bit, is the same from run to run. Cost 5 G log₂ G flops a row.

internal import CFFTW
import Foundation
public import Numerics

/// FFTW's planner is the one part of FFTW that must not run twice at the same time.
private let planner = NSLock()

/// A one-dimensional complex Fourier transform of fixed length, applied in place to rows.
///
/// Executing a plan is safe from several threads at once.
public final class FourierTransform: @unchecked Sendable {
  /// Number of points G of a row.
  public let length: Int

  private let forwardPlan: fftw_plan
  private let backwardPlan: fftw_plan

  /// Plans both directions.
  /// - Throws: `ArgumentError` unless 1 ≤ length ≤ 2³¹ − 1, `NumericalFailure` when FFTW finds no plan.
  public init(length: Int) throws {
    guard length >= 1, length <= Int(Int32.max) else {
      throw ArgumentError("length", expected: "1 … 2³¹ − 1 points", got: "\(length)")
    }
    self.length = length
    let scratch = UnsafeMutablePointer<fftw_complex>.allocate(capacity: length)
    defer { scratch.deallocate() }
    let flags = FFTW_ESTIMATE | FFTW_UNALIGNED
    let plans = planner.withLock {
      (
        fftw_plan_dft_1d(Int32(length), scratch, scratch, FFTW_FORWARD, flags),
        fftw_plan_dft_1d(Int32(length), scratch, scratch, FFTW_BACKWARD, flags)
      )
    }
    guard let forward = plans.0, let backward = plans.1 else {
      throw NumericalFailure(in: "FFTW", "no plan for \(length) points")
    }
    forwardPlan = forward
    backwardPlan = backward
  }

  deinit {
    planner.withLock {
      fftw_destroy_plan(forwardPlan)
      fftw_destroy_plan(backwardPlan)
    }
  }

  /// Transforms `rows` consecutive rows of `length` numbers in place, forward.
  public func forward(_ data: UnsafeMutablePointer<Complex<Double>>, rows: Int = 1) {
    execute(forwardPlan, data, rows)
  }

  /// Transforms `rows` consecutive rows of `length` numbers in place, backward and unnormalised.
  public func backward(_ data: UnsafeMutablePointer<Complex<Double>>, rows: Int = 1) {
    execute(backwardPlan, data, rows)
  }

  private func execute(
    _ plan: fftw_plan, _ data: UnsafeMutablePointer<Complex<Double>>, _ rows: Int
  ) {
    let raw = UnsafeMutableRawPointer(data).assumingMemoryBound(to: fftw_complex.self)
    for row in 0..<rows { fftw_execute_dft(plan, raw + row * length, raw + row * length) }
  }
}
