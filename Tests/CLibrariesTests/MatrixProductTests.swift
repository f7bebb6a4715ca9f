import CLibraries
import Numerics
import Testing

@Suite("Matrix products")
struct MatrixProductTests {
  typealias Form = MatrixProduct.Form

  private static func numbers(_ count: Int, seed: UInt64) -> [Complex<Double>] {
    let random = CounterRandom(seed: seed)
    return (0..<count).map {
      let words = random.words(UInt32($0), 1, 0, 0)
      return Complex(Double(words.0) * 0x1p-31 - 1, Double(words.1) * 0x1p-31 - 1)
    }
  }

  /// op(A)_{ij} of a matrix with rows of `stride` numbers.
  private static func element(_ a: [Complex<Double>], _ stride: Int, _ form: Form, _ i: Int, _ j: Int)
    -> Complex<Double>
  {
    switch form {
    case .plain: a[i * stride + j]
    case .transposed: a[j * stride + i]
    case .adjoint: a[j * stride + i].conjugate
    }
  }

  /// Sizes that fill whole blocks of no kernel, the strides longer than the rows.
  static let sizes = [(1, 1, 1), (3, 4, 5), (7, 1, 2), (1, 9, 3), (17, 13, 19)]

  @Test(
    "α·op(A)·op(B) + β·C is the triple loop, plain, transposed and adjoint, inside of wider matrices",
    arguments: [Form.plain, .transposed, .adjoint], [Form.plain, .transposed, .adjoint])
  func complex(formA: Form, formB: Form) {
    let (alpha, beta) = (Complex(0.7, -0.3), Complex(-0.2, 0.5))
    for (m, n, k) in Self.sizes {
      let (rowsA, columnsA) = formA == .plain ? (m, k) : (k, m)
      let (rowsB, columnsB) = formB == .plain ? (k, n) : (n, k)
      let (strideA, strideB, strideC) = (columnsA + 2, columnsB + 1, n + 3)
      let a = Self.numbers(rowsA * strideA, seed: 1)
      let b = Self.numbers(rowsB * strideB, seed: 2)
      let before = Self.numbers(m * strideC, seed: 3)
      var c = before
      MatrixProduct.multiply(
        m, n, k, alpha: alpha, a, stride: strideA, formA, b, stride: strideB, formB, beta: beta, into: &c,
        stride: strideC)
      for i in 0..<m {
        for j in 0..<strideC {
          var expected = before[i * strideC + j]
          if j < n {
            var sum = Complex<Double>.zero
            for l in 0..<k {
              sum += Self.element(a, strideA, formA, i, l) * Self.element(b, strideB, formB, l, j)
            }
            expected = alpha * sum + beta * expected
          }
          // Beyond the n columns nothing is written.
          let allowed = j < n ? 4 * Double(k + 2) * Double.ulpOfOne : 0
          #expect((c[i * strideC + j] - expected).length <= allowed, "\(m) × \(n) × \(k), (\(i), \(j))")
        }
      }
    }
  }

  @Test(
    "over the reals, too", arguments: [Form.plain, .transposed], [Form.plain, .transposed])
  func real(formA: Form, formB: Form) {
    for (m, n, k) in Self.sizes {
      let a = Self.numbers(m * k, seed: 4).map { Complex($0.real) }
      let b = Self.numbers(k * n, seed: 5).map { Complex($0.real) }
      let (strideA, strideB) = (formA == .plain ? k : m, formB == .plain ? n : k)
      let before = Self.numbers(m * n, seed: 6).map(\.real)
      var c = before
      MatrixProduct.multiply(
        m, n, k, alpha: -1.5, a.map(\.real), stride: strideA, formA, b.map(\.real), stride: strideB, formB,
        beta: 0.25, into: &c, stride: n)
      for i in 0..<m {
        for j in 0..<n {
          var sum = 0.0
          for l in 0..<k {
            sum +=
              Self.element(a, strideA, formA, i, l).real * Self.element(b, strideB, formB, l, j).real
          }
          let expected = -1.5 * sum + 0.25 * before[i * n + j]
          #expect((c[i * n + j] - expected).magnitude <= 2 * Double(k + 2) * Double.ulpOfOne)
        }
      }
    }
  }

  @Test("with β = 0 what C held does not matter, not even a NaN")
  func overwriting() {
    let a = Self.numbers(6, seed: 7)
    let b = Self.numbers(6, seed: 8)
    var c = [Complex<Double>](repeating: Complex(.nan, .nan), count: 4)
    MatrixProduct.multiply(2, 2, 3, a, stride: 3, .plain, b, stride: 2, into: &c, stride: 2)
    for i in 0..<2 {
      for j in 0..<2 {
        let sum = (0..<3).reduce(Complex<Double>.zero) { $0 + a[i * 3 + $1] * b[$1 * 2 + j] }
        #expect((c[i * 2 + j] - sum).length <= 20 * Double.ulpOfOne)
      }
    }
  }

  @Test("the library that multiplies says what it is")
  func description() {
    #expect(MatrixProduct.libraryDescription.contains("OpenBLAS"))
  }
}
