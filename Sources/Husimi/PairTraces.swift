// What the weak residues need of a state: Tr Aγ and the normal-ordered ⟨:dΓ(A) dΓ(B):⟩ of banded operators,
//
//     ⟨:dΓ_α(A) dΓ_β(B):⟩ = Tr Aγ_α · Tr Bγ_β + C_{αβ}(A, B),
//
// C = −δ_{αβ} Tr AγBγ for Slater states (exchange), by two zgemm; for exact states all of the correlation, from the
// γ of two particles.

import CLibraries
import ManyBody
import Numerics

/// One- and two-particle traces of a state.
protocol PairTraces {
  var waves: PlaneWaves { get }
  var particles: [Int] { get }
  var masses: [Double] { get }
  var hbar: Double { get }

  /// Tr Aγ_α = ⟨dΓ_α(A)⟩.
  func trace(_ species: Int, _ a: BandedOperator) -> Complex<Double>

  /// ⟨:dΓ_α(A) dΓ_β(B):⟩ − Tr Aγ_α Tr Bγ_β.
  func correlation(_ alpha: Int, _ a: BandedOperator, _ beta: Int, _ b: BandedOperator) -> Complex<Double>
}

/// Σ_r Σ_n A_r(n) γ(n − r; n), γ given by its diagonals.
private func traced(_ a: BandedOperator, _ element: (_ row: Int, _ column: Int) -> Complex<Double>)
  -> Complex<Double>
{
  let m = a.waves.count
  var sum = Complex<Double>.zero
  for (r, values) in a.diagonals.sorted(by: { $0.key < $1.key }) {
    for n in max(0, r)..<max(0, r, min(m, m + r)) { sum += values[n] * element(n - r, n) }
  }
  return sum
}

/// Wick's theorem for Slater states.
struct SlaterTraces: PairTraces {
  let masses: [Double]
  let hbar: Double
  private let orbitals: [Orbitals]
  /// diagonals[α][r + reach][n] = γ_α(n − r; n).
  private let diagonals: [[[Complex<Double>]]]
  private let reach: Int

  var waves: PlaneWaves { orbitals[0].waves }
  var particles: [Int] { orbitals.map(\.count) }

  /// - Parameters:
  ///   - reach: largest |r| that will be asked for.
  ///   - margin: plane waves added on both sides, for operators that leave the cutoff and come back.
  init(_ state: SlaterDeterminant, reach: Int, margin: Int) throws {
    let padded = try state.orbitals.map { orbitals in
      let wide = try orbitals.waves.withCutoff(orbitals.waves.cutoff + margin)
      var rows = [Complex<Double>](repeating: .zero, count: orbitals.count * wide.count)
      for i in 0..<orbitals.count {
        for n in 0..<orbitals.waves.count {
          rows[i * wide.count + n + margin] = orbitals.rows[i * orbitals.waves.count + n]
        }
      }
      return Orbitals(waves: wide, count: orbitals.count, rows: rows)
    }
    self.orbitals = padded
    masses = state.masses
    hbar = state.hbar
    self.reach = reach
    diagonals = padded.map { orbitals in
      let m = orbitals.waves.count
      return (-reach...reach).map { r in
        var diagonal = [Complex<Double>](repeating: .zero, count: m)
        orbitals.rows.withUnsafeBufferPointer { rows in
          for i in 0..<orbitals.count {
            for n in max(0, r)..<max(0, r, min(m, m + r)) {
              diagonal[n] += rows[i * m + n - r] * rows[i * m + n].conjugate
            }
          }
        }
        return diagonal
      }
    }
  }

  func trace(_ species: Int, _ a: BandedOperator) -> Complex<Double> {
    traced(a) { row, column in diagonals[species][column - row + reach][column] }
  }

  func correlation(_ alpha: Int, _ a: BandedOperator, _ beta: Int, _ b: BandedOperator) -> Complex<Double> {
    guard alpha == beta else { return .zero }
    let (x, y) = (matrix(alpha, a), matrix(alpha, b))
    let count = orbitals[alpha].count
    var sum = Complex<Double>.zero
    for i in 0..<count {
      for j in 0..<count { sum += x[i * count + j] * y[j * count + i] }
    }
    return -sum
  }

  /// ⟨ψ_i, Aψ_j⟩.
  private func matrix(_ species: Int, _ a: BandedOperator) -> [Complex<Double>] {
    let orbitals = orbitals[species]
    let (count, m) = (orbitals.count, orbitals.waves.count)
    let moved = a.applied(to: orbitals.rows, count: count)
    // moved·rows^* has ⟨ψ_j, Aψ_i⟩ at (i, j).
    var product = [Complex<Double>](repeating: .zero, count: count * count)
    MatrixProduct.multiply(
      count, count, m, moved, stride: m, .plain, orbitals.rows, stride: m, .adjoint, into: &product,
      stride: count)
    var result = product
    for i in 0..<count {
      for j in 0..<count { result[i * count + j] = product[j * count + i] }
    }
    return result
  }
}

/// Exact states, from their reduced density matrices of rank two.
struct ExactTraces: PairTraces {
  let waves: PlaneWaves
  let particles: [Int]
  let masses: [Double]
  let hbar: Double
  private let one: [[Complex<Double>]]
  /// γ of two particles, of species α ≤ β at α·S + β.
  private let two: [Int: ReducedDensity]

  /// - Parameter margin: plane waves added on both sides, for operators that leave the cutoff and come back.
  init(_ original: FockState, margin: Int) throws {
    let wide = try original.space.withCutoff(original.space.waves.cutoff + margin)
    let state = try original.embedded(in: wide)
    waves = state.space.waves
    particles = state.space.particles
    masses = state.masses
    hbar = state.hbar
    one = particles.indices.map(state.oneParticleDensity)
    var two: [Int: ReducedDensity] = [:]
    for a in particles.indices {
      for b in a..<particles.count {
        let order = particles.indices.map { ($0 == a ? 1 : 0) + ($0 == b ? 1 : 0) }
        two[a * particles.count + b] = try ReducedDensity(of: state, order: order)
      }
    }
    self.two = two
  }

  func trace(_ species: Int, _ a: BandedOperator) -> Complex<Double> {
    traced(a) { row, column in one[species][row * waves.count + column] }
  }

  func correlation(_ alpha: Int, _ a: BandedOperator, _ beta: Int, _ b: BandedOperator) -> Complex<Double> {
    let m = waves.count
    let count = particles.count
    guard let density = two[min(alpha, beta) * count + max(alpha, beta)] else { return .zero }
    func tuples(_ first: Int, _ second: Int) -> [[Int]] {
      var tuples = [[Int]](repeating: [], count: count)
      tuples[alpha].append(first)
      tuples[beta].append(second)
      return tuples
    }
    var sum = Complex<Double>.zero
    for (r, x) in a.diagonals.sorted(by: { $0.key < $1.key }) {
      for (s, y) in b.diagonals.sorted(by: { $0.key < $1.key }) {
        for n in max(0, r)..<max(0, r, min(m, m + r)) {
          for k in max(0, s)..<max(0, s, min(m, m + s)) {
            sum += x[n] * y[k] * density.element(tuples(n - r, k - s), tuples(n, k))
          }
        }
      }
    }
    return sum - trace(alpha, a) * trace(beta, b)
  }
}
