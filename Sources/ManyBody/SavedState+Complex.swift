// Complex numbers in saved states: real and imaginary parts in turn, written from where they lie.

import Computing
import Numerics

extension StateSink {
  /// Takes complex numbers.
  func write(_ name: String, complex values: [Complex<Double>]) {
    values.withUnsafeBytes { write(name, $0.bindMemory(to: Double.self)) }
  }
}

extension SavedState {
  /// The complex array of this name, of so many complex numbers.
  func complexArray(_ name: String, count: Int) throws(SavedStateError) -> [Complex<Double>] {
    let numbers = try array(name, count: 2 * count)
    return (0..<count).map { Complex(numbers[2 * $0], numbers[2 * $0 + 1]) }
  }
}
