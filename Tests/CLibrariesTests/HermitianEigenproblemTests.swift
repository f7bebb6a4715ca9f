import CLibraries
import Numerics
import Testing

@Suite("Hermitian eigenproblems")
struct HermitianEigenproblemTests {
  private func hermitian(_ n: Int, seed: UInt64) -> [Complex<Double>] {
    let random = CounterRandom(seed: seed)
    var a = [Complex<Double>](repeating: .zero, count: n * n)
    for i in 0..<n {
      for j in 0...i {
        let words = random.words(UInt32(i), UInt32(j), 3, 0)
        let value = Complex(Double(words.0) * 0x1p-31 - 1, i == j ? 0 : Double(words.1) * 0x1p-31 - 1)
        (a[i * n + j], a[j * n + i]) = (value, value.conjugate)
      }
    }
    return a
  }

  @Test(
    "A v = λ v with orthonormal v and ascending λ, whose sum is the trace", arguments: [1, 2, 3, 8, 33, 70])
  func definition(n: Int) throws {
    let a = hermitian(n, seed: UInt64(n))
    let (values, vectors) = try HermitianEigenproblem.solve(a, order: n)
    #expect(values.count == n && vectors.count == n * n)
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 <= $1 })
    let allowed = 8 * Double(n) * Double.ulpOfOne * max(1, values.map(\.magnitude).max() ?? 0)
    for i in 0..<n {
      let v = vectors[i * n..<(i + 1) * n]
      for row in 0..<n {
        let image = zip(a[row * n..<(row + 1) * n], v).reduce(Complex<Double>.zero) { $0 + $1.0 * $1.1 }
        let expected = v[v.startIndex + row].multiplied(by: values[i])
        #expect((image - expected).length <= allowed)
      }
      for j in 0...i {
        let product = zip(vectors[j * n..<(j + 1) * n], v).reduce(Complex<Double>.zero) {
          $0 + $1.0.conjugate * $1.1
        }
        #expect((product - (i == j ? 1 : 0)).length <= 8 * Double(n) * Double.ulpOfOne)
      }
    }
    let trace = (0..<n).reduce(0.0) { $0 + a[$1 * n + $1].real }
    #expect((values.reduce(0, +) - trace).magnitude <= Double(n) * allowed)
    let alone = try HermitianEigenproblem.values(a, order: n)
    for (x, y) in zip(alone, values) { #expect((x - y).magnitude <= allowed) }
  }

  @Test("2 on the diagonal and −1 beside it: 2 − 2cos(kπ/(n + 1)), as a full and as a tridiagonal matrix")
  func knownSpectrum() throws {
    let n = 40
    var a = [Complex<Double>](repeating: .zero, count: n * n)
    for i in 0..<n {
      a[i * n + i] = 2
      if i > 0 { (a[i * n + i - 1], a[(i - 1) * n + i]) = (-1, -1) }
    }
    let full = try HermitianEigenproblem.values(a, order: n)
    let (values, vectors) = try HermitianEigenproblem.solveTridiagonal(
      diagonal: Array(repeating: 2, count: n), offDiagonal: Array(repeating: -1, count: n - 1))
    for k in 1...n {
      let expected = 2 - 2 * Double.cos(Double(k) * Double.pi / Double(n + 1))
      #expect((full[k - 1] - expected).magnitude < 1e-13 && (values[k - 1] - expected).magnitude < 1e-13)
      // The vectors are sines; their sign is free.
      let norm = (2 / Double(n + 1)).squareRoot()
      let sines = (1...n).map { norm * Double.sin(Double($0 * k) * Double.pi / Double(n + 1)) }
      let ours = vectors[(k - 1) * n..<k * n]
      let overlap = zip(ours, sines).reduce(0) { $0 + $1.0 * $1.1 }
      #expect((overlap.magnitude - 1).magnitude < 1e-13, "k = \(k)")
    }
  }

  @Test("equal eigenvalues have orthonormal vectors, and no matrix has none")
  func degenerate() throws {
    // The projector on (1, i, −1, −i)/2
    let v = [Complex(0.5, 0), Complex(0, 0.5), Complex(-0.5, 0), Complex(0, -0.5)]
    let a = v.flatMap { x in v.map { x * $0.conjugate } }
    let (values, vectors) = try HermitianEigenproblem.solve(a, order: 4)
    for (value, expected) in zip(values, [0.0, 0, 0, 1]) { #expect((value - expected).magnitude < 1e-14) }
    let overlap = zip(vectors[12..<16], v).reduce(Complex<Double>.zero) { $0 + $1.0.conjugate * $1.1 }
    #expect((overlap.length - 1).magnitude < 1e-13)
    #expect(try HermitianEigenproblem.solve([], order: 0).values.isEmpty)
    #expect(try HermitianEigenproblem.values([], order: 0).isEmpty)
    #expect(try HermitianEigenproblem.solveTridiagonal(diagonal: [], offDiagonal: []).values.isEmpty)
  }

  @Test("a NaN or an infinity is a failure, not an answer", arguments: [Double.nan, .infinity])
  func notFinite(value: Double) {
    let a = [Complex(1), Complex(value), Complex(value), Complex(2)]
    #expect(throws: NumericalFailure.self) { try HermitianEigenproblem.solve(a, order: 2) }
    #expect(throws: NumericalFailure.self) { try HermitianEigenproblem.values(a, order: 2) }
    #expect(throws: NumericalFailure.self) {
      try HermitianEigenproblem.solveTridiagonal(diagonal: [1, value], offDiagonal: [0])
    }
  }
}
