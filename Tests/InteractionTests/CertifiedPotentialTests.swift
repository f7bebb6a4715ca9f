import CLibraries
import Foundation
import Interaction
import PhaseSpace
import TestRandomNumbers
import Testing

/// V̂ and its constants in balls where V̂ is not smooth: at the breaks of a table, its zeros, the edge of a bump.
@Suite("Certified potentials")
struct CertifiedPotentialTests {
  private func decimal(_ text: String) throws -> DecimalNumber { try #require(DecimalNumber(text)) }

  /// Whether a ball holds the number of a decimal text and is at most 1e-14 of it wide.
  private func isTight(_ ball: Ball, around text: String) throws -> Bool {
    let difference = ball - Ball(try decimal(text))
    let width = 1e-14 * (try decimal(text)).value.magnitude
    return difference.lower <= 0 && difference.upper >= 0 && ball.upper - ball.lower <= width
  }

  @Test("a mode beside a break of a steep table: on its own side of it, in balls and on the lattice")
  func atomsBesideABreak() throws {
    let steep = try TabulatedPotential(radii: [0, 1, 1.000000001], samples: [0.5, 0.5, 1000])
    // κ = 2π/Λ is below 1 by 8.3e-17 and above it by 7.6e-17; the nearest Doubles of both are at most an ulp from 1.
    for (length, coefficient) in [
      ("6.283185307179587", "0.49999999999999995838"), ("6.283185307179586", "0.50007586706436601832"),
    ] {
      let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: decimal(length)))
      let atoms: [PotentialAtom<Ball>] = try steep.atoms(
        dimension: 1, kappa: #require(geometry.kappa(as: Ball.self)))
      #expect(atoms.map(\.mode[0]) == [-1, 0, 1])
      for atom in [atoms[0], atoms[2]] {
        #expect(
          (atom.coefficient.middle / (try decimal(coefficient)).value - 1).magnitude < 1e-13, "\(length)")
        #expect(atom.coefficient.upper - atom.coefficient.lower < 1e-15)
      }
      let matrix = try PotentialMatrix(geometry: geometry, speciesCount: 1, pairs: [(0, 0, steep)])
      #expect(matrix.coefficient(0, 0, mode: ModeIndex(1, 0, 0)) == atoms[2].coefficient.middle)
    }
  }

  @Test(
    "V̂ of a ball holds V̂ at every radius in it: balls of any width over random tables, their ends and beyond")
  func tablesInBalls() throws {
    var random = SplitMix(seed: 5)
    for _ in 0..<300 {
      var radii: [DecimalNumber] = [0]
      for _ in 0..<random.integer(1...5) {
        radii.append(DecimalNumber(radii[radii.count - 1].value + pow(10, random.uniform(-12...0))))
      }
      let table = try TabulatedPotential(
        radii: radii, samples: radii.map { _ in DecimalNumber(random.uniform(-1...1)) })
      let centre = radii[random.integer(0...(radii.count - 1))].value + random.uniform(-1e-6...1e-6)
      let width = pow(10, random.uniform(-18...0))
      let ends = [centre - width, centre + width].map { Ball(exactly: max(0, $0)) }
      let value = table.transform(radius: Ball.hull(ends[0], ends[1]))
      var (least, greatest) = (Double.infinity, -Double.infinity)
      let inside = (0...40).map { max(0, centre - width) + (width + min(width, centre)) * Double($0) / 40 }
      for r in inside + radii.map(\.value) where r >= max(0, centre - width) && r <= centre + width {
        let exact: Ball = table.transform(radius: Ball(exactly: r))
        (least, greatest) = (min(least, exact.lower), max(greatest, exact.upper))
      }
      #expect(value.lower <= least && value.upper >= greatest, "\(radii) \(centre) ± \(width)")
      // A thin one no wider than what V̂ does over the ball, seen from 41 radii and the breaks; the ends of a wide one, of 30
      // bits, are too coarse for the narrow segments.
      let end = radii[radii.count - 1].value
      if width < 1e-12, greatest >= least, centre + width < end {
        #expect(
          value.upper - value.lower <= 1.2 * (greatest - least) + 1e-8, "\(radii) \(centre) ± \(width)")
      }
    }
  }

  @Test("a ball that reaches beyond the last sample holds 0 too; a hair beyond it, V̂ is the last sample")
  func beyondTheTable() throws {
    let box = try TabulatedPotential(radii: [0, 1.1], samples: [0.7, 0.7])
    let across = box.transform(radius: Ball.hull(Ball(1), Ball(2)))
    #expect(across.lower <= 0 && across.upper >= 0.7)
    #expect(box.transform(radius: Ball(2)).upper == 0)
    for radius in ["1.1", "1.0999999999999999999999999999", "1.1000000000000000000000000001"] {
      #expect(try isTight(box.transform(radius: Ball(decimal(radius))), around: "0.7"))
      #expect(try box.transform(radius: decimal(radius).value) == 0.7)
    }
  }

  @Test(
    "a mode a hair beyond a table that ends at 0 is no atom, in balls and in Double, and does not make B larger"
  )
  func onTheRim() throws {
    // κ = 2π/Λ is above 1 by 7.6e-17.
    let geometry = try PhaseSpaceGeometry(
      dimension: 1, domain: .torus(length: decimal("6.283185307179586")))
    let tent = try TabulatedPotential(radii: [0, 0.3, 1], samples: [0.1, 0.7, 0])
    let bump = try BumpPotential(strength: 1, bandlimit: 1, power: 0.5)
    for potential in [tent, bump] as [any BandLimitedPotential] {
      let kappa = try #require(geometry.kappa(as: Ball.self))
      let atoms: [PotentialAtom<Ball>] = try potential.atoms(dimension: 1, kappa: kappa)
      #expect(atoms.map(\.mode) == [.zero])
      let model = try Model(
        geometry: geometry, species: [Species(name: "a", fraction: 1)],
        potentials: PotentialMatrix(geometry: geometry, speciesCount: 1, pairs: [(0, 0, potential)]))
      #expect(try InteractionConstants<Ball>(model).bandlimit().upper == 0)
      #expect(try InteractionConstants<Double>(model).bandlimit() == 0)
      #expect(try InteractionConstants<Double>(model).moment(1, 0, 0) == 0)
    }
  }

  @Test("the constants of a table scale with its values, from 1 to 1e-300: no product of samples underflows")
  func tinySamples() throws {
    let plain = try TabulatedPotential(radii: [0, 0.5, 1.5], samples: [1, -2, 0.5])
    for text in ["1e-200", "1e-300"] {
      let small = try TabulatedPotential(
        radii: plain.radii, samples: plain.samples.map { try decimal($0.text + text.dropFirst()) })
      for q in 0...3 {
        let ratio = (small.absoluteMoment(q, dimension: 2) as Ball) / plain.absoluteMoment(q, dimension: 2)
        #expect(try isTight(ratio, around: text), "q = \(q)")
        let double: Double = small.absoluteMoment(q, dimension: 2)
        let certified: Ball = small.absoluteMoment(q, dimension: 2)
        #expect((double / certified.middle - 1).magnitude < 1e-14)
      }
      let ratio = (small.supremumOfGradientTransform() as Ball) / plain.supremumOfGradientTransform()
      #expect(try isTight(ratio, around: text))
    }
  }

  @Test("one value written in two ways is a flat segment: sup|ηV̂| is its end, not unknown")
  func flatSegments() throws {
    let flat = try TabulatedPotential(
      radii: [0, 0.3, 0.7], samples: [0.1, decimal("0.10"), decimal("1e-1")])
    #expect(try isTight(flat.supremumOfGradientTransform(), around: "0.07"))
    #expect(((flat.supremumOfGradientTransform() as Double) - 0.07).magnitude < 1e-16)
  }

  @Test("B is the end of the support: samples that stay zero, and bumps of strength 0, do not count")
  func supports() throws {
    let table = try TabulatedPotential(radii: [0, 0.4, 0.9, 2, 3], samples: [1, 0.2, 0, 0, 0])
    #expect(table.bandlimit(kappa: Double?.none) == 0.9)
    #expect(table.smoothnessBreaks() == [0, 0.4, 0.9])
    let nothing = try TabulatedPotential(radii: [0, 1], samples: [0, 0])
    #expect(nothing.bandlimit(kappa: Double?.none) == 0 && nothing.smoothnessBreaks() == [0])
    let flat = try BumpPotential(strength: 0, bandlimit: 2, power: 1.5)
    #expect(flat.bandlimit(kappa: Double?.none) == 0)
    // Breaks stand at zeros of V̂ as well.
    let crossing = try TabulatedPotential(radii: [0, 1], samples: [1, -3])
    #expect(crossing.smoothnessBreaks() == [0, 0.25, 1])
  }

  @Test(
    "moments in Double are right to the rounding of the radii in segments 1e-9 and 1e-15 wide, and for bumps of power 900"
  )
  func doubleMoments() throws {
    let potentials: [any RadialPotential] = [
      try TabulatedPotential(radii: [0, 1, 1.000000001], samples: [0.5, 0.5, 1000]),
      try TabulatedPotential(
        radii: [0, 1, decimal("1.000000000000001"), 2], samples: [0.5, -700, 900, -0.1]),
      try BumpPotential(strength: -0.3, bandlimit: 1.7, power: 900),
      try BumpPotential(strength: 1, bandlimit: 2, power: 0.05),
    ]
    for potential in potentials {
      for q in [0, 1, 2, 40] {
        let double: Double = potential.absoluteMoment(q, dimension: 3)
        let certified: Ball = potential.absoluteMoment(q, dimension: 3)
        #expect((double / certified.middle - 1).magnitude < 1e-11, "\(potential) q = \(q)")
        #expect(certified.upper - certified.lower < 1e-14 * certified.upper)
      }
    }
  }

  @Test("a bump of fractional power in balls: at 0, inside, across its edge and beyond it")
  func bumpsInBalls() throws {
    for power in ["0.05", "0.5", "1.7", "2", "3.999", "4"] {
      let bump = try BumpPotential(strength: -1.3, bandlimit: 1.25, power: decimal(power))
      for (from, to) in [
        (0, 0), (0, 0.2), (0.7, 0.7), (0.9, 1.25), (1.25.nextDown, 1.25.nextUp), (1.25, 1.25), (1.1, 3),
        (1.3, 1.4),
      ] {
        let value = bump.transform(radius: Ball.hull(Ball(exactly: from), Ball(exactly: to)))
        for i in 0...20 {
          let r = from + (to - from) * Double(i) / 20
          let exact = -1.3 * pow(max(0, (1.25 - r) * (1.25 + r)) / 1.5625, try decimal(power).value)
          let slack = 1e-13 * exact.magnitude
          #expect(
            value.lower <= exact + slack && value.upper >= exact - slack, "p = \(power), [\(from), \(to)]")
        }
        // No wider than a thin ball makes it.
        if to - from < 1e-15 {
          #expect(value.lower >= -1.3 * 1.0000001 && value.upper <= 1e-7, "p = \(power), [\(from), \(to)]")
        }
      }
    }
    // Powers are what is written: 2 and 2.00000000000000000001, one Double, are two potentials.
    let square = try BumpPotential(strength: 1, bandlimit: 1, power: 2)
    let above = try BumpPotential(strength: 1, bandlimit: 1, power: decimal("2.00000000000000000001"))
    let difference = square.transform(radius: Ball(0.5)) - above.transform(radius: Ball(0.5))
    #expect(difference.lower > 0)
  }

  @Test(
    "the quadrature of V̂ at 24 points is right to 1e-12 at fractional edges, whatever the power and dimension"
  )
  func frequencyQuadrature() throws {
    for (dimension, power) in [(1, "0.05"), (1, "0.5"), (2, "1.7"), (3, "0.3"), (3, "7.5"), (2, "3")] {
      let geometry = try PhaseSpaceGeometry(dimension: dimension, domain: .space)
      let bump = try BumpPotential(strength: 0.8, bandlimit: 1.3, power: decimal(power))
      let matrix = try PotentialMatrix(geometry: geometry, speciesCount: 1, pairs: [(0, 0, bump)])
      let nodes = try FrequencyQuadrature(matrix, 0, 0).nodes
      for q in [0, 2, 6] {
        let sum = nodes.reduce(0.0) { $0 + $1.weight * pow($1.eta.norm, Double(q)) }
        let exact: Double = bump.absoluteMoment(q, dimension: dimension)
        #expect((sum / exact - 1).magnitude < 1e-12, "d = \(dimension), p = \(power), q = \(q)")
      }
    }
  }
}
