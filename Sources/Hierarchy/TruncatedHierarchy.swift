public import CLibraries
public import Interaction
public import Numerics
public import PhaseSpace
import Vlasov

/// The hierarchy cut at rank R: all marginals w^{(k,ℓ,…)} with 1 ≤ k+ℓ+… ≤ R on the Fourier lattice, in the Schrödinger
/// picture, those of rank R + 1 from a closure (MATHEMATICS of (1.8) and of the finite-N hierarchy):
///
///     ∂_t w = Σ_i (η_i/m_i)·∇_{ξ_i} w + Σ_i Σ_β Σ_m v_{α_iβ,m} κ_ħ(κm·ξ_i) w^{(..β+1)}(…, ξ_i, η_i+κm, …; 0, −κm)
///           + (1/N) Σ_{i<j} Σ_m v_{α_iα_j,m} κ_ħ(κm·(ξ_i − ξ_j)) w(…, η_i+κm, …, η_j−κm, …)          (finite N only)
///
/// N = ∞ with the classical kernel is (1.8); finite N with the Moyal kernel at R = N is the Schrödinger equation (1.2).
/// On a lattice of whole shifts transport is exact, and the rest is integrated by Lawson's RK4, error O(Δt⁴). With a chosen Δξ
/// transport is by sixteen-point interpolation, and the integrator the extrapolated midpoint rule, error O(Δt⁸).
///
/// Memory: 4 × 16 bytes per stored number (6 × 16 with a chosen Δξ), ½ of the sorted mode tuples times the full ξ grids, and the compiled right side
/// (`memory`); cost: 16 streams of the state a step. Computed before anything is allocated.
public final class TruncatedHierarchy {
  /// Species, potentials, kernel and, at finite N, the particle numbers.
  public let model: Model
  /// The modes and ξ grids of every particle.
  public let lattice: FourierLattice
  /// R
  public let rank: Int
  /// What stands in for the marginals of rank R + 1.
  public let closure: any Closure
  /// The marginals that are kept; at finite N those with k ≤ N_1, ℓ ≤ N_2, …
  public let orders: [MarginalOrder]
  /// Steps of Δt made so far.
  public internal(set) var steps = 0

  /// Where Δξ is chosen, what interpolation has left out so far.
  var interpolation = 0.0

  let layout: TruncatedHierarchyLayout
  let masses: MarginalMasses
  let stepper: any HierarchyStepper
  let workers: Workers
  /// The data against the lattice.
  private(set) var data: DataOnLattice?
  /// What was seen along the way.
  lazy var watch = HierarchyWatch(self)
  /// Where the one-particle densities of every mode stand: real part, distance of the imaginary part.
  private let densities: [(real: Int, imaginary: Int, mode: ModeIndex)]

  /// The hierarchy at t = 0 with μ_0^{(k,ℓ)} = c_{kℓ} f^{(k,ℓ)}, f the data: from tables where they are a mixture of products,
  /// else value by value.
  /// - Throws: `ArgumentError` for data of another number of species; else as for marginals.
  public convenience init(
    model: Model, initial: any InitialHierarchy, lattice: FourierLattice, rank: Int, closure: any Closure,
    workers: Workers
  ) throws {
    let products = initial.products
    for product in products ?? [] where product.states.count != model.species.count {
      throw ArgumentError(
        "initial", expected: "a state for each of \(model.species.count) species",
        got: "\(product.states.count)")
    }
    try self.init(model: model, lattice: lattice, rank: rank, closure: closure, workers: workers)
    if let products {
      fill(with: products)
    } else {
      fill(sampling: initial.marginals(of: model))
    }
    data = try DataOnLattice(initial, model: model, lattice: lattice)
  }

  /// The hierarchy at t = 0, sampled from any family of marginals.
  /// - Throws: `ArgumentError` for a rank outside 1 … 8, a lattice of other species or terms of the closure that are no
  ///   partitions; `HypothesisError` when the closure does not suit the model; `MemoryError` before anything is allocated.
  public convenience init(
    model: Model, marginals: some CharacteristicFunction, lattice: FourierLattice, rank: Int,
    closure: any Closure, workers: Workers
  ) throws {
    try self.init(model: model, lattice: lattice, rank: rank, closure: closure, workers: workers)
    fill(sampling: marginals)
    let masses = model.fractions
    data = try DataOnLattice(
      { marginals.value(at: [$0]) / Complex(masses[$0.species]) }, products: nil, model: model,
      lattice: lattice)
  }

