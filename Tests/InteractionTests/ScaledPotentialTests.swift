import CLibraries
import Foundation
import Interaction
import PhaseSpace
import Testing

@Suite("Coupling, spectra, external potentials")
struct ScaledPotentialTests {
  private static let geometry = Result {
    try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: 5))
  }

  private static func potentials() throws -> [any BandLimitedPotential] {
    [
      try InversePowerPotential(factors: [0.7, -2], modes: 4),
      try InversePowerPotential(factors: [0.7], screeningLength: 0.8, modes: 4),
      try InversePowerPotential(factors: [0.7], exponent: 1.5, modes: 4),
      try BumpPotential(strength: -0.4, bandlimit: 6, power: 2.5),
      try TrigonometricPotential(modes: [.init(mode: ModeIndex(2, 0, 0), coefficient: 0.3)]),
      try TabulatedPotential(radii: [0, 1, 4], samples: [1, 0.5, 0]),
    ]
  }

  @Test("λV is λ times V: atoms, moments, band limit, in Float64 and in balls")
  func scaled() throws {
    let geometry = try Self.geometry.get()
    let kappa = try #require(geometry.kappa(as: Ball.self))
    for base in try Self.potentials() {
      let scaled = ScaledPotential(base, times: -0.3)
      let (one, other) = (
        try base.atoms(dimension: 1, kappa: kappa), try scaled.atoms(dimension: 1, kappa: kappa)
      )
      #expect(one.map(\.mode) == other.map(\.mode) && !one.isEmpty)
      for (a, b) in zip(one, other) {
        let difference = a.coefficient * Ball(-0.3 as DecimalNumber) - b.coefficient
        #expect(difference.magnitude.upper < 1e-60)
        #expect(b.coefficient.magnitude.lower > 0)
      }
      #expect(scaled.bandlimit(kappa: kappa).middle == base.bandlimit(kappa: kappa).middle)
      #expect((scaled.density == nil) == (base.density == nil))
      if let density = base.density, let times = scaled.density {
        for q in 0...2 {
          let (a, b): (Double, Double) = (
            density.absoluteMoment(q, dimension: 3), times.absoluteMoment(q, dimension: 3)
          )
          #expect((b / a - 0.3).magnitude < 1e-14)
        }
        let (a, b): (Double, Double) = (
          density.supremumOfGradientTransform(), times.supremumOfGradientTransform()
        )
        #expect((b / a - 0.3).magnitude < 1e-14)
        let (v, w): (Double, Double) = (density.transform(radius: 0.9), times.transform(radius: 0.9))
        #expect((w / v + 0.3).magnitude < 1e-14)
      }
      let off = ScaledPotential(base, times: 0)
      #expect(try off.atoms(dimension: 1, kappa: kappa).isEmpty && off.bandlimit(kappa: 1.0) == 0)
    }
  }

  @Test("v(k) is v_m at the torus's own wave numbers, and its slope the difference quotient of neighbours")
  func spectra() throws {
    let geometry = try Self.geometry.get()
    let kappa = try #require(geometry.kappa(as: Ball.self))
    var known = 0
    for base in try Self.potentials() {
      for potential in [base, ScaledPotential(base, times: 2.5)] {
        let atoms = try potential.atoms(dimension: 1, kappa: kappa)
        for atom in atoms where atom.mode[0] > 0 {
          let k = Ball(atom.mode[0]) * kappa
          guard let spectrum = potential.spectrum(at: k, kappa: kappa, dimension: 1) else { continue }
          known += 1
          #expect((spectrum.value - atom.coefficient).magnitude.upper < 1e-60)
          let h = Ball(exactly: 0x1p-40)
          let ahead = try #require(potential.spectrum(at: k + h, kappa: kappa, dimension: 1))
          let back = try #require(potential.spectrum(at: k - h, kappa: kappa, dimension: 1))
          let quotient = (ahead.value - back.value) / (h + h)
          #expect((quotient - spectrum.slope).magnitude.upper < 1e-20 * (1 + spectrum.slope.magnitude.upper))
          #expect(spectrum.slope.magnitude.lower > 1e-3)
        }
      }
    }
    // Three inverse powers of four modes each, a bump with four, all twice.
    #expect(known == 32)
  }

  @Test("an external potential counts among the force modes, and is refused where nothing is proved with it")
  func external() throws {
    let geometry = try Self.geometry.get()
    func cosine(_ m: Int, _ v: DecimalNumber) throws -> TrigonometricPotential {
      try TrigonometricPotential(modes: [.init(mode: ModeIndex(m, 0, 0), coefficient: v)])
    }
    let matrix = try PotentialMatrix(
      geometry: geometry, speciesCount: 2, pairs: [(0, 1, try cosine(1, 0.2))],
      external: [(1, try cosine(3, -0.4))])
    #expect(matrix.highestMode == 3 && matrix.isExternal)
    #expect(matrix.forceModes(of: 0).map { $0[0] } == [-1, 1])
    #expect(matrix.forceModes(of: 1).map { $0[0] } == [-3, -1, 1, 3])
    #expect(matrix.externalCoefficient(1, mode: ModeIndex(-3, 0, 0)) == -0.4)
    #expect(matrix.externalCoefficient(0, mode: ModeIndex(3, 0, 0)) == 0 && matrix.external(0).isEmpty)
    #expect(throws: HypothesisError.self) { try matrix.requireNoExternal("something") }
    // A constant exerts no force.
    let constant = try PotentialMatrix(
      geometry: geometry, speciesCount: 1, pairs: [], external: [(0, try cosine(0, 1))])
    #expect(!constant.isExternal)
    #expect(throws: Never.self) { try constant.requireNoExternal("something") }
    #expect(throws: ArgumentError.self) {
      try PotentialMatrix(
        geometry: geometry, speciesCount: 1, pairs: [],
        external: [(0, try cosine(1, 1)), (0, try cosine(2, 1))])
    }
    #expect(throws: ArgumentError.self) {
      try PotentialMatrix(
        geometry: PhaseSpaceGeometry(dimension: 1, domain: .space), speciesCount: 1, pairs: [],
        external: [(0, try cosine(1, 1))])
    }
  }
}
