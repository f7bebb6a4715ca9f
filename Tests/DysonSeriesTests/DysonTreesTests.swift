import CLibraries
import DysonSeries
import Interaction
import Numerics
import PhaseSpace
import Testing

@Suite("Dyson trees")
struct DysonTreesTests {
  @Test("results are the same bit for bit for any number of threads", arguments: DysonTrees.Sampler.allCases)
  func threads(sampler: DysonTrees.Sampler) throws {
    let trees = try DysonTrees(
      try TreeTests.bumps(dimension: 3), initial: try TreeTests.factorised(dimension: 3), sampler: sampler)
    let term = { (threads: Int) in
      try trees.term(
        3, at: TreeTests.electron(dimension: 3), time: 0.7, budget: .samples(200_100),
        workers: Workers(threads: threads))
    }
    let one = try term(1)
    #expect(try term(2) == one)
    #expect(try term(3) == one)
    #expect(one.samples >= 200_100 && one.samples < 200_100 + 32 * 8)
  }

  @Test(
    "error bars are honest: as many values lie within them as should", arguments: DysonTrees.Sampler.allCases)
  func errorBars(sampler: DysonTrees.Sampler) throws {
    let model = try TreeTests.bumps(dimension: 1)
    let data = try TreeTests.factorised(dimension: 1)
    let point = TreeTests.electron(dimension: 1)
    let reference = try TreeTests.term(2, of: data, model, at: point, time: 0.9, timePoints: 12)
    var inside = (re: 0, im: 0)
    var (claimed, actual) = (0.0, 0.0)
    for seed in 1...400 {
      let trees = try DysonTrees(model, initial: data, sampler: sampler, seed: UInt64(seed))
      let term = try trees.term(2, at: point, time: 0.9, budget: .samples(32 * 24), refusesHeavyTails: false)
      if (term.value.real - reference.real).magnitude <= 2 * term.standardErrorRe { inside.re += 1 }
      if (term.value.imaginary - reference.imaginary).magnitude <= 2 * term.standardErrorIm { inside.im += 1 }
      claimed += term.standardError * term.standardError
      actual += (term.value - reference).lengthSquared
    }
    // The variance itself, known to 5 % from 800 numbers; 378 ± 5 of 400 with Student's 31 degrees of freedom.
    #expect((claimed / actual - 1).magnitude < 0.12, "\(claimed / actual)")
    #expect((364...392).contains(inside.re), "real parts: \(inside.re) of 400")
    #expect((364...392).contains(inside.im), "imaginary parts: \(inside.im) of 400")
  }

  @Test(
    "Sobol's points reach the error of many more pseudorandom ones: five times for D_1, three for D_2",
    arguments: [1, 2], [1, 3])
  func sobol(order: Int, dimension: Int) throws {
    let model = try TreeTests.bumps(dimension: dimension)
    let data = try TreeTests.factorised(dimension: dimension)
    let term = { (sampler: DysonTrees.Sampler, samples: Int) in
      try DysonTrees(model, initial: data, sampler: sampler).term(
        order, at: TreeTests.electron(dimension: dimension), time: 1, budget: .samples(samples),
        workers: Workers(threads: 2))
    }
    let sobol = try term(.sobol, 196_608)
    let pseudorandom = try term(.pseudorandom, order == 1 ? 983_040 : 589_824)
    #expect(sobol.standardError <= pseudorandom.standardError)
  }

  @Test("an opaque hierarchy gives the same trees as the fast path")
  func opaque() throws {
    let model = try TreeTests.bumps(dimension: 2, masses: [1, 3])
    for data in [try TreeTests.factorised(dimension: 2), try TreeTests.mixture(dimension: 2)]
      as [ProductMixture]
    {
      let fast = try DysonTrees(model, initial: data).term(
        3, at: TreeTests.electron(dimension: 2), time: 0.8, budget: .samples(3200))
      let slow = try DysonTrees(model, initial: Opaque(wrapped: data)).term(
        3, at: TreeTests.electron(dimension: 2), time: 0.8, budget: .samples(3200))
      #expect((fast.value - slow.value).length <= 1e-12 * fast.value.length)
      #expect((fast.standardError - slow.standardError).magnitude <= 1e-10 * fast.standardError)
    }
    let correlated = try TreeTests.correlated(dimension: 2)
    let fast = try DysonTrees(model, initial: correlated).term(
      3, at: TreeTests.electron(dimension: 2), time: 0.8, budget: .samples(3200))
    let slow = try DysonTrees(model, initial: Opaque(wrapped: correlated)).term(
      3, at: TreeTests.electron(dimension: 2), time: 0.8, budget: .samples(3200))
    #expect((fast.value - slow.value).length <= 1e-12 * fast.value.length)
  }

