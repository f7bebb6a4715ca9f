import CLibraries
import Foundation
import Husimi
import Testing

@Suite("Windows")
struct WindowTests {
  static let windows: [any Window] = [
    try! GaussianWindow(width: 1.0), try! GaussianWindow(width: 0.7),
    try! CosinePowerWindow(radius: 2.5, power: 4), try! CosinePowerWindow(radius: 2, power: 3),
    try! CosinePowerWindow(radius: 2, power: 8),
  ]

  private let rule = GaussLegendre(points: 200, from: -8, to: 8)
  private func integral(_ window: any Window, shift: Double = 0, _ f: (Double) -> Double) -> Double {
    // A compact window is integrated over its support, where it is smooth.
    let half = (window as? CosinePowerWindow).map { $0.radius - shift.magnitude / 2 } ?? 8
    return zip(rule.nodes, rule.weights).reduce(0) { $0 + $1.1 * half / 8 * f($1.0 * half / 8) }
  }

  @Test("‖f‖₂ = 1", arguments: 0..<5)
  func norm(_ index: Int) {
    let window = Self.windows[index]
    #expect((integral(window) { window.value($0) * window.value($0) } - 1).magnitude < 1e-12)
  }

  @Test("f̂ and its derivative are their Fourier integrals", arguments: 0..<5)
  func transform(_ index: Int) {
    let window = Self.windows[index]
    for k in [0.0, 0.3, 1.1, Double.pi / 5, 3.7, 9.0] {
      #expect((integral(window) { window.value($0) * cos(k * $0) } - window.transform(k)).magnitude < 1e-12)
      let slope = integral(window) { -$0 * window.value($0) * sin(k * $0) }
      #expect((slope - window.transformDerivative(k)).magnitude < 1e-12)
    }
  }

  @Test("far out a Gaussian's transform and its derivative vanish, whatever overflows")
  func gaussianFarOut() throws {
    for width in [1e-200, 1, 1e10, 1e150] {
      let window = try GaussianWindow(width: width)
      for k in [1e200, 1e300, -1e308, .infinity] {
        #expect(window.transform(k).isFinite && window.transformDerivative(k).isFinite, "\(width), \(k)")
      }
    }
    #expect(try GaussianWindow(width: 1e10).transformDerivative(1e300) == 0)
  }

  @Test("the ambiguity function is its integral", arguments: 0..<5)
  func ambiguity(_ index: Int) {
    let window = Self.windows[index]
    for u in [0.0, 0.4, -1.3, 3.1] {
      for v in [0.0, 0.5, -2.2, 6.0] {
        let direct = integral(window, shift: u) {
          window.value($0 + u / 2) * window.value($0 - u / 2) * cos(v * $0)
        }
        #expect((direct - window.ambiguity(u, v)).magnitude < 1e-12)
      }
    }
  }

  @Test("‖f'‖² is its integral", arguments: 0..<5)
  func gradientNorm(_ index: Int) {
    let window = Self.windows[index]
    let h = 1e-3
    let norm = integral(window) { y in
      let slope =
        (8 * (window.value(y + h) - window.value(y - h)) - window.value(y + 2 * h) + window.value(y - 2 * h))
        / (12 * h)
      return slope * slope
    }
    #expect((norm - window.gradientSquaredNorm).magnitude < 2e-6)
  }

  @Test("windows without width, radius or smoothness are refused")
  func refusals() {
    #expect(throws: ArgumentError.self) { try GaussianWindow(width: 0) }
    #expect(throws: ArgumentError.self) { try CosinePowerWindow(radius: -1, power: 4) }
    #expect(throws: ArgumentError.self) { try CosinePowerWindow(radius: 1, power: 1) }
  }
}
