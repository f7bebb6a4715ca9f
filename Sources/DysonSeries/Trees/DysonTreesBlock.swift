// A block of up to 256 trees grown side by side, as a structure of arrays: the value x of tree n sits at lane n mod 8 of
// vector n/8. Reflections: κ_ħ is odd, so ±η nearly cancel in every step where μ_0 varies slowly. Each point of the cube
// therefore stands for 2^b trees, with all signs of c = η̂·x̂ (on the torus of κm) in the last b = min(j, 5) steps. A block
// starts with its points alone and doubles in each of these steps, so that the two share all that went before. Vector passes (times, distances, directions, weights, exponentials) alternate with one scalar pass per step
// that looks up parents and tables. Nothing is allocated after `init`.

import CLibraries
import Interaction
import Numerics
import PhaseSpace

/// Sums over the trees of a block; z = weight·μ_0.
struct TreeSums: Sendable {
  var real = 0.0
  var imaginary = 0.0
  /// Σ|z|²
  var squares = 0.0
  /// Σ|z|⁴
  var fourthPowers = 0.0
  /// Σ|weight|
  var weights = 0.0

  static let count = 5
}

/// The memory of one thread for blocks of trees.
final class TreeBlock {
  typealias Lanes = SIMD8<Double>
  static let capacity = 256
  /// Vectors from one array to the next: 32, and one more, because arrays a power of two apart would all fall
  /// into the same few sets of the cache.
  static let stride = capacity / 8 + 1

  let plan: TreePlan
  /// Coordinate k of point n at [k·stride + n/8][n mod 8]; the sampler fills it.
  let uniforms: UnsafeMutablePointer<Lanes>
  /// ξ and η of particle i, component a, at (i·d + a)·stride.
  let xi: UnsafeMutablePointer<Lanes>
  let eta: UnsafeMutablePointer<Lanes>
  /// R_α and 1/m_α of particle i, and Σ_{i'≤i} R|x|, at i·stride.
  let rate: UnsafeMutablePointer<Lanes>
  let inverseMass: UnsafeMutablePointer<Lanes>
  let cumulative: UnsafeMutablePointer<Lanes>
  /// α of particle i as a number, at i·stride.
  let species: UnsafeMutablePointer<Lanes>
  /// t_m; the weight; |η| and the factor of the table; x of the parent; the new η.
  let times: UnsafeMutablePointer<Lanes>
  let weight: UnsafeMutablePointer<Lanes>
  let radius: UnsafeMutablePointer<Lanes>
  let gain: UnsafeMutablePointer<Lanes>
  let position: UnsafeMutablePointer<Lanes>
  let newEta: UnsafeMutablePointer<Lanes>
  /// Re z and Im z, and the work of the leaves.
  let real: UnsafeMutablePointer<Lanes>
  let imaginary: UnsafeMutablePointer<Lanes>
  let exponent: UnsafeMutablePointer<Lanes>
  let phase: UnsafeMutablePointer<Lanes>
  /// Index of the chosen parent.
  let parents: UnsafeMutablePointer<Int32>
  private let base: UnsafeMutablePointer<Lanes>
  /// Copies of the tables: entries; R_α; 1/m_α; cumulative probabilities; numbers of entries; 0, 1, …, S−1.
  private let tables: UnsafeMutablePointer<Double>
  /// The first entry of each pair.
  private let pairs: UnsafeMutablePointer<Int>

  init(_ plan: TreePlan) {
    self.plan = plan
    let v = Self.stride
    let (n, d) = (plan.finalCount, plan.dimension)
    let total = v * (plan.coordinateCount + n * (2 * d + 4) + 2 * d + 8)
    base = .allocate(capacity: total)
    base.initialize(repeating: .zero, count: total)
    var next = base
    func take(_ count: Int) -> UnsafeMutablePointer<Lanes> {
      defer { next += count * v }
      return next
    }
    uniforms = take(plan.coordinateCount)
    xi = take(n * d)
    eta = take(n * d)
    rate = take(n)
    inverseMass = take(n)
    cumulative = take(n)
    species = take(n)
    times = take(1)
    weight = take(1)
    radius = take(1)
    gain = take(1)
    position = take(d)
    newEta = take(d)
    real = take(1)
    imaginary = take(1)
    exponent = take(1)
    phase = take(1)
    parents = .allocate(capacity: Self.capacity)
    parents.initialize(repeating: 0, count: Self.capacity)
    let frequencies = plan.frequencies
    let numbers =
      frequencies.entries + frequencies.rates + plan.inverseMasses + frequencies.cumulative
      + frequencies.entryCount.map { Double($0) } + (0..<plan.speciesCount).map { Double($0) }
    tables = .allocate(capacity: numbers.count)
    tables.initialize(from: numbers, count: numbers.count)
    pairs = .allocate(capacity: frequencies.firstEntry.count)
    pairs.initialize(from: frequencies.firstEntry, count: frequencies.firstEntry.count)
  }