  @Test("a target error is reached, or the limit on samples is")
  func targetError() throws {
    let trees = try DysonTrees(
      try TreeTests.bumps(dimension: 1), initial: try TreeTests.factorised(dimension: 1))
    let point = TreeTests.electron(dimension: 1)
    let term = try trees.term(
      2, at: point, time: 1, budget: .standardError(target: 2e-5, atMost: 10_000_000))
    #expect(term.standardError <= 2e-5)
    #expect(term.samples < 2_000_000)
    let limited = try trees.term(2, at: point, time: 1, budget: .standardError(target: 1e-12, atMost: 10_000))
    #expect(limited.samples >= 10_000 && limited.samples < 10_000 + 32 * 4)
  }

  /// |η|^{−1.8} at the end of a tree: the mean of D_1, ∫|η|·|η|^{−1.8}, exists, the variance does not.
  struct HeavyTail: InitialHierarchy {
    func value(at particles: [PhasePoint]) -> Complex<Double> {
      Complex(particles.reduce(1) { $0 * Double.pow($1.eta.norm, -0.9) })
    }
    func isNonnegative(hbar: Double?) -> Bool { false }
  }

  @Test("an infinite variance is refused")
  func infiniteVariance() throws {
    let trees = try DysonTrees(
      try TreeTests.bumps(dimension: 1), initial: HeavyTail(), sampler: .pseudorandom)
    let point = [TreeTests.particle(0, [0.7], [0])]
    #expect(throws: NumericalFailure.self) {
      _ = try trees.term(1, at: point, time: 1, budget: .samples(400_000))
    }
    let warned = try trees.term(
      1, at: point, time: 1, budget: .samples(400_000), refusesHeavyTails: false)
    guard case .heavyTailed = warned.errorBar else {
      Issue.record("\(warned.errorBar) is no warning")
      return
    }
  }

  @Test("terms that vanish say so")
  func vanishing() throws {
    let trees = try DysonTrees(
      try TreeTests.bumps(dimension: 3), initial: try TreeTests.factorised(dimension: 3))
    let rest = [TreeTests.particle(0, [0, 0, 0], [0, 0, 0])]
    let term = try trees.term(2, at: rest, time: 1, budget: .samples(3200))
    #expect(term.value == .zero && term.errorBar == .exactZero)
  }

  @Test("beyond forty dimensions a term says that it is pseudorandom")
  func manyDimensions() throws {
    let trees = try DysonTrees(
      try TreeTests.bumps(dimension: 3), initial: try TreeTests.factorised(dimension: 3))
    let sampler = { (order: Int) in
      try trees.term(
        order, at: TreeTests.electron(dimension: 3), time: 0.5, budget: .samples(3200),
        refusesHeavyTails: false
      ).sampler
    }
    #expect(try sampler(6) == .sobol)
    #expect(try sampler(7) == .pseudorandom)
  }

  @Test("bad arguments are refused")
  func refusals() throws {
    let model = try TreeTests.bumps(dimension: 1)
    let data = try TreeTests.factorised(dimension: 1)
    #expect(throws: ArgumentError.self) { try DysonTrees(model, initial: data, scramblings: 31) }
    let trees = try DysonTrees(model, initial: data)
    let point = TreeTests.electron(dimension: 1)
    #expect(throws: ArgumentError.self) { try trees.term(0, at: point, time: 1, budget: .samples(3200)) }
    #expect(throws: ArgumentError.self) { try trees.term(1, at: point, time: 1, budget: .samples(31)) }
    #expect(throws: ArgumentError.self) { try trees.term(1, at: [], time: 1, budget: .samples(3200)) }
    #expect(throws: ArgumentError.self) {
      try trees.term(1, at: point, time: .infinity, budget: .samples(3200))
    }
    #expect(throws: ArgumentError.self) {
      try trees.term(1, at: [TreeTests.particle(2, [0], [1])], time: 1, budget: .samples(3200))
    }
  }

  @Test("partial sums add terms and variances")
  func partialSums() throws {
    let trees = try DysonTrees(
      try TreeTests.bumps(dimension: 1), initial: try TreeTests.factorised(dimension: 1))
    let point = TreeTests.electron(dimension: 1)
    let terms = try (1...3).map { try trees.term($0, at: point, time: 1, budget: .samples(6400)) }
    let zeroth = trees.zerothTerm(at: point)
    let sums = DysonTrees.partialSums(zeroth: zeroth, terms: terms)
    #expect(sums.map(\.order) == [1, 2, 3, 4])
    #expect(sums[0].value == zeroth && sums[0].standardError == 0)
    let total = terms.reduce(zeroth) { $0 + $1.value }
    #expect((sums[3].value - total).length < 1e-15)
    let variance = terms.reduce(0) { $0 + $1.standardError * $1.standardError }
    #expect((sums[3].standardError - variance.squareRoot()).magnitude < 1e-15)
  }
}

