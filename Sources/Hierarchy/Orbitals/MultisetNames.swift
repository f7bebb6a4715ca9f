// Which entries of the cores a step keeps, before they are numbered (`GradedMultisets`): multisets of orbitals by name, each with the
// size of its entry, its share of ‖w^{o}‖. What is kept is closed under taking elements away.

import PhaseSpace

/// a_1 ≤ … ≤ a_k, fourteen bits an orbital, the last one in the lowest: names of k orbitals are ordered as the sequences are.
struct MultisetName: Hashable, Comparable, Sendable {
  var bits: UInt128 = 0

  /// Species that can be told apart, and orbitals of each.
  static let mostSpecies = 63
  static let mostOrbitals = 255
  /// Orbitals of a name.
  static let mostElements = 9
  private static let width = 14

  /// The orbital of a species as an element, 1 or more; those of one species stand before those of the next.
  static func element(_ species: Int, _ orbital: Int) -> UInt128 { UInt128(species << 8 | (orbital + 1)) }

  static func < (a: Self, b: Self) -> Bool { a.bits < b.bits }

  /// The element at a place from the end; 0 beyond the first.
  func element(fromEnd place: Int) -> Int {
    place < Self.mostElements ? Int(bits &>> UInt128(Self.width * place) & 0x3FFF) : 0
  }

  static func species(of element: Int) -> Int { element >> 8 }
  static func orbital(of element: Int) -> Int { (element & 0xFF) - 1 }

  /// I + a
  func adding(_ element: UInt128) -> Self {
    var place = 0
    while element < UInt128(self.element(fromEnd: place)) { place += 1 }
    let shift = UInt128(Self.width * place)
    let low = bits & ((1 &<< shift) &- 1)
    return Self(bits: ((((bits &>> shift) &<< UInt128(Self.width)) | element) &<< shift) | low)
  }

  /// I without the element at a place from the end.
  func removing(fromEnd place: Int) -> Self {
    let shift = UInt128(Self.width * place)
    let low = bits & ((1 &<< shift) &- 1)
    return Self(bits: (((bits &>> shift) &>> UInt128(Self.width)) &<< shift) | low)
  }
}

/// The multisets of each number of orbitals that are kept, with their sizes.
struct MultisetNames: Sendable {
  /// Per degree. A size of 0 says that others need it.
  private(set) var sizes: [MultisetTable]

  /// The most of one degree; what does not fit is left out, with all that needs it.
  let most: Int
  /// Up to here for what is no part of the closed polynomial.
  private var room: Int { most - most / 5 }

  init(degree: Int, most: Int) {
    self.most = most
    sizes = [MultisetTable](repeating: MultisetTable(), count: degree + 1)
    _ = sizes[0].raise(MultisetName(), to: 1)
  }

  var count: Int { sizes.reduce(0) { $0 + $1.count } }

  /// Whether there is no room for more of some degree.
  var isFull: Bool { sizes.contains { $0.count >= room } }

  /// Adds a multiset of k orbitals, and all that are left when elements are taken away. Whether there is room for all of them.
  @discardableResult
  mutating func insert(_ name: MultisetName, degree k: Int, size: Double) -> Bool {
    insert(name, degree: k, size: size, upTo: room)
  }

  private mutating func insert(_ name: MultisetName, degree k: Int, size: Double, upTo room: Int) -> Bool {
    if sizes[k].raise(name, to: size, unlessNew: true) { return true }
    guard sizes[k].count < room else { return false }
    if k > 1 {
      var before = -1
      for place in 0..<k {
        let element = name.element(fromEnd: place)
        if element != before {
          let rest = name.removing(fromEnd: place)
          guard insert(rest, degree: k - 1, size: 0, upTo: room) else { return false }
        }
        before = element
      }
    }
    _ = sizes[k].raise(name, to: size)
    return true
  }

  /// The multisets of R + 1 orbitals at which a product of what is kept,
  ///
  ///     p_R p_1,   p_{R−1} p_2   or   p_{R−2} p_3   (where two or three orbitals are more than a product of parts),
  ///
  /// reaches a threshold; those that are largest where there is no room for all.
  /// - Parameter particles: the most of a species that a multiset may have (N_α).
  /// - Returns: the size below which there may be others, at least the threshold.
  mutating func close(degree top: Int, threshold: Double, particles: [Int]?) -> Double {
    sizes[top] = MultisetTable()
    var (found, least) = (MultisetTable(), threshold)
    for length in 1...3 where length < top {
      let shorter = sizes[length].entries
        .filter { $1 > 0 && isIrreducible($0, size: $1, degree: length) }
        .sorted { ($0.value, $1.name) > ($1.value, $0.name) }
      // The binomials of numbers and of repetitions together are no more than this squared.
      let largest = (0..<length).reduce(1.0) { $0 * Double(top - $1) / Double($1 + 1) }
      for (name, size) in sizes[top - length].entries where size > 0 {
        for (added, other) in shorter {
          let bound = size * other
          guard bound * largest >= least else { break }
          var union = name
          for place in 0..<length { union = union.adding(UInt128(added.element(fromEnd: place))) }
          if let particles, union.exceeds(particles, degree: top) { continue }
          let value = bound * union.repetition(of: added, degree: top, length: length).squareRoot()
          if value >= least { _ = found.raise(union, to: value) }
        }
        if found.count > 4 * most { least = .greatest(least, found.keepLargest(most)) }
      }
    }
    for (name, size) in found.entries.sorted(by: { ($0.value, $1.name) > ($1.value, $0.name) })
    where !insert(name, degree: top, size: size, upTo: most) {
      least = .greatest(least, size)
    }
    return least
  }
}

extension MultisetNames {
  /// Whether an entry is larger than the products of what is left without an element, and of that element.
  private func isIrreducible(_ name: MultisetName, size: Double, degree k: Int) -> Bool {
    k == 1
      || (0..<k).allSatisfy { place in
        let single = MultisetName(bits: UInt128(name.element(fromEnd: place)))
        let rest = name.removing(fromEnd: place)
        return size > 2 * (sizes[1][single] ?? 0) * (sizes[k - 1][rest] ?? 0)
      }
  }
}

extension MultisetName {
  /// Whether there are more orbitals of a species than particles.
  fileprivate func exceeds(_ particles: [Int], degree: Int) -> Bool {
    var left = particles
    for place in 0..<degree { left[Self.species(of: element(fromEnd: place))] -= 1 }
    return left.contains { $0 < 0 }
  }

  /// Π_α C(k_α, l_α) Π_a C(n_a(I), n_a(J)), the weights of I over those of its part J and of the rest.
  fileprivate func repetition(of part: MultisetName, degree: Int, length: Int) -> Double {
    var result = 1.0
    for place in 0..<length {
      let element = part.element(fromEnd: place)
      let species = Self.species(of: element)
      // Of the species and of the element, in I and before in J.
      var (own, alike, ownBefore, alikeBefore) = (0, 0, 0, 0)
      for other in 0..<degree {
        if Self.species(of: self.element(fromEnd: other)) == species { own += 1 }
        if self.element(fromEnd: other) == element { alike += 1 }
      }
      for other in 0..<place {
        if Self.species(of: part.element(fromEnd: other)) == species { ownBefore += 1 }
        if part.element(fromEnd: other) == element { alikeBefore += 1 }
      }
      result *= Double(own - ownBefore) / Double(ownBefore + 1)
      result *= Double(alike - alikeBefore) / Double(alikeBefore + 1)
    }
    return result
  }
}