  /// The hierarchy with all marginals zero.
  ///
  /// - Throws: `ArgumentError` for a rank outside 1 … 8, a lattice of other species or terms of the closure that are no
  ///   partitions; `HypothesisError` when the closure does not suit the model; `MemoryError` before anything is allocated.
  private init(model: Model, lattice: FourierLattice, rank: Int, closure: any Closure, workers: Workers)
    throws
  {
    guard (1...8).contains(rank) else {
      throw ArgumentError("rank", expected: "an integer from 1 to 8", got: "\(rank)")
    }
    guard lattice.masses == model.masses, lattice.dimension == model.geometry.dimension else {
      throw ArgumentError("lattice", expected: "the dimension and masses of the model", got: "others")
    }
    try closure.check(model, rank: rank)
    for term in closure.terms(particles: rank + 1) {
      guard term.blocks.joined().sorted() == Array(0...rank), !term.blocks.contains(where: \.isEmpty),
        term.blocks.count > 1
      else {
        throw ArgumentError(
          "closure \(closure.name)", expected: "partitions of 0…\(rank) into at least two blocks",
          got: "\(term.blocks)")
      }
    }
    self.model = model
    self.lattice = lattice
    self.rank = rank
    self.closure = closure
    self.workers = workers
    orders = TruncatedHierarchyLayout.orders(model: model, rank: rank)
    masses = MarginalMasses(model)
    let purpose = "the truncated hierarchy of rank \(rank)"
    try Memory.require(
      Memory.sum(
        Self.peakBytes(model: model, lattice: lattice, rank: rank, threads: workers.threads),
        TruncatedHierarchyLayout.rowBytes(orders: orders, lattice: lattice)), for: purpose)
    layout = TruncatedHierarchyLayout(orders: orders, lattice: lattice)
    try Memory.require(
      Self.memory(model: model, layout: layout, rank: rank, closure: closure, threads: workers.threads).held,
      for: purpose)
    let plan = TruncatedHierarchyPlan.motion(model: model, layout: layout, rank: rank, closure: closure)
    let program = try TruncatedHierarchyProgram(plan, layout: layout, kernel: model.kernel)
    densities = layout.rows.filter { $0.modes.count == 1 }.map { [layout] row in
      let points = lattice.pointCount(layout.orders[row.order].slots[0])
      return (row.offset + points / 2, points, lattice.mode(at: row.modes[0]))
    }
    stepper =
      lattice.hasWholeShifts
      ? TruncatedHierarchyStepper(layout: layout, program: program, workers: workers)
      : ExtrapolatedHierarchyStepper(
        layout: layout, program: program, forces: HierarchyForces(model, layout), workers: workers)
  }

  /// Bytes one step moves at least: sixteen streams of the state.
  public var bytesPerStep: Int { 16 * 8 * layout.count }

  var current: UnsafePointer<Double> { UnsafePointer(stepper.state) }

  /// One step of Δt.
  /// - Throws: `NumericalFailure` when a one-particle density is no longer finite.
  func step() throws {
    try stepper.advance()
    steps += 1
    try checkDensities()
  }

  private func checkDensities() throws(NumericalFailure) {
    for density in densities {
      guard current[density.real].isFinite, current[density.real + density.imaginary].isFinite else {
        throw NumericalFailure(
          in: "the density of mode \(density.mode.text(dimension: lattice.dimension)) at t = \(time)",
          "a value that is not finite")
      }
    }
  }

  /// w at the modes and grid points of particles of these species, in any order; zero outside the lattice.
  public func value(species: [Int], modes: [ModeIndex], points: [ModeIndex]) -> Complex<Double> {
    guard let read = layout.read(species: species, modes: modes) else { return .zero }
    var at = read.base
    for (particle, stride) in read.strides.enumerated() {
      guard let offset = lattice.pointOffset(points[particle], species: species[particle]) else {
        return .zero
      }
      at += stride * (offset - lattice.pointCount(species[particle]) / 2)
    }
    return Complex(current[at], Double(read.sign) * current[at + read.imaginaryOffset])
  }

  /// w^{(k,ℓ)} in full storage.
  /// - Throws: `MemoryError` when it does not fit.
  public func marginal(_ order: MarginalOrder) throws(MemoryError) -> Marginal {
    var marginal = try Marginal(zeroOn: lattice, order: order)
    var values = marginal.values
    let slots = order.slots
    var index = 0
    marginal.forEachIndex { modes, points in
      values[index] = value(species: slots, modes: modes, points: points)
      index += 1
    }
    marginal.values = values
    return marginal
  }

  // MARK: initial data

  private func fill(with products: [ProductMixture.Component]) {
    let tables = ProductTables(products, lattice: lattice)
    let state = stepper.state
    tables.forEachLine(of: layout) { row, line, points, product in
      let order = layout.orders[layout.rows[row].order]
      let mass = model.mass(of: order)
      let target = state + layout.rows[row].offset + 2 * points * line
      for i in 0..<(2 * points) { target[i] = mass * product[i] }
    }
  }

  private func fill(sampling function: some CharacteristicFunction) {
    for row in layout.rows {
      let slots = layout.orders[row.order].slots
      let modes = row.modes.map { lattice.mode(at: $0) }
      var indices = [Int](repeating: 0, count: slots.count)
      let last = slots.count - 1
      let points = lattice.pointCount(slots[last])
      var line = 0
      func descend(_ slot: Int) {
        if slot == last {
          let target = stepper.state + row.offset + 2 * points * line
          for point in 0..<points {
            indices[last] = point
            let value = function.value(
              at: slots.indices.map { slot in
                PhasePoint(
                  species: slots[slot],
                  xi: lattice.xi(
                    lattice.point(at: indices[slot], species: slots[slot]), species: slots[slot]),
                  eta: modes[slot].vector * lattice.kappa)
              })
            target[point] = value.real
            target[points + point] = value.imaginary
          }
          line += 1
          return
        }
        for point in 0..<lattice.pointCount(slots[slot]) {
          indices[slot] = point
          descend(slot + 1)
        }
      }
      descend(0)
    }
  }
}
