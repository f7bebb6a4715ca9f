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
  private let index: [MarginalOrder: Int]
  private let masses: MarginalMasses

  init(model: Model, lattice: FourierLattice, rank: Int, closure: any Closure) throws {
    self.model = model
    self.lattice = lattice
    self.rank = rank
    orders = TruncatedHierarchyLayout.orders(model: model, rank: rank)
    self.closure = try OrbitalClosure(closure, rank: rank, model: model)
    forces = model.species.indices.map { OrbitalForces(model: model, lattice: lattice, species: $0) }
    modes = Set(forces.flatMap(\.modes)).sorted { $0.precedes($1) }
    index = Dictionary(uniqueKeysWithValues: orders.enumerated().map { ($1, $0) })
    masses = MarginalMasses(model)
  }

  /// Particles of the polynomials that a step needs.
  var degree: Int { closure.isZero ? rank : rank + 1 }

  func node(_ basis: [OrbitalFunctions], halfSteps: Int) -> OrbitalNode {
    OrbitalNode(forces, basis, modes: modes, halfSteps: halfSteps)
  }

  /// The right side at these polynomials.
  /// - Parameter norms: ‖w^{o}‖ per order, which what is missed is measured by.
  func rates(_ p: [[Double]], _ sets: GradedMultisets, _ node: OrbitalNode, norms: [Double]) -> OrbitalRates {
    let counts = zip(forces, sets.ranks).map { $0.0.count * $0.1 }
    var result = OrbitalRates(
      rates: sets.zero(degree: rank), leaving: orders.map { _ in 0 }, cut: orders.map { _ in 0 },
      missed: counts.map { [Double](repeating: 0, count: $0 * $0) })
    let slots = forces.indices.map { species in orders.reduce(0.0) { $0 + Double($1.counts[species]) } }
    for k in 1...rank {
      let upper = k < rank ? p[k + 1] : closure.closed(p, sets)
      let fields = upper.map { self.fields(of: $0, k, sets, node) }
      var squares = orders.map { _ in 0.0 }
      for alpha in forces.indices where forces[alpha].count > 0 {
        let fed = self.fed(alpha, k, p[k], fields, sets, node)
        let y = DenseRows.product(counted(alpha, node, sets), sets.ranks[alpha], counts[alpha], fed)
        sets.addRaised(y, degree: k - 1, alpha, into: &result.rates[k])
        for (order, square) in sets.squaresOutside(y, degree: k - 1, alpha) {
          guard let number = index[order] else { continue }
          result.cut[number] += Double(order.counts[alpha]) * square.squareRoot()
        }
        forEachGram(of: fed, counts[alpha], degree: k - 1, sets) { (rest: MarginalOrder, gram: [Double]) in
          let order = rest.adding(alpha)
          guard let number = index[order] else { return }
          let count = Double(order.counts[alpha])
          squares[number] += count * zip(gram, node.leaving[alpha]).reduce(0.0) { $0 + $1.0 * $1.1 }
          guard norms[number] > 0 else { return }
          let scale = count / (norms[number] * norms[number]) / slots[alpha]
          for i in gram.indices { result.missed[alpha][i] += scale * gram[i] }
        }
      }
      for number in orders.indices where orders[number].rank == k {
        result.leaving[number] = Double.greatest(0, squares[number]).squareRoot()
      }
      if k == rank, let upper, let fields {
        addClosure(upper, fields, sets, node, to: &result)
      }
    }
    return result
  }

  /// ∂_{Re e_m, β} p and ∂_{Im e_m, β} p of all modes and β: [β][2 · mode + part], each over K_k.
  private func fields(of upper: [Double], _ k: Int, _ sets: GradedMultisets, _ node: OrbitalNode)
    -> [[Double]]
  {
    model.species.indices.map { beta in
      DenseRows.product(
        node.functionals[beta].flatMap { $0.real + $0.imaginary }, 2 * modes.count, sets.ranks[beta],
        sets.slices(upper, degree: k, beta))
    }
  }

  /// What the closed polynomial lacks, estimated by its smallest entries.
  private func addClosure(
    _ upper: [Double], _ fields: [[Double]], _ sets: GradedMultisets, _ node: OrbitalNode,
    to result: inout OrbitalRates
  ) {
    let sizes = sets.levels[rank + 1].sizes
    guard sets.threshold > 0 else { return }
    let small = self.fields(
      of: upper.indices.map { sizes[$0] < 10 * sets.threshold ? upper[$0] : 0 }, rank, sets, node)
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
      result.cut[number] += rate * (part / whole).squareRoot()
    }
  }

  /// ∂_b B_O for all operators of a species and all b, over K_{k−1}.
  private func fed(
    _ alpha: Int, _ k: Int, _ own: [Double], _ fields: [[Double]]?, _ sets: GradedMultisets,
    _ node: OrbitalNode
  ) -> [Double] {
    let (force, size) = (forces[alpha], own.count)
    var result: [Double] = []
    for mode in force.modes {
      var parts = [[Double]](repeating: [Double](repeating: 0, count: size), count: 2)
      let place = modes.firstIndex(of: mode) ?? 0
      for beta in model.species.indices {
        let v = model.potentials.coefficient(alpha, beta, mode: mode)
        guard v != 0, let field = fields?[beta] else { continue }
        for part in 0..<2 {
          let start = (2 * place + part) * size
          for i in 0..<size { parts[part][i] += v * field[start + i] }
        }
      }
      let u = model.potentials.externalCoefficient(alpha, mode: mode)
      if u != 0 { for i in 0..<size { parts[0][i] += u * own[i] } }
      var slices = parts.map { sets.slices($0, degree: k - 1, alpha) }
      if force.kinds == 4 {
        slices += [[Double]](repeating: [Double](repeating: 0, count: slices[0].count), count: 2)
        addRecollisions(alpha, mode, k, own, sets, node, to: &slices)
      }
      for part in slices { result += part }
    }
    return result
  }

  /// (1/2N) v_{αβ,m} O' on every other slot, for X, Y, P, Q on this one: O' = P, Q, X, Y.
  private func addRecollisions(
    _ alpha: Int, _ mode: ModeIndex, _ k: Int, _ own: [Double], _ sets: GradedMultisets, _ node: OrbitalNode,
    to parts: inout [[Double]]
  ) {
    guard let number = model.particleNumber, k > 1 else { return }
    let slices = sets.slices(own, degree: k - 1, alpha)
    let rows = sets.levels[k - 1].count
    for beta in model.species.indices {
      let v = model.potentials.coefficient(alpha, beta, mode: mode) / (2 * Double(number))
      guard v != 0, let place = forces[beta].modes.firstIndex(of: mode) else { continue }
      for (kind, partner) in [(0, 2), (1, 3), (2, 0), (3, 1)] {
        let matrix = block(beta, 4 * place + partner, node, sets)
        // The slices are polynomials of the other slots.
        for b in 0..<sets.ranks[alpha] {
          let moved = sets.sumOverSlots(
            matrix, Array(slices[(b * rows)..<((b + 1) * rows)]), degree: k - 1, beta)
          for i in 0..<rows { parts[kind][b * rows + i] += v * moved[i] }
        }
      }
    }
  }

  /// O_ab of one operator.
  private func block(_ species: Int, _ which: Int, _ node: OrbitalNode, _ sets: GradedMultisets) -> [Double] {
    let r = sets.ranks[species]
    let width = forces[species].count * r
    return (0..<r).flatMap { (a: Int) -> ArraySlice<Double> in
      let start = a * width + which * r
      return node.matrices[species][start..<(start + r)]
    }
  }

  /// The matrices of X and Y; P and Q count as partners of these only.
  private func counted(_ species: Int, _ node: OrbitalNode, _ sets: GradedMultisets) -> [Double] {
    guard forces[species].kinds == 4 else { return node.matrices[species] }
    let r = sets.ranks[species]
    var matrix = node.matrices[species]
    for i in matrix.indices where i / r % 4 >= 2 { matrix[i] = 0 }
    return matrix
  }

  /// Σ_J weight · F_{Ob}[J] F_{O'b'}[J] over the J of every order.
  private func forEachGram(
    of fed: [Double], _ count: Int, degree: Int, _ sets: GradedMultisets,
    _ body: (MarginalOrder, [Double]) -> Void
  ) {
    let level = sets.levels[degree]
    let (roots, rows) = (level.weights.map { $0.squareRoot() }, level.count)
    var scaled = fed
    for line in 0..<count { for i in 0..<rows { scaled[line * rows + i] *= roots[i] } }
    for (order, block) in zip(level.orders, level.blocks) where !block.isEmpty {
      let gram = [Double](unsafeUninitializedCapacity: count * count) { target, initialized in
        scaled.withUnsafeBufferPointer {
          let start = $0.baseAddress! + block.lowerBound
          MatrixProduct.multiply(
            count, count, block.count, start, stride: rows, .plain, start, stride: rows, .transposed,
            into: target.baseAddress!, stride: count)
        }
        initialized = count * count
      }
      body(order, gram)
    }
  }
}
