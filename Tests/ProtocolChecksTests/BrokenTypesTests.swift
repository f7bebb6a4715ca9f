import CLibraries
import Hierarchy
import Husimi
import Interaction
import Numerics
import PhaseSpace
import ProtocolChecks
import RemainderBounds
import Testing

/// A type that breaks one promise, by its number, and keeps the others.
private struct WrongBox: RadialPotential {
  let fault: Int
  func bandlimit<S: RealScalar>(kappa: S?) -> S { S(1) }
  func transform<S: RealScalar>(radius: S) -> S {
    radius.lower <= (fault == 1 ? 1.5 : 1) ? S(1) : S(0)
  }
  func absoluteMoment<S: RealScalar>(_ q: Int, dimension: Int) -> S {
    S.unitSphereArea(dimension: dimension) / S(dimension + q + (fault == 2 ? 1 : 0))
  }
  func supremumOfGradientTransform<S: RealScalar>() -> S { S(fault == 3 ? 2 : 1) }
  func smoothnessBreaks() -> [Double] { fault == 4 ? [0.5, 1] : [0, 1] }
}

private struct OneSided: BandLimitedPotential {
  func bandlimit<S: RealScalar>(kappa: S?) -> S { kappa ?? S(1) }
  func atoms<S: RealScalar>(dimension: Int, kappa: S) -> [PotentialAtom<S>] {
    [PotentialAtom(mode: ModeIndex(1, 0, 0), coefficient: S(1))]
  }
}

private struct WrongState: OneParticleState {
  let fault: Int
  func value(xi: SpaceVector, eta: SpaceVector) -> Complex<Double> {
    switch fault {
    case 0: Complex(2 * Double.exp(-xi[0] * xi[0]))
    case 1: Complex(Double.exp(-xi[0] * xi[0]), xi[0] == 0 ? 0 : 0.1)
    // Unbounded: the transform of no measure.
    default: Complex(1 - xi[0] * xi[0])
    }
  }
  func isNonnegative(hbar: Double?) -> Bool { hbar == nil && fault == 2 }
}

private struct Damped: Closure {
  let name = "damped"
  let fault: Int
  func terms(particles: Int) -> [ClosureTerm] {
    switch fault {
    case 0: [.init(coefficient: 0.5, blocks: (0..<particles).map { [$0] })]
    case 1: [.init(coefficient: 1, blocks: [Array(0..<particles - 1), [particles - 1]])]
    default: [.init(coefficient: 1, blocks: [Array(0..<particles)])]
    }
  }
}

private struct Wide: Window {
  let base: GaussianWindow
  let name = "wide"
  var gradientSquaredNorm: Double { base.gradientSquaredNorm }
  func value(_ y: Double) -> Double { 1.1 * base.value(y) }
  func transform(_ k: Double) -> Double { base.transform(k) }
  func transformDerivative(_ k: Double) -> Double { base.transformDerivative(k) }
  func ambiguity(_ u: Double, _ v: Double) -> Double { base.ambiguity(u, v) }
}

private struct Tiny: MassBound {
  let name = "tiny"
  let label = "a bound that is none"
  func evaluator<S: RealScalar>(_ model: Model, orders: Int, as _: S.Type) -> BoundEvaluator<S> {
    { _, time in (0..<orders).map { _ in time.magnitude * S(DecimalNumber(1e-9)) } }
  }
  func convergenceTime<S: RealScalar>(_ model: Model, species: [Int], as _: S.Type) -> S? { nil }
}

private struct Forgetful: InitialHierarchy {
  func value(at particles: [PhasePoint]) -> Complex<Double> {
    Complex(
      Double.exp(
        -0.5
          * particles.enumerated().reduce(0) {
            $0 + Double($1.offset + 1) * $1.element.xi[0] * $1.element.xi[0]
          }))
  }
  func isNonnegative(hbar: Double?) -> Bool { hbar == nil }
}

@Suite("A promise that is broken is named")
struct BrokenTypesTests {
  private func expect(_ promise: String, _ check: () throws -> Void) {
    let error = #expect(throws: BrokenPromises.self) { try check() }
    #expect(error?.faults.contains { $0.contains(promise) } == true, "\(error?.description ?? "nothing")")
  }

  @Test("Of potentials")
  func potentials() throws {
    try checkPotential(WrongBox(fault: 0))
    expect("V̂ = 0 beyond B") { try checkPotential(WrongBox(fault: 1)) }
    expect("∫|V̂||η|^q is the integral") { try checkPotential(WrongBox(fault: 2)) }
    expect("A is sup |η V̂|") { try checkPotential(WrongBox(fault: 3)) }
    expect("breaks rise from 0 to B") { try checkPotential(WrongBox(fault: 4)) }
    expect("v_m = v_{−m}") { try checkPotential(OneSided()) }
  }

  @Test("Of states and data")
  func states() throws {
    let circle = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: 5))
    expect("f(0,0) = 1") { try checkState(WrongState(fault: 0), on: circle) }
    expect("conj f(ξ,η)") { try checkState(WrongState(fault: 1), on: circle) }
    expect("nonnegative matrices") { try checkState(WrongState(fault: 2), on: circle) }
    let model = try Model(
      geometry: circle, species: [Species(name: "a", fraction: 1)],
      potentials: PotentialMatrix(geometry: circle, speciesCount: 1, pairs: []))
    expect("symmetric in its particles") { try checkInitialData(Forgetful(), for: model) }
  }

  @Test("Of closures, windows and bounds")
  func others() throws {
    expect("Σ_π a_π = 1") { try checkClosure(Damped(fault: 0)) }
    try checkClosure(Damped(fault: 0), keepsProducts: false)
    expect("particles are treated alike") { try checkClosure(Damped(fault: 1)) }
    expect("at least two blocks") { try checkClosure(Damped(fault: 2)) }
    expect("‖f‖₂ = 1") { try checkWindow(Wide(base: GaussianWindow())) }
    let circle = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: 5))
    let potential = try TrigonometricPotential(modes: [.init(mode: ModeIndex(1, 0, 0), coefficient: 0.3)])
    let model = try Model(
      geometry: circle, species: [Species(name: "a", fraction: 1)],
      potentials: PotentialMatrix(geometry: circle, speciesCount: 1, pairs: [(0, 0, potential)]))
    let state = try MaxwellianState(
      geometry: circle, sigma: [1], drift: [0],
      modulations: [.init(mode: ModeIndex(1, 0, 0), amplitude: 0.5)])
    expect("not below the remainder") {
      try checkBound(
        Tiny(), model, initial: ProductMixture(states: [state]),
        at: [Particle(species: 0, xi: [0.5], mode: ModeIndex(1, 0, 0))], time: 0.5)
    }
  }
}
