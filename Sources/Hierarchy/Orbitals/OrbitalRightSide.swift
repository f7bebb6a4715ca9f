// The right side on the cores of all marginals, in a basis that stands still while transport runs in the operators (`OrbitalForces`).
// With p_k the polynomial of all marginals of k particles over the multisets K_k that are kept (`GradedMultisets`):
//
//     ∂_s p_k = Σ_α Σ_O Σ_ab O_ab z_a ∂_b B_O,       O = X_m, Y_m of species α,
//     B_{X_m} = Σ_β v_{αβ,m} ∂_{Re e_m, β} p_{k+1} + u_{α,m} p_k,      B_{Y_m} = Σ_β v_{αβ,m} ∂_{Im e_m, β} p_{k+1},
//
// and at finite N, for ordered pairs of different slots, (1/2N) Σ_m v_{αβ,m} (X_m ⊗ P_m + Y_m ⊗ Q_m).
//
// What leaves the basis does so one slot at a time: its norm is exactly
//
//     ‖(1 − P)∂_s w^{o}‖² = Σ_α k_α Σ K_{Ob,O'b'} ⟨(1 − P)Oφ_b, (1 − P)O'φ_b'⟩,     K = Gram matrix of the ∂_b B_O,
//
// up to recollisions that leave it in both slots. What leaves the multisets is, with y_a = Σ_Ob O_ab ∂_b B_O, at most
//
//     Σ_α k_α (Σ_J (k_α − 1)! Π_{β≠α} k_β! J! Σ_{a: J+a ∉ K} y_a[J]²)^{1/2}       (the triangle inequality over the slots).
//
// The closed p_{R+1} lacks what its products have outside K_{R+1}. That is taken to be as much as the smallest entries that are
// kept, those below ten times the threshold, make of B: the same share of ∂_s w^{o} counts as cut.

import CLibraries
import Computing
import Interaction
import PhaseSpace

/// What the right side of one state is, and what of it is not held.
struct OrbitalRates {
  /// Per degree 0 … R.
  var rates: [[Double]]
  /// Per order: ‖(1 − P)∂_s w‖.
  var leaving: [Double]
  /// Per order: what is outside K.
  var cut: [Double]
  /// Per order: what the closed polynomial lacks.
  var closing: [Double]
  /// Per species: the mean of K / ‖w^{o}‖² over all slots of all marginals, which functions are missed.
  var missed: [[Double]]
}

/// The model's part of the right side, for any basis.
struct OrbitalSystem: Sendable {
  let model: Model
  let lattice: FourierLattice
  let orders: [MarginalOrder]
  let closure: OrbitalClosure
  let forces: [OrbitalForces]
  /// All m of the half space.
  let modes: [ModeIndex]
  let rank: Int
  let workers: Workers
  let blocks: OrbitalBlocks
  /// Entries of the cores of one number of particles that a step may use; what more would hold is counted.
  let mostEntries: Int
  private let index: [MarginalOrder: Int]
  private let masses: MarginalMasses

  init(
    model: Model, lattice: FourierLattice, rank: Int, closure: any Closure, workers: Workers,
    ranks: Ranks = .single, mostEntries: Int? = nil, mostImageBytes: Int? = nil
  ) throws {
    self.model = model
    self.mostEntries = mostEntries ?? 500_000
    self.lattice = lattice
    (self.rank, self.workers) = (rank, workers)
    blocks = OrbitalBlocks(lattice, ranks: ranks, workers: workers, mostKept: mostImageBytes)
    orders = TruncatedHierarchyLayout.orders(model: model, rank: rank)
    self.closure = try OrbitalClosure(closure, rank: rank, model: model)
    forces = model.species.indices.map { OrbitalForces(model: model, lattice: lattice, species: $0) }
    modes = Set(forces.flatMap(\.modes)).sorted { $0.precedes($1) }
    index = Dictionary(uniqueKeysWithValues: orders.enumerated().map { ($1, $0) })
    masses = MarginalMasses(model)
  }

  /// Particles of the polynomials that a step needs.
  var degree: Int { closure.isZero ? rank : rank + 1 }

  /// The place of an order; nil where it is not kept.
  func number(_ order: MarginalOrder) -> Int? { index[order] }

  /// - Throws: what the ranks throw.
  func node(_ basis: [OrbitalFunctions], at instant: OrbitalInstant) throws -> OrbitalNode {
    try OrbitalNode(forces, basis, modes: modes, at: instant, blocks)
  }

  /// The largest component of a mode that operators shift by.
  var highestComponent: Int { modes.map(\.maximumNorm).max() ?? 0 }

  /// Multisets that are worked on together.
  private static let piece = 1024

