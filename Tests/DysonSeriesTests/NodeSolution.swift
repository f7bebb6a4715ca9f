import CLibraries
import Interaction
import Numerics
import PhaseSpace

/// Vlasov in one dimension without a lattice: nodes on q × p (equal steps in both, spectrally accurate for Maxwellians) move in
/// the field of all of them, a Taylor series of order 14 a step,
///
///     P' = Σ_{m>0} 2κm Im(e^{iκmQ} Σ_β v_{αβ,m} conj r_{β,m}),   Q' = P/m_α,   r_{β,m} = Σ_i w_i e^{iκmQ_i}.
///
/// Nothing is shared with the lattice: no window, no modes, no interpolation.
struct NodeSolution {
  private static let order = 14
  private let model: Model
  private let kappa: Double
  private let modes: [Int]
  private var positions: [[Double]] = []
  private var momenta: [[Double]] = []
  private var weights: [[Double]] = []
  private(set) var time = 0.0

  /// - Parameters:
  ///   - positions: nodes in q.
  ///   - spacing: of the nodes in p, in units of σ, up to 9σ.
  init(_ model: Model, _ states: [MaxwellianState], positions count: Int = 64, spacing: Double = 0.2) {
    self.model = model
    kappa = model.geometry.kappa ?? 1
    modes = Set(model.species.indices.flatMap { model.potentials.forceModes(of: $0) }.map { $0[0] })
      .filter { $0 > 0 }.sorted()
    for (species, state) in states.enumerated() {
      var (q, p, w): ([Double], [Double], [Double]) = ([], [], [])
      let reach = Int(9 / spacing)
      for i in 0..<count {
        let place = 2 * Double.pi / kappa * Double(i) / Double(count)
        let density = state.modulations.reduce(1.0) {
          $0 + $1.amplitude * .cos(kappa * Double($1.mode[0]) * place + $1.phase)
        }
        for j in -reach...reach {
          let x = Double(j) * spacing
          q.append(place)
          p.append(state.drift[0] + state.sigma[0] * x)
          w.append(
            model.fractions[species] * density / Double(count) * spacing * .exp(-x * x / 2)
              / Double.sqrt(2 * .pi))
        }
      }
      positions.append(q)
      momenta.append(p)
      weights.append(w)
    }
  }

  /// Moves on in steps of at most `step`.
  mutating func advance(to end: Double, step: Double = 0.1) {
    let count = max(1, Int(((end - time) / step).rounded(.up)))
    guard end > time else { return }
    let h = (end - time) / Double(count)
    for _ in 0..<count { move(h) }
    time = end
  }

  private mutating func move(_ h: Double) {
    let (order, species) = (Self.order, model.species.indices)
    var q = positions.map { [$0] }
    var p = momenta.map { [$0] }
    // By species, mode and order, real and imaginary parts.
    var re = positions.map { q in modes.map { m in [q.map { Double.cos(kappa * Double(m) * $0) }] } }
    var im = positions.map { q in modes.map { m in [q.map { Double.sin(kappa * Double(m) * $0) }] } }
    var sums = species.map { s in modes.indices.map { [sum(s, re[s][$0][0], im[s][$0][0])] } }
    for k in 0..<order {
      for s in species {
        var force = [Double](repeating: 0, count: positions[s].count)
        for (index, m) in modes.enumerated() {
          for j in 0...k {
            let field = species.reduce(Complex<Double>.zero) {
              $0
                + sums[$1][index][j].conjugate.multiplied(
                  by: model.potentials.coefficient(s, $1, mode: ModeIndex(m, 0, 0)))
            }
            let (a, b) = (2 * kappa * Double(m) * field.real, 2 * kappa * Double(m) * field.imaginary)
            let (x, y) = (re[s][index][k - j], im[s][index][k - j])
            for i in force.indices { force[i] += a * y[i] + b * x[i] }
          }
        }
        let scale = 1 / Double(k + 1)
        let mass = model.masses[s]
        let old = p[s][k]
        q[s].append(old.map { $0 / mass * scale })
        p[s].append(force.map { $0 * scale })
      }
      for s in species {
        for (index, m) in modes.enumerated() {
          var x = [Double](repeating: 0, count: positions[s].count)
          var y = x
          for j in 1...(k + 1) {
            let (a, b, c) = (q[s][j], re[s][index][k + 1 - j], im[s][index][k + 1 - j])
            let factor = Double(j)
            for i in x.indices {
              x[i] += factor * a[i] * b[i]
              y[i] += factor * a[i] * c[i]
            }
          }
          let scale = kappa * Double(m) / Double(k + 1)
          re[s][index].append(y.map { -scale * $0 })
          im[s][index].append(x.map { scale * $0 })
          sums[s][index].append(sum(s, re[s][index][k + 1], im[s][index][k + 1]))
        }
      }
    }
    for s in species {
      for i in positions[s].indices {
        var (x, y) = (0.0, 0.0)
        for k in (0...order).reversed() {
          x = x * h + q[s][k][i]
          y = y * h + p[s][k][i]
        }
        (positions[s][i], momenta[s][i]) = (x, y)
      }
    }
  }

  private func sum(_ species: Int, _ re: [Double], _ im: [Double]) -> Complex<Double> {
    var (x, y) = (0.0, 0.0)
    for i in re.indices {
      x += weights[species][i] * re[i]
      y += weights[species][i] * im[i]
    }
    return Complex(x, y)
  }

  /// w^α(ξ,κn) at the present time.
  func value(species: Int, xi: Double, mode: Int) -> Complex<Double> {
    positions[species].indices.reduce(Complex<Double>.zero) { total, i in
      let phase = xi * momenta[species][i] + kappa * Double(mode) * positions[species][i]
      return total + Complex(.cos(phase), .sin(phase)).multiplied(by: weights[species][i])
    }
  }
}
