import CLibraries
import DysonSeries
import Interaction
import Numerics
import PhaseSpace
import Testing

/// No bias from the tables of |η|, for every power at which V̂ may end.
@Suite("Tables of |η|")
struct DysonTreesRadialTests {
  /// The mean of gain·F(r) over the cells, times M: what the trees make of ∫ρF dr. Every cell is cut finely towards both its ends.
  private func mean(_ table: TreeRadialTable, _ function: (Double) -> Double) -> Double {
    let halves = (1...44).map { Double(sign: .plus, exponent: -$0, significand: 1) }.reversed()
    let cuts = [0] + halves + halves.reversed().dropFirst().map { 1 - $0 } + [1]
    let rule = GaussLegendre(points: 16)
    var sum = 0.0
    table.numbers.withUnsafeBufferPointer { numbers in
      guard let front = numbers.baseAddress else { return }
      for cell in 0..<table.count {
        let entry = front + cell * TreeRadialTable.entryLength
        // Only a graded cell, one with a negative width, needs it.
        for (start, end) in entry[1] < 0 ? Array(zip(cuts, cuts.dropFirst())) : [(0, 1)] {
          for (node, weight) in zip(rule.nodes, rule.weights) {
            let (radius, gain) = TreeRadialTable.draw(front, entry, start + (end - start) * node)
            sum += weight * (end - start) * gain * function(radius)
          }
        }
      }
    }
    return sum * table.mass / Double(table.count)
  }

  @Test(
    "for every power of a bump in (0, 4], in every dimension, the trees' mean is the Gauss–Jacobi integral")
  func everyPower() throws {
    var random = RandomTreeModels(seed: 3)
    let powers = [0.5, 0.01, 1, 2, 3.5] + (0..<25).map { _ in random.uniform(0.005...4) }
    for (index, power) in powers.enumerated() {
      let dimension = 1 + index % 3
      let limit = random.uniform(0.4...3)
      let bump = try BumpPotential(
        strength: -0.7, bandlimit: DecimalNumber(limit), power: DecimalNumber(power))
      let table = try #require(try TreeRadialTable(bump, dimension: dimension))
      let function = { (r: Double) in Double.cos(3 * r) + 0.3 * Double.sin(11 * r) }
      // (1 − r²/B²)^p = (B − r)^p (B + r)^p/B^{2p}
      let rule = GaussJacobi(points: 50, power: power, from: 0, to: limit)
      let exact = zip(rule.nodes, rule.weights).reduce(0) { sum, node in
        let (r, weight) = node
        let smooth = Double.pow((limit + r) / (limit * limit), power) * Double.pow(r, dimension)
        return sum - 0.7 * [2, 4, 2 * Double.pi][dimension - 1] * weight * smooth * function(r)
      }
      let difference = (mean(table, function) - exact).magnitude / table.mass
      #expect(difference < 1e-12, "p = \(power), d = \(dimension): \(difference)")
      #expect(table.error < 3e-12, "p = \(power), d = \(dimension): \(table.error)")
    }
  }

  /// A kink at 0.7 of which `smoothnessBreaks` says nothing.
  struct Undeclared: RadialPotential {
    func bandlimit<Scalar: RealScalar>(kappa: Scalar?) -> Scalar { Scalar(2) }
    func transform<Scalar: RealScalar>(radius: Scalar) -> Scalar {
      let kink = radius - Scalar(7) / Scalar(10)
      return Scalar(2) - radius + Scalar.maximum(kink, Scalar(0)) / Scalar(2)
    }
    func absoluteMoment<Scalar: RealScalar>(_ q: Int, dimension: Int) -> Scalar { Scalar(0) }
    func supremumOfGradientTransform<Scalar: RealScalar>() -> Scalar { Scalar(0) }
    func smoothnessBreaks() -> [Double] { [0, 2] }
  }

  @Test("what the table does not know is in its error")
  func undeclaredKink() throws {
    let potential = Undeclared()
    let table = try #require(try TreeRadialTable(potential, dimension: 2))
    #expect(table.error > 1e-9 && table.error < 1e-4)
    for frequency in [0.3, 5, 40] {
      let function = { (r: Double) in Double.cos(frequency * r) }
      var exact = 0.0
      for (start, end) in [(0.0, 0.7), (0.7, 2.0)] {
        let rule = GaussLegendre(points: 60, from: start, to: end)
        for (r, weight) in zip(rule.nodes, rule.weights) {
          let transform: Double = potential.transform(radius: r)
          exact += 4 * weight * transform * r * r * function(r)
        }
      }
      #expect((mean(table, function) - exact).magnitude <= (table.error + 1e-12) * table.mass)
    }
  }
}
