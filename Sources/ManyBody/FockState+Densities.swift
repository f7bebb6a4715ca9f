// The state-independent interface of FermionState for exact states: expectations by annihilation.

import CLibraries
public import Numerics
public import PhaseSpace

extension FockState: FermionState {
  public var waves: PlaneWaves { space.waves }
  public var particles: [Int] { space.particles }
  public var masses: [Double] { space.masses }
  public var hbar: Double { space.hbar }

  /// ‖Π_α Π_j a_α(c_j) Ψ‖².
  public func expectation(_ vectors: [[[Complex<Double>]]]) -> Double {
    annihilated(vectors)?.squaredNorm ?? 0
  }

  /// Π_α a_α(c_k) … a_α(c_1) Ψ, nil when there are not as many particles.
  public func annihilated(_ vectors: [[[Complex<Double>]]]) -> FockState? {
    var state: FockState? = self
    for (species, list) in vectors.enumerated() {
      for vector in list { state = state?.annihilated(vector, species: species) }
    }
    return state
  }

  /// ⟨a*_n a_n⟩ of every plane wave n, the diagonal of γ: one pass over the coefficients.
  public func occupations(_ species: Int) -> [Double] {
    let sizes = dimensions
    let inner = sizes[(species + 1)...].reduce(1, *)
    var weights = [Double](repeating: 0, count: sizes[species])
    for (index, value) in coefficients.enumerated() {
      weights[index / inner % sizes[species]] += value.lengthSquared
    }
    let sector = space.sector(species, removed: removed[species])
    var result = [Double](repeating: 0, count: waves.count)
    for (index, weight) in weights.enumerated() {
      for n in sector.occupied(index) { result[n] += weight }
    }
    return result
  }

  /// γ_{uw} = ⟨a_w Ψ, a_u Ψ⟩: the vectors a_nΨ are the rows of a matrix, γ its product with the adjoint.
  public func oneParticleDensity(_ species: Int) -> [Complex<Double>] {
    let m = waves.count
    var result = [Complex<Double>](repeating: .zero, count: m * m)
    guard space.particles[species] > removed[species] else { return result }
    let (rows, width) = loweredRows(species)
    MatrixProduct.multiply(
      m, m, width, rows, stride: width, .plain, rows, stride: width, .adjoint, into: &result, stride: m)
    return result
  }

  /// Through all γ of two particles and more, prepared at once.
  public func weylExpectations(upTo rank: Int) throws -> @Sendable ([[WeylOperator]]) -> Complex<Double> {
    var densities: [[Int]: ReducedDensity] = [:]
    for rank in stride(from: 2, through: rank, by: 1) {
      for order in MarginalOrder.all(ofRank: rank, speciesCount: particles.count).map(\.counts)
      where zip(order, particles).allSatisfy({ $0 <= $1 }) {
        densities[order] = try ReducedDensity(of: self, order: order)
      }
    }
    let (prepared, hbar) = (densities, hbar)
    return { prepared[$0.map(\.count)]?.weylExpectation($0, hbar: hbar) ?? .zero }
  }

  /// The total momentum Σ n (units ħκ) when all but 1e-15 of the squared norm has the same one, nil otherwise.
  public var definiteMomentum: ModeIndex? {
    guard isWhole else { return nil }
    let momenta = particles.indices.map {
      SpeciesOperators(waves: space.waves, sector: space.sector($0)).momenta
    }
    var weights: [ModeIndex: Double] = [:]
    let last = momenta[momenta.count - 1]
    let rows = momenta.dropLast().reduce([ModeIndex.zero]) { sums, list in
      sums.flatMap { sum in list.map { sum &+ $0 } }
    }
    for (i, row) in rows.enumerated() {
      for (j, column) in last.enumerated() {
        let weight = coefficients[i * last.count + j].lengthSquared
        if weight > 0 { weights[row &+ column, default: 0] += weight }
      }
    }
    let norm = squaredNorm
    guard let best = weights.max(by: { $0.value < $1.value }), best.value >= (1 - 1e-15) * norm else {
      return nil
    }
    return best.key
  }
}
