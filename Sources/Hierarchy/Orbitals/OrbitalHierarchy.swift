import CLibraries
public import Computing
public import Interaction
public import Numerics
public import PhaseSpace
import Vlasov

/// The hierarchy cut at rank R on shared orbitals: per species one family of orthonormal functions of (ξ,n) on the Fourier lattice
/// for all marginals, and for each marginal a symmetric core,
///
///     w^{(k,ℓ)} = Σ C^{(k,ℓ)}_{a_1…a_k b_1…b_ℓ} φ^1_{a_1} ⊗ … ⊗ φ^1_{a_k} ⊗ φ^2_{b_1} ⊗ … ⊗ φ^2_{b_ℓ}.
///
/// The equation is that of `TruncatedHierarchy`, and so is the step where Δξ = κΔt/2m: Lawson's RK4 on exact transport. On a chosen Δξ_α
/// orbitals are carried once a step, and operators act at the times of its stages, both through sixteen points; with `lattice.tolerance`
/// as many steps fill a Δt as it takes; the error O(Δt⁴) of the steps is estimated there (`stepErrors`). What is added is what the
/// orbitals do not hold, kept below `tolerance` per unit of time, relative to ‖w^{(k,ℓ)}‖₂, and counted in `errors`.
/// Exchange inside a species and reality are exact, contraction and mass hold to the tolerance. Data are mixtures of products, which
/// are held exactly, or correlated Gaussians, which are mixtures to a tenth of the tolerance (`CorrelatedGaussians.mixture`).
///
/// Memory: r · (sites of the lattice), r^R/R! numbers of the few orbitals that are kept between steps, and the entries that a step
/// uses (`bytes`, asked for before anything is allocated, with the most there may be of each). Cost of a step: some rounds of four
/// right sides, each (operators) · r² times the entries of rank R − 1 that count (`GradedMultisets`), and the closure's products of them,
/// shared among threads; results do not depend on their number.
public final class OrbitalHierarchy {
  /// Species, potentials, kernel and, at finite N, the particle numbers.
  public let model: Model
  /// The modes and ξ grids of every particle.
  public let lattice: FourierLattice
  /// R
  public let rank: Int
  /// What stands in for the marginals of rank R + 1.
  public let closure: any Closure
  /// What the orbitals may miss per unit of time, of each marginal, relative to its L² norm.
  public let tolerance: Double
  /// How many orbitals of a species a step may need; what more would hold is counted in `errors`.
  public let mostOrbitals: Int
  /// The marginals that are kept; at finite N those with k ≤ N_1, ℓ ≤ N_2, …
  public let orders: [MarginalOrder]
  /// Steps of Δt made so far.
  public internal(set) var steps = 0
  /// What the orbitals missed so far of each marginal, in L², relative to its norm: the sum over all steps of what the right side
  /// lost and of what truncation discarded, and of correlated data what their mixture and its truncation are off.
  public internal(set) var errors: [Double]
  /// Where Δξ is chosen, what the steps left out so far of each marginal, as they estimate it, in L², relative to its norm; else zero.
  public internal(set) var stepErrors: [Double]
  /// Where Δξ is chosen, what the force of all that left the window may have been before it left, in the same way (OrbitalState+Window.swift).
  public internal(set) var windowErrors: [Double]
  /// The most orbitals of each species that a step needed so far.
  public internal(set) var widest: [Int]

  let system: OrbitalSystem
  let masses: MarginalMasses
  /// The data against the lattice.
  let data: DataOnLattice
  var current: OrbitalState
  var shapes: ShapeCache
  /// What was seen along the way.
  lazy var watch = HierarchyWatch(self)
  /// How long steps may be, and what was found.
  var control: StepControl
  /// Where Δξ is chosen, Σ over the times Δt of what interpolation leaves out, over the largest |w|.
  var interpolation = 0.0