@Suite("Padé resummation")
struct PadeResummationTests {
  /// S(λ) = 1/(1 + 2λ) has radius ½; its terms at λ = 1 grow, its [1/1] is exact.
  @Test("a geometric series is summed beyond its radius")
  func geometricSeries() throws {
    let ratio = Complex(-1.5, 0.4)
    var terms = [Complex<Double>(1), Complex(0.3)]
    for _ in 0..<2 { terms.append(terms[terms.count - 1] * ratio) }
    let pade = try #require(PadeResummation(terms: terms, standardErrors: [0, 1e-6, 1e-6, 1e-6]))
    let exact = terms[0] + terms[1] / (Complex(1) - ratio)
    #expect((pade.value - exact).length < 1e-12)
    #expect(pade.numerator == 2 && pade.denominator == 1)
    #expect(pade.standardError > 1e-7 && pade.standardError < 1e-5)
  }

  /// Σ (−1)^j j! x^j, Euler's series at x = ½: diverges, its approximants converge to ∫e^{−t}/(1 + t/2)dt,
  /// which Tests/References/small_numbers.py prints.
  @Test("Euler's divergent series is summed")
  func eulerSeries() throws {
    var terms: [Complex<Double>] = [1]
    for j in 1...12 { terms.append(terms[j - 1] * Complex(-0.5 * Double(j))) }
    let pade = try #require(
      PadeResummation(terms: terms, standardErrors: Array(repeating: 0, count: terms.count)))
    #expect((pade.value.real - 0.722657233).magnitude < 5e-5)
    #expect(pade.isConsistent)
    #expect((pade.partialSum - pade.value).length > 10)
  }

  @Test("noise is not resummed")
  func noise() throws {
    let terms: [Complex<Double>] = [1, 0.1, -0.9, 0.02, 0.8, -0.05, 1.1].map { Complex($0) }
    let pade = PadeResummation(terms: terms, standardErrors: Array(repeating: 0, count: terms.count))
    #expect(pade?.isConsistent != true)
    #expect(PadeResummation(terms: [1, 2, 3], standardErrors: [0, 0, 0]) == nil)
    // An error that is not a number is not an error of zero.
    let numbers = [1, 0.5, 0.3, 0.1].map { Complex($0) }
    #expect(PadeResummation(terms: numbers, standardErrors: [0, 1e-6, .nan, 1e-6]) == nil)
    #expect(PadeResummation(terms: numbers, standardErrors: [0, 1e-6, 1e-6, 1e-6]) != nil)
  }

  @Test(
    "a potential whose moments leave Float64 is refused where the tables are made",
    arguments: [(1.0, 1e200), (1e308, 1.5), (-1e308, 2), (1e200, 1e60)])
  func overflow(strength: Double, bandlimit: Double) throws {
    let bump = try BumpPotential(
      strength: DecimalNumber(strength), bandlimit: DecimalNumber(bandlimit), power: 2)
    let geometry = try PhaseSpaceGeometry(dimension: 3, domain: .space)
    let model = try Model(
      geometry: geometry, species: [try Species(name: "electron", fraction: 1)],
      potentials: PotentialMatrix(geometry: geometry, speciesCount: 1, pairs: [(0, 0, bump)]))
    let state = try TreeTests.gaussian(3, 1, [0, 0, 0], 1, [0, 0, 0])
    #expect(throws: ArgumentError.self) {
      try DysonTrees(model, initial: ProductMixture(states: [state]))
    }
  }
}
