// The force of a row on a block of points: for every pair ±m the combinations κU and κS of two rows, read where transport puts
// them, then their product with the Toeplitz matrices of the densities (LatticeForce.swift).

import CLibraries
import PhaseSpace

extension LatticeStepper {
  /// Σ_m … of one row on a block of (shifted) points, L × block, in scratch memory.
  func forceProduct(
    species: Int, mode: ModeIndex, range: Range<Int>, grid: ShiftedGrid,
    from source: UnsafeMutablePointer<Double>, piece: Int
  ) -> UnsafeMutablePointer<Double> {
    let orders = rows.orders
    let width = 2 * range.count
    let pairs = force.pairs[species]
    let product = scratch + piece * scratchPerPiece
    let stacked = product + 3 * orders * Self.blockPoints * 2
    for (index, pair) in pairs.enumerated() {
      let plus = rows.row(of: mode &+ pair.mode).map { source + rows.offset(species: species, row: $0) }
      let minus = rows.row(of: mode &- pair.mode).map { source + rows.offset(species: species, row: $0) }
      let u = stacked + 2 * index * orders * width
      kernels[species][index].withUnsafeBufferPointer { kernel in
        formPair(
          plus, minus, kernel.baseAddress!, rows.lattice.pointCount(species), range, grid, u,
          u + orders * width)
      }
    }
    force.matrices[species].withUnsafeBufferPointer { matrix in
      if pairs.isEmpty {
        product.update(repeating: 0, count: orders * width)
      } else if force.isPerturbative {
        toeplitzProduct(
          matrix.baseAddress!, stacked, product, orders: orders, pairs: pairs.count, width: width)
      } else {
        accumulate(matrix, stacked, product, width)
      }
    }
    return product
  }

  /// The flow's one row: product = Σ_i c_i·stacked_i.
  private func accumulate(
    _ coefficients: UnsafeBufferPointer<Double>, _ stacked: UnsafeMutablePointer<Double>,
    _ product: UnsafeMutablePointer<Double>, _ width: Int
  ) {
    let (f, g) = (coefficients[0], coefficients[1])
    let u = stacked
    let s = stacked + width
    for i in 0..<width { product[i] = f * u[i] + g * s[i] }
    for index in stride(from: 2, to: coefficients.count, by: 2) {
      let (f, g) = (coefficients[index], coefficients[index + 1])
      let u = stacked + index * width
      let s = u + width
      for i in 0..<width { product[i] += f * u[i] + g * s[i] }
    }
  }

  /// U = κ(w₊ − w₋) and S = iκ(w₊ + w₋), read at the shifted points with κ there; zero outside the window. A row
  /// that is not there is zero.
  private func formPair(
    _ plus: UnsafeMutablePointer<Double>?, _ minus: UnsafeMutablePointer<Double>?,
    _ kernel: UnsafePointer<Double>, _ points: Int, _ range: Range<Int>, _ grid: ShiftedGrid,
    _ u: UnsafeMutablePointer<Double>, _ s: UnsafeMutablePointer<Double>
  ) {
    let length = range.count
    grid.forEachPiece(of: range) { destination, sourceIndex, count in
      let k = kernel + sourceIndex
      for order in 0..<rows.orders {
        let x = u + 2 * order * length + destination
        let y = s + 2 * order * length + destination
        let at = 2 * order * points + sourceIndex
        if let plus, let minus {
          let (a, b) = (plus + at, minus + at)
          let (c, d) = (a + points, b + points)
          // Explicitly eight at a time: with two targets the compiler gives up proving that nothing overlaps.
          var i = 0
          while i + 8 <= count {
            let factor = eight(k + i)
            let (ar, br, ai, bi) = (eight(a + i), eight(b + i), eight(c + i), eight(d + i))
            store(factor * (ar - br), x + i)
            store(factor * (ai - bi), x + length + i)
            store(-factor * (ai + bi), y + i)
            store(factor * (ar + br), y + length + i)
            i += 8
          }
          while i < count {
            x[i] = k[i] * (a[i] - b[i])
            x[length + i] = k[i] * (c[i] - d[i])
            y[i] = -k[i] * (c[i] + d[i])
            y[length + i] = k[i] * (a[i] + b[i])
            i += 1
          }
        } else if let row = plus ?? minus {
          let sign = plus == nil ? -1.0 : 1.0
          let a = row + at
          let c = a + points
          for i in 0..<count {
            x[i] = sign * k[i] * a[i]
            y[length + i] = k[i] * a[i]
            x[length + i] = sign * k[i] * c[i]
            y[i] = -k[i] * c[i]
          }
        } else {
          for part in [x, x + length, y, y + length] { part.update(repeating: 0, count: count) }
        }
      }
    } outside: { destination, count in
      for order in 0..<(2 * rows.orders) {
        (u + order * length + destination).update(repeating: 0, count: count)
        (s + order * length + destination).update(repeating: 0, count: count)
      }
    }
  }
}

@inline(__always)
private func eight(_ source: UnsafePointer<Double>) -> SIMD8<Double> {
  UnsafeRawPointer(source).loadUnaligned(as: SIMD8<Double>.self)
}

@inline(__always)
private func eight(_ source: UnsafeMutablePointer<Double>) -> SIMD8<Double> { eight(UnsafePointer(source)) }

@inline(__always)
private func store(_ values: SIMD8<Double>, _ target: UnsafeMutablePointer<Double>) {
  UnsafeMutableRawPointer(target).storeBytes(of: values, as: SIMD8<Double>.self)
}
