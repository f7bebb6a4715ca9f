import CLibraries
import Foundation
import Interaction
import PhaseSpace
import Testing

@Suite("Constants of potentials")
struct InteractionConstantsTests {
  static let potentials: [any RadialPotential] = [
    try! BumpPotential(strength: -0.7, bandlimit: 1.5, power: 2),
    try! BumpPotential(strength: 1.3, bandlimit: 0.8, power: 1.5),
    try! TabulatedPotential(radii: [0, 0.5, 1.1, 2], samples: [1, 0.4, -0.6, 0]),
  ]

  @Test("∫|V̂||η|^q dη in closed form equals its quadrature, every potential and dimension", arguments: 1...3)
  func momentsAgainstQuadrature(dimension: Int) throws {
    for potential in Self.potentials {
      for q in 0...4 {
        // Split also where V̂ changes sign.
        let breaks = potential.smoothnessBreaks() + [0.74]
        let sorted = Array(Set(breaks)).sorted().filter { $0 <= (breaks.dropLast().last ?? 0) }
        var integral = 0.0
        for (start, end) in zip(sorted, sorted.dropFirst()) {
          let rule = GaussLegendre(points: 400, from: start, to: end)
          for (r, w) in zip(rule.nodes, rule.weights) {
            let value: Double = potential.transform(radius: r)
            integral += w * pow(r, Double(dimension - 1 + q)) * value.magnitude
          }
        }
        integral *= Double.unitSphereArea(dimension: dimension)
        let closed: Double = potential.absoluteMoment(q, dimension: dimension)
        #expect((closed / integral - 1).magnitude < 1e-6, "\(potential) q = \(q): \(closed) \(integral)")
      }
    }
  }

  @Test("A = sup|ηV̂| equals a dense search")
  func supremum() throws {
    for potential in Self.potentials {
      let limit: Double = potential.bandlimit(kappa: Double?.none)
      let search = try #require(
        (0...100_000).map { i -> Double in
          let r = limit * Double(i) / 100_000
          let value: Double = potential.transform(radius: r)
          return (r * value).magnitude
        }.max())
      let closed: Double = potential.supremumOfGradientTransform()
      #expect(closed >= search * (1 - 1e-12))
      #expect((closed / search - 1).magnitude < 1e-8)
    }
  }

  @Test("the force and its slope never exceed their bounds, and nearly reach them")
  func gradientBounds() throws {
    let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: 5))
    let potential = try TrigonometricPotential(
      modes: [
        .init(mode: ModeIndex(1, 0, 0), coefficient: 0.3), .init(mode: ModeIndex(2, 0, 0), coefficient: 0.2),
      ])
    let model = try Model(
      geometry: geometry, species: [Species(name: "a", fraction: 1)],
      potentials: PotentialMatrix(geometry: geometry, speciesCount: 1, pairs: [(0, 0, potential)]))
    let constants = InteractionConstants<Double>(model)
    let kappa = geometry.kappa ?? 1
    var force = 0.0
    var slope = 0.0
    for i in 0..<2000 {
      let x = 5 * Double(i) / 2000
      var (first, second) = (0.0, 0.0)
      for atom in model.potentials.atoms(0, 0) {
        let k = kappa * Double(atom.mode[0])
        first -= atom.coefficient * k * sin(k * x)
        second -= atom.coefficient * k * k * cos(k * x)
      }
      force = max(force, first.magnitude)
      slope = max(slope, second.magnitude)
    }
    let gradient = try constants.gradientBound(0, 0)
    let lipschitz = try constants.gradientLipschitzConstant(0, 0)
    #expect(force <= gradient && force > 0.5 * gradient)
    #expect(slope <= lipschitz * (1 + 1e-12) && slope > 0.999 * lipschitz)
  }

  @Test("M_α, M, B and the paper's constant of a two-species torus model, by hand")
  func constantsByHand() throws {
    let model = try InteractionOperatorTests.model(kernel: .classical)
    let constants = InteractionConstants<Double>(model)
    let kappa = model.geometry.kappa ?? 1
    // Σ_m |κm||v_m| over both signs: κ(2·1·|a| + 2·2·|b|)
    let m00 = kappa * (2 * 0.3 + 4 * 0.2)
    let m01 = kappa * (2 * 0.5 + 4 * 0.1)
    let m11 = kappa * (2 * 0.2 + 4 * 0.4)
    #expect(try (constants.branchingRate(0) - (0.4 * m00 + 0.6 * m01)).magnitude < 1e-14)
    #expect(try (constants.branchingRate(1) - (0.4 * m01 + 0.6 * m11)).magnitude < 1e-14)
    #expect(try (constants.branchingRate() - (0.4 * m01 + 0.6 * m11)).magnitude < 1e-14)
    #expect(try (constants.bandlimit() - 2 * kappa).magnitude < 1e-15)
    #expect(try (constants.paperRate() - m11).magnitude < 1e-14)
    #expect(constants.leastMass == 1)
    #expect(try constants.supremumOfGradientTransform() == nil)
  }

  @Test("the Moyal kernel is bounded by |x| and tends to x as ħ²")
  func moyalKernel() {
    for x in [-7.0, -0.3, 0.0, 1.0, 40.0] {
      #expect(Kernel.moyal(hbar: 0.7)(x).magnitude <= x.magnitude)
      let coarse = (Kernel.moyal(hbar: 0.02)(x) - x).magnitude
      let fine = (Kernel.moyal(hbar: 0.01)(x) - x).magnitude
      #expect(x == 0 || (coarse / fine - 4).magnitude < 0.2)
    }
  }
}
