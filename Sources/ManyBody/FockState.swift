// Ψ ∈ F_a^{(n_1)} ⊗ … ⊗ F_a^{(n_S)} as the D_1 × … × D_S tensor of its coefficients in the bitstring basis, and the annihilators
//
//     a(c)Ψ = Σ_i c_i a_i Ψ      of one species,
//
// which take it to the sector below; annihilators of different species commute. Seen from one species the tensor is
// outer × D_α × inner: cost of one annihilation outer·D'·(M − n + 1) complex axpys of `inner` numbers.

import CLibraries
public import Numerics

/// A state of `space` with `removed` particles of each species taken away by annihilators.
public struct FockState: Sendable {
  /// The space the state was made in.
  public let space: FockSpace
  /// How many particles of each species annihilators have removed.
  public let removed: [Int]
  /// Coefficients, D_1 × … × D_S, the last species fastest.
  public var coefficients: [Complex<Double>]

  /// - Parameter removed: none unless given.
  /// - Precondition: as many coefficients as the sector has basis states.
  public init(space: FockSpace, removed: [Int]? = nil, coefficients: [Complex<Double>]) {
    let removed = removed ?? space.particles.map { _ in 0 }
    precondition(
      coefficients.count == space.dimensions(removed: removed).reduce(1, *), "one coefficient per basis state"
    )
    self.space = space
    self.removed = removed
    self.coefficients = coefficients
  }

  /// D_1, …, D_S.
  public var dimensions: [Int] { space.dimensions(removed: removed) }

  /// The tensor as one species sees it.
  private func shape(_ species: Int) -> (outer: Int, own: Int, inner: Int) {
    let sizes = dimensions
    return (
      sizes[..<species].reduce(1, *), sizes[species], sizes[(species + 1)...].reduce(1, *)
    )
  }

  /// ‖Ψ‖².
  public var squaredNorm: Double { coefficients.reduce(0) { $0 + $1.lengthSquared } }

  /// The state divided by its norm.
  /// - Throws: `ArgumentError` for the zero vector, `NumericalFailure` for one that is not finite.
  public func normalized() throws -> FockState {
    let norm = squaredNorm.squareRoot()
    guard norm.isFinite else { throw NumericalFailure(in: "the state", "norm \(norm)") }
    guard norm > 0 else {
      throw ArgumentError("state", expected: "a nonzero vector", got: "norm \(norm)")
    }
    var result = self
    for i in result.coefficients.indices {
      result.coefficients[i] = result.coefficients[i].divided(by: norm)
    }
    return result
  }

  /// ⟨Ψ, Φ⟩, conjugate-linear in the receiver.
  public func inner(_ other: FockState) -> Complex<Double> {
    precondition(coefficients.count == other.coefficients.count, "states of the same sector")
    var sum = Complex<Double>.zero
    for (a, b) in zip(coefficients, other.coefficients) { sum += a.conjugate * b }
    return sum
  }

  /// AΨ for a sparse operator A of one species.
  public func applying(_ matrix: SparseMatrix, species: Int) -> FockState {
    let (outer, own, inner) = shape(species)
    var result = [Complex<Double>](repeating: .zero, count: outer * matrix.rows * inner)
    for o in 0..<outer {
      for i in 0..<matrix.rows {
        let target = (o * matrix.rows + i) * inner
        let entries = matrix.starts[i]..<matrix.starts[i + 1]
        guard inner > 1 else {
          var sum = Complex<Double>.zero
          for k in entries {
            sum += coefficients[o * own + Int(matrix.indices[k])].multiplied(by: matrix.values[k])
          }
          result[target] = sum
          continue
        }
        for k in entries {
          let source = (o * own + Int(matrix.indices[k])) * inner
          for c in 0..<inner {
            result[target + c] += coefficients[source + c].multiplied(by: matrix.values[k])
          }
        }
      }
    }
    return FockState(space: space, removed: removed, coefficients: result)
  }

