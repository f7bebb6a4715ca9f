import CLibraries
import Computing
import Hierarchy
import Interaction
import Numerics
import PhaseSpace
import Testing

/// A pure one-particle state Σ_k c_k |k⟩ on the circle, κ = 1, as its Wigner characteristic function,
/// f(ξ,n) = Σ_k conj(c_{k+n}) c_k e^{iξħ(k + n/2)}.
struct PlaneWaveState: OneParticleState {
  let coefficients: [Int: Complex<Double>]
  let hbar: Double

  func value(xi: SpaceVector, eta: SpaceVector) -> Complex<Double> {
    let n = Int(eta[0].rounded())
    return coefficients.sorted { $0.key < $1.key }.reduce(Complex<Double>.zero) { sum, entry in
      guard let bra = coefficients[entry.key + n] else { return sum }
      let phase = Complex<Double>(length: 1, phase: xi[0] * hbar * (Double(entry.key) + Double(n) / 2))
      return sum + bra.conjugate * entry.value * phase
    }
  }

  func isNonnegative(hbar: Double?) -> Bool { hbar != nil }
}

/// The N-body Schrödinger equation on plane waves |k| ≤ K by RK4, pair potentials 2 c_{αβ} cos(x_i − x_j)/N.
struct WaveFunction {
  let species: [Int]
  let hbar: Double
  let coefficient: (Int, Int) -> Double
  let reach: Int
  var values: [Complex<Double>]

  var base: Int { 2 * reach + 1 }

  init(
    species: [Int], hbar: Double, reach: Int, states: [PlaneWaveState],
    coefficient: @escaping (Int, Int) -> Double
  ) {
    self.species = species
    self.hbar = hbar
    self.reach = reach
    self.coefficient = coefficient
    let base = 2 * reach + 1
    let count = species.reduce(1) { product, _ in product * base }
    values = (0..<count).map { index in
      var rest = index
      return species.reduce(Complex<Double>(1)) { product, one in
        let k = rest % base - reach
        rest /= base
        return product * (states[one].coefficients[k] ?? .zero)
      }
    }
  }

  func momenta(_ index: Int) -> [Int] {
    var rest = index
    return species.map { _ in
      defer { rest /= base }
      return rest % base - reach
    }
  }

  private func derivative(_ psi: [Complex<Double>]) -> [Complex<Double>] {
    let strides = species.indices.map { (0..<$0).reduce(1) { product, _ in product * base } }
    let number = Double(species.count)
    return psi.indices.map { index in
      let k = momenta(index)
      let kinetic = k.reduce(0.0) { $0 + hbar * hbar * Double($1 * $1) / 2 }
      var sum = psi[index].multiplied(by: kinetic)
      for j in species.indices {
        for i in 0..<j {
          for sign in [1, -1] where (k[i] - sign).magnitude <= reach && (k[j] + sign).magnitude <= reach {
            sum += psi[index - sign * strides[i] + sign * strides[j]]
              .multiplied(by: coefficient(species[i], species[j]) / number)
          }
        }
      }
      return sum * Complex(0, -1 / hbar)
    }
  }

  mutating func propagate(to time: Double, steps: Int) {
    let h = time / Double(steps)
    func combined(_ a: [Complex<Double>], _ h: Double, _ b: [Complex<Double>]) -> [Complex<Double>] {
      zip(a, b).map { $0 + $1.multiplied(by: h) }
    }
    for _ in 0..<steps {
      let k1 = derivative(values)
      let k2 = derivative(combined(values, h / 2, k1))
      let k3 = derivative(combined(values, h / 2, k2))
      let k4 = derivative(combined(values, h, k3))
      for i in values.indices {
        values[i] += (k1[i] + (k2[i] + k3[i]).multiplied(by: 2) + k4[i]).multiplied(by: h / 6)
      }
    }
  }

  /// ⟨Ψ, Π_j e^{i(ξ_j p̂_j + n_j q̂_j)} Ψ⟩; particles without arguments have ξ = n = 0.
  func expectation(_ arguments: [(particle: Int, n: Int, xi: Double)]) -> Complex<Double> {
    var sum = Complex<Double>.zero
    for index in values.indices {
      let k = momenta(index)
      var target = index
      var phase = 0.0
      var isInside = true
      for (particle, n, xi) in arguments {
        let stride = (0..<particle).reduce(1) { product, _ in product * base }
        isInside = isInside && (k[particle] + n).magnitude <= reach
        target += n * stride
        phase += xi * hbar * (Double(k[particle]) + Double(n) / 2)
      }
      if isInside {
        sum += values[target].conjugate * values[index] * Complex<Double>(length: 1, phase: phase)
      }
    }
    return sum
  }
}

@Suite("The finite-N Moyal hierarchy is the Schrödinger equation")
struct TruncatedHierarchyQuantumTests {
  private typealias Models = TruncatedHierarchyModel
  private let workers = Workers(threads: 2)
  private let hbar = 0.5

  private func states() -> [PlaneWaveState] {
    [
      PlaneWaveState(
        coefficients: [0: Complex(0.8), 1: Complex(length: 0.6, phase: 0.7)], hbar: hbar),
      PlaneWaveState(
        coefficients: [-1: Complex(0.6), 0: Complex(length: 0.8, phase: -0.4)], hbar: hbar),
    ]
  }

