import CLibraries
import Foundation
import PhaseSpace
import Testing
import Wasserstein

/// Random histograms of `LinearCongruential(seed)`, first a then b, and the distance POT 0.9.7 (ot.emd2) finds for
/// them: Tests/References/transport.py.
struct RandomPair: Sendable, CustomTestStringConvertible {
  let seed: UInt64
  let positions: Int
  let momenta: Int
  let period: Double
  let momentum: Double
  let threshold: Double
  let euclidean: Double
  let taxicab: Double

  var testDescription: String { "seed \(seed), \(positions) × \(momenta)" }

  func histograms() throws -> (PhaseSpaceHistogram, PhaseSpaceHistogram) {
    let grid = try PhaseSpaceGrid(
      positions: positions, momenta: momenta, period: period, momentumRange: -momentum...momentum)
    var random = LinearCongruential(state: seed)
    let a = random.masses(grid.cells, above: threshold)
    let b = random.masses(grid.cells, above: threshold)
    return (try PhaseSpaceHistogram(a, on: grid), try PhaseSpaceHistogram(b, on: grid))
  }

  static let all = [
    RandomPair(
      seed: 1, positions: 8, momenta: 12, period: 6.283185307179586, momentum: 1.2, threshold: 0,
      euclidean: 0.1522725666602452, taxicab: 0.1644558731270312),
    RandomPair(
      seed: 2, positions: 16, momenta: 16, period: 6.283185307179586, momentum: 1.2, threshold: 0,
      euclidean: 0.12596374670004265, taxicab: 0.1427147181679826),
    RandomPair(
      seed: 3, positions: 24, momenta: 10, period: 3, momentum: 2, threshold: 0.7,
      euclidean: 0.44508830705203767, taxicab: 0.5411930987425384),
    RandomPair(
      seed: 4, positions: 32, momenta: 32, period: 6.283185307179586, momentum: 1.2, threshold: 0.5,
      euclidean: 0.13590107670488985, taxicab: 0.16517072382356393),
    RandomPair(
      seed: 5, positions: 1, momenta: 40, period: 1, momentum: 1, threshold: 0,
      euclidean: 0.08952068943114908, taxicab: 0.08952068943114908),
    RandomPair(
      seed: 6, positions: 40, momenta: 1, period: 2, momentum: 0.5, threshold: 0,
      euclidean: 0.045755662166254554, taxicab: 0.045755662166254554),
    RandomPair(
      seed: 7, positions: 9, momenta: 2, period: 5, momentum: 4, threshold: 0.3,
      euclidean: 0.8216121850803525, taxicab: 0.9133768491648808),
    RandomPair(
      seed: 8, positions: 20, momenta: 25, period: 1, momentum: 30, threshold: 0.9,
      euclidean: 2.2258958713805996, taxicab: 2.3037195290500785),
  ]
}

@Suite("1-Wasserstein distance of phase-space histograms")
struct PhaseSpaceDistanceTests {
  @Test("agrees with POT on random histograms, in both ground metrics", arguments: RandomPair.all)
  func agreesWithPOT(pair: RandomPair) throws {
    let (a, b) = try pair.histograms()
    for (metric, expected) in [(GroundMetric.euclidean, pair.euclidean), (.taxicab, pair.taxicab)] {
      let distance = try wassersteinDistance(a, b, metric: metric)
      #expect((distance.value - expected).magnitude <= 1e-9 * max(1, expected))
      #expect(distance.lower <= expected + 1e-12 && expected <= distance.upper + 1e-12)
      #expect(distance.gap <= 1e-9)
    }
  }

  @Test(
    "a translation in q, p or both costs its length, around the torus too", arguments: GroundMetric.allCases)
  func translations(metric: GroundMetric) throws {
    let grid = try PhaseSpaceGrid(positions: 24, momenta: 30, period: 5, momentumRange: -2...1)
    for (di, dk) in [(3, 0), (0, 7), (4, -5), (12, 9), (21, 2)] {
      var a = [Double](repeating: 0, count: grid.cells)
      var b = a
      for i in 0..<5 {
        for k in 10..<20 {
          let mass = 1 + sin(Double(i)) * cos(Double(k))
          a[i * 30 + k] = mass
          b[(i + di) % 24 * 30 + k + dk] = mass
        }
      }
      let dq = circularDistance(Double(di) * grid.positionStep, 0, period: 5)
      let dp = Double(dk.magnitude) * grid.momentumStep
      let expected = metric == .euclidean ? (dq * dq + dp * dp).squareRoot() : dq + dp
      let distance = try wassersteinDistance(
        PhaseSpaceHistogram(a, on: grid), PhaseSpaceHistogram(b, on: grid), metric: metric)
      // A translation by more than the blob's own period may be beaten by none: a shift is optimal on R^d, and on the
      // torus as long as the blob and its image lie within half a period.
      if dq + 5 * grid.positionStep < 2.5 {
        #expect((distance.value - expected).magnitude < 1e-9)
      } else {
        #expect(distance.lower <= expected + 1e-9)
      }
      #expect(distance.gap <= 1e-9)
    }
  }

