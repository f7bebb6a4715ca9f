// The right side on the cores of all marginals, in a basis that stands still while transport runs in the operators (`OrbitalForces`):
//
//     ∂_s p^{o} = Σ_α Σ_O Σ_ab O_ab z_a ∂_b B_O,       O = X_m, Y_m of species α,
//     B_{X_m} = Σ_β v_{αβ,m} ∂_{Re e_m} p^{o+β} + u_{α,m} p^{o},      B_{Y_m} = Σ_β v_{αβ,m} ∂_{Im e_m} p^{o+β},
//
// and at finite N, for ordered pairs of different slots, (1/2N) Σ_m v_{αβ,m} (X_m ⊗ P_m + Y_m ⊗ Q_m).
//
// What leaves the basis does so one slot at a time: its norm is exactly
//
//     ‖(1 − P)∂_s w^{o}‖² = Σ_α k_α Σ K_{Ob,O'b'} ⟨(1 − P)Oφ_b, (1 − P)O'φ_b'⟩,     K = Gram matrix of the ∂_b B_O,
//
// up to recollisions that leave it in both slots.

import CLibraries
import Interaction
import PhaseSpace

/// What the right side of one state is, and what of it the basis does not hold.
struct OrbitalRates {
  /// Per order.
  var rates: [[Double]]
  /// Per order: ‖(1 − P)∂_s w‖.
  var leaving: [Double]
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
  private let rank: Int
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

  /// The largest number of particles of a species that a core is needed for.
  var degree: Int { rank + 1 }

  func node(_ basis: [OrbitalFunctions], halfSteps: Int) -> OrbitalNode {
    OrbitalNode(forces, basis, modes: modes, halfSteps: halfSteps)
  }

  /// The right side at these cores.
  /// - Parameter norms: ‖w^{o}‖ per order, which what is missed is measured by.
  func rates(_ cores: [[Double]], _ shape: CoreShape, _ node: OrbitalNode, norms: [Double]) -> OrbitalRates {
    let closed = closure.closed(cores, orders, shape)
    var result = OrbitalRates(
      rates: cores.map { [Double](repeating: 0, count: $0.count) }, leaving: orders.map { _ in 0 },
      missed: zip(forces, shape.ranks).map { [Double](repeating: 0, count: $0.count * $1 * $0.count * $1) })
    let slots = forces.indices.map { species in orders.reduce(0.0) { $0 + Double($1.counts[species]) } }
    for (number, order) in orders.enumerated() {
      let fields = fields(of: order, cores, closed, shape, node)
      var squared = 0.0
      for alpha in forces.indices where order.counts[alpha] > 0 && forces[alpha].count > 0 {
        let fed = fed(alpha, order, cores[number], fields, shape, node)
        shape.addRaised(
          DenseRows.product(
            counted(alpha, node, shape), shape.ranks[alpha], forces[alpha].count * shape.ranks[alpha], fed),
          order, alpha, into: &result.rates[number])
        let gram = gram(fed, shape.rowWeights(order, alpha), forces[alpha].count * shape.ranks[alpha])
        let count = Double(order.counts[alpha])
        squared += count * zip(gram, node.leaving[alpha]).reduce(0) { $0 + $1.0 * $1.1 }
        guard norms[number] > 0 else { continue }
        let scale = count / (norms[number] * norms[number]) / slots[alpha]
        for i in gram.indices { result.missed[alpha][i] += scale * gram[i] }
      }
      result.leaving[number] = Double.greatest(0, squared).squareRoot()
    }
    return result
  }

  /// Per β and mode: ∂_{Re e_m} p^{o+β}, ∂_{Im e_m} p^{o+β}; nil where there is none.
  private func fields(
    of order: MarginalOrder, _ cores: [[Double]], _ closed: [MarginalOrder: [Double]], _ shape: CoreShape,
    _ node: OrbitalNode
  ) -> [[(real: [Double], imaginary: [Double])]?] {
    let size = shape.size(order)
    return model.species.indices.map { beta in
      let extended = order.adding(beta)
      guard masses.mass(of: extended) != 0,
        let core = order.rank < rank ? index[extended].map({ cores[$0] }) : closed[extended]
      else { return nil }
      return modes.indices.map { mode in
        var (x, y) = ([Double](repeating: 0, count: size), [Double](repeating: 0, count: size))
        let (real, imaginary) = node.functionals[beta][mode]
        shape.addContraction(of: core, with: real, beta, to: order, factor: 1, into: &x)
        shape.addContraction(of: core, with: imaginary, beta, to: order, factor: 1, into: &y)
        return (x, y)
      }
    }
  }

