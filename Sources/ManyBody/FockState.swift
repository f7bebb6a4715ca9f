// Ψ ∈ F_a^{(n_1)} ⊗ … ⊗ F_a^{(n_S)} as the D_1 × … × D_S tensor of its coefficients in the bitstring basis, and the annihilators
//
//     a(c)Ψ = Σ_i c_i a_i Ψ      of one species,
//
// which take it to the sector below; annihilators of different species commute. Seen from one species the tensor is
// outer × D_α × inner: cost of one annihilation outer·D'·(M − n + 1) complex axpys of `inner` numbers. Ranks may have the tensor
// together (FockRanks): then these are the numbers of one of them, a range of one species' states.

import CLibraries
public import Numerics

/// A state of `space` with `removed` particles of each species taken away by annihilators.
public struct FockState: Sendable {
  /// The space the state was made in.
  public let space: FockSpace
  /// How many particles of each species annihilators have removed.
  public let removed: [Int]
  /// Coefficients, D_1 × … × D_S, the last species fastest; of several ranks those of this one.
  public var coefficients: [Complex<Double>]
  /// The species among whose states the tensor is divided, and by whose blocks sums are made.
  let axis: Int

  /// - Parameter removed: none unless given.
  /// - Precondition: as many coefficients as the sector has basis states; of several ranks, this one's of the first species.
  public init(space: FockSpace, removed: [Int]? = nil, coefficients: [Complex<Double>]) {
    self.init(space: space, removed: removed, coefficients: coefficients, axis: 0)
  }

  /// A tensor that is divided along an axis.
  init(space: FockSpace, removed: [Int]?, coefficients: [Complex<Double>], axis: Int) {
    let removed = removed ?? space.particles.map { _ in 0 }
    precondition(
      coefficients.count
        == DividedTensor(sizes: space.dimensions(removed: removed), ranks: space.ranks)
        .count(along: axis), "one coefficient per basis state")
    self.space = space
    self.removed = removed
    self.coefficients = coefficients
    self.axis = axis
  }

  /// D_1, …, D_S.
  public var dimensions: [Int] { space.dimensions(removed: removed) }

  /// The tensor of this rank as one species sees it.
  func shape(_ species: Int) -> (outer: Int, own: Int, inner: Int) {
    tensor.shape(species, along: axis)
  }

  private var tensor: DividedTensor { DividedTensor(sizes: dimensions, ranks: space.ranks) }

  /// The same state divided along another axis.
  func divided(along other: Int) -> FockState {
    guard other != axis else { return self }
    return FockState(
      space: space, removed: removed,
      coefficients: tensor.moved(coefficients, from: axis, to: other), axis: other)
  }

  /// The same state with all states of a species on every rank, where there is another species to divide it along.
  func divided(awayFrom species: Int) -> FockState {
    guard species == axis, dimensions.count > 1 else { return self }
    return divided(along: species == 0 ? dimensions.count - 1 : 0)
  }

  /// The places of this rank's fixed blocks among its states of the axis, in their order.
  var blocks: [Range<Int>] {
    let size = dimensions[axis]
    let first = space.ranks.share(size).lowerBound
    return space.ranks.ownBlocks.map {
      let block = FockRanks.block($0, of: size)
      return block.lowerBound - first..<block.upperBound - first
    }
  }

  /// Σ over all basis states of what `term` adds for those of one block: places of coefficients.
  private func sum(_ term: (Range<Int>, inout Complex<Double>) -> Void) -> Complex<Double> {
    let (outer, own, inner) = shape(axis)
    let partial = blocks.flatMap { block -> [Double] in
      var sum = Complex<Double>.zero
      for o in 0..<outer where !block.isEmpty {
        term((o * own + block.lowerBound) * inner..<(o * own + block.upperBound) * inner, &sum)
      }
      return [sum.real, sum.imaginary]
    }
    let total = space.ranks.sum(partial, width: 2)
    return Complex(total[0], total[1])
  }

