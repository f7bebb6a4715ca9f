// The right side of the truncated hierarchy as a list of products per stored row, made once:
//
//     (∂_t − Σ_i (η_i/m_i)·∇_{ξ_i}) w^{o}(ξ,n) = Σ_i Σ_β Σ_m v_{α_iβ,m} κ_ħ(κm·ξ_i) w^{o+β}(…, n_i+m, …; 0, −m)
//                                     + Σ_i Σ_m u_{α_i,m} κ_ħ(κm·ξ_i) w^{o}(…, n_i+m, …)
//                                     + (1/N) Σ_{i<j} Σ_m v_{α_iα_j,m} κ_ħ(κm·(ξ_i − ξ_j)) w^{o}(…, n_i+m, …, n_j−m, …)
//
// w^{o+β} is stored for rank < R and a sum of products from the closure at rank R. Of every product the block that holds the
// last particle is a line of numbers, the rest is one number a line: `TruncatedHierarchyFactoring` brings the sum of a row
// into as few products number × line as it can. Since κ_ħ is odd, m and −m share their table.

import Interaction
import PhaseSpace

/// The products of the rows, made row by row: all of them at once would be several times as large as the state.
struct TruncatedHierarchyPlan {
  /// κ_ħ(κm·ξ) or cos(ħκm·ξ/2) over the grid of a species.
  struct Table: Sendable, Hashable {
    let species: Int
    let mode: ModeIndex
    let isCosine: Bool
  }

  struct Factor: Sendable, Hashable {
    let slot: Int
    let table: Int
  }

  typealias Group = TruncatedHierarchyFactoring.Group

  private enum Equation {
    case motion(closing: [ClosureTerm])
    case cumulants(partitions: [[[Int]]])
  }

  /// The tables that the rows so far need.
  private(set) var tables: [Table] = []

  private var tableIndex: [Table: Int] = [:]
  private let model: Model
  private let masses: MarginalMasses
  private let layout: TruncatedHierarchyLayout
  private let rank: Int
  private let equation: Equation

  private init(_ equation: Equation, model: Model, layout: TruncatedHierarchyLayout, rank: Int) {
    self.equation = equation
    self.model = model
    self.layout = layout
    self.rank = rank
    masses = MarginalMasses(model)
  }

  /// The equation of motion.
  static func motion(model: Model, layout: TruncatedHierarchyLayout, rank: Int, closure: any Closure)
    -> TruncatedHierarchyPlan
  {
    TruncatedHierarchyPlan(
      .motion(closing: closure.terms(particles: rank + 1)), model: model, layout: layout, rank: rank)
  }

  /// The cumulants of the rows of the given rank (no products for the others), divided by the mass of their marginal.
  static func cumulants(model: Model, layout: TruncatedHierarchyLayout, rank: Int) -> TruncatedHierarchyPlan {
    TruncatedHierarchyPlan(
      .cumulants(partitions: SetPartitions.all(of: rank)), model: model, layout: layout, rank: rank)
  }

  /// The products of one row.
  mutating func groups(of row: TruncatedHierarchyLayout.Row) -> [Group] {
    switch equation {
    case .motion(let closing): motion(of: row, closing: closing)
    case .cumulants(let partitions): cumulants(of: row, partitions)
    }
  }

  private mutating func motion(of row: TruncatedHierarchyLayout.Row, closing: [ClosureTerm]) -> [Group] {
    let order = layout.orders[row.order]
    let slots = order.slots
    let modes = row.modes.map { layout.lattice.mode(at: $0) }
    var builder = TruncatedHierarchyFactoring(layout: layout, slots: slots)
    for i in slots.indices {
      for atom in model.potentials.external(slots[i]) where atom.mode != .zero {
        let (table, sign) = table(slots[i], atom.mode, isCosine: false)
        var shifted = modes
        shifted[i] = shifted[i] &+ atom.mode
        builder.add(
          atom.coefficient * sign, [Factor(slot: i, table: table)], slots, shifted, [Array(slots.indices)])
      }
      for beta in model.species.indices {
        let extended = order.adding(beta)
        guard masses.mass(of: extended) != 0 else { continue }
        for atom in model.potentials.atoms(slots[i], beta) where atom.mode != .zero {
          let (table, sign) = table(slots[i], atom.mode, isCosine: false)
          let factors = [Factor(slot: i, table: table)]
          var shifted = modes + [atom.mode.negated]
          shifted[i] = shifted[i] &+ atom.mode
          let species = slots + [beta]
          let everything = [Array(species.indices)]
          let terms = order.rank < rank ? [ClosureTerm(coefficient: 1, blocks: everything)] : closing
          for term in terms {
            let share = masses.ratio(of: extended, to: term.blocks, species: species)
            builder.add(
              term.coefficient * share * atom.coefficient * sign, factors, species, shifted, term.blocks)
          }
        }
      }
    }
    if let number = model.particleNumber {
      for j in slots.indices {
        for i in 0..<j {
          for atom in model.potentials.atoms(slots[i], slots[j]) where atom.mode != .zero {
            var shifted = modes
            shifted[i] = shifted[i] &+ atom.mode
            shifted[j] = shifted[j] &- atom.mode
            // κ_ħ(a − b) = κ_ħ(a) cos(ħb/2) − cos(ħa/2) κ_ħ(b); the cosines are 1 classically.
            for (one, other, sign) in [(i, j, 1.0), (j, i, -1.0)] {
              let (table, own) = table(slots[one], atom.mode, isCosine: false)
              var factors = [Factor(slot: one, table: table)]
              if model.kernel.hbar != nil {
                factors.append(
                  Factor(slot: other, table: self.table(slots[other], atom.mode, isCosine: true).0))
              }
              builder.add(
                sign * own * atom.coefficient / Double(number), factors, slots, shifted,
                [Array(slots.indices)])
            }
          }
        }
      }
    }
    return builder.groups()
  }

  private func cumulants(of row: TruncatedHierarchyLayout.Row, _ partitions: [[[Int]]]) -> [Group] {
    let slots = layout.orders[row.order].slots
    guard slots.count == rank else { return [] }
    var builder = TruncatedHierarchyFactoring(layout: layout, slots: slots)
    for blocks in partitions {
      let share = blocks.reduce(1.0) { $0 / masses.mass(of: $1.map { slots[$0] }) }
      builder.add(
        SetPartitions.ursell(blocks: blocks.count) * share, [], slots,
        row.modes.map { layout.lattice.mode(at: $0) }, blocks)
    }
    return builder.groups()
  }

  private mutating func table(_ species: Int, _ mode: ModeIndex, isCosine: Bool) -> (Int, Double) {
    let first = mode[0] != 0 ? mode[0] : (mode[1] != 0 ? mode[1] : mode[2])
    let table = Table(species: species, mode: first > 0 ? mode : mode.negated, isCosine: isCosine)
    let index = tableIndex[table] ?? tables.count
    if index == tables.count {
      tables.append(table)
      tableIndex[table] = index
    }
    return (index, first > 0 || isCosine ? 1 : -1)
  }
}
