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
    let state = divided(along: species)
    let (_, own, inner) = state.shape(species)
    var weights = [Double](repeating: 0, count: own)
    for (index, value) in state.coefficients.enumerated() {
      weights[index / inner % own] += value.lengthSquared
    }
    let sector = space.sector(species, removed: removed[species])
    var result = [Double](repeating: 0, count: waves.count)
    for (index, weight) in space.ranks.gathered(weights, count: dimensions[species]).enumerated() {
      for n in sector.occupied(index) { result[n] += weight }
    }
    return result
  }

  /// γ_{uw} = ⟨a_w Ψ, a_u Ψ⟩: the vectors a_nΨ are the rows of a matrix, γ its product with the adjoint; block by block of another
  /// species' states, so that no more of the rows is held.
  public func oneParticleDensity(_ species: Int) -> [Complex<Double>] {
    let m = waves.count
    let zero = [Complex<Double>](repeating: .zero, count: m * m)
    guard space.particles[species] > removed[species] else { return zero }
    let state = divided(awayFrom: species)
    let blocks = state.axis == species ? [0..<dimensions[species]] : state.blocks
    let partial = blocks.flatMap { block -> [Double] in
      var part = zero
      if !block.isEmpty {
        let (rows, width) = state.loweredRows(species, block)
        MatrixProduct.multiply(
          m, m, width, rows, stride: width, .plain, rows, stride: width, .adjoint, into: &part, stride: m)
      }
      return part.flatMap { [$0.real, $0.imaginary] }
    }
    let numbers = state.axis == species ? partial : space.ranks.sum(partial, width: 2 * m * m)
    return zero.indices.map { Complex(numbers[2 * $0], numbers[2 * $0 + 1]) }
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
    let state = divided(along: 0)
    let momenta = particles.indices.map {
      SpeciesOperators(waves: space.waves, sector: space.sector($0)).momenta
    }
    let others = momenta.dropFirst().reduce([ModeIndex.zero]) { sums, list in
      sums.flatMap { sum in list.map { sum &+ $0 } }
    }
    let kinds = Array(Set(others)).sorted { $0.precedes($1) }
    let kindOf = Dictionary(uniqueKeysWithValues: kinds.enumerated().map { ($1, $0) })
    let columns = others.map { kindOf[$0]! }
    let totals = Set(Set(momenta[0]).flatMap { a in kinds.map { a &+ $0 } }).sorted { $0.precedes($1) }
    let places = Dictionary(uniqueKeysWithValues: totals.enumerated().map { ($1, $0) })
    let start = space.ranks.share(dimensions[0]).lowerBound
    let weights = space.ranks.sum(
      state.blocks.flatMap { block -> [Double] in
        var weights = [Double](repeating: 0, count: totals.count)
        for i in block {
          let targets = kinds.map { places[momenta[0][start + i] &+ $0]! }
          for (j, kind) in columns.enumerated() {
            weights[targets[kind]] += state.coefficients[i * columns.count + j].lengthSquared
          }
        }
        return weights
      }, width: totals.count)
    guard let best = weights.indices.max(by: { weights[$0] < weights[$1] }), weights.allSatisfy(\.isFinite),
      weights[best] > 0
    else { return nil }
    let rest = weights.enumerated().reduce(0) { $0 + ($1.offset == best ? 0 : $1.element) }
    return rest <= 1e-15 * (rest + weights[best]) ? totals[best] : nil
  }
}
