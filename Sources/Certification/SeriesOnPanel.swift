import CLibraries

/// Functions of time of several modes and orders on a panel: complex polynomials of degree ≤ K by their values, and what each may
/// differ from the function by, kept apart. Not for two
/// threads at once when one of them writes.
final class SeriesOnPanel: @unchecked Sendable {
  let modes, orders, points: Int
  /// By (mode, point, order): the orders of one point lie together, for Cauchy products.
  let real, imaginary: BallVector
  /// ‖f − p‖, by (mode, order)
  var remainders: [Double]
  /// A bound of ‖p‖, by (mode, order)
  var sizes: [Double]

  init(modes: Int, orders: Int, points: Int, precision: Int) {
    (self.modes, self.orders, self.points) = (modes, orders, points)
    real = BallVector(count: modes * orders * points, precision: precision)
    imaginary = BallVector(count: modes * orders * points, precision: precision)
    remainders = .init(repeating: 0, count: modes * orders)
    sizes = .init(repeating: 0, count: modes * orders)
  }

  /// The place of a value; orders follow each other.
  @inline(__always)
  func place(_ m: Int, _ point: Int, _ order: Int = 0) -> Int { (m * points + point) * orders + order }

  /// Takes the size of an order from its values.
  func measure(_ m: Int, _ order: Int) {
    var largest = 0.0
    for k in 0..<points {
      let (x, y) = (real.magnitude(place(m, k, order)), imaginary.magnitude(place(m, k, order)))
      largest = max(largest, x * x + y * y)
    }
    sizes[m * orders + order] = largest.squareRoot() * ChebyshevRule.supremum + 1e-150
  }

  /// Adds another's values of one order, times a ball, and its remainder.
  func add(_ other: SeriesOnPanel, order: Int, times factor: BallVector, _ index: Int, magnitude: Double) {
    for m in 0..<modes {
      for k in 0..<points {
        let (here, there) = (place(m, k, order), other.place(m, k, order))
        real.addProduct(here, other.real, there, factor, index)
        imaginary.addProduct(here, other.imaginary, there, factor, index)
      }
      remainders[m * orders + order] += magnitude * other.remainders[m * orders + order]
    }
  }

  /// Becomes, in one order, g_{α,m} = Σ_β 2κm v_{αβ,m} conj(ρ_{β,m}).
  /// - Parameter couplings: 2κm v_{αβ,m} by β and the place of m.
  func setForce(of densities: [SeriesOnPanel], _ couplings: [[Ball?]], order: Int = 0) {
    clear(order: order)
    let coupling = BallVector(count: 1, precision: real.precision)
    for m in 0..<modes {
      let index = m * orders + order
      for (density, row) in zip(densities, couplings) {
        guard let factor = row[m] else { continue }
        coupling[0] = factor
        for k in 0..<points {
          let place = place(m, k, order)
          real.addProduct(place, density.real, place, coupling, 0)
          imaginary.addProduct(place, density.imaginary, place, coupling, 0)
        }
        remainders[index] += coupling.magnitude(0) * density.remainders[index]
      }
      for k in 0..<points { imaginary.negate(place(m, k, order)) }
      remainders[index] *= ChebyshevRule.rounding
      measure(m, order)
    }
  }

  /// Forgets one order.
  func clear(order: Int) {
    for m in 0..<modes {
      for k in 0..<points {
        real.setZero(place(m, k, order))
        imaginary.setZero(place(m, k, order))
      }
      remainders[m * orders + order] = 0
      sizes[m * orders + order] = 0
    }
  }

  static func bytes(modes: Int, orders: Int, points: Int, precision: Int) -> Int {
    2 * modes * orders * points * BallVector.bytes(precision: precision)
  }
}

/// What one thread needs for itself.
final class NodeScratch {
  let force, momentum, position, real, imaginary, shortReal, shortImaginary: BallVector
  let matrix: MatrixScratch

  init(points: Int, precision: Int) {
    func vector(_ n: Int) -> BallVector { BallVector(count: n, precision: precision) }
    force = vector(points)
    momentum = vector(points)
    position = vector(points)
    real = vector(points)
    imaginary = vector(points)
    shortReal = vector(points)
    shortImaginary = vector(points)
    matrix = MatrixScratch(columns: points)
  }
}
