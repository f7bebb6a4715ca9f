import CLibraries
import Computing
import FermionTestModels
import Interaction
import ManyBody
import Numerics
import PhaseSpace
import Testing

/// Exact states and Hartree–Fock orbitals as evolutions.
@Suite("Evolutions of states")
struct EvolutionTests {
  /// A propagator that goes no further at once than it is told.
  private struct ShortSteps: Propagator {
    let base: ChebyshevPropagator
    let longestStep: Double
    var hamiltonian: Hamiltonian { base.hamiltonian }
    var vectorsInMemory: Int { base.vectorsInMemory }
    func advance(_ vector: inout [Complex<Double>], by time: Double) throws -> Double {
      try base.advance(&vector, by: time)
    }
  }

  private struct Stop: Error {}

  private func exact(_ cutoff: Int = 4, longestStep: Double = 0.04) throws -> ExactEvolution {
    let slater = try ReferenceModel.slater([2, 2], cutoff: cutoff)
    let space = try FockSpace(waves: slater.waves, particles: [2, 2])
    let hamiltonian = try Hamiltonian(space: space, interaction: ReferenceModel.interaction())
    return ExactEvolution(
      try slater.state(in: space),
      propagator: ShortSteps(base: try ChebyshevPropagator(hamiltonian), longestStep: longestStep))
  }

  private func hartreeFock(points: Int = 64) throws -> HartreeFock {
    try HartreeFock(
      interaction: ReferenceModel.interaction(), period: ReferenceModel.period, particles: [3, 3],
      masses: [1, 1],
      profiles: ReferenceModel.profiles(.sea), points: points, largestStep: 0.04)
  }

