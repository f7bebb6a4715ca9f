import CLibraries
import FermionTestModels
import Foundation
import Husimi
import ManyBody
import Numerics
import PhaseSpace
import Testing
import Wasserstein

@Suite("What lies beyond a histogram")
struct MomentumTailTests {
  static let seeds = Array(0..<24)

  @Test(
    "Gaussian windows: the mass beyond a momentum and its way back as error functions say", arguments: seeds)
  func gaussians(seed: Int) throws {
    var source = RandomNumbers(seed: seed)
    let (width, hbar, limit) = (source.scale(0.05, 20), source.scale(0.005, 1), source.scale(0.1, 5))
    let momenta = (0..<5).map { _ in source.within(-2, 2) }
    let weights = (0..<5).map { _ in source.next() }
    let found = MomentumTail(try GaussianWindow(width: width)).beyond(
      limit, momenta: momenta, weights: weights, hbar: hbar)
    // About p_j with variance ħ/2s².
    let deviation = (hbar / 2).squareRoot() / width
    var (mass, way) = (0.0, 0.0)
    for (p, weight) in zip(momenta, weights) {
      for distance in [limit - p, limit + p] {
        let x = distance / deviation
        let tail = erfc(x / 2.0.squareRoot()) / 2
        mass += weight * tail
        way += weight * (deviation * exp(-x * x / 2) / (2 * Double.pi).squareRoot() - distance * tail)
      }
    }
    #expect((found.mass - mass).magnitude < 5e-9, "\(found.mass) \(mass)")
    #expect((found.way - way).magnitude < 1e-8 * (1 + deviation), "\(found.way) \(way)")
  }

  @Test("a Husimi measure has as much beyond as its values within leave", arguments: seeds)
  func husimi(seed: Int) throws {
    var source = RandomNumbers(seed: seed)
    let waves = try PlaneWaves(cutoff: 4, period: source.scale(1, 12))
    let count = 1 + source.below(4)
    let orbitals = try Orbitals(
      waves: waves, count: count,
      rows: (0..<count * waves.count).map { _ in Complex(source.within(-1, 1), source.within(-1, 1)) }
    ).orthonormalized()
    let hbar = source.scale(0.05, 1)
    let state = try SlaterDeterminant(orbitals: [orbitals], hbar: hbar)
    let window: any Window =
      seed % 2 == 0
      ? try GaussianWindow(width: source.scale(0.3, 3))
      : try CosinePowerWindow(radius: source.scale(0.5, 4), power: 2 + source.below(7))
    let unit = hbar * waves.wavenumber
    let limit = source.scale(0.3, 2) * 4 * unit
    let density = state.oneParticleDensity(0)
    let found = MomentumTail(window).beyond(
      limit, momenta: (-4...4).map { unit * Double($0) },
      weights: (0..<waves.count).map { density[$0 * waves.count + $0].real / Double(count) }, hbar: hbar)
    // (2π)^{−1}∫_{|p| ≤ P} m, positions exact, momenta by Gauss–Legendre.
    let rule = GaussLegendre(points: 400, from: -limit, to: limit)
    let grid = try HusimiGrid(of: state, species: 0, window: window, positions: 10, momenta: rule.nodes)
    var inside = 0.0
    for (i, weight) in rule.weights.enumerated() {
      for j in 0..<10 { inside += weight * grid[momentum: i, position: j] }
    }
    inside *= waves.period / 10 / (2 * Double.pi) / (hbar * Double(count))
    #expect((found.mass - (1 - inside)).magnitude < 5e-9, "\(found.mass) \(1 - inside)")
  }

  /// A mixture of Gaussians on the circle and the line, as masses of cells.
  private func masses(_ source: inout RandomNumbers, on grid: PhaseSpaceGrid) -> [Double] {
    let parts = (0..<3).map { _ in
      (
        weight: source.next(), q: source.within(0, grid.period), p: source.within(-1, 1),
        s: source.scale(0.2, 1)
      )
    }
    return grid.positionCentres.flatMap { q in
      grid.momentumCentres.map { p in
        parts.reduce(0) { sum, part in
          let angle = 2 * Double.pi * (q - part.q) / grid.period
          return sum + part.weight * exp(2 * cos(angle) - (p - part.p) * (p - part.p) / (2 * part.s * part.s))
        }
      }
    }
  }

  @Test(
    "a normalised histogram is within d + oD of the whole measure, and two of them keep their distance to both",
    arguments: seeds)
  func displacement(seed: Int) throws {
    var source = RandomNumbers(seed: seed)
    let (period, rows, margin) = (source.scale(1, 12), 6, 3 + source.below(6))
    let step = source.scale(0.05, 0.6)
    let reach = step * Double(rows) / 2
    let wide = try PhaseSpaceGrid(
      positions: 8, momenta: rows + 2 * margin, period: period,
      momentumRange: -(reach + step * Double(margin))...(reach + step * Double(margin)))
    let extent = 2 * reach
    let diameter = (period * period / 4 + extent * extent).squareRoot()
    let pairs = try (0..<2).map { _ in
      let all = try PhaseSpaceHistogram(masses(&source, on: wide), on: wide)
      let inside = try PhaseSpaceHistogram(
        all.masses.enumerated().map {
          (margin..<margin + rows).contains($0.offset % wide.momenta) ? $0.element : 0
        }, on: wide)
      let outside = OutsideMass(
        beyond: reach, momenta: (0..<wide.cells).map { wide.momentumCentres[$0 % wide.momenta] },
        weights: all.masses)
      return (all: all, inside: inside, error: outside.displacement(diameter: diameter), mass: outside.mass)
    }
    for pair in pairs {
      #expect(try wassersteinDistance(pair.all, pair.inside).lower <= pair.error, "\(pair.mass) outside")
    }
    let whole = try wassersteinDistance(pairs[0].all, pairs[1].all)
    let cut = try wassersteinDistance(pairs[0].inside, pairs[1].inside)
    #expect((whole.value - cut.value).magnitude <= pairs[0].error + pairs[1].error)
  }
}
