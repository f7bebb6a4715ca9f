import CLibraries
import Interaction
import PhaseSpace

/// A pair potential with the names of the two species it acts between, for `Model(torus:species:potentials:)`.
public struct PairPotential: Sendable {
  let names: (String, String)
  let make: @Sendable () throws -> any BandLimitedPotential

  /// Any potential between two species, or within one.
  public static func between(_ first: String, _ second: String, _ potential: any BandLimitedPotential)
    -> PairPotential
  {
    PairPotential(names: (first, second)) { potential }
  }

  /// V(x) = 2v cos(κm·x): v_{±m} = v, m = (1, 0, 0) where nothing else is said.
  public static func cosine(
    _ first: String, _ second: String, _ v: DecimalNumber, mode: ModeIndex = ModeIndex(1, 0, 0)
  ) -> PairPotential {
    PairPotential(names: (first, second)) {
      try TrigonometricPotential(modes: [.init(mode: mode, coefficient: v)])
    }
  }

  /// V̂(η) = strength·(1 − |η|²/B²)^power for |η| ≤ B.
  public static func bump(
    _ first: String, _ second: String, strength: DecimalNumber, bandlimit: DecimalNumber,
    power: DecimalNumber = 2
  ) -> PairPotential {
    PairPotential(names: (first, second)) {
      try BumpPotential(strength: strength, bandlimit: bandlimit, power: power)
    }
  }
}
