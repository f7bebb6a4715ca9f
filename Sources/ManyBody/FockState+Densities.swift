// The state-independent interface of FermionState for exact states: expectations by annihilation.

import CLibraries
public import Numerics

extension FockState: FermionState {
  public var waves: PlaneWaves { space.waves }
  public var particles: [Int] { space.particles }
  public var masses: [Double] { space.masses }

  /// ‖Π b(c̃_j) Π a(c_j) Ψ‖².
  public func expectation(_ vectors: [[[Complex<Double>]]]) -> Double {
    annihilated(vectors)?.squaredNorm ?? 0
  }

  /// b(c̃_ℓ) … b(c̃_1) a(c_k) … a(c_1) Ψ, nil when there are not as many particles.
  public func annihilated(_ vectors: [[[Complex<Double>]]]) -> FockState? {
    var state: FockState? = self
    for species in 0..<2 {
      for vector in vectors[species] { state = state?.annihilated(vector, species: species) }
    }
    return state
  }

  /// a_i Ψ or b_i Ψ.
  /// - Precondition: a particle of the species is left.
  public func annihilated(mode: Int, species: Int) -> FockState {
    let sector = space.sector(species, removed: removed[species])
    let below = sector.annihilationStarts.count - 1
    let width = columns
    var lower = removed
    lower[species] += 1
    let targetRows = species == 0 ? below : rows
    let targetColumns = species == 0 ? width : below
    var result = [Complex<Double>](repeating: .zero, count: targetRows * targetColumns)
    for r in 0..<below {
      for k in sector.annihilationStarts[r]..<sector.annihilationStarts[r + 1]
      where Int(sector.annihilations[k].mode) == mode {
        let source = Int(sector.annihilations[k].source)
        let sign = sector.annihilations[k].sign
        if species == 0 {
          for c in 0..<width {
            result[r * width + c] = coefficients[source * width + c].multiplied(by: sign)
          }
        } else {
          for i in 0..<targetRows {
            result[i * below + r] = coefficients[i * width + source].multiplied(by: sign)
          }
        }
      }
    }
    return FockState(space: space, removed: lower, coefficients: result)
  }

  /// ⟨a*_n a_n⟩ of every plane wave n, the diagonal of γ: one pass over the coefficients.
  public func occupations(_ species: Int) -> [Double] {
    let width = columns
    var weights = [Double](repeating: 0, count: species == 0 ? rows : width)
    for i in 0..<rows {
      for j in 0..<width {
        weights[species == 0 ? i : j] += coefficients[i * width + j].lengthSquared
      }
    }
    let sector = space.sector(species, removed: removed[species])
    var result = [Double](repeating: 0, count: waves.count)
    for (index, weight) in weights.enumerated() {
      for n in sector.occupied(index) { result[n] += weight }
    }
    return result
  }

  /// γ_{uw} = ⟨a_w Ψ, a_u Ψ⟩.
  public func oneParticleDensity(_ species: Int) -> [Complex<Double>] {
    let m = waves.count
    var result = [Complex<Double>](repeating: .zero, count: m * m)
    guard space.particles[species] > removed[species] else { return result }
    let vectors = (0..<m).map { annihilated(mode: $0, species: species) }
    for u in 0..<m {
      for w in 0...u {
        let value = vectors[w].inner(vectors[u])
        result[u * m + w] = value
        result[w * m + u] = value.conjugate
      }
    }
    return result
  }

  /// Through γ^{(k,ℓ)}, k + ℓ ≤ 3. Build a `ReducedDensity` once where many are needed.
  public func weylExpectation(_ operators: [[WeylOperator]]) throws -> Complex<Double> {
    try ReducedDensity(of: self, order: operators.map(\.count)).weylExpectation(operators, hbar: hbar)
  }
}
