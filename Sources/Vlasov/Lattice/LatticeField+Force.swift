// The force of a row on a block of points, its neighbours read where transport puts them. Of several orders: for every pair ±m the
// combinations κU and κS of two rows, then their product with the Toeplitz matrices of the densities (LatticeForce.swift). Of the
// flow: the sum itself, in one pass for every pair.

import CLibraries
import PhaseSpace

extension LatticeField {
  /// Σ_m … of one row on a block of (shifted) points, L × block, in scratch memory.
  func forceProduct(
    species: Int, mode: ModeIndex, range: Range<Int>, grid: ShiftedGrid,
    from source: UnsafeMutablePointer<Double>, piece: Int
  ) -> UnsafeMutablePointer<Double> {
    let product = scratch + piece * scratchPerPiece
    guard force.isPerturbative else {
      addPairs(species: species, mode: mode, range: range, grid: grid, from: source, to: product)
      return product
    }
    let orders = rows.orders
    let width = 2 * range.count
    let pairs = force.pairs[species]
    let stacked = product + 3 * orders * Self.blockPoints * 2
    for (index, pair) in pairs.enumerated() {
      let (plus, minus) = neighbours(species: species, mode: mode, pair: pair.mode, in: source)
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
      } else {
        toeplitzProduct(
          matrix.baseAddress!, stacked, product, orders: orders, pairs: pairs.count, width: width)
      }
    }
    return product
  }

  /// The rows n + m and n − m; nil where there is none.
  @inline(__always)
  private func neighbours(
    species: Int, mode: ModeIndex, pair: ModeIndex, in source: UnsafeMutablePointer<Double>
  ) -> (plus: UnsafeMutablePointer<Double>?, minus: UnsafeMutablePointer<Double>?) {
    (
      rows.row(of: mode &+ pair).map { source + rows.offset(species: species, row: $0) },
      rows.row(of: mode &- pair).map { source + rows.offset(species: species, row: $0) }
    )
  }

  /// The flow's one row: Σ κ(F w₊ − F̄ w₋) over the pairs, with nothing stored between.
  private func addPairs(
    species: Int, mode: ModeIndex, range: Range<Int>, grid: ShiftedGrid,
    from source: UnsafeMutablePointer<Double>, to product: UnsafeMutablePointer<Double>
  ) {
    let (points, length) = (rows.lattice.pointCount(species), range.count)
    product.update(repeating: 0, count: 2 * length)
    let coefficients = force.matrices[species]
    for index in force.pairs[species].indices {
      let (f, g) = (coefficients[2 * index], coefficients[2 * index + 1])
      let (plus, minus) = neighbours(
        species: species, mode: mode, pair: force.pairs[species][index].mode, in: source)
      kernels[species][index].withUnsafeBufferPointer { kernel in
        grid.forEachPiece(of: range) { destination, sourceIndex, count in
          let (k, x) = (kernel.baseAddress! + sourceIndex, product + destination)
          switch (plus.map { $0 + sourceIndex }, minus.map { $0 + sourceIndex }) {
          case (.some(let a), .some(let b)):
            addBoth(a, b, k, f, g, points: points, count: count, to: x, x + length)
          case (.some(let a), nil): add(a, k, f, g, points: points, count: count, to: x, x + length)
          // −F̄ w₋
          case (nil, .some(let b)): add(b, k, -f, g, points: points, count: count, to: x, x + length)
          case (nil, nil): break
          }
        } outside: { _, _ in
        }
      }
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

/// x + iy += κ(F a − F̄ b), F = f + ig; a and b P reals, then P imaginary parts.
@inline(__always)
private func addBoth(
  _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ k: UnsafePointer<Double>, _ f: Double,
  _ g: Double, points: Int, count: Int, to x: UnsafeMutablePointer<Double>,
  _ y: UnsafeMutablePointer<Double>
) {
  let (c, d) = (a + points, b + points)
  let (fs, gs) = (SIMD8(repeating: f), SIMD8(repeating: g))
  var i = 0
  while i + 8 <= count {
    let (ar, br, ai, bi) = (eight(a + i), eight(b + i), eight(c + i), eight(d + i))
    let factor = eight(k + i)
    store(eight(x + i) + factor * (fs * (ar - br) - gs * (ai + bi)), x + i)
    store(eight(y + i) + factor * (fs * (ai - bi) + gs * (ar + br)), y + i)
    i += 8
  }
  while i < count {
    x[i] += k[i] * (f * (a[i] - b[i]) - g * (c[i] + d[i]))
    y[i] += k[i] * (f * (c[i] - d[i]) + g * (a[i] + b[i]))
    i += 1
  }
}

/// x + iy += κ F a.
@inline(__always)
private func add(
  _ a: UnsafePointer<Double>, _ k: UnsafePointer<Double>, _ f: Double, _ g: Double, points: Int,
  count: Int, to x: UnsafeMutablePointer<Double>, _ y: UnsafeMutablePointer<Double>
) {
  let c = a + points
  for i in 0..<count {
    x[i] += k[i] * (f * a[i] - g * c[i])
    y[i] += k[i] * (f * c[i] + g * a[i])
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