  /// The right side at these polynomials.
  /// - Parameters:
  ///   - norms: ‖w^{o}‖ per order, which what is missed is measured by.
  ///   - weight: how much of it the step adds, for `reach`.
  ///   - least: the share of a norm below which entries of the closed polynomial may have been left out.
  ///   - reach: is told what the entries that are not kept would get.
  ///   - withLosses: whether what leaves the basis and what the closed polynomial lacks is wanted too.
  func rates(
    _ p: [[Double]], _ sets: GradedMultisets, _ node: OrbitalNode, norms: [Double], weight: Double,
    least: Double, _ reach: inout OrbitalReach, withLosses: Bool = true
  ) -> OrbitalRates {
    let nothing = orders.map { _ in 0.0 }
    let widths = zip(forces, sets.ranks).map { $0.0.count * $0.1 }
    var result = OrbitalRates(
      rates: sets.zero(degree: rank), leaving: nothing, cut: nothing, closing: nothing,
      missed: widths.map { [Double](repeating: 0, count: $0 * $0) })
    let slots = forces.indices.map { species in orders.reduce(0.0) { $0 + Double($1.counts[species]) } }
    var squares = nothing
    let (upper, fields) = allFields(p, sets, node)
    for k in 1...rank {
      for alpha in forces.indices where forces[alpha].count > 0 {
        let pairs = recollisions(alpha, k, p[k], sets, node, weight, &reach, &result)
        let (y, grams) = fed(
          alpha, k, sources(alpha, k, p[k], fields[k - 1]), pairs,
          by: counted(alpha, node.matrices[alpha], sets),
          sets, withGrams: withLosses)
        for (order, gram) in grams {
          guard let number = number(order) else { continue }
          let count = Double(order.counts[alpha])
          squares[number] += count * zip(gram, node.leaving[alpha]).reduce(0.0) { $0 + $1.0 * $1.1 }
          guard norms[number] > 0 else { continue }
          let scale = count / (norms[number] * norms[number]) / slots[alpha]
          for i in gram.indices { result.missed[alpha][i] += scale * gram[i] }
        }
        let outside = reach.raise(y, degree: k - 1, alpha, sets, into: &result.rates[k], weight: weight)
        for (order, square) in outside {
          guard let number = number(order) else { continue }
          result.cut[number] += Double(order.counts[alpha]) * square.squareRoot()
        }
      }
    }
    for number in orders.indices { result.leaving[number] = Double.greatest(0, squares[number]).squareRoot() }
    if withLosses, let upper, let last = fields[rank - 1] {
      addClosure(upper, last, sets, node, least, to: &result)
    }
    return result
  }

  /// What the right side at these polynomials makes of orbitals that are about to join the basis, over a length of time.
  /// - Parameter overlaps: ⟨φ_a, O φ_b⟩ of each species, a the new ones.
  func reached(
    _ overlaps: [[Double]], from old: [Int], _ p: [[Double]], _ sets: GradedMultisets, _ node: OrbitalNode,
    over length: Double
  ) -> OrbitalReach {
    let counts = zip(forces, zip(sets.ranks, overlaps)).map { force, own in
      force.count * own.0 == 0 ? 0 : own.1.count / (force.count * own.0)
    }
    var reach = OrbitalReach(sets, orbitals: zip(old, counts).map { $0..<($0 + $1) }, rank: rank)
    let (_, fields) = allFields(p, sets, node)
    for k in 1...rank {
      for alpha in forces.indices where counts[alpha] > 0 {
        let y = fed(
          alpha, k, sources(alpha, k, p[k], fields[k - 1]), [], by: counted(alpha, overlaps[alpha], sets),
          sets,
          withGrams: false
        ).y
        reach.add(y, degree: k - 1, alpha, weight: length)
      }
    }
    return reach
  }

  /// The closed polynomial, and ∂_e p_{k+1} for k = 1 … R.
  private func allFields(_ p: [[Double]], _ sets: GradedMultisets, _ node: OrbitalNode) -> (
    upper: [Double]?, fields: [[[Double]]?]
  ) {
    let upper = closure.closed(p, sets, workers)
    return (
      upper,
      (1...rank).map { k in (k < rank ? p[k + 1] : upper).map { self.fields(of: $0, k, sets, node) } }
    )
  }

  /// ∂_{Re e_m, β} p and ∂_{Im e_m, β} p of all modes and β: [β][2 · mode + part], each over K_k.
  private func fields(of upper: [Double], _ k: Int, _ sets: GradedMultisets, _ node: OrbitalNode)
    -> [[Double]]
  {
    model.species.indices.map { beta in
      sets.contracted(
        upper, degree: k, beta, with: node.functionals[beta].flatMap { [$0.real, $0.imaginary] }, workers)
    }
  }

  /// B_O of the operators X_m, Y_m of a species: [2 · mode + part], each over K_k.
  private func sources(_ alpha: Int, _ k: Int, _ own: [Double], _ fields: [[Double]]?) -> [Double] {
    let (force, size) = (forces[alpha], own.count)
    var result = [Double](repeating: 0, count: 2 * force.modes.count * size)
    for (line, mode) in force.modes.enumerated() {
      let place = modes.firstIndex(of: mode) ?? 0
      for beta in model.species.indices {
        let v = model.potentials.coefficient(alpha, beta, mode: mode)
        guard v != 0, let field = fields?[beta] else { continue }
        for i in 0..<(2 * size) { result[2 * line * size + i] += v * field[2 * place * size + i] }
      }
      let u = model.potentials.externalCoefficient(alpha, mode: mode)
      if u != 0 { for i in 0..<size { result[2 * line * size + i] += u * own[i] } }
    }
    return result
  }

