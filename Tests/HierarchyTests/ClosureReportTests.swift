import CLibraries
import Computing
import Foundation
import Hierarchy
import Interaction
import Numerics
import PhaseSpace
import TestRandomNumbers
import Testing
import Vlasov

@Suite("Physical, unphysical or undecided")
struct ClosureReportTests {
  private static let isCampaign = ProcessInfo.processInfo.environment["VLASOV_CAMPAIGN"] == "1"
  private static func seeds(_ sample: UInt64) -> Range<UInt64> { 0..<(isCampaign ? 24 : sample) }

  @Test(
    "zero closure, product data: the contraction is off by D₁ and the variances are what D₁ makes of them; never physical",
    arguments: seeds(4))
  func zeroClosure(seed: UInt64) throws {
    var random = SplitMix(spreading: seed)
    let setup = OneSpeciesModel(
      strength: .random(in: 0.2...0.8, using: &random) * (Bool.random(using: &random) ? 1 : -1),
      sigma: .random(in: 0.8...1.1, using: &random),
      components: [(1, .random(in: 0.5...0.95, using: &random) * (Bool.random(using: &random) ? 1 : -1), 0)],
      modes: 3, extent: 8)
    let time = Double(Int.random(in: 1...12, using: &random)) / 4
    let hierarchy = try setup.hierarchy(rank: 2, ZeroClosure())
    try hierarchy.advance(to: time)
    let lattice = hierarchy.lattice
    var defect = 0.0
    for n in -3...3 {
      for g in -lattice.halfWidths[0]...lattice.halfWidths[0] {
        defect = max(defect, abs(setup.firstTerm(Double(g) * lattice.spacing(0), n, time: time)))
      }
    }
    let variance = (1...3).map { n in
      let free = setup.data(Double(n) * time, n)
      let both = free + setup.firstTerm(0, n, time: time)
      return free * free - both * both
    }.min()!
    let report = try hierarchy.report()
    #expect(
      abs(report.contractionDefect - defect) < 2e-3 * defect + 1e-7, "\(report.contractionDefect) \(defect)")
    let least = try #require(report.leastVariance)
    #expect(abs(least - variance) < 1e-5, "\(least) \(variance)")
    #expect(
      report.state == .unphysical && report.reasons.contains { $0.contains("contraction") }, "\(report)")
    if variance < -4e-3 {
      #expect(report.reasons.contains { $0.contains("variance") }, "\(variance): \(report.reasons)")
    }
  }

  @Test("a variance that is taken away is reported: −3.1e-3 of 2·0.5 cos q, amplitude 0.9, at t = 3")
  func pairVariance() throws {
    let setup = OneSpeciesModel(strength: 0.5, components: [(1, 0.9, 0)])
    var worst: (state: ClosureState, time: Double)?
    let hierarchy = try setup.hierarchy(rank: 2, ZeroClosure())
    for time in [0.5, 1, 2, 3] {
      try hierarchy.advance(to: time)
      let report = try hierarchy.report()
      let (state, _) = report.state(after: worst)
      if worst?.state != state { worst = (state, time) }
      #expect(state == .unphysical, "t = \(time)")
      let variance = try #require(report.leastVariance)
      if time == 3 { #expect(abs(variance + 3.1e-3) < 1e-4, "\(variance)") }
    }
    #expect(worst?.time == 0.5)
  }

  @Test(
    "the defects of ±0.9 amplitudes at 2 cos q: zero and factorised unphysical, by up to 0.23 of the mass")
  func contraction() throws {
    let setup = OneSpeciesModel(strength: 1, components: [(0.5, 0.9, 0), (0.5, -0.9, 0.1)])
    var largest = 0.0
    for closure in [ZeroClosure() as any Closure, FactorisedClosure()] {
      let hierarchy = try setup.hierarchy(rank: 2, closure)
      for time in [1.0, 2] {
        try hierarchy.advance(to: time)
        let report = try hierarchy.report()
        #expect(report.state == .unphysical, "\(closure.name) at \(time)")
        largest = max(largest, report.contractionDefect)
      }
    }
    #expect(largest > 0.1)
  }

  @Test("what was not physical is not taken back in silence")
  func noWayBack() throws {
    let setup = OneSpeciesModel(strength: 0.2, components: [(1, 0.1, 0)], modes: 3)
    let hierarchy = try setup.hierarchy(rank: 1, FactorisedClosure())
    let report = try hierarchy.report()
    #expect(report.state == .physical && report.reasons.isEmpty)
    #expect(report.state(after: nil).state == .physical)
    #expect(report.state(after: (.physical, 0.5)).reasons.isEmpty)
    for earlier in [ClosureState.undecided, .unphysical] {
      let (state, reasons) = report.state(after: (earlier, 0.5))
      #expect(state == earlier && reasons == ["\(earlier.rawValue) since t = 0.5"])
    }
  }

  /// Near the limits of t2-window, t2-jeans, t2-unstable and b08-attractive: narrow windows, few modes, long steps, attraction.
  private enum Kind: CaseIterable { case window, jeans, unstable, attractive }

  private static func random(_ kind: Kind, _ seed: UInt64) -> OneSpeciesModel {
    var random = SplitMix(spreading: seed &* 7 &+ UInt64(Kind.allCases.firstIndex(of: kind)!))
    func number(_ range: ClosedRange<Double>) -> Double { .random(in: range, using: &random) }
    switch kind {
    case .window:
      return OneSpeciesModel(
        strength: number(0.1...0.8), components: [(1, number(0.1...0.5), 0)],
        modes: Int.random(in: 2...5, using: &random), extent: number(1.5...8))
    case .jeans:
      return OneSpeciesModel(
        strength: -number(0.2...1.2), sigma: number(0.4...1), components: [(1, number(0.1...0.4), 0)],
        modes: Int.random(in: 3...8, using: &random))
    case .unstable:
      return OneSpeciesModel(
        strength: -number(0.5...2.5), sigma: 0.7,
        components: [(0.6, number(0.1...0.4), 0), (0.4, -number(0.05...0.2), number(0...0.3))])
    case .attractive:
      return OneSpeciesModel(
        strength: -number(1...5),
        components: [(0.5, 0.5, number(0.2...0.8)), (0.5, -0.5, -number(0.2...0.8))],
        modes: Int.random(in: 2...4, using: &random), extent: number(5...7))
    }
  }

  @Test(
    "what is off by half a hundredth against the nodes is not called physical; what is resolved and exact is",
    arguments: seeds(1))
  func againstNodes(seed: UInt64) throws {
    // The violent ones take a while: a sample of them is `modulus`.
    for kind in Kind.allCases where Self.isCampaign || kind != .attractive {
      let setup = Self.random(kind, seed)
      // One product: a mixture is not kept at rank 1.
      var single = setup
      single.components = [(1, setup.components[0].amplitude, setup.components[0].drift)]
      let hierarchy = try single.hierarchy(rank: 1, FactorisedClosure())
      let reference = try single.reference(until: 3)
      for time in [1.0, 2, 3] {
        do {
          try hierarchy.advance(to: time)
          try reference.advance(to: time)
        } catch is NumericalFailure {
          // An overflow is said too.
          break
        }
        let exact = reference.components()
        let error = exact[0].errors[0].maximum
        let distance = hierarchy.distance(MarginalOrder([1]), to: try ProductTables(exact)).maximum
        let onLattice = reference.componentsOnLattice().error(of: MarginalOrder([1])).maximum
        // The hierarchy of one particle is the flow on the lattice, until it amplifies roundings: its error is the one the
        // reference finds.
        if distance < 0.1 { #expect(abs(distance - onLattice) < 1e-7, "\(distance) \(onLattice)") }
        let report = try hierarchy.report()
        let own = hierarchy.resolution().filter { !$0.isResolved }
        if distance > 5e-3 + error {
          let unresolved = own + reference.resolution().filter { !$0.isResolved }
          #expect(!unresolved.isEmpty, "\(kind) \(seed) t = \(time): \(distance)")
          #expect(report.state != .physical, "\(kind) \(seed) t = \(time): \(distance)")
        }
        if own.isEmpty {
          #expect(report.state == .physical, "\(kind) \(seed) t = \(time): \(report.reasons)")
        }
      }
    }
  }

  @Test(
    "modulus above the mass: attraction on two modes at t = 2, as it was answered with a referenceMax of 112")
  func modulus() throws {
    let setup = OneSpeciesModel(
      strength: -4, components: [(0.5, 0.5, 0.5), (0.5, -0.5, -0.5)], modes: 2, extent: 6)
    let hierarchy = try setup.hierarchy(rank: 2, CumulantClosure())
    let reference = try setup.reference(until: 1)
    try hierarchy.advance(to: 2)
    try reference.advance(to: 1)
    let report = try hierarchy.report()
    #expect(report.largestRatio > 3 && report.state == .unphysical, "\(report)")
    #expect(reference.components()[0].table.norms[0].maximum < 1 + 1e-12)
  }

  @Test(
    "Moyal: a Gaussian that is no state has a negative one-particle operator, one that is a state has none",
    arguments: [(0.5, false), (1.05, true), (1.5, true), (0.7, false)])
  func weyl(uncertainty: Double, isState: Bool) throws {
    // σs = uncertainty · ħ/2
    let hbar = 0.5
    let setup = OneSpeciesModel(strength: 0, components: [], modes: 12, extent: 12, kernel: .moyal(hbar: 0.5))
    let state = try GaussianState(
      dimension: 1, sigma: [0.5], drift: [0.1], width: [uncertainty * hbar / 2 / 0.5], centre: [1])
    let hierarchy = try TruncatedHierarchy(
      model: setup.model(), initial: ProductMixture(states: [state]), lattice: setup.lattice(), rank: 1,
      closure: FactorisedClosure(), workers: Workers(threads: 1))
    let report = try hierarchy.report()
    let least = try #require(report.weylMinimum)
    if isState {
      #expect(least > -1e-9 && report.state != .unphysical, "\(report)")
    } else {
      #expect(least < -0.02 && report.state == .unphysical, "\(report)")
      #expect(report.reasons.contains { $0.contains("operator") })
    }
  }

  @Test(
    "two-particle densities: anticorrelated positions that no pair can have are seen on the plane of (q₁,q₂)")
  @inline(never) func pairDensity() throws {
    /// One-particle marginals of a Maxwellian and pairs of density 1 + 2c cos(q_1 − q_2), negative for |c| > ½.
    struct Pairs: CharacteristicFunction {
      let c: Double
      func value(at particles: [PhasePoint]) -> Complex<Double> {
        let bell = particles.reduce(1.0) { $0 * Double.exp(-$1.xi[0] * $1.xi[0] / 2) }
        let modes = particles.map { Int($0.eta[0].rounded()) }
        if modes.allSatisfy({ $0 == 0 }) { return Complex(bell) }
        return particles.count == 2 && modes[0] + modes[1] == 0 && abs(modes[0]) == 1
          ? Complex(c * bell) : .zero
      }
    }
    for (c, isPhysical) in [(0.3, true), (0.7, false)] {
      let setup = OneSpeciesModel(strength: 0.5, components: [], modes: 3, extent: 7)
      let hierarchy = try TruncatedHierarchy(
        model: setup.model(), marginals: Pairs(c: c), lattice: setup.lattice(), rank: 2,
        closure: CumulantClosure(), workers: Workers(threads: 1))
      let report = try hierarchy.report()
      #expect((report.state == .physical) == isPhysical, "\(report.reasons)")
      if !isPhysical { #expect(report.reasons.contains { $0.contains("(q₁,q₂)") }, "\(report.reasons)") }
    }
  }
}