  deinit {
    base.deallocate()
    parents.deallocate()
    tables.deallocate()
    pairs.deallocate()
  }

  /// The same memory, number by number.
  static func numbers(_ lanes: UnsafeMutablePointer<Lanes>) -> UnsafeMutablePointer<Double> {
    UnsafeMutableRawPointer(lanes).assumingMemoryBound(to: Double.self)
  }

  /// Grows the trees of `count` points, whose coordinates are in `uniforms`, and sums them.
  func run(points count: Int) -> TreeSums {
    let width = (count + 7) / 8
    var used = width
    start(used)
    for step in 0..<plan.order {
      chooseTimes(step, width, used)
      chooseParents(step, width, used)
      if plan.frequencies.isTorus { weighAtoms(step, used) } else { chooseDirections(step, width, used) }
      if plan.reflects(step) {
        double(step, used)
        used *= 2
      }
      branch(step, used)
    }
    evaluateLeaves(used)
    return sums(count, width, used)
  }

  /// The second half of the trees becomes a copy of the first, but for the new η and the weight.
  private func double(_ step: Int, _ used: Int) {
    let v = Self.stride
    let present = plan.particles.count + step
    func copy(_ array: UnsafeMutablePointer<Lanes>, rows: Int) {
      for row in 0..<rows { (array + row * v + used).update(from: array + row * v, count: used) }
    }
    copy(xi, rows: present * plan.dimension)
    copy(eta, rows: present * plan.dimension)
    copy(rate, rows: present + 1)
    copy(inverseMass, rows: present + 1)
    copy(species, rows: present + 1)
    copy(times, rows: 1)
    (parents + 8 * used).update(from: parents, count: 8 * used)
  }

  private func start(_ used: Int) {
    let v = Self.stride
    for (i, particle) in plan.particles.enumerated() {
      for k in 0..<used {
        rate[i * v + k] = Lanes(repeating: plan.frequencies.rates[particle.species])
        inverseMass[i * v + k] = Lanes(repeating: plan.inverseMasses[particle.species])
        species[i * v + k] = Lanes(repeating: Double(particle.species))
        for axis in 0..<plan.dimension {
          xi[(i * plan.dimension + axis) * v + k] = Lanes(repeating: particle.xi[axis])
          eta[(i * plan.dimension + axis) * v + k] = Lanes(repeating: particle.eta[axis])
        }
      }
    }
    for k in 0..<used {
      times[k] = Lanes(repeating: plan.time)
      weight[k] = Lanes(repeating: plan.simplexVolume)
    }
  }

  /// t_m = t_{m−1} u^{1/(j−m+1)}, and Σ_{i'≤i} R|x| at that time.
  private func chooseTimes(_ step: Int, _ width: Int, _ used: Int) {
    let v = Self.stride
    let d = plan.dimension
    let present = plan.particles.count + step
    let left = plan.order - step
    let u = uniforms + step * plan.coordinatesPerStep * v
    for point in 0..<width {
      let factor =
        switch left {
        case 1: u[point]
        case 2: squareRoot(u[point])
        default: exponential(logarithm(u[point]) * (1 / Double(left)))
        }
      let t = times[point] * factor
      for k in Swift.stride(from: point, to: used, by: width) {
        times[k] = t
        var total = Lanes.zero
        for i in 0..<present {
          let row = i &* v &+ k
          let shift = t * inverseMass[row]
          var square = Lanes.zero
          var at = i &* d &* v &+ k
          for _ in 0..<d {
            let x = xi[at] - eta[at] * shift
            square += x * x
            at &+= v
          }
          total += squareRoot(square) * rate[row]
          cumulative[row] = total
        }
      }
    }
  }

