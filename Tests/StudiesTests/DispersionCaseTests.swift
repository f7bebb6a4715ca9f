import CLibraries
import Foundation
import Interaction
import PhaseSpace
import Studies
import Testing
import Vlasov

/// What `dispersion` tabulates, by the library.
@Suite("Tables of the dispersion relation")
struct DispersionCaseTests {
  private static func plasma(
    ratios: [DecimalNumber]?, mass: DecimalNumber = 1836, box: FrequencyBox? = nil, isCold: Bool = false,
    drift: Double = 0, amplitude: Double? = nil, waves: [DecimalNumber] = [0.1]
  ) throws -> DispersionCase {
    let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: DecimalNumber(20 * Double.pi)))
    let charges: [DecimalNumber] = [-1, 1]
    var pairs: [(first: Int, second: Int, potential: any BandLimitedPotential)] = []
    for (a, b) in [(0, 0), (0, 1), (1, 1)] {
      pairs.append((a, b, try InversePowerPotential(factors: [2, charges[a], charges[b]], modes: 20)))
    }
    let model = try Model(
      geometry: geometry,
      species: [
        Species(name: "electron", fraction: 0.5, charge: -1),
        Species(name: "ion", fraction: 0.5, mass: mass, charge: 1),
      ], potentials: PotentialMatrix(geometry: geometry, speciesCount: 2, pairs: pairs))
    let modulations =
      amplitude.map { [MaxwellianState.Modulation(mode: ModeIndex(1, 0, 0), amplitude: $0)] } ?? []
    return try DispersionCase(
      name: "plasma", model: model,
      states: [
        MaxwellianState(geometry: geometry, sigma: [1], drift: [drift], modulations: modulations),
        MaxwellianState(geometry: geometry, sigma: [1], drift: [0]),
      ],
      waves: waves.map { .number($0) },
      temperatures: ratios.map { .init(numerator: 0, denominator: 1, ratios: $0) }, box: box, isCold: isCold)
  }

  @Test(
    "ion acoustic waves at mass ratio 1836, kλ = 0.1: −γ/ω for T_e/T_i = 1, 2, 4, 10, 20, to all digits given"
  )
  func ionAcoustic() throws {
    let box = FrequencyBox(real: 0.002...0.006, imaginary: -0.0022...0.0001)
    let one = try Self.plasma(ratios: [1, 2, 4, 10, 20], box: box)
    let all: [(ratio: DecimalNumber, expected: Double, count: Int)] = [
      (10, 0.0276, 2), (1, 0.4332, 1), (2, 0.2532, 1), (4, 0.1210, 1), (20, 0.0133, 3),
    ]
    // Two seconds each: the others with the campaign.
    let isCampaign = ProcessInfo.processInfo.environment["VLASOV_CAMPAIGN"] == "1"
    for (ratio, expected, count) in isCampaign ? all : Array(all.prefix(2)) {
      let record = try one.record(.number(0.1), ratio: ratio)
      let root = try #require(record.roots.first)
      #expect(record.roots.count == count)
      #expect((-root.gamma[0] / root.omega[0] - expected).magnitude < 0.5e-4)
      // Langmuir's wave, which is not in the box, is damped less.
      #expect(root.isLeastDamped == false)
      // The texts are of numbers in the enclosures.
      for (text, ends) in [(root.omegaText, root.omega), (root.gammaText, root.gamma)] {
        let number = try #require(DecimalNumber(text))
        #expect(text.count > 25 && ends[0] <= number.value && number.value <= ends[1], "\(text)")
      }
      // Tests/References/dispersion.py, with the width √(1836/10) in 30 digits.
      if ratio.value == 10 {
        #expect(root.omegaText.hasPrefix("0.00274597149648246240"))
        #expect(root.gammaText.hasPrefix("-7.576623674605500190"))
      }
    }
  }

  @Test(
    "cold electrons through ions: a growing wave in the band, none beyond, and the largest rate between neighbours"
  )
  func cold() throws {
    let one = try Self.plasma(ratios: nil, mass: 100, isCold: true, drift: 1, waves: [0.9, 1, 1.1, 1.35])
    let records = try one.waves.map { try one.record($0, ratio: nil) }
    #expect(records.map(\.roots.count) == [1, 1, 1, 0])
    let maximum = try #require(try one.growthMaximum(records, ratio: nil))
    #expect((maximum.root.gamma[0] - 0.13646995324501706786).magnitude < 1e-15)
    #expect((maximum.wavenumber[0] - 1.0413914694075367632).magnitude < 1e-11)
    // The largest at an end of the list says nothing.
    let rising = try Self.plasma(ratios: nil, mass: 100, isCold: true, drift: 1, waves: [0.8, 0.9, 1])
    #expect(
      try rising.growthMaximum(rising.waves.map { try rising.record($0, ratio: nil) }, ratio: nil) == nil)
  }

  @Test("data that are not homogeneous, and what makes no sense together, are refused")
  func refusals() throws {
    let above = FrequencyBox(real: 0...1, imaginary: 0.1...1)
    let below = FrequencyBox(real: 0...1, imaginary: -0.1...1)
    #expect(throws: Never.self) { try Self.plasma(ratios: nil, box: above, isCold: true, drift: 1) }
    #expect(throws: ArgumentError.self) { try Self.plasma(ratios: nil, box: below, isCold: true, drift: 1) }
    #expect(throws: ArgumentError.self) { try Self.plasma(ratios: [1], isCold: true) }
    #expect(throws: ArgumentError.self) { try Self.plasma(ratios: nil, amplitude: 0.1) }
  }
}