  /// ‖Ψ‖².
  public var squaredNorm: Double {
    coefficients.withUnsafeBufferPointer { values in
      sum { places, sum in
        var real = sum.real
        for i in places { real += values[i].lengthSquared }
        sum = Complex(real)
      }.real
    }
  }

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
    precondition(removed == other.removed, "states of the same sector")
    let other = other.divided(along: axis)
    return coefficients.withUnsafeBufferPointer { left in
      other.coefficients.withUnsafeBufferPointer { right in
        sum { places, sum in
          var (re, im) = (sum.real, sum.imaginary)
          for i in places {
            let (a, b) = (left[i], right[i])
            re += a.real * b.real + a.imaginary * b.imaginary
            im += a.real * b.imaginary - a.imaginary * b.real
          }
          sum = Complex(re, im)
        }
      }
    }
  }

  /// Σ + factor·Φ; the sum keeps its axis.
  mutating func add(_ other: FockState, _ factor: Double) {
    precondition(removed == other.removed, "states of the same sector")
    let other = other.divided(along: axis)
    for i in coefficients.indices { coefficients[i] += other.coefficients[i].multiplied(by: factor) }
  }

  /// AΨ for a sparse operator A of one species.
  public func applying(_ matrix: SparseMatrix, species: Int) -> FockState {
    let state = divided(awayFrom: species)
    return FockState(
      space: space, removed: removed, coefficients: state.image(matrix, species), axis: state.axis)
  }

  private func image(_ matrix: SparseMatrix, _ species: Int) -> [Complex<Double>] {
    let (outer, own, inner) = shape(species)
    var result = [Complex<Double>](repeating: .zero, count: outer * matrix.rows * inner)
    for o in 0..<outer {
      for i in 0..<matrix.rows {
        let target = (o * matrix.rows + i) * inner
        let entries = matrix.starts[i]..<matrix.starts[i + 1]
        // None of a rank that has nothing.
        guard inner != 1 else {
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
    return result
  }

  /// Σ_i c_i a_i Ψ, a_i the annihilators of the species; nil when no particle of it is left.
  public func annihilated(_ vector: [Complex<Double>], species: Int) -> FockState? {
    precondition(vector.count == space.waves.count, "one coefficient per plane wave")
    guard removed[species] < space.particles[species] else { return nil }
    let state = divided(awayFrom: species)
    return FockState(
      space: space, removed: lowered(species), coefficients: state.image(vector, species), axis: state.axis)
  }

  private func image(_ vector: [Complex<Double>], _ species: Int) -> [Complex<Double>] {
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
    return result
  }

  /// a_i Ψ.
  /// - Precondition: a particle of the species is left.
  public func annihilated(mode: Int, species: Int) -> FockState {
    let state = divided(awayFrom: species)
    return FockState(
      space: space, removed: lowered(species), coefficients: state.image(annihilating: mode, species),
      axis: state.axis)
  }

  private func image(annihilating mode: Int, _ species: Int) -> [Complex<Double>] {
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
    return result
  }

  /// a_nΨ for all plane waves n, one row each, of what lies in a range of the axis: one pass over it.
  /// - Precondition: a particle of the species is left, and the axis is another one, or all of a single species.
  func loweredRows(_ species: Int, _ range: Range<Int>) -> (rows: [Complex<Double>], width: Int) {
    let sector = space.sector(species, removed: removed[species])
    let coefficients = part(range)
    let own = dimensions[species]
    let (outer, inner) = dimensions.enumerated().reduce((1, 1)) { product, entry in
      let size = entry.offset == axis ? range.count : entry.element
      return entry.offset < species
        ? (product.0 * size, product.1)
        : entry.offset > species ? (product.0, product.1 * size) : product
    }
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

  /// The coefficients of a range of the axis.
  private func part(_ range: Range<Int>) -> [Complex<Double>] {
    let (outer, own, inner) = shape(axis)
    guard range.count < own else { return coefficients }
    var result: [Complex<Double>] = []
    result.reserveCapacity(outer * range.count * inner)
    for o in 0..<outer {
      result += coefficients[(o * own + range.lowerBound) * inner..<(o * own + range.upperBound) * inner]
    }
    return result
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
    let targets = space.particles.indices.map { species in
      space.sector(species).states.map { state -> Int in
        var target: UInt64 = 0
        for i in 0..<space.waves.count where state >> UInt64(i) & 1 == 1 {
          target |= UInt64(1) << UInt64(place[i])
        }
        return larger.sector(species).index(of: target)!
      }
    }
    // One species after the other, that of the axis last and the tensor divided along another one before.
    var (sizes, values, here) = (dimensions, coefficients, axis)
    for species in space.particles.indices.filter({ $0 != axis }) + [axis] {
      if species == here, sizes.count > 1 {
        here = species == 0 ? sizes.count - 1 : 0
        values = DividedTensor(sizes: sizes, ranks: space.ranks).moved(values, from: axis, to: here)
      }
      let tensor = DividedTensor(sizes: sizes, ranks: space.ranks)
      let (outer, own, inner) = tensor.shape(species, along: here)
      let count = larger.sector(species).count
      var result = [Complex<Double>](repeating: .zero, count: outer * count * inner)
      for o in 0..<outer {
        for (i, target) in targets[species].enumerated() {
          let (from, to) = ((o * own + i) * inner, (o * count + target) * inner)
          for c in 0..<inner { result[to + c] = values[from + c] }
        }
      }
      values = result
      sizes[species] = count
    }
    return FockState(space: larger, removed: removed, coefficients: values, axis: here)
  }
}
