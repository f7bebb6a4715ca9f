import CLibraries
import Numerics
import Testing

@Suite("Discrete Fourier transform")
struct FourierTransformTests {
  /// Numbers without a pattern.
  private func rows(_ count: Int) -> [Complex<Double>] {
    let random = CounterRandom(seed: 11)
    return (0..<count).map {
      let words = random.words(UInt32($0), 0, 0, 0)
      return Complex(Double(words.0) * 0x1p-31 - 1, Double(words.1) * 0x1p-31 - 1)
    }
  }

  /// Σ_j c_j e^{±2πi nj/G} by the sum, the angle of nj mod G.
  private func sum(_ row: ArraySlice<Complex<Double>>, mode: Int, sign: Double) -> Complex<Double> {
    let length = row.count
    return row.enumerated().reduce(.zero) {
      $0 + $1.element
        * .unit(sign * 2 * Double.pi * Double($1.offset * mode % length) / Double(length))
    }
  }

  @Test(
    "both directions are their defining sums, row by row, for lengths that are powers, composite and prime",
    arguments: [1, 2, 3, 5, 8, 12, 17, 60, 64, 97])
  func definition(length: Int) throws {
    let transform = try FourierTransform(length: length)
    #expect(transform.length == length)
    let count = 3
    let data = rows(count * length)
    for sign in [-1.0, 1] {
      var ours = data
      ours.withUnsafeMutableBufferPointer { buffer in
        let start = buffer.baseAddress!
        if sign < 0 {
          transform.forward(start, rows: count)
        } else {
          transform.backward(start, rows: count)
        }
      }
      for row in 0..<count {
        for mode in 0..<length {
          let expected = sum(data[row * length..<(row + 1) * length], mode: mode, sign: sign)
          let difference = (ours[row * length + mode] - expected).length
          // The sum itself rounds as often as it has terms of length ≤ √2.
          #expect(
            difference <= 2 * Double(length) * Double.ulpOfOne,
            "G = \(length), row \(row), n = \(mode): \(difference)")
        }
      }
    }
  }

  @Test("backward after forward is G times the identity, to some roundings for each halving of G")
  func inversion() throws {
    let length = 4096
    let transform = try FourierTransform(length: length)
    let data = rows(length)
    var ours = data
    ours.withUnsafeMutableBufferPointer {
      transform.forward($0.baseAddress!)
      transform.backward($0.baseAddress!)
    }
    for (a, b) in zip(ours, data) {
      #expect((a.divided(by: Double(length)) - b).length <= 12 * 2 * Double.ulpOfOne)
    }
  }

  @Test("a negative mode n sits at G + n")
  func order() throws {
    let length = 10
    let transform = try FourierTransform(length: length)
    for n in [-5, -4, -1, 0, 3, 4] {
      var wave = (0..<length).map { Complex.unit(2 * Double.pi * Double(n * $0 % length) / Double(length)) }
      wave.withUnsafeMutableBufferPointer { transform.forward($0.baseAddress!) }
      for (index, value) in wave.enumerated() {
        let expected: Complex<Double> = index == (n + length) % length ? 10 : 0
        #expect((value - expected).length < 1e-14, "n = \(n), index \(index)")
      }
    }
  }

  @Test("lengths that no plan can have are refused", arguments: [0, -3, 1 << 31, .max])
  func lengths(length: Int) {
    #expect(throws: ArgumentError.self) { try FourierTransform(length: length) }
  }
}
