import CLibraries
import FermionTestModels
import ManyBody
import Numerics
import Testing

@Suite("What goes wrong while computing is a numerical failure, not an argument's fault")
struct NumericalFailureTests {
  /// Without interaction, so that orbitals know nothing of one another.
  private func orbitals() throws -> HartreeFock {
    let slater = try ReferenceModel.slater([2, 2], cutoff: 3)
    return try HartreeFock(
      interaction: InteractionModes(speciesCount: 2, [[], [], [], []]), period: ReferenceModel.period,
      particles: [2, 2], masses: [1, 1], orbitals: slater.orbitals, points: 32)
  }

  private func failure(_ body: () throws -> Void) -> NumericalFailure? {
    do {
      try body()
      return nil
    } catch {
      return error as? NumericalFailure
    }
  }

  @Test("orbitals that are no longer orthonormal")
  func orthonormality() throws {
    let state = try orbitals()
    try state.replaceCoefficients(state.coefficients.map { $0.map { $0.multiplied(by: 1 + 1e-8) } })
    let message = try #require(failure { _ = try state.slaterDeterminant() })
    #expect("\(message)".contains("orthonormal") && "\(message)".contains("time step"))
    // Twice the same orbital.
    let row = Array(state.coefficients[0].prefix(state.points))
    try state.replaceCoefficients([row + row, state.coefficients[1]])
    #expect(failure { try state.orthonormalize() } != nil)
    #expect(failure { _ = try state.slaterDeterminant() } != nil)
  }

  @Test("a NaN in any orbital stops the next step")
  func notANumber() throws {
    for species in 0..<2 {
      for orbital in 0..<2 {
        let state = try orbitals()
        var coefficients = state.coefficients
        coefficients[species][orbital * state.points + 3] = Complex(.nan, 0)
        try state.replaceCoefficients(coefficients)
        #expect(failure { try state.step(0.01) } != nil, "orbital \(orbital) of species \(species)")
        #expect(!(state.orthonormalityDefect < 1e300))
        #expect(!(state.spectralTail < 1e300))
      }
    }
  }

  @Test("a vector that is not finite")
  func vectors() throws {
    let space = try FockSpace(waves: PlaneWaves(cutoff: 2, period: 2 * Double.pi), particles: [1, 1])
    let hamiltonian = try Hamiltonian(space: space, interaction: ReferenceModel.interaction())
    var state = try ReferenceModel.slater([1, 1], cutoff: 2).state(in: space)
    state.coefficients[7] = Complex(.nan, 0)
    #expect(failure { _ = try hamiltonian.vector(of: state) } != nil)
    #expect(failure { _ = try ChebyshevPropagator(hamiltonian).evolve(state, by: 0.1) } != nil)
    #expect(failure { _ = try state.normalized() } != nil)
  }
}
