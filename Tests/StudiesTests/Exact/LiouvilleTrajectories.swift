import Numerics

/// N classical particles on the circle of length 2π by trajectories, pair potentials 2c_{ij} cos(q_i − q_j)/N between all of them, mass 1:
/// averages over a density by the trapezoidal rule in every position and momentum. No hierarchy, no lattice.
struct LiouvilleTrajectories {
  /// c_{ij}
  let coefficients: [[Double]]
  /// The densities of q and p of each particle, f(q,p) dq dp of mass 1.
  let densities: [(Double, Double) -> Double]
  let positions: Int
  let momenta: Int
  let reach: Double

  /// ⟨Π_j e^{i(ξ_j p_j(t) + n_j q_j(t))}⟩ of several arguments, one (ξ,n) for each particle.
  func averages(at time: Double, steps: Int, of arguments: [[(xi: Double, n: Int)]]) -> [Complex<Double>] {
    let count = densities.count
    let nodes = positions * momenta
    let (dq, dp) = (2 * Double.pi / Double(positions), 2 * reach / Double(momenta))
    let places = (0..<nodes).map { node -> (q: Double, p: Double) in
      (dq * Double(node / momenta), dp * (Double(node % momenta) + 0.5) - reach)
    }
    let weights = densities.map { density in places.map { dq * dp * density($0.q, $0.p) } }
    var sums = arguments.map { _ in Complex<Double>.zero }
    var chosen = [Int](repeating: 0, count: count)
    func descend(_ particle: Int, _ weight: Double) {
      guard weight.magnitude > 1e-13 else { return }
      guard particle < count else {
        let end = moved(chosen.map { places[$0].q }, chosen.map { places[$0].p }, time, steps)
        for (place, argument) in arguments.enumerated() {
          var phase = 0.0
          for j in 0..<count {
            phase += argument[j].xi * end.p[j] + Double(argument[j].n) * end.q[j]
          }
          sums[place] += Complex(length: weight, phase: phase)
        }
        return
      }
      for node in 0..<nodes {
        chosen[particle] = node
        descend(particle + 1, weight * weights[particle][node])
      }
    }
    descend(0, 1)
    return sums
  }

  /// Four stages of Runge and Kutta.
  private func moved(_ q: [Double], _ p: [Double], _ time: Double, _ steps: Int) -> (q: [Double], p: [Double])
  {
    let (h, count) = (time / Double(steps), q.count)
    var (q, p) = (q, p)
    func force(_ q: [Double]) -> [Double] {
      (0..<count).map { i in
        (0..<count).reduce(0.0) { sum, j in
          i == j ? sum : sum + 2 * coefficients[i][j] / Double(count) * Double.sin(q[i] - q[j])
        }
      }
    }
    func shifted(_ x: [Double], _ h: Double, _ v: [Double]) -> [Double] { zip(x, v).map { $0 + h * $1 } }
    for _ in 0..<steps {
      let (v1, f1) = (p, force(q))
      let (v2, f2) = (shifted(p, h / 2, f1), force(shifted(q, h / 2, v1)))
      let (v3, f3) = (shifted(p, h / 2, f2), force(shifted(q, h / 2, v2)))
      let (v4, f4) = (shifted(p, h, f3), force(shifted(q, h, v3)))
      for i in 0..<count {
        q[i] += h / 6 * (v1[i] + 2 * (v2[i] + v3[i]) + v4[i])
        p[i] += h / 6 * (f1[i] + 2 * (f2[i] + f3[i]) + f4[i])
      }
    }
    return (q, p)
  }
}
