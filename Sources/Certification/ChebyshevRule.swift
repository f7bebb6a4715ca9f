// Polynomials on an interval by their values at Chebyshev points, and what is cut off when a product is made one of them again.

import CLibraries
import Foundation

/// The linear maps on polynomials of degree ≤ 2K, given by their values at the N = 2K + 1 Chebyshev points
/// x_i = cos π(i + ½)/N of [−1, 1].
///
/// The coefficients c_k = (2 − δ_{k0})/N Σ_i T_k(x_i) p(x_i) are exact for degree ≤ 2K, so a product of two polynomials of degree
/// ≤ K has its coefficients from the products of their values. Of p = Σ_k c_k T_k there are
///
///     Πp = Σ_{k≤K} c_k T_k,                                  |p − Πp| ≤ Σ_{k>K} |c_k|;
///     Ip, of degree ≤ K, (Ip)(−1) = 0,                       |∫_{−1}^x p − Ip| ≤ 2 Σ_{k>K} |b_k|,   b_k = (c_{k−1} − c_{k+1})/2k.
///
/// Maps are matrices of balls, so a value is enclosed whatever the polynomial; on [a, b] the integral takes a factor (b − a)/2.
final class ChebyshevRule: Sendable {
  /// K
  let degree: Int
  /// N = 2K + 1
  let count: Int
  /// x_0 … x_{N−1}
  let points: BallVector
  private let projection, integral: BallMatrix
  /// The rows of c_0 … c_K.
  private let lowest: BallMatrix
  /// I in Double, for a first approximation.
  let roundedIntegral: [Double]
  /// The rows of c_K … c_{2K}.
  private let highest: BallMatrix
  /// What each of these counts in a tail: of Π, of I, and of I where only c_K is there.
  private let projectionTail, integralTail, shortTail: [Double]
  /// p(1) of Πp.
  private let end: BallVector

  /// A bound of |p| from its values: ‖p‖ ≤ max_i |p(x_i)| / cos(πK/2N) for degree ≤ K (Ehlich and Zeller), and 2K < N.
  static let supremum = 2.0.squareRoot() * (1 + 1e-12)

  init(degree K: Int, precision: Int) {
    degree = K
    let size = 2 * K + 1
    count = size
    // T_k(x_i) = cos πk(2i + 1)/2N: a cosine of the 4N-th part of the circle.
    let cosines = (0..<4 * size).map { Self.cosine($0, of: 4 * size, precision: precision + 32) }
    func chebyshev(_ k: Int, _ i: Int) -> Ball { cosines[k * (2 * i + 1) % (4 * size)] }
    points = BallVector(count: size, precision: precision)
    for i in 0..<size { points[i] = chebyshev(1, i) }
    let projection = BallVector(count: size * size, precision: precision)
    let integral = BallVector(count: size * size, precision: precision)
    let highest = BallVector(count: (K + 1) * size, precision: precision)
    let lowest = BallVector(count: (K + 1) * size, precision: precision)
    end = BallVector(count: size, precision: precision)
    let n = Ball(size)
    for l in 0..<size {
      // What the value at x_l puts into the coefficients of p and of its integral.
      let c = (0...(2 * K + 1)).map { k in k > 2 * K ? Ball(0) : Ball(k == 0 ? 1 : 2) * chebyshev(k, l) / n }
      var b = [Ball(0)]
      for k in 1...K { b.append(((k == 1 ? Ball(2) * c[0] : c[k - 1]) - c[k + 1]) / Ball(2 * k)) }
      for k in 1...K { b[0] = k % 2 == 0 ? b[0] - b[k] : b[0] + b[k] }
      for i in 0..<size {
        var (p, q) = (Ball(0), Ball(0))
        for k in 0...K {
          p.addProduct(c[k], chebyshev(k, i))
          q.addProduct(b[k], chebyshev(k, i))
        }
        projection[i * size + l] = p
        integral[i * size + l] = q
      }
      for k in K...(2 * K) { highest[(k - K) * size + l] = c[k] }
      for k in 0...K { lowest[k * size + l] = c[k] }
      end[l] = c[0...K].reduce(Ball(0), +)
    }
    self.projection = BallMatrix(rows: size, columns: size, entries: projection)
    self.integral = BallMatrix(rows: size, columns: size, entries: integral)
    roundedIntegral = (0..<size * size).map { integral.middle($0) }
    self.highest = BallMatrix(rows: K + 1, columns: size, entries: highest)
    self.lowest = BallMatrix(rows: K + 1, columns: size, entries: lowest)
    projectionTail = (0...K).map { $0 == 0 ? 0 : 1 }
    // c_{K+k} comes into b_{K+k+1}, and from K + 2 on into b_{K+k−1}.
    integralTail = (0...K).map { k in
      1 / Double(K + k + 1) + (k >= 2 ? 1 / Double(K + k - 1) : 0)
    }
    shortTail = (0...K).map { $0 == 0 ? 1 / Double(K + 1) : 0 }
  }

