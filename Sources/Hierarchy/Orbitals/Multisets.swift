// Symmetric tensors are stored once per multiset. A symmetric tensor C_{a_1 … a_k} over r orbitals is the polynomial
//
//     p(z) = (1/k!) Σ C_{a_1…a_k} z_{a_1} … z_{a_k} = Σ_I c_I z^I,      c_I = C_I / I!,   I! = Π_a n_a(I)!,
//
// I the multisets of k out of r, D(r,k) = C(r+k−1, k) of them. Then everything the hierarchy needs is algebra of polynomials:
//
//     contraction of a slot with e      ∂_e p = Σ_b e_b ∂_b p,          (∂_b p)_I = (n_b(I) + 1) c_{I+b}
//     Σ_i A on slot i                   Σ_ab A_ab z_a ∂_b p
//     Σ over all ways to split the slots between two tensors            p q
//
// Multisets a_1 ≤ … ≤ a_k stand in colexicographic order, at Σ_i C(a_i + i − 1, i) (i from 1): the place does not depend on r,
// so that more orbitals leave the tensors of fewer in front.

import CLibraries

/// The multisets of at most `degree` out of `variables`, with the tables of their unions.
struct Multisets: Sendable {
  /// r
  let variables: Int
  /// The largest k.
  let degree: Int
  /// D(r,k), k = 0 … degree.
  let counts: [Int]
  /// Per k < degree: the place of I + b, [I·r + b].
  let next: [[Int32]]
  /// Per k < degree: n_b(I) + 1, [I·r + b].
  let gains: [[Double]]
  /// Per k: I!.
  let factorials: [[Double]]
  /// Per k: a_1 ≤ … ≤ a_k, [I·k + i].
  let entries: [[Int32]]

  /// D(r,k); nil on overflow.
  static func count(_ variables: Int, _ degree: Int) -> Int? {
    var result: Int? = 1
    for i in 0..<degree { result = Memory.product(result, variables + i).map { $0 / (i + 1) } }
    return result
  }

  /// Bytes of the tables; nil on overflow.
  static func bytes(variables: Int, degree: Int) -> Int? {
    Memory.sum(
      (0...degree).map { k in
        Memory.product(count(variables, k), Memory.sum(Memory.product(variables, 12), 8 + 4 * k))
      })
  }

  init(variables: Int, degree: Int) {
    self.variables = variables
    self.degree = degree
    // C(n,k), n < r + degree.
    var binomials = [[Int]](
      repeating: [Int](repeating: 0, count: degree + 2), count: variables + degree + 1)
    for n in binomials.indices {
      binomials[n][0] = 1
      for k in 1..<(degree + 2) where n > 0 {
        binomials[n][k] = binomials[n - 1][k - 1] + binomials[n - 1][k]
      }
    }
    var (counts, next, gains): ([Int], [[Int32]], [[Double]]) = ([], [], [])
    var (factorials, entries): ([[Double]], [[Int32]]) = ([], [])
    var sets: [[Int]] = [[]]
    for k in 0...degree {
      counts.append(sets.count)
      entries.append(sets.flatMap { $0.map(Int32.init) })
      factorials.append(
        sets.map { set in
          var (result, run) = (1.0, 0)
          for (i, a) in set.enumerated() {
            run = i > 0 && set[i - 1] == a ? run + 1 : 1
            result *= Double(run)
          }
          return result
        })
      guard k < degree else { break }
      var (places, gain): ([Int32], [Double]) = ([], [])
      places.reserveCapacity(sets.count * variables)
      gain.reserveCapacity(sets.count * variables)
      for set in sets {
        for b in 0..<variables {
          var (place, taken, i) = (0, false, 1)
          for a in set {
            if !taken, b <= a {
              place += binomials[b + i - 1][i]
              (taken, i) = (true, i + 1)
            }
            place += binomials[a + i - 1][i]
            i += 1
          }
          if !taken { place += binomials[b + i - 1][i] }
          places.append(Int32(place))
          gain.append(Double(set.count { $0 == b } + 1))
        }
      }
      next.append(places)
      gains.append(gain)
      // Colexicographic: the last element varies most slowly; sets of k with all elements ≤ top stand in front.
      var longer: [[Int]] = []
      for top in 0..<variables {
        let fitting = Self.count(top + 1, k) ?? 0
        for set in sets[..<fitting] { longer.append(set + [top]) }
      }
      sets = longer
    }
    (self.counts, self.next, self.gains) = (counts, next, gains)
    (self.factorials, self.entries) = (factorials, entries)
  }

  /// The places of I + J for all I of k elements, J given by its place among those of l.
  func unions(of k: Int, with place: Int, of l: Int) -> [Int] {
    let added = entries[l][(place * l)..<((place + 1) * l)].map { Int($0) }
    return (0..<counts[k]).map { start in
      var at = start
      for (i, b) in added.enumerated() { at = Int(next[k + i][at * variables + b]) }
      return at
    }
  }
}