  @Test("two points at mass one: the ground metric itself")
  func twoPoints() throws {
    let grid = try PhaseSpaceGrid(positions: 10, momenta: 9, period: 2, momentumRange: 0...3)
    var random = LinearCongruential(state: 11)
    for _ in 0..<20 {
      let x = Int(random.next() * Double(grid.cells))
      let y = Int(random.next() * Double(grid.cells))
      var a = [Double](repeating: 0, count: grid.cells)
      var b = a
      a[x] = 3
      b[y] = 0.2
      let dq = circularDistance(grid.positionCentres[x / 9], grid.positionCentres[y / 9], period: 2)
      let dp = grid.momentumCentres[x % 9] - grid.momentumCentres[y % 9]
      let distance = try wassersteinDistance(
        PhaseSpaceHistogram(a, on: grid), PhaseSpaceHistogram(b, on: grid))
      #expect((distance.value - (dq * dq + dp * dp).squareRoot()).magnitude < 1e-10)
    }
  }

  @Test("products with one common marginal reduce to the line and to the circle")
  func marginals() throws {
    let grid = try PhaseSpaceGrid(positions: 18, momenta: 15, period: 4, momentumRange: -1...1)
    var random = LinearCongruential(state: 12)
    let (q1, q2) = (random.masses(18), random.masses(18))
    let (p1, p2) = (random.masses(15), random.masses(15))
    func product(_ q: [Double], _ p: [Double]) throws -> PhaseSpaceHistogram {
      try PhaseSpaceHistogram(q.flatMap { q in p.map { q * $0 } }, on: grid)
    }
    let alongP = try wassersteinDistance(product(q1, p1), product(q1, p2))
    let alongQ = try wassersteinDistance(product(q1, p1), product(q2, p1))
    let line = try lineDistance(p1, p2, at: grid.momentumCentres)
    let circle = try circleDistance(q1, q2, at: grid.positionCentres, period: 4)
    #expect((alongP.value - line).magnitude < 1e-9)
    #expect((alongQ.value - circle).magnitude < 1e-9)
    // In general the marginals bound the distance from below.
    let both = try wassersteinDistance(product(q1, p1), product(q2, p2))
    #expect(both.upper >= max(line, circle) && both.lower <= line + circle)
  }

  @Test("never below the distances of the marginals: projections are 1-Lipschitz", arguments: RandomPair.all)
  func marginalsBoundFromBelow(pair: RandomPair) throws {
    let (a, b) = try pair.histograms()
    let grid = a.grid
    let whole = try wassersteinDistance(a, b).upper
    let momentum = try lineDistance(a.momentumMarginal, b.momentumMarginal, at: grid.momentumCentres)
    let position = try circleDistance(
      a.positionMarginal, b.positionMarginal, at: grid.positionCentres, period: grid.period)
    #expect(momentum + position > 0)
    #expect(whole >= max(momentum, position) - 1e-12)
    // Nothing but a marginal: equal.
    if grid.positions == 1 || grid.momenta == 1 { #expect(whole <= momentum + position + 1e-9) }
  }

  @Test("symmetric, zero on the diagonal, triangle inequality", arguments: GroundMetric.allCases)
  func metricAxioms(metric: GroundMetric) throws {
    let grid = try PhaseSpaceGrid(positions: 14, momenta: 11, period: 6, momentumRange: -2...2)
    var random = LinearCongruential(state: 21)
    let measures = try (0..<4).map { index in
      try PhaseSpaceHistogram(random.masses(grid.cells, above: Double(index) * 0.3), on: grid)
    }
    for a in measures {
      let own = try wassersteinDistance(a, a, metric: metric)
      #expect(own.lower == 0 && own.upper < 1e-10)
      for b in measures where a != b {
        let ab = try wassersteinDistance(a, b, metric: metric)
        let ba = try wassersteinDistance(b, a, metric: metric)
        #expect((ab.value - ba.value).magnitude < 1e-9)
        #expect(ab.lower > 0)
        for c in measures {
          let ac = try wassersteinDistance(a, c, metric: metric)
          let cb = try wassersteinDistance(c, b, metric: metric)
          #expect(ab.lower <= ac.upper + cb.upper)
        }
      }
    }
  }

  @Test("the potential proves the lower value: 1-Lipschitz for all pairs", arguments: GroundMetric.allCases)
  func certificate(metric: GroundMetric) throws {
    let (a, b) = try RandomPair.all[1].histograms()
    let distance = try wassersteinDistance(a, b, metric: metric)
    let (q, p) = (a.grid.positionCentres, a.grid.momentumCentres)
    var steepest = -Double.infinity
    for x in 0..<a.grid.cells {
      for y in 0..<a.grid.cells {
        let dq = circularDistance(q[x / 16], q[y / 16], period: a.grid.period)
        let dp = (p[x % 16] - p[y % 16]).magnitude
        let cost = metric == .euclidean ? (dq * dq + dp * dp).squareRoot() : dq + dp
        steepest = max(steepest, distance.potential[x] - distance.potential[y] - cost)
      }
    }
    #expect(steepest < 1e-13)
    let value = zip(distance.potential, zip(a.masses, b.masses)).reduce(0.0) { $0 + $1.0 * ($1.1.0 - $1.1.1) }
    #expect(value >= distance.lower && value - distance.lower < 1e-11)
    #expect(distance.upper - value < 1e-9)
  }

  @Test("stopped early, the interval still contains the distance")
  func tolerance() throws {
    let (a, b) = try RandomPair.all[3].histograms()
    let exact = try wassersteinDistance(a, b)
    let rough = try wassersteinDistance(a, b, tolerance: 1)
    #expect(rough.rounds == 1 && exact.rounds > 1)
    #expect(rough.lower <= exact.value && exact.value <= rough.upper)
    #expect(rough.gap > 1e-6)
  }

  @Test("bit-identical for any number of threads")
  func threads() throws {
    let (a, b) = try RandomPair.all[3].histograms()
    #expect(
      try wassersteinDistance(a, b, workers: Workers(threads: 3))
        == wassersteinDistance(a, b, workers: Workers(threads: 1)))
  }

