// Mixtures of products on the lattice, Σ_i w_i Π_j f^i_{α_j}(ξ_j, n_j), from tables of the one-particle functions: initial
// data, and the exact references m_{1,t}^{⊗k} ⊗ m_{2,t}^{⊗ℓ} of factorised data and their mixtures. Cost: one product per
// component, stored number and particle.

public import CLibraries
import Interaction
public import PhaseSpace
public import Vlasov

/// One-particle functions of every component, species and mode over the ξ grid: P reals, then P imaginary parts.
public struct ProductTables: Sendable {
  let lattice: FourierLattice
  /// w_i
  let weights: [Double]
  /// values[i][α][n]
  let values: [[[[Double]]]]

  /// The states of a mixture, of mass 1.
  init(_ products: [ProductMixture.Component], lattice: FourierLattice) {
    self.init(
      weights: products.map(\.weight),
      products.map { component in
        OneParticleTable(lattice: lattice) { species, mode, point in
          component.states[species].value(
            xi: lattice.xi(point, species: species), eta: mode.vector * lattice.kappa)
        }
      }, lattice: lattice)
  }

  private init(weights: [Double], _ tables: [OneParticleTable], lattice: FourierLattice) {
    self.lattice = lattice
    self.weights = weights
    values = tables.map(\.values)
  }

  /// Products at the sites of one lattice, exact solutions with their errors.
  /// - Throws: `ArgumentError` where there is none.
  public init(_ components: [ProductComponent]) throws(ArgumentError) {
    guard let lattice = components.first?.table.lattice else {
      throw ArgumentError("components", expected: "at least one component", got: "none")
    }
    self.init(weights: components.map(\.weight), components.map(\.table), lattice: lattice)
  }

  /// Bytes of the tables of a mixture of so many components; nil where they overflow.
  public static func bytes(components: Int, lattice: FourierLattice) -> Int? {
    Memory.product(
      components,
      Memory.sum(
        lattice.masses.indices.map {
          Memory.product(lattice.modeCount, Memory.sum(Memory.product(2 * 8, lattice.pointCount($0)), 40))
        }))
  }

  /// The present solutions of the Vlasov (or Hartree) equation for every component: the exact solution of the infinite
  /// hierarchy for factorised data and mixtures. Their mass is n_α.
  public init(_ flows: [(weight: Double, lattice: VlasovLattice)]) throws(ArgumentError) {
    guard let lattice = flows.first?.lattice.lattice else {
      throw ArgumentError("components", expected: "at least one component", got: "none")
    }
    self.init(
      weights: flows.map(\.weight), flows.map { OneParticleTable($0.lattice, on: lattice) }, lattice: lattice)
  }

  /// Calls `body` with (row, line, P, the product on the line) for every line of one order, or of all.
  func forEachLine(
    of layout: TruncatedHierarchyLayout, order: Int? = nil,
    _ body: (Int, Int, Int, UnsafePointer<Double>) -> Void
  ) {
    for (number, row) in layout.rows.enumerated() where order == nil || row.order == order {
      let slots = layout.orders[row.order].slots
      let last = slots.count - 1
      let points = lattice.pointCount(slots[last])
      let lines = slots.dropLast().reduce(1) { $0 * lattice.pointCount($1) }
      var product = [Double](repeating: 0, count: 2 * points)
      for line in 0..<lines {
        for i in product.indices { product[i] = 0 }
        for component in weights.indices {
          var (x, y) = (weights[component], 0.0)
          var rest = line
          for slot in stride(from: last - 1, through: 0, by: -1) {
            let count = lattice.pointCount(slots[slot])
            let point = rest % count
            rest /= count
            values[component][slots[slot]][row.modes[slot]].withUnsafeBufferPointer { table in
              let (u, v) = (table[point], table[count + point])
              (x, y) = (x * u - y * v, x * v + y * u)
            }
          }
          values[component][slots[last]][row.modes[last]].withUnsafeBufferPointer { table in
            for i in 0..<points {
              product[i] += x * table[i] - y * table[points + i]
              product[points + i] += x * table[points + i] + y * table[i]
            }
          }
        }
        product.withUnsafeBufferPointer { body(number, line, points, $0.baseAddress!) }
      }
    }
  }
}
