import CLibraries
import Foundation
import Interaction
import PhaseSpace
import Testing

@Suite("Coulomb and its relatives")
struct InversePowerPotentialTests {
  private static func model(_ dimension: Int, _ potential: InversePowerPotential) throws -> Model {
    let geometry = try PhaseSpaceGeometry(dimension: dimension, domain: .torus(length: 5))
    return try Model(
      geometry: geometry, species: [Species(name: "electron", fraction: 1, charge: -1)],
      potentials: PotentialMatrix(geometry: geometry, speciesCount: 1, pairs: [(0, 0, potential)]))
  }

  @Test(
    "moments in balls contain the sums over the shells |m|² = s, counted by hand", arguments: [1, 2, 3])
  func shells(dimension: Int) throws {
    // Sites of Z^d with |m|² = s, s = 0 … 9.
    let sites = [
      [1, 2, 0, 0, 2, 0, 0, 0, 0, 2], [1, 4, 4, 0, 4, 8, 0, 0, 4, 4],
      [1, 6, 12, 8, 6, 24, 24, 0, 12, 30],
    ][dimension - 1]
    for (screening, exponent) in [(nil, 2), (DecimalNumber(0.7), 2), (nil, 3), (nil, 1.5)]
      as [(DecimalNumber?, DecimalNumber)]
    {
      let potential = try InversePowerPotential(
        factors: [-0.4, 1.5, -1], exponent: exponent, screeningLength: screening, modes: 3)
      let model = try Self.model(dimension, potential)
      let balls = InteractionConstants<Ball>(model)
      let kappa = 2 * Double.pi / 5
      for q in 0...3 {
        let sum = (1...9).reduce(0.0) { sum, s in
          let k = kappa * Double(s).squareRoot()
          let v = 0.6 * pow(k * k + (screening == nil ? 0 : 1 / 0.49), -exponent.value / 2)
          return sum + Double(sites[s]) * v * pow(k, Double(q))
        }
        let moment = try balls.moment(q, 0, 0)
        #expect((moment.middle / sum - 1).magnitude < 1e-13 && moment.upper - moment.lower < 1e-15 * sum * 4)
      }
      #expect(try (balls.bandlimit(0, 0).middle / (3 * kappa) - 1).magnitude < 1e-15)
      #expect(model.potentials.atoms(0, 0).count == sites.dropFirst().reduce(0, +))
      #expect(model.potentials.coefficient(0, 0, mode: .zero) == 0)
      #expect(model.potentials.coefficient(0, 0, mode: ModeIndex(-2, 0, 0)) > 0)
    }
  }

  @Test("a neutral partner feels nothing; what has no meaning is refused")
  func refusals() throws {
    let neutral = try InversePowerPotential(factors: [1, -1, 0], modes: 4)
    #expect(try Self.model(1, neutral).potentials.atoms(0, 0).isEmpty)
    #expect(neutral.bandlimit(kappa: 2.0) == 0)
    #expect(throws: ArgumentError.self) { try InversePowerPotential(factors: [1], modes: 0) }
    #expect(throws: ArgumentError.self) { try InversePowerPotential(factors: [1], exponent: -1, modes: 1) }
    #expect(throws: ArgumentError.self) {
      try InversePowerPotential(factors: [1], screeningLength: 0, modes: 1)
    }
    #expect(throws: ArgumentError.self) { try Self.model(3, InversePowerPotential(factors: [1], modes: 80)) }
  }
}
