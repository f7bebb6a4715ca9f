// Sums of long complex vectors, number by number; inner products are `SectorShare`'s.

import CLibraries
import Numerics

/// Level-1 operations on vectors of n complex numbers, shared among threads.
struct VectorKernels: Sendable {
  typealias Vector = UnsafeMutablePointer<Complex<Double>>
  let workers: Workers

  /// y ← a x + b y, a and b real.
  func combine(_ a: Double, _ x: Vector, _ b: Double, _ y: Vector, _ n: Int) {
    nonisolated(unsafe) let u = UnsafeMutableRawPointer(x).assumingMemoryBound(to: Double.self)
    nonisolated(unsafe) let v = UnsafeMutableRawPointer(y).assumingMemoryBound(to: Double.self)
    workers.forEachRange(of: 2 * n, grain: 131072) { range in
      for i in range { v[i] = a * u[i] + b * v[i] }
    }
  }

  /// y ← y + a x, complex, on one thread.
  static func add(_ a: Complex<Double>, _ x: UnsafePointer<Complex<Double>>, to y: Vector, _ n: Int) {
    let (re, im) = (a.real, a.imaginary)
    let u = UnsafeRawPointer(x).assumingMemoryBound(to: Double.self)
    let v = UnsafeMutableRawPointer(y).assumingMemoryBound(to: Double.self)
    for i in 0..<n {
      let (real, imaginary) = (u[2 * i], u[2 * i + 1])
      v[2 * i] += re * real - im * imaginary
      v[2 * i + 1] += re * imaginary + im * real
    }
  }

  /// y ← a x, whatever y held.
  func assign(_ a: Double, _ x: Vector, _ y: Vector, _ n: Int) {
    nonisolated(unsafe) let (x, y) = (x, y)
    workers.forEachRange(of: n, grain: 65536) { range in
      for i in range { y[i] = x[i].multiplied(by: a) }
    }
  }

  /// y ← a x + b y, complex.
  func combine(_ a: Complex<Double>, _ x: Vector, _ b: Complex<Double>, _ y: Vector, _ n: Int) {
    nonisolated(unsafe) let (x, y) = (x, y)
    workers.forEachRange(of: n, grain: 65536) { range in
      for i in range { y[i] = a * x[i] + b * y[i] }
    }
  }

  /// z ← a y + b x − z and sum ← sum + c z, one pass (the Chebyshev recurrence).
  func recur(
    _ a: Double, _ y: Vector, _ b: Double, _ x: Vector, _ z: Vector, _ c: Complex<Double>, _ sum: Vector,
    _ n: Int
  ) {
    nonisolated(unsafe) let (x, y, z, sum) = (x, y, z, sum)
    workers.forEachRange(of: n, grain: 65536) { range in
      for i in range {
        let next = Complex(
          a * y[i].real + b * x[i].real - z[i].real,
          a * y[i].imaginary + b * x[i].imaginary - z[i].imaginary)
        z[i] = next
        sum[i] += c * next
      }
    }
  }
}