  /// Stops after `count` steps, saves, restores into another, and goes on: the same as without a stop.
  private func stopsAndGoesOn(
    _ make: () throws -> some Evolution, count: Int, times: [Double], stopped index: Int
  ) throws {
    let whole = try make()
    for time in times { try whole.advance(to: time) }
    let stopped = try make()
    for time in times.prefix(index) { try stopped.advance(to: time) }
    var taken = 0
    #expect(throws: Stop.self) {
      try stopped.advance(to: times[index]) {
        taken += 1
        if taken == count { throw Stop() }
      }
    }
    #expect(stopped.time > (index > 0 ? times[index - 1] : 0) && stopped.time < times[index])
    let resumed = try make()
    try resumed.restore(stopped.state)
    for one in [stopped, resumed] {
      for time in times.dropFirst(index) { try one.advance(to: time) }
      #expect(one.time == times.last)
      #expect(one.state == whole.state)
    }
  }

  @Test("stopped and resumed gives the same bits")
  func resumed() throws {
    try stopsAndGoesOn({ try exact() }, count: 2, times: [0.1, 0.37], stopped: 1)
    try stopsAndGoesOn({ try hartreeFock() }, count: 3, times: [0.1, 0.37], stopped: 1)
    try stopsAndGoesOn({ try hartreeFock() }, count: 1, times: [0.1, 0.37], stopped: 0)
  }

  @Test("an interval is one step of the propagator where it may be, and shorter than ħ/2σ")
  func oneStep() throws {
    let evolution = try exact(longestStep: .infinity)
    let (state, error) = try evolution.propagator.evolve(evolution.fockState, by: 0.01)
    var steps = 0
    try evolution.advance(to: 0.01) { steps += 1 }
    #expect(steps == 1)
    #expect(evolution.fockState.coefficients == state.coefficients)
    #expect(evolution.error == error)
  }

  @Test("orbitals take equal steps no longer than the largest")
  func equalSteps() throws {
    let evolution = try hartreeFock()
    let byHand = try hartreeFock()
    var steps = 0
    // 0.12/0.04 is rounded to more than 3.
    for time in [0.12, 0.24, 0.3] { try evolution.advance(to: time) { steps += 1 } }
    #expect(steps == 3 + 3 + 2)
    for _ in 0..<3 { try byHand.step(0.12 / 3) }
    for _ in 0..<3 { try byHand.step((0.24 - 0.12) / 3) }
    for _ in 0..<2 { try byHand.step((0.3 - 0.24) / 2) }
    #expect(evolution.coefficients == byHand.coefficients)
  }

  @Test("earlier times and foreign states are refused")
  func refusals() throws {
    for evolution in [try exact(), try hartreeFock()] as [any Evolution] {
      try evolution.advance(to: 0.1)
      let before = evolution.state
      try evolution.advance(to: 0.1) { Issue.record("no step is needed") }
      for time in [0.05, .nan, .infinity] {
        #expect(throws: ArgumentError.self) { try evolution.advance(to: time) }
      }
      var other = before
      other.time = 0.2
      #expect(throws: SavedStateError.self) { try evolution.restore(other) }
      for name in before.arrays.keys {
        other = before
        other.arrays[name]?.append(0)
        #expect(throws: SavedStateError.self) { try evolution.restore(other) }
        other.arrays[name] = before.arrays[name]?.map { _ in .nan }
        #expect(throws: SavedStateError.self) { try evolution.restore(other) }
      }
      #expect(evolution.state == before)
    }
  }

  @Test("occupations are the diagonal of γ, and the tail their sum over the outermost waves")
  func occupations() throws {
    let evolution = try exact()
    try evolution.advance(to: 0.3)
    let state = evolution.fockState
    var outermost: [Double] = []
    for species in 0..<2 {
      let density = state.oneParticleDensity(species)
      let occupations = state.occupations(species)
      for n in occupations.indices {
        #expect((occupations[n] - density[n * occupations.count + n].real).magnitude < 1e-14)
      }
      // M = 2 and n_max = 4: |n| ≥ 3.
      outermost.append((occupations.prefix(2) + occupations.suffix(2)).reduce(0, +) / 2)
    }
    #expect(abs(evolution.outermostOccupation - outermost.max()!) < 1e-14)
  }

  @Test("too few plane waves are seen")
  func planeWaves() throws {
    for (cutoff, resolved) in [(3, false), (12, true)] {
      let evolution = try exact(cutoff, longestStep: .infinity)
      try evolution.advance(to: 0.3)
      let figures = evolution.resolution()
      #expect(figures.allSatisfy { $0.time == 0.3 })
      #expect(figures.allSatisfy(\.isResolved) == resolved)
    }
  }

  /// Leaves every state where it is.
  private struct Still: Propagator {
    let hamiltonian: Hamiltonian
    let vectorsInMemory = 1
    func advance(_: inout [Complex<Double>], by _: Double) -> Double { 0 }
  }

  @Test("phases that Doubles no longer know are seen: ε‖H‖t/ħ, here of the kinetic energy alone")
  func longTimes() throws {
    let space = try FockSpace(waves: ReferenceModel.slater([2, 2], cutoff: 2).waves, particles: [2, 2])
    let geometry = try PhaseSpaceGeometry(
      dimension: 1, domain: .torus(length: DecimalNumber(ReferenceModel.period)))
    let free = try InteractionModes(PotentialMatrix(geometry: geometry, speciesCount: 2, pairs: []))
    var coefficients = [Complex<Double>](repeating: .zero, count: 100)
    coefficients[17] = 1
    let start = FockState(space: space, coefficients: coefficients)
    let evolution = ExactEvolution(
      start, propagator: Still(hamiltonian: try Hamiltonian(space: space, interaction: free)))
    // Both particles of both species at |n| = 2.
    let kappa = 2 * Double.pi / ReferenceModel.period
    let largest = 4 * (space.hbar * kappa * 2) * (space.hbar * kappa * 2) / 2
    for (time, resolved) in [(3.0, true), (1e6, true), (1e9, false)] {
      try evolution.advance(to: time)
      let figure = try #require(evolution.resolution().first { $0.name == "error of the phases" })
      let expected = Double.ulpOfOne * largest * time / space.hbar
      #expect(figure.value > 0.99 * expected && figure.value < 3 * expected, "\(figure) \(expected)")
      #expect(figure.isResolved == resolved && evolution.resolution().allSatisfy(\.isResolved) == resolved)
    }
  }

  @Test("orbitals that leave their grid are seen, and so are repairs")
  func repairs() throws {
    for (points, resolved) in [(12, false), (64, true)] {
      let evolution = try hartreeFock(points: points)
      try evolution.advance(to: 0.5)
      #expect(evolution.resolution().allSatisfy(\.isResolved) == resolved)
    }
    let repaired = try hartreeFock(points: 96)
    try repaired.replaceCoefficients(repaired.coefficients.map { $0.map { $0.multiplied(by: 1 + 1e-6) } })
    try repaired.orthonormalize()
    #expect(repaired.orthonormalityDefect < 1e-12)
    #expect(repaired.resolution().contains { !$0.isResolved })
    // Also after a stop.
    let resumed = try hartreeFock(points: 96)
    try resumed.restore(repaired.state)
    #expect(resumed.resolution() == repaired.resolution())
  }
}