  private static func cosine(_ j: Int, of parts: Int, precision: Int) -> Ball {
    let angle = BallVector(count: 3, precision: precision)
    angle[0] = Ball(2 * j) * Ball.pi / Ball(parts)
    angle.setSine(1, cosine: angle, 2, of: angle, 0)
    return angle[2]
  }

  /// The values of Πp from those of p; the bound of what is cut off.
  func project(_ p: BallVector, into result: BallVector, _ work: MatrixScratch) -> Double {
    projection.apply(to: p, into: result, work)
    return highest.weightedMagnitudes(projectionTail, of: p, work) * Self.rounding
  }

  /// The values of Ip from those of p; the bound of what is cut off. Of a polynomial of degree ≤ K there is only b_{K+1}.
  func integrate(_ p: BallVector, isShort: Bool = false, into result: BallVector, _ work: MatrixScratch)
    -> Double
  {
    integral.apply(to: p, into: result, work)
    return highest.weightedMagnitudes(isShort ? shortTail : integralTail, of: p, work) * Self.rounding
  }

  /// How far e^{iκmp} is from the Π of its values at the points, for a real polynomial p of degree ≤ K and all m up to the highest.
  ///
  /// In the ellipse with half axes (r ± 1/r)/2 |Im p| ≤ Σ_k |c_k| (r^k − r^{−k})/2 = y, so the coefficients of e^{iκmp} are at most
  /// 2e^{κmy}r^{−k}, and what is cut off and aliased is at most twice their sum beyond K: 4e^{κmy} r^{−K}/(r − 1). The best of some r.
  /// - Parameter frequency: κm
  func exponentialTail(_ p: BallVector, frequency: Double, _ work: MatrixScratch) -> Double {
    var best = Double.infinity
    for r in [3.0, 5, 8, 12] {
      let weights = (0...degree).map { k in
        k == 0 ? 0 : (Foundation.pow(r, Double(k)) - Foundation.pow(r, -Double(k))) / 2 * (1 + 1e-13)
      }
      let y = lowest.weightedMagnitudes(weights, of: p, work)
      let tail = 4 * Foundation.exp(frequency * y) / (Foundation.pow(r, Double(degree)) * (r - 1))
      best = min(best, tail * (1 + 1e-10) + 1e-290)
    }
    return best
  }

  /// (Πp)(1), into a place of `result`.
  func endValue(_ p: BallVector, into result: BallVector, _ place: Int) {
    result.setDot(place, end, from: 0, p, from: 0, count: count)
  }

  /// More than the roundings of a sum of up to a thousand numbers ≥ 0.
  static let rounding = 1 + 1e-12

  /// Bytes of the maps.
  static func bytes(degree: Int, precision: Int) -> Int {
    let size = 2 * degree + 1
    return (2 * size * size + (degree + 3) * size) * BallVector.bytes(precision: precision)
  }
}
