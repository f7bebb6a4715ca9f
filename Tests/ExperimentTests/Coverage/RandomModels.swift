import Foundation
import TestRandomNumbers

extension SplitMix {
  /// A number between two, to four digits.
  mutating func within(_ low: Double, _ high: Double) -> Double {
    (1e4 * (low + (high - low) * Double(next() >> 11) / 0x1p53)).rounded() / 1e4
  }

  /// So many steps, from one number of them to another, as a decimal number.
  mutating func time(_ numbers: ClosedRange<Int>, of step: Double) -> Double {
    let count = numbers.lowerBound + below(numbers.count)
    return (1e6 * step * Double(count)).rounded() / 1e6
  }

  /// One of a list.
  mutating func one<Element>(of list: [Element]) -> Element { list[below(list.count)] }

  /// One or two species on the circle of length 2π, with trigonometric potentials; equal fractions where no numbers of particles
  /// are given.
  mutating func model(
    _ species: [String], strength: Double, modes: Int = 1, hasFractions: Bool = false, more: String = ""
  ) -> String {
    var potentials: [String] = []
    for (index, a) in species.enumerated() {
      for b in species[index...] {
        let list = (1...modes).map {
          "{m: [\($0)], coefficient: \(within(-strength, strength) / Double($0))}"
        }
        potentials.append(
          "{between: [\(a), \(b)], kind: trigonometric, modes: [\(list.joined(separator: ", "))]}")
      }
    }
    let fraction = hasFractions ? ", fraction: \(1 / Double(species.count))" : ""
    let names = species.map { "{name: \($0)\(fraction)}" }.joined(separator: ", ")
    return """
      model:
        dimension: 1
        domain: {kind: torus, length: 6.283185307179586}
        species: [\(names)]
        potentials: [\(potentials.joined(separator: ", "))]
      \(more)
      """
  }

  /// One product of modulated Maxwellians.
  mutating func product(_ species: [String], sigma: ClosedRange<Double>, amplitude: Double) -> String {
    let states = species.map {
      "\($0): {kind: maxwellian, sigma: [\(within(sigma.lowerBound, sigma.upperBound))], drift: [\(within(-0.4, 0.4))], "
        + "modulation: [{m: [1], amplitude: \(within(-amplitude, amplitude)), phase: \(within(-3, 3))}]}"
    }
    return "initial: {kind: factorised, components: [{\(states.joined(separator: ", "))}]}\n"
  }

  /// A sea of fermions of each species.
  mutating func orbitals(_ species: [String], momentum: Double) -> String {
    let states = species.map {
      "\($0): {amplitude: \(within(-0.4, 0.4)), phase: \(within(-1, 1)), momentum: \(within(-momentum, momentum)), occupation: sea}"
    }
    return "orbitals: {\(states.joined(separator: ", "))}\n"
  }
}