  /// y_a = Σ_Ob M_{a,Ob} ∂_b B_O over K_{k−1}, [J][a], and the Gram matrices of the ∂_b B_O by the orders of w that they feed, one for each
  /// piece. Pieces do not depend on the number of threads, nor does the result.
  /// - Parameters:
  ///   - pairs: what recollisions add to ∂_b B_O; empty where there are none.
  ///   - matrix: M, one row for each orbital that is raised.
  private func fed(
    _ alpha: Int, _ k: Int, _ sources: [Double], _ pairs: [Double], by matrix: [Double],
    _ sets: GradedMultisets,
    withGrams: Bool
  ) -> (y: [Double], grams: [(order: MarginalOrder, gram: [Double])]) {
    let (force, r, level) = (forces[alpha], sets.ranks[alpha], sets.levels[k - 1])
    let (width, rows) = (force.count * r, level.count)
    let raised = width == 0 ? 0 : matrix.count / width
    guard raised > 0, rows > 0, !sources.isEmpty else {
      return ([Double](repeating: 0, count: raised * rows), [])
    }
    var pieces: [(order: MarginalOrder, rows: Range<Int>)] = []
    for (order, block) in zip(level.orders, level.blocks) {
      for start in stride(from: block.lowerBound, to: block.upperBound, by: Self.piece) {
        pieces.append((order.adding(alpha), start..<min(block.upperBound, start + Self.piece)))
      }
    }
    var y = [Double](repeating: 0, count: raised * rows)
    var grams = [[Double]](repeating: [], count: pieces.count)
    y.withUnsafeMutableBufferPointer { y in
      grams.withUnsafeMutableBufferPointer { grams in
        nonisolated(unsafe) let (y, grams) = (y.baseAddress!, grams.baseAddress!)
        let pieces = pieces.map(\.rows)
        workers.forEachRange(of: pieces.count) { range in
          for piece in range {
            let own = pieces[piece]
            var lines = sets.slices(sources, of: force.kinds, degree: k - 1, alpha, rows: own)
            if !pairs.isEmpty {
              for line in 0..<width {
                for i in 0..<own.count { lines[i * width + line] += pairs[line * rows + own.lowerBound + i] }
              }
            }
            MatrixProduct.multiply(
              own.count, raised, width, lines, stride: width, .plain, matrix, stride: width, .transposed,
              into: y + own.lowerBound * raised, stride: raised)
            guard withGrams else { continue }
            for i in 0..<own.count {
              let root = level.weights[own.lowerBound + i].squareRoot()
              for line in 0..<width { lines[i * width + line] *= root }
            }
            grams[piece] = [Double](unsafeUninitializedCapacity: width * width) { target, initialized in
              MatrixProduct.multiply(
                width, width, own.count, lines, stride: width, .transposed, lines, stride: width, .plain,
                into: target.baseAddress!, stride: width)
              initialized = width * width
            }
          }
        }
      }
    }
    return (y, withGrams ? zip(pieces, grams).map { ($0.order, $1) } : [])
  }

  /// What the closed polynomial lacks, estimated by its smallest entries.
  private func addClosure(
    _ upper: [Double], _ fields: [[Double]], _ sets: GradedMultisets, _ node: OrbitalNode, _ least: Double,
    to result: inout OrbitalRates
  ) {
    var smallest = upper
    let top = sets.levels[rank + 1]
    for block in top.blocks {
      let whole = block.reduce(0.0) { $0 + top.weights[$1] * upper[$1] * upper[$1] }
      for i in block where top.weights[i] * upper[i] * upper[i] >= 100 * least * least * whole {
        smallest[i] = 0
      }
    }
    let small = self.fields(of: smallest, rank, sets, node)
    let level = sets.levels[rank]
    for (number, order) in orders.enumerated() where order.rank == rank {
      var (part, whole) = (0.0, 0.0)
      for (own, all) in zip(small, fields) {
        for line in 0..<(2 * modes.count) {
          for i in level.block(order) {
            let (x, y) = (own[line * level.count + i], all[line * level.count + i])
            part += level.weights[i] * x * x
            whole += level.weights[i] * y * y
          }
        }
      }
      guard whole > 0 else { continue }
      let rate = sets.squaredNorm(result.rates[rank], order).squareRoot() + result.leaving[number]
      result.closing[number] += rate * (part / whole).squareRoot()
    }
  }

  /// The matrices of X and Y; P and Q count as partners of these only.
  private func counted(_ species: Int, _ matrix: [Double], _ sets: GradedMultisets) -> [Double] {
    guard forces[species].kinds == 4 else { return matrix }
    let r = sets.ranks[species]
    var matrix = matrix
    for i in matrix.indices where i / r % 4 >= 2 { matrix[i] = 0 }
    return matrix
  }
}
