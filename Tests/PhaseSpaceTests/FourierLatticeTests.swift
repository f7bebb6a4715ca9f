import CLibraries
import Numerics
import PhaseSpace
import Testing

@Suite("Fourier lattices")
struct FourierLatticeTests {
  static func lattice(dimension: Int, modes: Int = 2, masses: [Double] = [1, 2]) throws -> FourierLattice {
    try FourierLattice(
      geometry: PhaseSpaceGeometry(dimension: dimension, domain: .torus(length: 5)), modes: modes,
      xiExtent: 0.5, timeStep: 0.2, masses: masses)
  }

  @Test("free transport over Δt/2 moves ξ by exactly n grid points, for every mass")
  func transportIsAShift() throws {
    let lattice = try Self.lattice(dimension: 1)
    for species in 0..<2 {
      let drift = lattice.kappa * 3 * (lattice.timeStep / 2) / lattice.masses[species]
      let grid = lattice.xi(ModeIndex(3, 0, 0), species: species)[0]
      #expect((drift - grid).magnitude <= 1e-15)
    }
  }

  @Test("offsets and sites are inverse to each other", arguments: 1...3)
  func offsetsInvert(dimension: Int) throws {
    let lattice = try Self.lattice(dimension: dimension, modes: 1, masses: [0.5])
    for offset in 0..<lattice.modeCount {
      #expect(lattice.modeOffset(lattice.mode(at: offset)) == offset)
    }
    for offset in stride(from: 0, to: lattice.pointCount(0), by: 7) {
      #expect(lattice.pointOffset(lattice.point(at: offset, species: 0), species: 0) == offset)
    }
    #expect(lattice.modeOffset(ModeIndex(2, 0, 0)) == nil)
    #expect(lattice.pointOffset(ModeIndex(lattice.halfWidths[0] + 1, 0, 0), species: 0) == nil)
  }

  @Test("a refined lattice has the same window and half the spacing, an enlarged one more of both")
  func otherLattices() throws {
    let lattice = try FourierLattice(
      geometry: PhaseSpaceGeometry(dimension: 1, domain: .torus(length: 5)), modes: 2, xiExtents: [0.5, 0.7],
      timeStep: 0.2, masses: [1, 2])
    #expect(lattice.halfWidths == [4, 11])
    let (refined, enlarged) = (try lattice.refined(), try lattice.enlarged(modes: 3, window: 1.5))
    #expect(refined.modes == 2 && refined.timeStep == 0.1)
    #expect(enlarged.modes == 5 && enlarged.timeStep == 0.2 && enlarged.halfWidths == [6, 17])
    for species in 0..<2 {
      #expect(refined.spacing(species) == lattice.spacing(species) / 2)
      let windows = [lattice, refined].map { Double($0.halfWidths[species]) * $0.spacing(species) }
      #expect(windows[1] >= windows[0])
    }
    #expect(throws: ArgumentError.self) {
      try FourierLattice(
        geometry: lattice.geometry, modes: 2, xiExtents: [0.5], timeStep: 0.2, masses: [1, 2])
    }
  }

  @Test("times off the grid are recognised, whatever is more than rounding")
  func timesOffTheGrid() throws {
    let lattice = try Self.lattice(dimension: 1)
    #expect(lattice.steps(in: 1.0) == 5)
    #expect(lattice.halfSteps(in: 0.1) == 1)
    #expect(lattice.steps(in: 0.1) == nil)
    #expect(lattice.steps(in: 1.0 + 1e-7) == nil)
    #expect(lattice.steps(in: 1.0 + 1e-12) == nil)
    #expect(lattice.steps(in: 1.0 + 4 * Double.ulpOfOne) == 5)
    #expect(lattice.steps(in: 0.2 + 0.2 + 0.2) == 3)
    #expect(lattice.steps(in: 0) == 0)
  }

  @Test("a lattice that cannot be is refused, not trapped")
  func refusals() throws {
    let torus = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: 1))
    let space = try PhaseSpaceGeometry(dimension: 1, domain: .space)
    for (modes, extent, step) in [(-1, 1.0, 0.1), (3, -1, 0.1), (3, 1, 0), (3, 1e300, 0.1), (3, 1, .nan)] {
      #expect(throws: ArgumentError.self) {
        try FourierLattice(geometry: torus, modes: modes, xiExtent: extent, timeStep: step, masses: [1])
      }
    }
    let solid = try PhaseSpaceGeometry(dimension: 3, domain: .torus(length: 1))
    for (modes, extent) in [(0, 1e8), (50_000, 1e3)] {
      // (6·10⁸)³ and (10⁵)³ · (6·10³)³ sites overflow Int.
      #expect(throws: ArgumentError.self) {
        try FourierLattice(geometry: solid, modes: modes, xiExtent: extent, timeStep: 0.1, masses: [1])
      }
    }
    #expect(throws: ArgumentError.self) {
      try FourierLattice(geometry: space, modes: 1, xiExtent: 1, timeStep: 0.1, masses: [1])
    }
  }

  @Test("a marginal too large for the machine is refused before it is allocated")
  func memoryIsComputedFirst() throws {
    let torus = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: 1))
    let lattice = try FourierLattice(
      geometry: torus, modes: 1000, xiExtent: 1000, timeStep: 1e-3, masses: [1])
    #expect(throws: MemoryError.self) { try Marginal(zeroOn: lattice, order: MarginalOrder([2])) }
  }
}
