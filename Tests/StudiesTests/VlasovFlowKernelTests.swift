import CLibraries
import Computing
import Interaction
import Numerics
import PhaseSpace
import Studies
import Testing
import Vlasov

/// Flows with the Moyal kernel, flows whose steps are unstable, and fits whose root is not known.
@Suite("Vlasov flow: kernels and limits")
struct VlasovFlowKernelTests {
  /// A wave of amplitude 0.4 at k = 0.5 with three modes, σ = 1.
  private static func densities(hbar: Double?, at times: [Double]) throws -> [[Complex<Double>]] {
    let classical = try VlasovFlowTests.electrons(0.5)
    let model = try hbar.map { try classical.with(kernel: .moyal(hbar: DecimalNumber($0))) } ?? classical
    let lattice = try FourierLattice(model, modes: 8, xiExtents: [10], timeStep: 0.1)
    let moving = try VlasovFlowTests.flow(model, [VlasovFlowTests.maxwellian(model, 0.4)], lattice)
    return try times.map { time in
      try moving.advance(to: time) {}
      return (1...2).map {
        moving.flow.gridValue(species: 0, order: 0, mode: ModeIndex($0, 0, 0), point: .zero)
      }
    }
  }

  /// Tests/References/hartree.py: density matrices in plane waves.
  @Test("with the Moyal kernel the flow is Hartree's equation: densities of a large wave at ħ = 1")
  func hartree() throws {
    let expected = [[-0.069468324582, 0.017030419211], [0.045793311284, 0.000888586850]]
    let found = try Self.densities(hbar: 1, at: [2, 5])
    for (row, numbers) in zip(found, expected) {
      for (density, number) in zip(row, numbers) {
        #expect((density - Complex(number)).length < 2e-6, "\(density) \(number)")
      }
    }
    // What the classical flow has is something else.
    let classical = try Self.densities(hbar: nil, at: [2, 5])
    #expect((classical[0][0] - found[0][0]).length > 5e-4)
  }

  @Test("for small ħ it is the Vlasov equation up to ħ²")
  func smallHbar() throws {
    let classical = try Self.densities(hbar: nil, at: [3])
    let differences = try [0.4, 0.2].map { hbar in
      (try Self.densities(hbar: hbar, at: [3])[0][0] - classical[0][0]).length
    }
    #expect((differences[0] / differences[1] - 4).magnitude < 0.2 && differences[1] > 1e-6, "\(differences)")
  }

  @Test("an unstable step is an error that says so, not a NaN, and a stable one keeps ∫∫ f²")
  func unstable() throws {
    // Attraction that grows; z passes 2√2.
    let model = try VlasovFlowTests.electrons(1, strength: -2, modes: 1)
    let moving = { (step: Double) in
      try VlasovFlowTests.flow(
        model, [VlasovFlowTests.maxwellian(model, 0.3, sigma: 0.7)],
        FourierLattice(model, modes: 4, xiExtents: [9], timeStep: step))
    }
    let violent = try moving(0.5)
    let error = #expect(throws: NumericalFailure.self) { try violent.advance(to: 100) {} }
    #expect(error?.observed.contains("which (1.1) keeps, grown by") == true, "\(String(describing: error))")
    #expect(violent.flow.largestForce > 2.83 && violent.series.allSatisfy(\.isFinite))
    let stable = try moving(0.05)
    let before = try stable.flow.squaredNorm(0)
    try stable.advance(to: 1) {}
    #expect(try (stable.flow.squaredNorm(0) / before - 1).magnitude < 1e-6)
  }

  @Test("a root that was not found leaves a fit undecided; where there is none to find there is no verdict")
  func rootless() throws {
    let fit = FlowFit(mode: ModeIndex(1, 0, 0), species: 0, from: 0, to: 10, kind: .damped)
    let samples = (0..<200).map { Complex.exp(Complex(-0.005, 0.07).multiplied(by: Double($0))) }
    let result = { (error: any Error) in
      FlowFitResult(
        fit, samples: samples, halved: samples, step: 0.05, before: 1, homogeneousChange: 1e-6,
        isResolved: true,
        root: .failure(error))
    }
    #expect(result(NumericalFailure(in: "the roots of D", "none told apart")).verdict == .undecided)
    #expect(result(ArgumentError("kernel", expected: "classical", got: "moyal")).verdict == .none)
  }
}
