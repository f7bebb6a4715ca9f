import Numerics
import PhaseSpace

/// The truncated hierarchy written down once more, for comparison: every marginal of rank ≤ R in full over all tuples of
/// sites (species, n, g), in every arrangement, no use made of symmetry or reality, and the right side term by term,
///
///     f(w)(1…r) = Σ_i Σ_β Σ_m v_{α_iβ,m} κ_ħ(κm·ξ_i) w(1…, n_i+m, …r; β at ξ = 0, n = −m)
///               + (1/N) Σ_{i<j} Σ_m v_{α_iα_j,m} κ_ħ(κm·(ξ_i − ξ_j)) w(…, n_i+m, …, n_j−m, …).
///
/// d and the species are arbitrary. Cost of a step: 4 · Σ_r M^r r · (species) · (modes) · (terms of the closure), M sites.
struct DirectHierarchy {
  /// One particle's place on the lattice.
  struct Site: Hashable {
    let species: Int
    let mode: ModeIndex
    let point: ModeIndex
  }

  /// Up to eight sites.
  typealias Tuple = SIMD8<Int>
  /// Per rank, row-major over the tuples of sites.
  typealias State = [[Complex<Double>]]

  let rank: Int
  let lattice: FourierLattice
  let sites: [Site]
  private let index: [Site: Int]
  private let xi: [SpaceVector]
  /// n_α, N_α at finite N, ħ.
  private let fractions: [Double]
  private let particles: [Int]?
  private let hbar: Double?
  /// v_{αβ,m}
  private let potentials: [[[(mode: ModeIndex, value: Double)]]]
  /// w_{1…R+1}/c = Σ coefficient Π_b w_b/c_b, by the number b of the block that each particle is in.
  private let closure: [(coefficient: Double, blocks: Tuple)]

  init(
    rank: Int, lattice: FourierLattice, fractions: [Double], particles: [Int]?, hbar: Double?,
    potentials: [[[(mode: ModeIndex, value: Double)]]],
    closure: [(coefficient: Double, blocks: Tuple)]
  ) {
    self.rank = rank
    self.lattice = lattice
    self.fractions = fractions
    self.particles = particles
    self.hbar = hbar
    self.potentials = potentials
    self.closure = closure
    func cube(_ half: Int) -> [ModeIndex] {
      (0..<3).reduce([.zero]) { tuples, axis in
        let reach = axis < lattice.dimension ? half : 0
        return tuples.flatMap { tuple in
          (-reach...reach).map {
            var next = tuple
            next[axis] = $0
            return next
          }
        }
      }
    }
    let sites = fractions.indices.flatMap { species in
      cube(lattice.modes).flatMap { mode in
        cube(lattice.halfWidths[species]).map { Site(species: species, mode: mode, point: $0) }
      }
    }
    self.sites = sites
    index = Dictionary(uniqueKeysWithValues: zip(sites, sites.indices))
    xi = sites.map { $0.point.vector * (lattice.kappa * lattice.timeStep / 2 / lattice.masses[$0.species]) }
  }

  /// The site with another mode, its mirror image (−ξ, −n), the site that free transport over Δt/2 reads from; −1 outside.
  private func moved(_ site: Int, by mode: ModeIndex) -> Int {
    let from = sites[site]
    return index[Site(species: from.species, mode: from.mode &+ mode, point: from.point)] ?? -1
  }

  func mirrored(_ site: Int) -> Int {
    let from = sites[site]
    return index[Site(species: from.species, mode: from.mode.negated, point: from.point.negated)] ?? -1
  }

  private func transported(_ site: Int) -> Int {
    let from = sites[site]
    return index[Site(species: from.species, mode: from.mode, point: from.point &+ from.mode)] ?? -1
  }

  /// Where a tuple of sites stands.
  func place(_ tuple: Tuple, rank: Int) -> Int {
    var place = 0
    for slot in 0..<rank { place = place * sites.count + tuple[slot] }
    return place
  }

  /// The same for a tuple of any form.
  func place(_ tuple: [Int]) -> Int { tuple.reduce(0) { $0 * sites.count + $1 } }

  /// c of a marginal: Π n_α, or at finite N the falling factorials over N^r; zero with more particles than there are.
  func mass(_ tuple: Tuple, rank: Int) -> Double {
    var (used, mass) = (Tuple.zero, 1.0)
    for slot in 0..<rank {
      let species = sites[tuple[slot]].species
      if let particles {
        mass *= Double(particles[species] - used[species]) / Double(particles.reduce(0, +))
      } else {
        mass *= fractions[species]
      }
      used[species] += 1
    }
    return mass
  }

  /// w of R + 1 particles.
  private func closed(_ tuple: Tuple, _ state: State) -> Complex<Double> {
    let whole = particles == nil ? 1 : mass(tuple, rank: rank + 1)
    var sum = Complex<Double>.zero
    for (coefficient, labels) in closure {
      var product = Complex(coefficient * whole)
      for block in 0...labels.max() {
        var (size, part) = (0, Tuple.zero)
        for slot in 0...rank where labels[slot] == block {
          part[size] = tuple[slot]
          size += 1
        }
        product *= state[size - 1][place(part, rank: size)]
        if particles != nil { product = product.divided(by: mass(part, rank: size)) }
      }
      sum += product
    }
    return sum
  }

