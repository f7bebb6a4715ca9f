import CLibraries
import Interaction
import Numerics
import PhaseSpace
import RemainderBounds

/// A linear congruential stream, so that random models are the same on every machine.
struct RandomStream {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return range.lowerBound + (range.upperBound - range.lowerBound) * Double(state >> 11) * 0x1p-53
  }

  mutating func integer(_ range: ClosedRange<Int>) -> Int {
    min(range.upperBound, range.lowerBound + Int(uniform(0...1) * Double(range.count)))
  }

  /// A decimal with three digits: not a Double in general, which is what certified inputs are about.
  mutating func decimal(_ range: ClosedRange<Double>) -> DecimalNumber {
    let thousandths = Int((uniform(range) * 1000).rounded())
    let text =
      "\(thousandths < 0 ? "-" : "")\(abs(thousandths) / 1000).\(String(1000 + abs(thousandths) % 1000).dropFirst())"
    return DecimalNumber(text) ?? 1
  }
}

/// A random model with data and a point.
struct RandomModel {
  let model: Model
  let initial: ProductMixture
  let point: Point
  let phasePoints: [PhasePoint]
  let time: DecimalNumber

  /// - Parameter onTorus: nil chooses at random.
  init(seed: UInt64, unitMasses: Bool, onTorus: Bool? = nil, dimension: Int? = nil, tight: Bool = false)
    throws
  {
    var random = RandomStream(seed: seed)
    let d = dimension ?? random.integer(1...3)
    let isTorus = onTorus ?? (random.uniform(0...1) < 0.5)
    let geometry = try PhaseSpaceGeometry(
      dimension: d, domain: isTorus ? .torus(length: random.decimal(4...8)) : .space)
    let count = tight ? 1 : random.integer(1...3)
    let weights = (0..<count).map { _ in random.uniform(0.2...1) }
    let total = weights.reduce(0, +)
    var species: [Species] = []
    for index in 0..<count {
      let fraction =
        index == count - 1
        ? 1 - species.reduce(0) { $0 + $1.fraction.value } : (weights[index] / total * 1000).rounded() / 1000
      species.append(
        try Species(
          name: "s\(index)", fraction: DecimalNumber(fraction), mass: unitMasses ? 1 : random.decimal(0.5...3)
        ))
    }
    var pairs: [(first: Int, second: Int, potential: any BandLimitedPotential)] = []
    for a in 0..<count {
      for b in a..<count where tight || a == b || random.uniform(0...1) < 0.8 {
        let potential: any BandLimitedPotential
        if isTorus {
          let modes = (0..<(tight ? 1 : random.integer(1...2))).map { index in
            var mode = ModeIndex.zero
            mode[index % d] = 1 + index
            return TrigonometricPotential.Mode(mode: mode, coefficient: random.decimal(-0.6...0.6))
          }
          potential = try TrigonometricPotential(modes: modes)
        } else if random.uniform(0...1) < 0.5 {
          potential = try BumpPotential(
            strength: random.decimal(-0.6...0.6), bandlimit: random.decimal(0.8...1.5),
            power: random.decimal(0.5...4))
        } else {
          // With a change of sign more often than not.
          potential = try TabulatedPotential(
            radii: [0, random.decimal(0.2...0.6), random.decimal(0.8...1.5)],
            samples: [random.decimal(-0.6...0.6), random.decimal(-0.6...0.6), 0])
        }
        pairs.append((a, b, potential))
      }
    }
    model = try Model(
      geometry: geometry, species: species,
      potentials: PotentialMatrix(geometry: geometry, speciesCount: count, pairs: pairs))
    let states: [any OneParticleState] = try species.map { _ in
      if isTorus {
        return try MaxwellianState(
          geometry: geometry, sigma: (0..<d).map { _ in random.uniform(0.5...1.2) },
          drift: (0..<d).map { _ in random.uniform(-0.5...0.5) },
          modulations: [
            .init(
              mode: ModeIndex(1, 0, 0), amplitude: random.uniform(-0.6...0.6), phase: random.uniform(0...3))
          ])
      }
      return try GaussianState(
        dimension: d, sigma: Array(repeating: 0.8, count: d), drift: Array(repeating: 0.1, count: d),
        width: Array(repeating: 1, count: d), centre: Array(repeating: 0, count: d))
    }
    initial = try ProductMixture(states: states)
    time = random.decimal(0.1...1.5)
    var particles: [Particle] = []
    var phasePoints: [PhasePoint] = []
    for _ in 0..<random.integer(1...3) {
      let alpha = random.integer(0...(count - 1))
      let xi = (0..<d).map { _ in random.decimal(-1...1) }
      var mode: ModeIndex?
      var eta = (0..<d).map { _ in random.decimal(-1...1) }
      if isTorus {
        var n = ModeIndex.zero
        for axis in 0..<d { n[axis] = random.integer(-1...1) }
        mode = n
        eta = (0..<d).map { DecimalNumber((geometry.kappa ?? 1) * Double(n[$0])) }
      }
      particles.append(Particle(species: alpha, xi: xi, eta: eta, mode: mode))
      phasePoints.append(
        PhasePoint(
          species: alpha, xi: SpaceVector(components: xi.map(\.value)),
          eta: SpaceVector(components: eta.map(\.value))))
    }
    point = Point(particles)
    self.phasePoints = phasePoints
  }
}