  /// ∂_b B_O for all operators of a species and all b.
  private func fed(
    _ alpha: Int, _ order: MarginalOrder, _ core: [Double],
    _ fields: [[(real: [Double], imaginary: [Double])]?],
    _ shape: CoreShape, _ node: OrbitalNode
  ) -> [Double] {
    let force = forces[alpha]
    var result: [Double] = []
    for mode in force.modes {
      var (x, y) = ([Double](repeating: 0, count: core.count), [Double](repeating: 0, count: core.count))
      let place = modes.firstIndex(of: mode) ?? 0
      for beta in model.species.indices {
        let v = model.potentials.coefficient(alpha, beta, mode: mode)
        guard v != 0, let field = fields[beta] else { continue }
        for i in x.indices {
          x[i] += v * field[place].real[i]
          y[i] += v * field[place].imaginary[i]
        }
      }
      let u = model.potentials.externalCoefficient(alpha, mode: mode)
      if u != 0 { for i in x.indices { x[i] += u * core[i] } }
      var parts = [shape.slices(of: x, order, alpha), shape.slices(of: y, order, alpha)]
      if force.kinds == 4 {
        parts += [Double](repeating: 0, count: parts[0].count).doubled
        addRecollisions(alpha, mode, order, core, shape, node, to: &parts)
      }
      for part in parts { result += part }
    }
    return result
  }

  /// (1/2N) v_{αβ,m} O' on every other slot, for X, Y, P, Q on this one: O' = P, Q, X, Y.
  private func addRecollisions(
    _ alpha: Int, _ mode: ModeIndex, _ order: MarginalOrder, _ core: [Double], _ shape: CoreShape,
    _ node: OrbitalNode, to parts: inout [[Double]]
  ) {
    guard let number = model.particleNumber else { return }
    for beta in model.species.indices where order.counts[beta] > (beta == alpha ? 1 : 0) {
      let v = model.potentials.coefficient(alpha, beta, mode: mode) / (2 * Double(number))
      guard v != 0, let place = forces[beta].modes.firstIndex(of: mode) else { continue }
      let r = shape.ranks[alpha]
      for (kind, partner) in [(0, 2), (1, 3), (2, 0), (3, 1)] {
        let matrix = block(beta, 4 * place + partner, node, shape)
        if beta == alpha {
          let slices = shape.slices(of: core, order, alpha)
          var counts = order.counts
          counts[alpha] -= 1
          let rest = MarginalOrder(counts)
          let rows = slices.count / r
          for b in 0..<r {
            let moved = shape.sumOverSlots(matrix, Array(slices[(b * rows)..<((b + 1) * rows)]), rest, alpha)
            for i in moved.indices { parts[kind][b * rows + i] += v * moved[i] }
          }
        } else {
          let moved = shape.slices(of: shape.sumOverSlots(matrix, core, order, beta), order, alpha)
          for i in moved.indices { parts[kind][i] += v * moved[i] }
        }
      }
    }
  }

  /// O_ab of one operator.
  private func block(_ species: Int, _ which: Int, _ node: OrbitalNode, _ shape: CoreShape) -> [Double] {
    let r = shape.ranks[species]
    let width = forces[species].count * r
    var result: [Double] = []
    for a in 0..<r {
      let start = a * width + which * r
      result += node.matrices[species][start..<(start + r)]
    }
    return result
  }

  /// The matrices of X and Y; P and Q count as partners of these only.
  private func counted(_ species: Int, _ node: OrbitalNode, _ shape: CoreShape) -> [Double] {
    guard forces[species].kinds == 4 else { return node.matrices[species] }
    let r = shape.ranks[species]
    var matrix = node.matrices[species]
    for i in matrix.indices where i / r % 4 >= 2 { matrix[i] = 0 }
    return matrix
  }

  /// Σ_rows weight · F_{Ob} F_{O'b'}
  private func gram(_ fed: [Double], _ weights: [Double], _ count: Int) -> [Double] {
    let roots = weights.map { $0.squareRoot() }
    let rows = roots.count
    var scaled = fed
    for line in 0..<count { for i in 0..<rows { scaled[line * rows + i] *= roots[i] } }
    return DenseRows.overlaps(scaled, count, scaled, count)
  }
}

extension [Double] {
  fileprivate var doubled: [[Double]] { [self, self] }
}