  /// A value for every tuple whose marginal does not vanish identically.
  private func map(_ transform: (_ tuple: Tuple, _ rank: Int) -> Complex<Double>) -> State {
    (1...rank).map { rank in
      let count = (0..<rank).reduce(1) { count, _ in count * sites.count }
      return (0..<count).map { place in
        var (rest, tuple) = (place, Tuple.zero)
        for slot in (0..<rank).reversed() {
          tuple[slot] = rest % sites.count
          rest /= sites.count
        }
        return mass(tuple, rank: rank) == 0 ? .zero : transform(tuple, rank)
      }
    }
  }

  private func kernel(_ mode: ModeIndex, _ xi: SpaceVector) -> Double {
    let x = lattice.kappa * (mode.vector * xi).sum()
    guard let hbar else { return x }
    return 2 / hbar * Double.sin(hbar * x / 2)
  }

  /// f(w)
  func rightSide(_ state: State) -> State {
    // Σ_β Σ_m with the sites (0, −m) of the new particle, and for every site where n + m stands and v κ_ħ(κm·ξ); made once.
    let forces = potentials.map { row in
      row.enumerated().flatMap { beta, modes in
        modes.compactMap { mode, value in
          index[Site(species: beta, mode: mode.negated, point: .zero)].map { new in
            (new, sites.indices.map { moved($0, by: mode) }, xi.map { value * kernel(mode, $0) })
          }
        }
      }
    }
    let pairs = potentials.map { row in
      row.map { modes in
        modes.map { mode, value in
          (
            mode, value, sites.indices.map { moved($0, by: mode) },
            sites.indices.map { moved($0, by: mode.negated) }
          )
        }
      }
    }
    let species = sites.map(\.species)
    let number = Double(particles?.reduce(0, +) ?? 0)
    return map { tuple, rank in
      var sum = Complex<Double>.zero
      for i in 0..<rank {
        for (new, targets, strengths) in forces[species[tuple[i]]] where targets[tuple[i]] >= 0 {
          var extended = tuple
          extended[i] = targets[tuple[i]]
          extended[rank] = new
          guard particles == nil || mass(extended, rank: rank + 1) != 0 else { continue }
          let value =
            rank < self.rank ? state[rank][place(extended, rank: rank + 1)] : closed(extended, state)
          sum += value.multiplied(by: strengths[tuple[i]])
        }
      }
      guard particles != nil else { return sum }
      for j in 0..<rank {
        for i in 0..<j {
          for (mode, value, targets, others) in pairs[species[tuple[i]]][species[tuple[j]]]
          where targets[tuple[i]] >= 0 && others[tuple[j]] >= 0 {
            var pair = tuple
            pair[i] = targets[tuple[i]]
            pair[j] = others[tuple[j]]
            let force = value * kernel(mode, xi[tuple[i]] - xi[tuple[j]]) / number
            sum += state[rank - 1][place(pair, rank: rank)].multiplied(by: force)
          }
        }
      }
      return sum
    }
  }

  /// One step of Lawson's RK4 with exact transport.
  func step(_ w: State) -> State {
    let h = lattice.timeStep
    let from = sites.indices.map(transported)
    func transport(_ state: State) -> State {
      map { tuple, rank in
        var source = tuple
        for slot in 0..<rank {
          source[slot] = from[tuple[slot]]
          if source[slot] < 0 { return .zero }
        }
        return state[rank - 1][place(source, rank: rank)]
      }
    }
    func sum(_ parts: [(factor: Double, state: State)]) -> State {
      w.indices.map { rank in
        w[rank].indices.map { place in
          var sum = Complex<Double>.zero
          for part in parts { sum += part.state[rank][place].multiplied(by: part.factor) }
          return sum
        }
      }
    }
    let k1 = rightSide(w)
    let (ew, ek1) = (transport(w), transport(k1))
    let k2 = rightSide(sum([(1, ew), (h / 2, ek1)]))
    let k3 = rightSide(sum([(1, ew), (h / 2, k2)]))
    let (eew, ek3) = (transport(ew), transport(k3))
    let k4 = rightSide(sum([(1, eew), (h, ek3)]))
    return sum([
      (1, eew), (h / 6, transport(ek1)), (h / 3, transport(k2)), (h / 3, ek3), (h / 6, k4),
    ])
  }

  /// A random state with the symmetries of marginals: exchange of particles and w(−ξ,−n) = conj w(ξ,n).
  func randomState(using generator: inout some RandomNumberGenerator) -> State {
    let raw = map { _, _ in
      Complex(.random(in: -1...1, using: &generator), .random(in: -1...1, using: &generator))
    }
    let mirror = sites.indices.map(mirrored)
    // Of every rank, all orders of the slots.
    let arrangements = (1...rank).map { rank in
      (0..<rank).reduce([Tuple.zero]) { partial, slot in
        partial.flatMap { order in
          (0...slot).map { place in
            var longer = order
            for later in (place..<slot).reversed() { longer[later + 1] = longer[later] }
            longer[place] = slot
            return longer
          }
        }
      }
    }
    return map { tuple, rank in
      var sum = Complex<Double>.zero
      for arrangement in arrangements[rank - 1] {
        var (one, other) = (Tuple.zero, Tuple.zero)
        for slot in 0..<rank {
          one[slot] = tuple[arrangement[slot]]
          other[slot] = mirror[one[slot]]
        }
        sum += raw[rank - 1][place(one, rank: rank)] + raw[rank - 1][place(other, rank: rank)].conjugate
      }
      return sum.divided(by: 2)
    }
  }
}
