import CLibraries
import Computing
import Interaction
import Numerics
import PhaseSpace
import Testing
import Vlasov

@Suite("What a Vlasov lattice knows of its resolution")
struct ResolutionTests {
  private static func model(_ strength: Double, dimension: Int = 1) throws -> Model {
    let geometry = try PhaseSpaceGeometry(
      dimension: dimension, domain: .torus(length: DecimalNumber(2 * Double.pi)))
    let cosine = try TrigonometricPotential(
      modes: [.init(mode: ModeIndex(1, 0, 0), coefficient: DecimalNumber(strength))])
    return try Model(
      geometry: geometry, species: [Species(name: "a", fraction: 1)],
      potentials: PotentialMatrix(geometry: geometry, speciesCount: 1, pairs: [(0, 0, cosine)]))
  }

  private static func flow(
    _ strength: Double, dimension: Int = 1, sigma: Double = 1, modes: Int = 6, extent: Double = 8,
    step: Double = 0.1, coupling: VlasovLattice.Coupling = .nonperturbative
  ) throws -> VlasovLattice {
    let model = try model(strength, dimension: dimension)
    let axes = 0..<dimension
    let state = try MaxwellianState(
      geometry: model.geometry, sigma: axes.map { _ in sigma }, drift: axes.map { _ in 0 },
      modulations: [.init(mode: ModeIndex(1, 0, 0), amplitude: 0.3)])
    return try VlasovLattice(
      model: model, states: [state],
      lattice: FourierLattice(model, modes: modes, xiExtent: extent, timeStep: step),
      coupling: coupling, workers: Workers(threads: 1))
  }

  private static func figure(_ name: String, _ flow: VlasovLattice) throws -> ResolutionFigure {
    try #require(flow.resolution().first { $0.name.contains(name) })
  }

  @Test("the figures are those of the whole array on the way, in one dimension and two", arguments: [1, 2])
  func values(dimension: Int) throws {
    let flow = try Self.flow(0.5, dimension: dimension, modes: 2, extent: dimension == 1 ? 3 : 1, step: 0.2)
    let lattice = flow.lattice
    let extent = lattice.extent(0)
    var (largest, edge, top, force) = (0.0, 0.0, 0.0, 0.0)
    var (takenEdge, takenTop) = (0.0, 0.0)
    for step in 0...3 {
      try flow.advance(to: 0.2 * Double(step))
      var (edgeNow, topNow) = (0.0, 0.0)
      for m in 0..<lattice.modeCount {
        for p in 0..<lattice.pointCount(0) {
          let (mode, point) = (lattice.mode(at: m), lattice.point(at: p, species: 0))
          let size = flow.gridValue(species: 0, order: 0, mode: mode, point: point).length
          largest = max(largest, size)
          if point.maximumNorm == lattice.halfWidths[0], mode.maximumNorm <= 1 {
            edgeNow = max(edgeNow, size)
          }
          if mode.maximumNorm == 2 { topNow = max(topNow, size) }
        }
      }
      // 2 v |ρ̂(1)| ξ_max Δt, from both signs of m.
      let density = flow.gridValue(species: 0, order: 0, mode: ModeIndex(1, 0, 0), point: .zero).length
      let z = 2 * 0.5 * density * extent * 0.2
      (edge, top, force) = (max(edge, edgeNow), max(top, topNow), max(force, z))
      if step < 3 {
        takenEdge += z * edgeNow
        takenTop += z * topNow
      }
    }
    #expect(takenEdge > 1e-3 && takenTop > 1e-6 && takenEdge < edge && takenTop < top)
    #expect(abs(try Self.figure("edge", flow).value - min(edge, takenEdge) / largest) < 1e-14)
    #expect(abs(try Self.figure("highest modes", flow).value - min(top, takenTop) / largest) < 1e-14)
    #expect(abs(try Self.figure("force", flow).value - force) < 1e-14)
    #expect(flow.resolution().allSatisfy { $0.time == flow.time })
  }

