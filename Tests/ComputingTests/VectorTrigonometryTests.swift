import Computing
import Foundation
import Testing

@Suite("Vector sine and cosine")
struct VectorTrigonometryTests {
  @Test("as libm to 2·10⁻¹⁶, in all quadrants and far from the origin")
  func accuracy() {
    var worst = 0.0
    var x = -40.0
    while x < 40 {
      let angles = SIMD8<Double>(x, x + 0.11, 7 * x, x * x, -100 * x, x / 1000, x + 1e4, x * 1e-9)
      let (sine, cosine) = sineCosine(angles)
      for lane in 0..<8 {
        worst = max(
          worst, (sine[lane] - sin(angles[lane])).magnitude, (cosine[lane] - cos(angles[lane])).magnitude)
      }
      x += 0.0137
    }
    #expect(worst < 2.3e-16)
    let (sine, cosine) = sineCosine(.zero)
    #expect(sine == .zero && cosine == SIMD8(repeating: 1))
  }

  @Test("angles beyond 2³⁰, infinities and NaNs give NaN in their lane, never a number larger than one")
  func extremes() {
    let angles = SIMD8<Double>(0x1p31, -1e16, 1e30, -1e308, .infinity, .nan, 1, 0x1p29)
    let (sine, cosine) = sineCosine(angles)
    for lane in 0..<6 { #expect(sine[lane].isNaN && cosine[lane].isNaN, "\(angles[lane])") }
    #expect(sine[6] == sin(1.0) && (sine[7] * sine[7] + cosine[7] * cosine[7] - 1).magnitude < 1e-6)
  }
}
