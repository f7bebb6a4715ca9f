// How far the pair measures of an exact state are from products, in L¹ (d = 1):
//
//     C_{αβ} = (2π)^{−2} ∫∫ | m_{αβ}(z, z') − m_α(z) m_β(z') | dz dz',
//
// m_{αβ} the measure of one particle of α and one of β, of two of α where β = α. Theorem 1.2 rests on (1.9), C → 0 at t = 0, and the hierarchy
// carries it on. For Slater states C_{αβ} = 0 where α ≠ β, and m_{αα} − m_α m_α = −|⟨f_z, γ_α f_z'⟩|² gives C_{αα} = ħ² Tr γ_α² = n_α ħ.
//
// The integrals are exact on q equispaced (more than 4·cutoff points) and p ∈ (ħκ/L)Z, L as for `HusimiLattice`, up to the modulus
// and to what lies beyond the last momentum. The modulus has kinks: the error is taken from the sum over every second q and p, whose own
// error is some four times as large; beyond the momenta, where a plane wave has the mass τ, |m_{αβ} − m_α m_β| adds 4τ of the masses'
// product. With P(z; u, w) = c_u(z) conj c_w(z) the pair measure is P γ^{(2)} P^T: two zgemm, Z M⁴ and Z² M² products.

import CLibraries
public import ManyBody
import Numerics

/// L¹ distances of an exact state's pair measures from products.
public struct HusimiCorrelations: Sendable, Hashable {
  /// C_{αβ}, the same both ways.
  public let values: [[Double]]
  /// The error of each.
  public let errors: [[Double]]

  /// C_{αβ}
  public subscript(_ alpha: Int, _ beta: Int) -> Double { values[alpha][beta] }