  @Test("what the data have beyond the modes, beyond the window and between the points is said")
  func data() throws {
    let flow = try Self.flow(0.5, modes: 2, extent: 3, step: 0.2)
    try flow.advance(to: 0.6)
    // Amplitude 0.3 at ξ = 3, where free flight begins to bring it in.
    let drifting = 0.15 * Double.exp(-flow.lattice.extent(0) * flow.lattice.extent(0) / 2)
    #expect(abs(try Self.figure("drift in", flow).value - drifting) < 1e-15)
    #expect(try Self.figure("beyond the modes", flow).value == 0)
    #expect(try Self.figure("between the points", flow).value < 1e-9)
    #expect(try Self.figure("momenta", flow).isResolved)
    let single = try Self.flow(0.5, modes: 0, extent: 3, step: 0.2)
    #expect(abs(try Self.figure("beyond the modes", single).value - 0.15) < 1e-12)

    // A drift of one or two periods 4πm/(κΔt) is none on the grid, and all other figures see nothing.
    for drift in [0, 4 * Double.pi / 0.1, 8 * Double.pi / 0.1] {
      let model = try Self.model(0.5)
      let state = try MaxwellianState(
        geometry: model.geometry, sigma: [1], drift: [drift],
        modulations: [.init(mode: ModeIndex(1, 0, 0), amplitude: 0.3)])
      let beam = try VlasovLattice(
        model: model, states: [state],
        lattice: FourierLattice(model, modes: 6, xiExtent: 8, timeStep: 0.1), coupling: .nonperturbative,
        workers: Workers(threads: 1))
      try beam.advance(to: 1)
      let unresolved = beam.resolution().filter { !$0.isResolved }.map(\.name)
      #expect(unresolved == (drift == 0 ? [] : ["data between the points of the ξ grid"]))
    }
    // One that the grid knows, but hardly: on its way to be taken for another.
    let model = try Self.model(0.5)
    let fast = try VlasovLattice(
      model: model,
      states: [MaxwellianState(geometry: model.geometry, sigma: [1], drift: [0.4 * 2 * .pi / 0.1])],
      lattice: FourierLattice(model, modes: 2, xiExtent: 8, timeStep: 0.1), coupling: .nonperturbative,
      workers: Workers(threads: 1))
    #expect(try !Self.figure("momenta", fast).isResolved)
  }

  @Test("no more than the mass, where the data are a measure")
  func mass() throws {
    let flow = try Self.flow(-2, sigma: 0.7, modes: 4, extent: 9, step: 0.25)
    #expect(try Self.figure("over the mass", flow).isResolved)
    try flow.advance(to: 4)
    #expect(try Self.figure("over the mass", flow).value > 1.5)
    let model = try Self.model(0.5)
    let none = try VlasovLattice(
      model: model,
      states: [
        MaxwellianState(
          geometry: model.geometry, sigma: [1], drift: [0],
          modulations: [.init(mode: ModeIndex(1, 0, 0), amplitude: 2.5)])
      ],
      lattice: FourierLattice(model, modes: 2, xiExtent: 8, timeStep: 0.1), coupling: .nonperturbative,
      workers: Workers(threads: 1))
    #expect(!none.resolution().contains { $0.name.contains("mass") })
  }

  @Test(
    "a window or modes that are too few make an error of at most what the figures say",
    arguments: [(6, 2.0, 1.0), (6, 3, 1), (6, 3.5, 0.6), (2, 8, 1), (3, 8, 0.7)])
  func errors(modes: Int, extent: Double, sigma: Double) throws {
    let flow = try Self.flow(0.5, sigma: sigma, modes: modes, extent: extent)
    let wider = try Self.flow(0.5, sigma: sigma, modes: modes + 8, extent: 3 * extent)
    var largestShare = 0.0
    for time in [0.5, 1, 2] {
      try flow.advance(to: time)
      try wider.advance(to: time)
      var (error, size) = (0.0, 0.0)
      for m in 0..<flow.lattice.modeCount {
        for p in 0..<flow.lattice.pointCount(0) {
          let (mode, point) = (flow.lattice.mode(at: m), flow.lattice.point(at: p, species: 0))
          let exact = wider.gridValue(species: 0, order: 0, mode: mode, point: point)
          size = max(size, exact.length)
          error = max(error, (flow.gridValue(species: 0, order: 0, mode: mode, point: point) - exact).length)
        }
      }
      let said = try ["edge", "highest modes", "drift in"].reduce(0) { try $0 + Self.figure($1, flow).value }
      #expect(error / size <= said, "t = \(time): \(error / size) > \(said)")
      largestShare = max(largestShare, error / size / said)
    }
    // Not from nothing.
    #expect(largestShare > 1e-5, "\(largestShare)")
  }

