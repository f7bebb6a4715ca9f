// Means of a phase-space density over the cells of a grid on torus × line, and their smoothing
//
//     m_H = F^{−1} [ a(ξ, η) F m ],      a = a_ħ the ambiguity function of a window (ξ dual to p, η dual to q),
//
// by FFT in q (periodic) and p (zero-padded): for a Gaussian window the convolution with N(0, s²ħ/2) ⊗ N(0, ħ/2s²).
// Cell means of m are samples of m * box, so the result holds samples of m_H * box: means of m_H, up to aliasing, which is
// small once a cell is finer than the smoothing. Cost n log n.

import CLibraries
import Numerics
public import PhaseSpace

/// The mean of a density over every cell; cell (i, k) at i·momenta + k, q outermost.
public struct VlasovCellMeans: Sendable, Hashable {
  /// The cells.
  public let grid: PhaseSpaceGrid
  /// One mean a cell, in the order above.
  public let values: [Double]

  /// - Precondition: one value a cell.
  public init(grid: PhaseSpaceGrid, values: [Double]) {
    precondition(values.count == grid.positions * grid.momenta, "one value a cell")
    self.grid = grid
    self.values = values
  }

  /// (2π)^{−1} ∫ over the grid.
  public var mass: Double { values.reduce(0, +) * grid.positionStep * grid.momentumStep / (2 * .pi) }

  /// The means after multiplication of the characteristic function by `multiplier(ξ, η)`, real and even.
  ///
  /// - Parameter padding: rows of zeros between the images in p: more than the smoothing reaches.
  public func smoothed(padding: Int, _ multiplier: (_ xi: Double, _ eta: Double) -> Double) throws
    -> VlasovCellMeans
  {
    guard padding >= 0 else { throw ArgumentError("padding", expected: "≥ 0 rows", got: "\(padding)") }
    let (columns, rows) = (grid.positions, grid.momenta + padding)
    try Memory.require(
      Self.smoothingBytes(positions: columns, momenta: grid.momenta, padding: padding),
      for: "a smoothed density")
    let alongP = try FourierTransform(length: rows)
    let alongQ = try FourierTransform(length: columns)

    var image = [Complex<Double>](repeating: .zero, count: columns * rows)
    for i in 0..<columns {
      for k in 0..<grid.momenta { image[i * rows + k] = Complex(values[i * grid.momenta + k]) }
    }
    image.withUnsafeMutableBufferPointer { alongP.forward($0.baseAddress!, rows: columns) }
    var turned = Self.transposed(image, columns, rows)
    image = []
    turned.withUnsafeMutableBufferPointer { alongQ.forward($0.baseAddress!, rows: rows) }
    let xiStep = 2 * .pi / (grid.momentumStep * Double(rows))
    let etaStep = 2 * .pi / grid.period
    for k in 0..<rows {
      let xi = xiStep * Double(k <= rows / 2 ? k : k - rows)
      for i in 0..<columns {
        let eta = etaStep * Double(i <= columns / 2 ? i : i - columns)
        let factor = multiplier(xi, eta) / Double(rows * columns)
        turned[k * columns + i] = turned[k * columns + i].multiplied(by: factor)
      }
    }
    turned.withUnsafeMutableBufferPointer { alongQ.backward($0.baseAddress!, rows: rows) }
    image = Self.transposed(turned, rows, columns)
    turned = []
    image.withUnsafeMutableBufferPointer { alongP.backward($0.baseAddress!, rows: columns) }
    var result = [Double](repeating: 0, count: values.count)
    for i in 0..<columns {
      for k in 0..<grid.momenta { result[i * grid.momenta + k] = image[i * rows + k].real }
    }
    return VlasovCellMeans(grid: grid, values: result)
  }

  /// Bytes while a density is smoothed: its transform, turned, and the result; nil where they overflow.
  public static func smoothingBytes(positions: Int, momenta: Int, padding: Int) -> Int? {
    Memory.sum(
      Memory.product(positions, Memory.sum(momenta, padding), 2 * 16), Memory.product(positions, momenta, 8))
  }

  /// Smoothing by a Gaussian window of width s: a = exp(−ħ(ξ²/s² + s²η²)/4), standard deviations s√(ħ/2) in q and
  /// √(ħ/2)/s in p.
  public func smoothed(hbar: Double, width: Double) throws -> VlasovCellMeans {
    guard hbar > 0, width > 0, hbar.isFinite, width.isFinite else {
      throw ArgumentError("window", expected: "positive ħ and width", got: "\(hbar), \(width)")
    }
    let deviation = (hbar / 2).squareRoot() / width
    let rows = (9 * deviation / grid.momentumStep).rounded(.up)
    guard rows < 1e7 else {
      throw ArgumentError("cells", expected: "cells not 10⁶ times finer than the window", got: "\(rows) rows")
    }
    return try smoothed(padding: Int(rows)) { xi, eta in
      Double.exp(-hbar * (xi * xi / (width * width) + width * width * eta * eta) / 4)
    }
  }

  /// The means over cells `factor` times as large along each axis.
  /// - Throws: `ArgumentError` unless the factor is positive and divides both numbers of cells.
  public func merged(_ factor: Int) throws -> VlasovCellMeans {
    guard factor > 0, grid.positions % factor == 0, grid.momenta % factor == 0 else {
      throw ArgumentError(
        "factor", expected: "a divisor of \(grid.positions) and \(grid.momenta)", got: "\(factor)")
    }
    guard factor > 1 else { return self }
    let larger = try PhaseSpaceGrid(
      positions: grid.positions / factor, momenta: grid.momenta / factor, period: grid.period,
      momentumRange: grid.momentumRange)
    var sums = [Double](repeating: 0, count: larger.positions * larger.momenta)
    for i in 0..<grid.positions {
      for k in 0..<grid.momenta {
        sums[i / factor * larger.momenta + k / factor] += values[i * grid.momenta + k]
      }
    }
    let weight = 1 / Double(factor * factor)
    return VlasovCellMeans(grid: larger, values: sums.map { $0 * weight })
  }

  /// The rows `range` only.
  public func cropped(rows range: Range<Int>) throws -> VlasovCellMeans {
    guard range.lowerBound >= 0, range.upperBound <= grid.momenta, !range.isEmpty else {
      throw ArgumentError("rows", expected: "a part of 0 ..< \(grid.momenta)", got: "\(range)")
    }
    let low = grid.momentumRange.lowerBound
    let part = try PhaseSpaceGrid(
      positions: grid.positions, momenta: range.count, period: grid.period,
      momentumRange: (low + Double(range.lowerBound) * grid.momentumStep)...(low
        + Double(range.upperBound) * grid.momentumStep))
    return VlasovCellMeans(
      grid: part,
      values: (0..<grid.positions).flatMap { i in range.map { values[i * grid.momenta + $0] } })
  }

  private static func transposed(_ a: [Complex<Double>], _ rows: Int, _ columns: Int) -> [Complex<Double>] {
    var result = [Complex<Double>](repeating: .zero, count: a.count)
    for i in 0..<rows {
      for j in 0..<columns { result[j * rows + i] = a[i * columns + j] }
    }
    return result
  }
}