  @Test("closed at R = N it is the propagated wave function, 1e-6", arguments: [[1, 1], [2, 1]])
  func closesToSchroedinger(particles: [Int]) throws {
    let number = particles.reduce(0, +)
    let strength = 0.8
    let model = try Models.plasma(
      strength: strength, fractions: particles.map { Double($0) / Double(number) },
      kernel: .moyal(hbar: DecimalNumber(hbar)), particles: particles)
    let isPair = number == 2
    let (step, steps) = isPair ? (0.1, 6) : (0.2, 2)
    let lattice = try Models.lattice(model, modes: isPair ? 5 : 3, extent: isPair ? 5 : 1.5, step: step)
    let hierarchy = try TruncatedHierarchy(
      model: model,
      initial: ProductMixture(states: states()),
      lattice: lattice, rank: number, closure: ExactClosure(), workers: workers)
    try hierarchy.advance(steps: steps)
    let species = MarginalOrder(particles).slots
    var wave = WaveFunction(
      species: species, hbar: hbar, reach: 7, states: states(),
      coefficient: { $0 == 0 && $1 == 0 ? strength / 2 : -strength / 2 })
    let start = wave.expectation([(0, 0, 0)]).real
    wave.propagate(to: Double(steps) * step, steps: 100)
    // What the edge of the window has reached is left out: |g| + n_max · 2 steps ≤ G.
    let inside = lattice.halfWidths[0] - 2 * lattice.modes * steps
    #expect(inside >= 1 && (start - 1).magnitude < 1e-14)
    var worst = 0.0
    var moved = 0.0
    for order in hierarchy.orders {
      let slots = order.slots
      let mass = ProductMixture.massOfTest(order, particles)
      for trial in 0..<40 {
        let modes = slots.indices.map { (trial * (2 * $0 + 1) + $0) % 3 - 1 }
        let points = slots.indices.map { (trial * (3 * $0 + 2) + 5 * $0) % (2 * inside + 1) - inside }
        var used = [0, particles[0]]
        var arguments: [(particle: Int, n: Int, xi: Double)] = []
        for (slot, one) in slots.enumerated() {
          arguments.append((used[one], modes[slot], Double(points[slot]) * lattice.spacing(one)))
          used[one] += 1
        }
        let value = hierarchy.value(
          species: slots, modes: modes.map { ModeIndex($0, 0, 0) }, points: points.map { ModeIndex($0, 0, 0) }
        )
        worst = max(worst, (value - wave.expectation(arguments).multiplied(by: mass)).length)
        moved = max(moved, value.length)
      }
    }
    #expect(worst < 1e-6, "\(worst)")
    #expect(moved > 0.1)
  }

  @Test("Moyal tends to classical like ħ²")
  func classicalLimit() throws {
    let lattice = try Models.lattice(Models.plasma(strength: 1), modes: 3, extent: 3, step: 0.25)
    func run(_ kernel: Kernel) throws -> TruncatedHierarchy {
      let model = try Models.plasma(strength: 1, kernel: kernel)
      let hierarchy = try TruncatedHierarchy(
        model: model, initial: Models.mixture(model), lattice: lattice, rank: 2, closure: CumulantClosure(),
        workers: workers)
      try hierarchy.advance(steps: 4)
      return hierarchy
    }
    let classical = try run(.classical)
    let hbars = [0.4, 0.2, 0.1]
    for counts in [[1, 0], [1, 1], [0, 2]] {
      let errors = try hbars.map {
        try run(.moyal(hbar: DecimalNumber($0))).distance(MarginalOrder(counts), to: classical).maximum
      }
      let slope = try ConvergenceOrder.fitted(steps: hbars, errors: errors)
      #expect((slope - 2).magnitude < 0.05, "\(counts): \(slope)")
    }
  }

  @Test("finite N tends to N = ∞ like 1/N")
  func infiniteLimit() throws {
    let lattice = try Models.lattice(Models.plasma(strength: 1), modes: 3, extent: 3, step: 0.25)
    func run(_ particles: [Int]?) throws -> TruncatedHierarchy {
      let model = try Models.plasma(strength: 1, particles: particles)
      let hierarchy = try TruncatedHierarchy(
        model: model, initial: Models.factorised(model), lattice: lattice, rank: 2,
        closure: CumulantClosure(),
        workers: workers)
      try hierarchy.advance(steps: 4)
      return hierarchy
    }
    let infinite = try run(nil)
    let halves = [8, 16, 32]
    for counts in [[1, 0], [1, 1], [2, 0]] {
      let errors = try halves.map { try run([$0, $0]).distance(MarginalOrder(counts), to: infinite).maximum }
      let slope = try ConvergenceOrder.fitted(steps: halves.map { 1 / Double($0) }, errors: errors)
      #expect((slope - 1).magnitude < 0.1, "\(counts): \(slope) \(errors)")
    }
  }
}

extension ProductMixture {
  /// (N_1)_k (N_2)_ℓ / N^{k+ℓ}
  fileprivate static func massOfTest(_ order: MarginalOrder, _ particles: [Int]) -> Double {
    let number = Double(particles.reduce(0, +))
    return zip(order.counts, particles).reduce(1.0) { product, entry in
      (0..<entry.0).reduce(product) { $0 * Double(entry.1 - $1) / number }
    }
  }
}