  @Test("a narrow window, few modes, a violent force and a NaN are each said; a wide lattice is resolved")
  func limits() throws {
    func unresolved(_ flow: VlasovLattice, to time: Double) throws -> [String] {
      try flow.advance(to: time)
      return flow.resolution().filter { !$0.isResolved }.map(\.name)
    }
    #expect(try unresolved(Self.flow(0.5, modes: 6, extent: 8), to: 1).isEmpty)
    #expect(
      try unresolved(Self.flow(0.5, modes: 6, extent: 2), to: 1) == [
        "|w| at the edge of the ξ window", "data that drift in from beyond the ξ window",
      ])
    #expect(try unresolved(Self.flow(0.5, modes: 2, extent: 8), to: 1) == ["|w| of the highest modes"])
    // Attraction that grows until |w| ≤ 1 is violated: RK4 is stable up to 2√2.
    let violent = try Self.flow(-2, sigma: 0.7, modes: 4, extent: 9, step: 0.25)
    #expect(try unresolved(violent, to: 2).contains("the force in a step"))
    #expect(try Self.figure("force", violent).value > 2.83)
    struct Broken: OneParticleState {
      func value(xi: SpaceVector, eta: SpaceVector) -> Complex<Double> { Complex(.nan) }
      func isNonnegative(hbar: Double?) -> Bool { true }
    }
    let model = try Self.model(0.5)
    let broken = try VlasovLattice(
      model: model, states: [Broken()], lattice: FourierLattice(model, modes: 2, xiExtent: 1, timeStep: 0.1),
      coupling: .nonperturbative, workers: Workers(threads: 1))
    // At the start nothing has drifted.
    #expect(broken.resolution().filter(\.isResolved).map(\.value) == [0])
  }

  @Test("jets look at every order by itself, and have no force that could be too large")
  func jets() throws {
    let flow = try Self.flow(0.5, modes: 3, extent: 8, coupling: .perturbative(orders: 4))
    try flow.advance(to: 1)
    // w_0 has the modes |n| ≤ 1 only; w_2 reaches 3.
    let figures = flow.resolution()
    #expect(figures.count == 5)
    let top = try Self.figure("highest modes", flow)
    #expect(top.value > 2e-3 && !top.isResolved)
    let first = try Self.flow(0.5, modes: 3, extent: 8, coupling: .perturbative(orders: 2))
    try first.advance(to: 1)
    #expect(try Self.figure("highest modes", first).value == 0)
  }

  @Test("an evolution stopped in the middle goes on to the same bits, and refuses times off its grid")
  func evolution() throws {
    struct Stop: Error {}
    let (whole, first, second) = (try Self.flow(0.5), try Self.flow(0.5), try Self.flow(0.5))
    try whole.advance(to: 1)
    #expect(throws: Stop.self) { try first.advance(to: 1) { if first.steps == 4 { throw Stop() } } }
    try second.restore(first.state)
    #expect(second.steps == 4 && second.resolution() == first.resolution())
    try second.advance(to: 1)
    #expect(second.resolution() == whole.resolution())
    #expect(second.state == whole.state && whole.time == 1)
    #expect(throws: ArgumentError.self) { try second.advance(to: 1.05) }
    #expect(throws: ArgumentError.self) { try second.advance(to: 0.9) }
    try second.advance(to: 1)
    #expect(second.state == whole.state)
    #expect(throws: SavedStateError.self) {
      try second.restore(SavedState(time: 0.03, arrays: whole.state.arrays))
    }
    #expect(throws: SavedStateError.self) { try second.restore(SavedState(time: 0.1, arrays: ["w": [1]])) }
    #expect(second.state == whole.state)
  }
}