  @Test("smooth histograms at 64 × 64: closed with a gap of 10⁻⁹ on a small part of the arcs")
  func smooth() throws {
    let grid = try PhaseSpaceGrid(positions: 64, momenta: 64, period: 2 * .pi, momentumRange: -1.2...1.2)
    var (a, b) = ([Double](), [Double]())
    for q in grid.positionCentres {
      for p in grid.momentumCentres {
        a.append(exp(-pow(p - 0.3 * cos(q), 2) / 0.2) * (1 + 0.3 * cos(q)))
        b.append(exp(-pow(p + 0.25 * sin(2 * q), 2) / 0.25) * (1 - 0.4 * cos(q - 1)))
      }
    }
    let distance = try wassersteinDistance(
      PhaseSpaceHistogram(a, on: grid), PhaseSpaceHistogram(b, on: grid), workers: Workers(threads: 2))
    // POT 0.9.7, Tests/References/transport.py.
    #expect((distance.value - 0.4343726476697655).magnitude < 1e-9)
    #expect(distance.gap <= 1e-9)
    #expect(distance.arcs < grid.cells * grid.cells / 40)
  }

  @Test("the gap is as small beside the distance in any units of phase space", arguments: [1e-8, 1, 1e8])
  func units(scale: Double) throws {
    let grid = try PhaseSpaceGrid(
      positions: 24, momenta: 24, period: 2 * .pi * scale, momentumRange: -1.2 * scale...1.2 * scale)
    var (a, b) = ([Double](), [Double]())
    for (q, p) in grid.positionCentres.flatMap({ q in grid.momentumCentres.map { (q / scale, $0 / scale) } })
    {
      a.append(exp(-pow(p - 0.3 * cos(q), 2) / 0.2) * (1 + 0.3 * cos(q)))
      b.append(exp(-pow(p + 0.25 * sin(2 * q), 2) / 0.25) * (1 - 0.4 * cos(q - 1)))
    }
    let distance = try wassersteinDistance(
      PhaseSpaceHistogram(a, on: grid), PhaseSpaceHistogram(b, on: grid))
    #expect(distance.gap <= 1e-9 * distance.upper)
    #expect((distance.value / scale - 0.4343).magnitude < 0.02)
  }

  @Test("refuses what is not a pair of histograms on one grid")
  func refusals() throws {
    let grid = try PhaseSpaceGrid(positions: 2, momenta: 2, period: 1, momentumRange: 0...1)
    let other = try PhaseSpaceGrid(positions: 2, momenta: 2, period: 2, momentumRange: 0...1)
    #expect(throws: ArgumentError.self) { try PhaseSpaceHistogram([1, 2, 3], on: grid) }
    #expect(throws: ArgumentError.self) { try PhaseSpaceHistogram([1, -2, 3, 1], on: grid) }
    #expect(throws: NumericalFailure.self) { try PhaseSpaceHistogram([1, .nan, 3, 1], on: grid) }
    #expect(throws: ArgumentError.self) { try PhaseSpaceHistogram([0, 0, 0, 0], on: grid) }
    #expect(throws: ArgumentError.self) {
      try PhaseSpaceGrid(positions: 0, momenta: 2, period: 1, momentumRange: 0...1)
    }
    #expect(throws: ArgumentError.self) {
      try PhaseSpaceGrid(positions: .max, momenta: 2, period: 1, momentumRange: 0...1)
    }
    let a = try PhaseSpaceHistogram([1, 2, 3, 4], on: grid)
    let b = try PhaseSpaceHistogram([1, 2, 3, 4], on: other)
    #expect(throws: ArgumentError.self) { try wassersteinDistance(a, b) }
    #expect(throws: ArgumentError.self) { try wassersteinDistance(a, a, tolerance: -1) }
  }
}
