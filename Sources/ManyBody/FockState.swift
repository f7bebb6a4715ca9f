// Ψ ∈ F_a^{(n_1)} ⊗ F_a^{(n_2)} as the D_1 × D_2 matrix of its coefficients in the bitstring basis, and the annihilators
//
//     a(c)Ψ = Σ_i c_i a_i Ψ,      b(c)Ψ = Σ_i c_i b_i Ψ,
//
// which take it to the sector below. Cost of one annihilation: D'·(M − n + 1) complex axpys of a row.

import CLibraries
public import Numerics

/// A state of `space` with `removed` particles of each species taken away by annihilators.
public struct FockState: Sendable {
  /// The space the state was made in.
  public let space: FockSpace
  /// How many particles of each species annihilators have removed.
  public let removed: [Int]
  /// Coefficients, row-major D_1 × D_2.
  public var coefficients: [Complex<Double>]

  /// - Precondition: as many coefficients as the sector has basis states.
  public init(space: FockSpace, removed: [Int] = [0, 0], coefficients: [Complex<Double>]) {
    precondition(
      coefficients.count
        == space.sector(0, removed: removed[0]).count * space.sector(1, removed: removed[1]).count,
      "one coefficient per basis state")
    self.space = space
    self.removed = removed
    self.coefficients = coefficients
  }

  /// D_1, basis states of the first species.
  public var rows: Int { space.sector(0, removed: removed[0]).count }
  /// D_2, basis states of the second species.
  public var columns: Int { space.sector(1, removed: removed[1]).count }

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

  /// ⟨Ψ, 1⊗…ρ…⊗1 Φ⟩ = ⟨Ψ, AΦ⟩ for a sparse operator A of one species.
  public func applying(_ matrix: SparseMatrix, species: Int) -> FockState {
    let columns = self.columns
    let targetRows = species == 0 ? matrix.rows : rows
    let targetColumns = species == 0 ? columns : matrix.rows
    var result = [Complex<Double>](repeating: .zero, count: targetRows * targetColumns)
    for i in 0..<(species == 0 ? matrix.rows : rows) {
      if species == 0 {
        for k in matrix.starts[i]..<matrix.starts[i + 1] {
          let source = Int(matrix.indices[k]) * columns
          for c in 0..<columns {
            result[i * columns + c] += coefficients[source + c].multiplied(by: matrix.values[k])
          }
        }
      } else {
        for j in 0..<matrix.rows {
          var sum = Complex<Double>.zero
          for k in matrix.starts[j]..<matrix.starts[j + 1] {
            sum += coefficients[i * columns + Int(matrix.indices[k])].multiplied(by: matrix.values[k])
          }
          result[i * targetColumns + j] = sum
        }
      }
    }
    return FockState(space: space, removed: removed, coefficients: result)
  }

  /// Σ_i c_i a_i Ψ for species 0, Σ_i c_i b_i Ψ for species 1; nil when no particle of the species is left.
  public func annihilated(_ vector: [Complex<Double>], species: Int) -> FockState? {
    precondition(vector.count == space.waves.count, "one coefficient per plane wave")
    guard removed[species] < space.particles[species] else { return nil }
    let sector = space.sector(species, removed: removed[species])
    let below = sector.annihilationStarts.count - 1
    let columns = self.columns
    var lower = removed
    lower[species] += 1
    let targetRows = species == 0 ? below : rows
    let targetColumns = species == 0 ? columns : below
    var result = [Complex<Double>](repeating: .zero, count: targetRows * targetColumns)
    if species == 0 {
      for r in 0..<below {
        for k in sector.annihilationStarts[r]..<sector.annihilationStarts[r + 1] {
          let entry = sector.annihilations[k]
          let factor = vector[Int(entry.mode)].multiplied(by: entry.sign)
          if factor == .zero { continue }
          let source = Int(entry.source) * columns
          for c in 0..<columns { result[r * columns + c] += factor * coefficients[source + c] }
        }
      }
    } else {
      let factors = sector.annihilations.map { vector[Int($0.mode)].multiplied(by: $0.sign) }
      for i in 0..<targetRows {
        for r in 0..<below {
          var sum = Complex<Double>.zero
          for k in sector.annihilationStarts[r]..<sector.annihilationStarts[r + 1] {
            sum += factors[k] * coefficients[i * columns + Int(sector.annihilations[k].source)]
          }
          result[i * below + r] = sum
        }
      }
    }
    return FockState(space: space, removed: lower, coefficients: result)
  }

  /// The same state among more plane waves.
  /// - Throws: `ArgumentError` unless `larger` has the same particles and at least the cutoff.
  public func embedded(in larger: FockSpace) throws -> FockState {
    guard larger.particles == space.particles, larger.waves.cutoff >= space.waves.cutoff,
      larger.waves.dimension == space.waves.dimension, removed == [0, 0]
    else {
      throw ArgumentError(
        "modes", expected: "the same particles on at least \(space.waves.cutoff) modes",
        got: "\(larger.particles) on \(larger.waves.cutoff)")
    }
    let place = space.waves.modes.map { larger.waves.index(of: $0)! }
    let maps = (0..<2).map { species in
      space.sector(species).states.map { state -> Int in
        var target: UInt64 = 0
        for i in 0..<space.waves.count where state >> UInt64(i) & 1 == 1 {
          target |= UInt64(1) << UInt64(place[i])
        }
        return larger.sector(species).index(of: target)!
      }
    }
    // Lexicographic order of the modes is kept, so no sign appears.
    let width = larger.dimensions[1]
    var result = [Complex<Double>](repeating: .zero, count: larger.dimensions[0] * width)
    for (i, row) in maps[0].enumerated() {
      for (j, column) in maps[1].enumerated() { result[row * width + column] = coefficients[i * columns + j] }
    }
    return FockState(space: larger, coefficients: result)
  }
}

extension FockState {
  /// The total momentum Σ n (units ħκ) when all but 1e-15 of the squared norm has the same one, nil otherwise.
  public var definiteMomentum: [Int]? {
    guard removed == [0, 0] else { return nil }
    let momenta = (0..<2).map { SpeciesOperators(waves: space.waves, sector: space.sector($0)).momenta }
    var weights: [[Int]: Double] = [:]
    for i in 0..<rows {
      for j in 0..<columns {
        let weight = coefficients[i * columns + j].lengthSquared
        if weight > 0 { weights[zip(momenta[0][i], momenta[1][j]).map(+), default: 0] += weight }
      }
    }
    let norm = squaredNorm
    guard let best = weights.max(by: { $0.value < $1.value }), best.value >= (1 - 1e-15) * norm else {
      return nil
    }
    return best.key
  }
}