  /// The hierarchy at t = 0 with μ_0^{(k,ℓ)} = c_{kℓ} Σ_i w_i Π f^i.
  /// - Parameter mostEntries: entries of the cores of one number of particles that a step may use, 500 000 where nothing is said; what more
  ///   would hold is counted in `errors`.
  /// - Parameter mostImageBytes: of what operators make of the orbitals of a species at one time, 1.5 GiB where nothing is said; more
  ///   is made again, mode by mode, whenever it is needed: the same numbers, in some three times the time.
  /// - Parameter ranks: the processes that have what operators make of the orbitals together (OrbitalBlocks.swift); each has the hierarchy
  ///   itself: all of them make it, and move it together.
  /// - Throws: `ArgumentError` for a rank outside 1 … 8, a tolerance that is not positive, a lattice of other species or terms of
  ///   the closure that are no partitions; `HypothesisError` when the closure does not suit the model or does not treat particles
  ///   alike, and for data that are no mixture of products; `MemoryError` before anything
  ///   large is allocated.
  public init(
    model: Model, initial: any InitialHierarchy, lattice: FourierLattice, rank: Int, closure: any Closure,
    tolerance: Double, mostOrbitals: Int = 24, workers: Workers = Workers(threads: 1),
    ranks: Ranks = .single, mostEntries: Int? = nil, mostImageBytes: Int? = nil
  ) throws {
    guard (1...8).contains(rank) else {
      throw ArgumentError("rank", expected: "an integer from 1 to 8", got: "\(rank)")
    }
    guard tolerance > 0, tolerance < 1 else {
      throw ArgumentError("tolerance", expected: "a positive number below 1", got: "\(tolerance)")
    }
    guard (1...200).contains(mostOrbitals), mostOrbitals >= initial.products?.count ?? 0
    else {
      throw ArgumentError(
        "most orbitals", expected: "from the number of components (\(initial.products?.count ?? 1)) to 200",
        got: "\(mostOrbitals)")
    }
    guard lattice.masses == model.masses, lattice.dimension == model.geometry.dimension else {
      throw ArgumentError("lattice", expected: "the dimension and masses of the model", got: "others")
    }
    let orders = TruncatedHierarchyLayout.orders(model: model, rank: rank)
    if let states = (initial as? CorrelatedGaussians)?.states, states.count != model.species.count {
      throw ArgumentError(
        "initial", expected: "a state for each of \(model.species.count) species", got: "\(states.count)")
    }
    let correlated = try (initial as? CorrelatedGaussians)?
      .mixture(of: orders, on: lattice, tolerance: tolerance / 10)
    guard let products = initial.products ?? correlated?.mixture.components else {
      throw HypothesisError(
        "a hierarchy on shared orbitals",
        requires: "data that are a mixture of products, or correlated Gaussians")
    }
    for product in products where product.states.count != model.species.count {
      throw ArgumentError(
        "initial", expected: "a state for each of \(model.species.count) species",
        got: "\(product.states.count)")
    }
    try closure.check(model, rank: rank)
    system = try OrbitalSystem(
      model: model, lattice: lattice, rank: rank, closure: closure, workers: workers, ranks: ranks,
      mostEntries: mostEntries, mostImageBytes: mostImageBytes)
    self.model = model
    self.lattice = lattice
    self.rank = rank
    self.closure = closure
    self.tolerance = tolerance
    self.mostOrbitals = mostOrbitals
    self.orders = orders
    masses = MarginalMasses(model)
    errors = orders.map { _ in correlated?.error ?? 0 }
    (stepErrors, windowErrors) = (orders.map { _ in 0 }, orders.map { _ in 0 })
    control = StepControl(tolerance: lattice.tolerance, interval: lattice.timeStep, rule: .rungeKutta)
    shapes = ShapeCache(degree: rank)
    try Memory.require(
      Memory.sum(
        system.memory(mostOrbitals: mostOrbitals, components: products.count, reference: 0).state,
        ProductTables.bytes(components: products.count, lattice: lattice)),
      for: "the hierarchy of rank \(rank) on \(mostOrbitals) shared orbitals")
    current = OrbitalState(
      ProductTables(products, lattice: lattice), orders: orders, masses: { model.mass(of: $0) },
      degree: rank)
    if correlated != nil {
      let (fewer, discarded) = current.truncated(
        orders, norms: current.norms(orders), tolerance: tolerance / 10, &shapes, workers)
      (current, errors) = (fewer, zip(errors, discarded).map { $0 + $1 })
      guard current.ranks.allSatisfy({ $0 <= mostOrbitals }) else {
        throw ArgumentError(
          "most orbitals", expected: "as many as the data need, \(current.ranks)", got: "\(mostOrbitals)")
      }
    }
    widest = current.ranks
    data = try DataOnLattice(initial, model: model, lattice: lattice)
  }