  /// The parent, the species of the new particle and the entry of the table, tree by tree.
  private func chooseParents(_ step: Int, _ width: Int, _ used: Int) {
    let n = 8 * Self.stride
    let d = plan.dimension
    let present = plan.particles.count + step
    let speciesCount = plan.speciesCount
    let isTorus = plan.frequencies.isTorus
    let isSigned = !isTorus && d == 1 && !plan.reflects(step)
    let u = Self.numbers(uniforms + (step * plan.coordinatesPerStep + 1) * Self.stride)
    let w = u + 2 * n
    let choice = u + n
    let (cumulative, species) = (Self.numbers(cumulative), Self.numbers(species))
    let (rate, inverseMass) = (Self.numbers(rate), Self.numbers(inverseMass))
    let (xi, eta) = (Self.numbers(xi), Self.numbers(eta))
    let (radius, gain) = (Self.numbers(radius), Self.numbers(gain))
    let (position, newEta) = (Self.numbers(position), Self.numbers(newEta))
    let (times, parents) = (Self.numbers(times), parents)
    let entries = tables
    let rates = entries + plan.frequencies.entries.count
    let inverseMasses = rates + speciesCount
    let probabilities = inverseMasses + speciesCount
    let lengths = probabilities + speciesCount * speciesCount
    let numbers = lengths + speciesCount * speciesCount
    let first = pairs
    // The low bits of x + 1.5·2⁵² are those of the nearest integer to x: cheaper than the checked conversion.
    let shift = 0x1.8p52
    let lastRow = cumulative + (present &- 1) &* n
    let (newSpecies, newRate) = (species + present &* n, rate + present &* n)
    let newInverseMass = inverseMass + present &* n
    var point = -1
    for tree in 0..<(8 &* used) {
      point = point == 8 &* width &- 1 ? 0 : point &+ 1
      let target = u[point] * lastRow[tree]
      var parent = 0
      var at = tree
      for _ in 1..<max(present, 1) {
        parent &+= cumulative[at] < target ? 1 : 0
        at &+= n
      }
      let place = parent &* n &+ tree
      let row = Int(truncatingIfNeeded: (species[place] + shift).bitPattern & 0xffff) &* speciesCount
      var beta = 0
      while beta < speciesCount &- 1, probabilities[row &+ beta] <= choice[point] { beta &+= 1 }
      let pair = row &+ beta
      parents[tree] = Int32(truncatingIfNeeded: parent)
      newSpecies[tree] = numbers[beta]
      newRate[tree] = rates[beta]
      newInverseMass[tree] = inverseMasses[beta]
      let drift = times[tree] * inverseMass[place]
      var component = parent &* d &* n &+ tree
      var axisPlace = tree
      for _ in 0..<d {
        position[axisPlace] = xi[component] - eta[component] * drift
        component &+= n
        axisPlace &+= n
      }
      let level = (isSigned ? (2 * w[point] - 1).magnitude : w[point]) * lengths[pair]
      let whole = min(level - 0.5 + shift, lengths[pair] - 1 + shift)
      let cell = Int(truncatingIfNeeded: whole.bitPattern & 0xffff_ffff)
      let part = level - (whole - shift)
      let entry = entries + (first[pair] &+ cell) &* TreeFrequencies.entryLength
      if isTorus {
        let alias = Int(truncatingIfNeeded: (entry[1] + shift).bitPattern & 0xffff_ffff)
        let chosen =
          part < entry[0] ? entry : entries + (first[pair] &+ alias) &* TreeFrequencies.entryLength
        for axis in 0..<d { newEta[axis &* n &+ tree] = chosen[2 &+ axis] }
        gain[tree] = chosen[5]
      } else {
        radius[tree] = entry[0] + part * entry[1]
        gain[tree] = entry[2] + part * (entry[3] + part * (entry[4] + part * entry[5]))
      }
    }
  }

  /// The tree becomes one particle larger: the parent moves, the child appears.
  private func branch(_ step: Int, _ used: Int) {
    let n = 8 * Self.stride
    let v = Self.stride
    let d = plan.dimension
    let present = plan.particles.count + step
    let (xi, eta) = (Self.numbers(self.xi), Self.numbers(self.eta))
    let newEta = Self.numbers(self.newEta)
    let inverseMass = Self.numbers(self.inverseMass)
    let times = Self.numbers(self.times)
    for tree in 0..<(used &* 8) {
      let parent = Int(parents[tree])
      let shift = times[tree] * inverseMass[parent &* n &+ tree]
      var at = parent &* d &* n &+ tree
      var axisPlace = tree
      for _ in 0..<d {
        let kick = newEta[axisPlace]
        xi[at] += kick * shift
        eta[at] += kick
        at &+= n
        axisPlace &+= n
      }
    }
    for axis in 0..<d {
      for k in 0..<used {
        let kick = self.newEta[axis &* v &+ k]
        let at = (present &* d &+ axis) &* v &+ k
        self.eta[at] = -kick
        self.xi[at] = -kick * (self.times[k] * self.inverseMass[present &* v &+ k])
      }
    }
  }

  private func sums(_ count: Int, _ width: Int, _ used: Int) -> TreeSums {
    // The last vector of points may be partly empty.
    for start in Swift.stride(from: 0, to: 8 * used, by: 8 * width) {
      for tree in (start + count)..<(start + 8 * width) {
        Self.numbers(real)[tree] = 0
        Self.numbers(imaginary)[tree] = 0
        Self.numbers(weight)[tree] = 0
      }
    }
    var (a, b, squares, fourth, weights) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
    for k in 0..<used {
      let square = real[k] * real[k] + imaginary[k] * imaginary[k]
      a += real[k]
      b += imaginary[k]
      squares += square
      fourth += square * square
      weights += weight[k].replacing(with: -weight[k], where: weight[k] .< 0)
    }
    return TreeSums(
      real: a.sum(), imaginary: b.sum(), squares: squares.sum(), fourthPowers: fourth.sum(),
      weights: weights.sum())
  }
}