  /// - Throws: `ArgumentError` in dimensions other than one, `MemoryError`.
  public init(of state: FockState, window: any Window) throws {
    let waves = state.space.waves
    guard waves.dimension == 1 else {
      throw ArgumentError("dimension", expected: "1 for pair measures on a grid", got: "\(waves.dimension)")
    }
    let m = waves.count
    let hbar = state.space.hbar
    let lattice = try Lattice(waves: waves, hbar: hbar, window: window)
    let (positions, momenta) = (lattice.positions, lattice.momenta)
    let points = positions * momenta.count
    try Memory.require(
      Self.bytes(waves: waves, particles: state.space.particles, hbar: hbar, window: window),
      for: "pair measures on \(points) points")

    var projectors: [Complex<Double>] = []
    projectors.reserveCapacity(points * m * m)
    for j in 0..<positions {
      for p in momenta {
        let c = try CoherentState(
          position: [waves.period * Double(j) / Double(positions)], momentum: [p], window: window,
          waves: waves,
          hbar: hbar
        ).coefficients()
        for u in 0..<m {
          for w in 0..<m { projectors.append(c[u] * c[w].conjugate) }
        }
      }
    }
    let species = state.space.particles.indices
    let singles = species.map { species -> [Double] in
      let density = state.oneParticleDensity(species)
      var values = [Complex<Double>](repeating: .zero, count: points)
      MatrixProduct.multiply(
        points, 1, m * m, projectors, stride: m * m, .plain, density, stride: 1, into: &values, stride: 1)
      return values.map(\.real)
    }
    let cell = lattice.cell
    // Every second position and momentum.
    let coarse = (0..<points).filter { ($0 / momenta.count) % 2 == 0 && ($0 % momenta.count) % 2 == 0 }
    let isCoarse = Set(coarse)

    func distance(_ alpha: Int, _ beta: Int) throws -> (value: Double, error: Double) {
      let masses = [alpha, beta].map { singles[$0].reduce(0, +) * cell }
      let beyond = 4 * lattice.missing * masses[0] * masses[1]
      guard alpha != beta || state.space.particles[alpha] > 1 else {
        // One particle has no pair: m_{αα} = 0.
        return (masses[0] * masses[0], beyond)
      }
      var order = species.map { _ in 0 }
      order[alpha] += 1
      order[beta] += 1
      let density = try ReducedDensity(of: state, order: order)
      func tuple(_ first: Int, _ second: Int) -> [[Int]] {
        var tuples = [[Int]](repeating: [], count: species.count)
        tuples[alpha].append(first)
        tuples[beta].append(second)
        return tuples
      }
      // ⟨a*_w a*_w' a_u' a_u⟩ at row (u, w), column (u', w').
      var pairDensity = [Complex<Double>](repeating: .zero, count: m * m * m * m)
      for u in 0..<m {
        for w in 0..<m {
          for u2 in 0..<m {
            for w2 in 0..<m {
              pairDensity[((u * m + w) * m + u2) * m + w2] = density.element(tuple(u, u2), tuple(w, w2))
            }
          }
        }
      }
      var contracted = [Complex<Double>](repeating: .zero, count: points * m * m)
      MatrixProduct.multiply(
        points, m * m, m * m, projectors, stride: m * m, .plain, pairDensity, stride: m * m,
        into: &contracted,
        stride: m * m)
      let block = 64
      var values = [Complex<Double>](repeating: .zero, count: block * points)
      var (sum, coarseSum) = (0.0, 0.0)
      for start in stride(from: 0, to: points, by: block) {
        let rows = min(block, points - start)
        contracted.withUnsafeBufferPointer { contracted in
          MatrixProduct.multiply(
            rows, points, m * m, contracted.baseAddress! + start * m * m, stride: m * m, .plain, projectors,
            stride: m * m, .transposed, into: &values, stride: points)
        }
        for i in 0..<rows {
          let single = singles[alpha][start + i]
          for k in 0..<points { sum += (values[i * points + k].real - single * singles[beta][k]).magnitude }
          guard isCoarse.contains(start + i) else { continue }
          for k in coarse {
            coarseSum += (values[i * points + k].real - single * singles[beta][k]).magnitude
          }
        }
      }
      let square = cell * cell
      return (sum * square, (sum - 16 * coarseSum).magnitude * square + beyond)
    }
    var values = species.map { _ in species.map { _ in 0.0 } }
    var errors = values
    for a in species {
      for b in species where b >= a {
        (values[a][b], errors[a][b]) = try distance(a, b)
        (values[b][a], errors[b][a]) = (values[a][b], errors[a][b])
      }
    }
    self.values = values
    self.errors = errors
  }
}

extension HusimiCorrelations {
  /// Where the pair measures are taken.
  struct Lattice {
    /// Q, 4·cutoff + 2 of them.
    let positions: Int
    /// p ∈ (ħκ/L)Z, as far as the window's transform matters beyond the highest mode; an odd number of them.
    let momenta: [Double]
    /// ΔqΔp/2π
    let cell: Double
    /// τ: of the mass of a plane wave so much lies beyond.
    let missing: Double

    init(waves: PlaneWaves, hbar: Double, window: any Window) throws {
      let root = hbar.squareRoot()
      let limit = "a window that spans fewer than 10⁷ momenta ħκn"
      let subdivision = try max(
        1,
        checkedCount(
          (window.correlationReach() * root / waves.period).rounded(.up), atMost: 1e7, "window",
          expected: limit))
      let unit = hbar * waves.wavenumber / Double(subdivision)
      let peak = window.transform(0).magnitude
      var reach = 1
      while reach < 4096, window.transform(Double(reach) * unit / root).magnitude > 1e-7 * peak { reach += 1 }
      // An even number on either side, so that every second one has both ends.
      let half = (waves.cutoff * subdivision + reach + 1) / 2 * 2
      positions = 4 * waves.cutoff + 2
      momenta = (-half...half).map { unit * Double($0) }
      cell = waves.period / Double(positions) * unit / (2 * Double.pi)
      let (step, inside) = (unit / root, half - waves.cutoff * subdivision)
      let mass = (-inside...inside).reduce(0.0) {
        let value = window.transform(step * Double($1))
        return $0 + value * value * step / (2 * Double.pi)
      }
      missing = (1 - mass).magnitude + 1e-14
    }
  }
}