  /// Bytes of a hierarchy with at most so many orbitals a species.
  /// - Parameters:
  ///   - components: products that the data are made of.
  ///   - reference: products of a mixture that it is compared with.
  ///   - ranks: the processes that have it together; the bytes are those of this one.
  public static func memory(
    model: Model, lattice: FourierLattice, rank: Int, closure: any Closure, mostOrbitals: Int,
    components: Int, reference: Int, threads: Int, ranks: Ranks = .single
  ) throws -> OrbitalHierarchyMemory {
    try OrbitalSystem(
      model: model, lattice: lattice, rank: rank, closure: closure, workers: Workers(threads: threads),
      ranks: ranks
    )
    .memory(mostOrbitals: mostOrbitals, components: components, reference: reference)
  }

  /// r_α: how many orbitals each species has now.
  public var ranks: [Int] { current.ranks }

  /// ‖w^{o}‖₂ per order: (Π_i Δξ_i^d Σ|w|²)^{1/2}.
  public var norms: [Double] { current.norms(orders) }

  /// Numbers that are held of the state: orbitals and cores.
  public var storedNumbers: Int {
    current.basis.reduce(0) { $0 + $1.values.count } + current.cores.reduce(0) { $0 + $1.count }
  }

  /// One step of Δt, or as many as the lattice's tolerance asks for.
  /// - Throws: `NumericalFailure` when a one-particle density is no longer finite, or no step keeps the tolerance; what the ranks throw.
  func step() throws {
    var rest = lattice.timeStep
    while true {
      let forces = watch.forceRates(of: self)
      let force = forces.reduce(0, Double.greatest)
      let step = control.step(filling: rest, force: force)
      let made = try system.step(
        current, over: step.length, tolerance: tolerance * step.length, mostOrbitals: mostOrbitals, &shapes)
      try system.blocks.agree(on: made.state)
      let error = made.error.largest() ?? 0
      guard try control.accept(step, error: error, force: force, in: "a step of shared orbitals") else {
        continue
      }
      if !lattice.hasWholeShifts {
        let (left, norms) = (current.left(over: step.length, orders), norms)
        for i in orders.indices where norms[i] > 0 {
          windowErrors[i] += forces[i] * step.length * left[i] / norms[i]
        }
      }
      take(made)
      if step.isLast { break }
      rest -= step.length
    }
    steps += 1
    for (order, core) in zip(orders, current.cores) where order.rank == 1 {
      guard core.allSatisfy(\.isFinite) else {
        throw NumericalFailure(in: "the marginal \(order) at t = \(time)", "a value that is not finite")
      }
    }
  }

  private func take(_ made: OrbitalStep) {
    current = made.state
    for i in errors.indices {
      errors[i] += made.lost[i] + made.discarded[i]
    }
    for (i, error) in made.error.enumerated() { stepErrors[i] += error }
    widest = zip(widest, made.widest).map { max($0, $1) }
  }

  /// t = steps · Δt
  public var time: Double { Double(steps) * lattice.timeStep }

  /// w at the modes and grid points of particles of these species, in any order; zero outside the lattice. Cost: the numbers of a
  /// core times r.
  public func value(species: [Int], modes: [ModeIndex], points: [ModeIndex]) -> Complex<Double> {
    var counts = model.species.map { _ in 0 }
    for one in species { counts[one] += 1 }
    guard let number = orders.firstIndex(of: MarginalOrder(counts)) else { return .zero }
    var core = ComplexCore(order: orders[number], real: current.cores[number], imaginary: [])
    for (particle, own) in species.enumerated() {
      guard let row = lattice.modeOffset(modes[particle]),
        let point = lattice.pointOffset(points[particle], species: own)
      else { return .zero }
      let (x, y) = current.basis[own].values(row: row, point: point)
      core = current.contracted(core, x, y, own)
    }
    return Complex(core.real[0], core.imaginary.first ?? 0)
  }
}
