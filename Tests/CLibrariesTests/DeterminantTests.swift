import CLibraries
import Numerics
import Testing

@Suite("Determinants")
struct DeterminantTests {
  private func matrix(_ n: Int, seed: UInt64) -> [Complex<Double>] {
    let random = CounterRandom(seed: seed)
    return (0..<n * n).map {
      let words = random.words(UInt32($0), 2, 0, 0)
      return Complex(Double(words.0) * 0x1p-31 - 1, Double(words.1) * 0x1p-31 - 1)
    }
  }

  /// All permutations of 0 ..< n with their signs.
  private func permutations(_ n: Int) -> [(order: [Int], sign: Double)] {
    guard n > 0 else { return [([], 1)] }
    return permutations(n - 1).flatMap { smaller, sign in
      (0..<n).map { place in
        var order = smaller
        order.insert(n - 1, at: place)
        return (order, (n - 1 - place).isMultiple(of: 2) ? sign : -sign)
      }
    }
  }

  @Test("Leibniz's sum over the permutations", arguments: 0...7)
  func leibniz(n: Int) {
    let permutations = permutations(n)
    for seed in 1...5 as ClosedRange<UInt64> {
      let a = matrix(n, seed: seed)
      let terms = permutations.map { order, sign in
        order.enumerated().reduce(Complex(sign)) { $0 * a[$1.offset * n + $1.element] }
      }
      let expected = terms.reduce(.zero, +)
      let scale = terms.reduce(0) { $0 + $1.length }
      #expect(
        (determinant(a, order: n) - expected).length <= 8 * Double(n) * Double.ulpOfOne * scale, "n = \(n)")
    }
  }

  @Test("a permutation's matrix has its sign, exactly", arguments: 3...6)
  func signs(n: Int) {
    for (order, sign) in permutations(n) {
      var a = [Complex<Double>](repeating: .zero, count: n * n)
      for (i, j) in order.enumerated() { a[i * n + j] = 1 }
      #expect(determinant(a, order: n) == Complex(sign), "\(order)")
    }
  }

  /// det H_n = Π_{k<n} (k!)³/(n + k)! · …, the reciprocal of an integer; condition numbers in the 2-norm.
  @Test(
    "Hilbert's matrices, as ill-conditioned as they are: the error is a few roundings times the condition",
    arguments: [
      (3, 2160.0, 524.0), (4, 6_048_000, 15514), (5, 266_716_800_000, 476_607),
      (6, 186_313_420_339_200_000, 1.4951e7), (7, 2.0679_0904_7925_7706_5e24, 4.7537e8),
      (8, 3.6535_6847_1257_3448_6e32, 1.5258e10),
    ])
  func hilbert(n: Int, reciprocal: Double, condition: Double) {
    let a = (0..<n * n).map { Complex(1 / Double($0 / n + $0 % n + 1)) }
    let value = determinant(a, order: n)
    #expect(value.imaginary == 0)
    #expect((value.real * reciprocal - 1).magnitude <= Double(n) * condition * Double.ulpOfOne)
  }

  @Test("linearly dependent rows give zero, and a row times e^{iθ} gives e^{iθ} times as much")
  func rows() {
    var a = matrix(5, seed: 9)
    let whole = determinant(a, order: 5)
    let phase = Complex<Double>.unit(0.7)
    for j in 0..<5 { a[10 + j] = phase * a[10 + j] }
    #expect((determinant(a, order: 5) - phase * whole).length <= 1e-13 * whole.length)
    for j in 0..<5 { a[10 + j] = .zero }
    #expect(determinant(a, order: 5) == .zero)
    for j in 0..<5 { a[10 + j] = a[j] + a[15 + j] }
    #expect(determinant(a, order: 5).length < 1e-13)
  }
}
