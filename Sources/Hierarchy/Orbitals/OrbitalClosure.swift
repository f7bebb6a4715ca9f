// A closure on cores. One that treats particles alike gives all partitions of a shape, that is with blocks of the same sizes
// λ_1 ≥ λ_2 ≥ …, the same coefficient a_λ, and with the marginals of s particles of all species as one polynomial p_s
//
//     Σ_π a_π Π_{B ∈ π} w_B = Σ_λ a_λ / Π_s (blocks of size s)! · Π_i p_{λ_i}        (each p over its mass, times that of the whole).
//
// Cost: one product of polynomials for each beginning of a shape.

import CLibraries
import Interaction
import PhaseSpace

/// The marginals of rank R + 1 from those of rank ≤ R.
struct OrbitalClosure: Sendable {
  /// λ, descending, and its coefficient.
  let shapes: [(sizes: [Int], coefficient: Double)]
  let masses: MarginalMasses
  private let model: Model

  /// Whether nothing is there of rank R + 1.
  var isZero: Bool { shapes.isEmpty }
  /// Whether masses do not cancel.
  var isOfMass: Bool { model.particles != nil }

  /// - Throws: `HypothesisError` for a closure that does not treat particles alike.
  init(_ closure: any Closure, rank: Int, model: Model) throws {
    try self.init(closure.terms(particles: rank + 1), particles: rank + 1, name: closure.name, model: model)
  }

  /// The highest cumulants of marginals over their masses, Σ_π (−1)^{|π|−1} (|π|−1)! Π_{B ∈ π} w_B / c_B.
  static func cumulants(rank: Int, model: Model) throws -> OrbitalClosure {
    let terms = SetPartitions.all(of: rank).map {
      ClosureTerm(coefficient: SetPartitions.ursell(blocks: $0.count), blocks: $0)
    }
    return try OrbitalClosure(terms, particles: rank, name: "of cumulants", model: model)
  }

  private init(_ terms: [ClosureTerm], particles: Int, name: String, model: Model) throws {
    self.model = model
    masses = MarginalMasses(model)
    var found: [[Int]: (coefficient: Double, partitions: Set<Set<Set<Int>>>)] = [:]
    for term in terms {
      let sizes = term.blocks.map(\.count).sorted(by: >)
      let partition = Set(term.blocks.map { Set($0) })
      var entry = found[sizes] ?? (term.coefficient, [])
      guard entry.coefficient == term.coefficient, entry.partitions.insert(partition).inserted else {
        throw Self.unlike(name)
      }
      found[sizes] = entry
    }
    shapes = try found.keys.sorted { $0.lexicographicallyPrecedes($1) }.map { sizes in
      let entry = found[sizes] ?? (0, [])
      let repeated = Dictionary(grouping: sizes) { $0 }.values.reduce(1) { $0 * Self.factorial($1.count) }
      let all = Self.factorial(particles) / sizes.reduce(repeated) { $0 * Self.factorial($1) }
      guard entry.partitions.count == all else { throw Self.unlike(name) }
      return (sizes, entry.coefficient / Double(repeated))
    }
  }

  private static func unlike(_ name: String) -> HypothesisError {
    HypothesisError(
      "the closure \(name) on shared orbitals",
      requires:
        "the same coefficient for all partitions into blocks of the same sizes (full storage takes others)")
  }

  private static func factorial(_ n: Int) -> Int { (0..<n).reduce(1) { $0 * ($1 + 1) } }

  /// The cores of rank R + 1. At N = ∞ the masses cancel.
  /// - Parameter ofMass: whether the result is a marginal; else it stays divided by its mass, as cumulants are.
  func closed(
    _ cores: [[Double]], _ orders: [MarginalOrder], _ shape: CoreShape, ofMass: Bool = true
  ) -> [MarginalOrder: [Double]] {
    let cancels = ofMass && model.particles == nil
    var result: [MarginalOrder: [Double]] = [:]
    var pieces: [Int: Polynomial] = [:]
    for (order, core) in zip(orders, cores) {
      let mass = cancels ? 1 : masses.mass(of: order)
      pieces[order.rank, default: Polynomial()].parts.append(
        (order, mass == 0 ? core : core.map { $0 / mass }))
    }
    var products: [[Int]: Polynomial] = [:]
    for (sizes, coefficient) in shapes {
      for length in 1...sizes.count {
        let head = Array(sizes[..<length])
        guard products[head] == nil, let last = pieces[sizes[length - 1]] else { continue }
        products[head] = length == 1 ? last : products[Array(head.dropLast())]?.times(last, shape)
      }
      for (order, core) in products[sizes]?.parts ?? [] {
        let factor = coefficient * (cancels || !ofMass ? 1 : masses.mass(of: order))
        if let known = result[order] {
          result[order] = zip(known, core).map { $0 + factor * $1 }
        } else {
          result[order] = core.map { factor * $0 }
        }
      }
    }
    return result
  }
}

/// A polynomial by its parts of different orders.
struct Polynomial {
  var parts: [(order: MarginalOrder, core: [Double])] = []

  /// The product. Cost: numbers × numbers.
  func times(_ other: Polynomial, _ shape: CoreShape) -> Polynomial {
    var result = Polynomial()
    var index: [MarginalOrder: Int] = [:]
    for (first, p) in parts {
      for (second, q) in other.parts {
        let order = MarginalOrder(zip(first.counts, second.counts).map { $0 + $1 })
        let place = index[order] ?? result.parts.count
        if place == result.parts.count {
          index[order] = place
          result.parts.append((order, [Double](repeating: 0, count: shape.size(order))))
        }
        // The shorter one is gone through, the longer one is moved.
        if p.count >= q.count {
          Self.add(p, first, q, second, order, shape, into: &result.parts[place].core)
        } else {
          Self.add(q, second, p, first, order, shape, into: &result.parts[place].core)
        }
      }
    }
    return result
  }

  private static func add(
    _ p: [Double], _ first: MarginalOrder, _ q: [Double], _ second: MarginalOrder, _ order: MarginalOrder,
    _ shape: CoreShape, into target: inout [Double]
  ) {
    let sets = shape.multisets
    let sizes = zip(first.counts, sets).map { $1.counts[$0] }
    let moved = zip(second.counts, sets).map { $1.counts[$0] }
    let larger = zip(order.counts, sets).map { $1.counts[$0] }
    let last = sets.count - 1
    // Where the multisets of the first species go, for each multiset of the second polynomial.
    let unions = sets.indices.map { species in
      (0..<moved[species]).map {
        sets[species].unions(of: first.counts[species], with: $0, of: second.counts[species])
      }
    }
    target.withUnsafeMutableBufferPointer { target in
      p.withUnsafeBufferPointer { p in
        for (number, value) in q.enumerated() where value != 0 {
          var rest = number
          var own = [Int](repeating: 0, count: sets.count)
          for species in sets.indices.reversed() {
            own[species] = rest % moved[species]
            rest /= moved[species]
          }
          func descend(_ species: Int, _ from: Int, _ to: Int) {
            let map = unions[species][own[species]]
            if species == last {
              for i in 0..<sizes[species] { target[to + map[i]] += value * p[from + i] }
              return
            }
            for i in 0..<sizes[species] {
              descend(
                species + 1, (from + i) * sizes[species + 1], (to + map[i]) * larger[species + 1])
            }
          }
          descend(0, 0, 0)
        }
      }
    }
  }
}
