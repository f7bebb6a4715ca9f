// A block of up to 256 trees grown side by side, as a structure of arrays: the value x of tree n sits at lane n mod 8 of
// vector n/8. Reflections: κ_ħ is odd, so ±η nearly cancel in every step where μ_0 varies slowly. Each point of the cube
// therefore stands for 2^b trees, with all signs of c = η̂·x̂ (on the torus of κm) in the last b = min(j, 5) steps. A block
// starts with its points alone and doubles in each of these steps, so that the two share all that went before. How a tree
// grows by a particle is in DysonTreesGrowth.swift and DysonTreesDirections.swift. Nothing is allocated after `init`.

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
  /// Σ weight²
  var weightSquares = 0.0

  static let count = 6
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
  /// At finite N index of the partner: one that is present, or the place of the new particle.
  let partners: UnsafeMutablePointer<Int32>
  private let base: UnsafeMutablePointer<Lanes>
  /// Copies of the tables: entries; R_α; 1/m_α; cumulative probabilities; numbers of entries; 0, 1, …, S−1; at finite N
  /// numbers of partners, where the probabilities start, one over their widths.
  let tables: UnsafeMutablePointer<Double>
  /// Where the numbers of each pair begin.
  let pairs: UnsafeMutablePointer<Int>

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
    partners = .allocate(capacity: Self.capacity)
    partners.initialize(repeating: 0, count: Self.capacity)
    let frequencies = plan.frequencies
    let numbers =
      frequencies.entries + frequencies.rates + plan.inverseMasses + frequencies.cumulative
      + frequencies.entryCount.map { Double($0) } + (0..<plan.speciesCount).map { Double($0) }
      + frequencies.partners + frequencies.starts + frequencies.inverseWidths
    tables = .allocate(capacity: numbers.count)
    tables.initialize(from: numbers, count: numbers.count)
    pairs = .allocate(capacity: frequencies.front.count)
    pairs.initialize(from: frequencies.front, count: frequencies.front.count)
  }

  deinit {
    base.deallocate()
    parents.deallocate()
    partners.deallocate()
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
      if plan.frequencies.isFinite { choosePartners(step, width, used) }
      if plan.frequencies.isTorus { weighAtoms(step, used) } else { chooseDirections(step, width, used) }
      if plan.reflects(step) {
        double(step, used)
        used *= 2
      }
      if plan.frequencies.isFinite { meet(step, used) } else { branch(step, used) }
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
    (partners + 8 * used).update(from: partners, count: 8 * used)
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

  private func sums(_ count: Int, _ width: Int, _ used: Int) -> TreeSums {
    // The last vector of points may be partly empty.
    for start in Swift.stride(from: 0, to: 8 * used, by: 8 * width) {
      for tree in (start + count)..<(start + 8 * width) {
        Self.numbers(real)[tree] = 0
        Self.numbers(imaginary)[tree] = 0
        Self.numbers(weight)[tree] = 0
      }
    }
    var (a, b, squares, fourth) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
    var (weights, weightSquares) = (Lanes.zero, Lanes.zero)
    for k in 0..<used {
      let square = real[k] * real[k] + imaginary[k] * imaginary[k]
      a += real[k]
      b += imaginary[k]
      squares += square
      fourth += square * square
      weights += weight[k].replacing(with: -weight[k], where: weight[k] .< 0)
      weightSquares += weight[k] * weight[k]
    }
    return TreeSums(
      real: a.sum(), imaginary: b.sum(), squares: squares.sum(), fourthPowers: fourth.sum(),
      weights: weights.sum(), weightSquares: weightSquares.sum())
  }
}