  /// Σ_i c_i a_i Ψ, a_i the annihilators of the species; nil when no particle of it is left.
  public func annihilated(_ vector: [Complex<Double>], species: Int) -> FockState? {
    precondition(vector.count == space.waves.count, "one coefficient per plane wave")
    guard removed[species] < space.particles[species] else { return nil }
    let sector = space.sector(species, removed: removed[species])
    let (outer, own, inner) = shape(species)
    let below = sector.annihilationStarts.count - 1
    let factors = sector.annihilations.map { vector[Int($0.mode)].multiplied(by: $0.sign) }
    var result = [Complex<Double>](repeating: .zero, count: outer * below * inner)
    result.withUnsafeMutableBufferPointer { result in
      coefficients.withUnsafeBufferPointer { coefficients in
        guard let target = result.baseAddress, let source = coefficients.baseAddress else { return }
        for o in 0..<outer {
          for r in 0..<below {
            let row = target + (o * below + r) * inner
            for k in sector.annihilationStarts[r]..<sector.annihilationStarts[r + 1] where factors[k] != .zero
            {
              let entry = source + (o * own + Int(sector.annihilations[k].source)) * inner
              VectorKernels.add(factors[k], entry, to: row, inner)
            }
          }
        }
      }
    }
    return FockState(space: space, removed: lowered(species), coefficients: result)
  }

  /// a_i Ψ.
  /// - Precondition: a particle of the species is left.
  public func annihilated(mode: Int, species: Int) -> FockState {
    let sector = space.sector(species, removed: removed[species])
    let (outer, own, inner) = shape(species)
    let below = sector.annihilationStarts.count - 1
    var result = [Complex<Double>](repeating: .zero, count: outer * below * inner)
    for r in 0..<below {
      for k in sector.annihilationStarts[r]..<sector.annihilationStarts[r + 1]
      where Int(sector.annihilations[k].mode) == mode {
        let sign = sector.annihilations[k].sign
        for o in 0..<outer {
          let source = (o * own + Int(sector.annihilations[k].source)) * inner
          let target = (o * below + r) * inner
          for c in 0..<inner { result[target + c] = coefficients[source + c].multiplied(by: sign) }
        }
      }
    }
    return FockState(space: space, removed: lowered(species), coefficients: result)
  }

  /// a_nΨ for all plane waves n, one row each, in one pass over Ψ.
  /// - Precondition: a particle of the species is left.
  func loweredRows(_ species: Int) -> (rows: [Complex<Double>], width: Int) {
    let sector = space.sector(species, removed: removed[species])
    let (outer, own, inner) = shape(species)
    let below = sector.annihilationStarts.count - 1
    let width = outer * below * inner
    var rows = [Complex<Double>](repeating: .zero, count: space.waves.count * width)
    for r in 0..<below {
      for entry in sector.annihilations[sector.annihilationStarts[r]..<sector.annihilationStarts[r + 1]] {
        for o in 0..<outer {
          let source = (o * own + Int(entry.source)) * inner
          let target = Int(entry.mode) * width + (o * below + r) * inner
          for c in 0..<inner { rows[target + c] = coefficients[source + c].multiplied(by: entry.sign) }
        }
      }
    }
    return (rows, width)
  }

  private func lowered(_ species: Int) -> [Int] {
    var lower = removed
    lower[species] += 1
    return lower
  }

  /// Whether no annihilator has acted.
  var isWhole: Bool { removed.allSatisfy { $0 == 0 } }

  /// The same state among more plane waves.
  /// - Throws: `ArgumentError` unless `larger` has the same particles and at least the cutoff.
  public func embedded(in larger: FockSpace) throws -> FockState {
    guard larger.particles == space.particles, larger.waves.cutoff >= space.waves.cutoff,
      larger.waves.dimension == space.waves.dimension, isWhole
    else {
      throw ArgumentError(
        "modes", expected: "the same particles on at least \(space.waves.cutoff) modes",
        got: "\(larger.particles) on \(larger.waves.cutoff)")
    }
    let place = space.waves.modes.map { larger.waves.index(of: $0)! }
    // Lexicographic order of the modes is kept, so no sign appears.
    let targets = space.particles.indices.reduce([0]) { targets, species in
      let count = larger.sector(species).count
      let map = space.sector(species).states.map { state -> Int in
        var target: UInt64 = 0
        for i in 0..<space.waves.count where state >> UInt64(i) & 1 == 1 {
          target |= UInt64(1) << UInt64(place[i])
        }
        return larger.sector(species).index(of: target)!
      }
      return targets.flatMap { first in map.map { first * count + $0 } }
    }
    var result = [Complex<Double>](repeating: .zero, count: larger.dimensions.reduce(1, *))
    for (target, value) in zip(targets, coefficients) { result[target] = value }
    return FockState(space: larger, coefficients: result)
  }
}
