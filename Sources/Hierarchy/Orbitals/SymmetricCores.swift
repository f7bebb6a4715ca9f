// The cores of all marginals: per order (k,ℓ,…) a tensor that is symmetric inside each species, C ∈ ⊗_α Sym^{k_α}(R^{r_α}), stored
// as coefficients over multisets (`Multisets`), row-major over the species. With orthonormal orbitals the L² norm of a marginal is
//
//     ‖w‖² = Π_α k_α! Σ_I Π_α I_α! c_I².

import CLibraries
import PhaseSpace

/// How the core of an order lies in memory, for so many orbitals of each species.
struct CoreShape: Sendable {
  let multisets: [Multisets]

  /// - Parameter degree: the largest number of particles of a species.
  init(ranks: [Int], degree: Int) {
    multisets = ranks.map { Multisets(variables: $0, degree: degree) }
  }

  var ranks: [Int] { multisets.map(\.variables) }

  /// Numbers of the core of an order.
  func size(_ order: MarginalOrder) -> Int {
    zip(order.counts, multisets).reduce(1) { $0 * $1.1.counts[$1.0] }
  }

  /// The numbers before, of, and after the index of a species.
  func strides(_ order: MarginalOrder, _ species: Int) -> (before: Int, own: Int, after: Int) {
    let sizes = zip(order.counts, multisets).map { $1.counts[$0] }
    return (
      sizes[..<species].reduce(1, *), sizes[species], sizes[(species + 1)...].reduce(1, *)
    )
  }

  /// Π_α I_α! over the core of an order, times Π_α k_α!.
  func weights(_ order: MarginalOrder) -> [Double] {
    var result = [1.0]
    for (count, sets) in zip(order.counts, multisets) {
      let scale = (0..<count).reduce(1.0) { $0 * Double($1 + 1) }
      result = result.flatMap { head in sets.factorials[count].map { head * scale * $0 } }
    }
    return result
  }

  /// ‖w‖²
  func squaredNorm(_ core: [Double], _ order: MarginalOrder) -> Double {
    zip(core, weights(order)).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }
  }

  /// ∂_e of the core of `order` + β along species β: the core of `order`, added with a factor.
  func addContraction(
    of core: [Double], with functional: [Double], _ species: Int, to order: MarginalOrder, factor: Double,
    into target: inout [Double]
  ) {
    let sets = multisets[species]
    let count = order.counts[species]
    let (before, own, after) = strides(order, species)
    let longer = sets.counts[count + 1]
    let r = sets.variables
    core.withUnsafeBufferPointer { core in
      target.withUnsafeMutableBufferPointer { target in
        for head in 0..<before {
          for i in 0..<own {
            let to = (head * own + i) * after
            for b in 0..<r {
              let weight = factor * functional[b] * sets.gains[count][i * r + b]
              let from = (head * longer + Int(sets.next[count][i * r + b])) * after
              for tail in 0..<after { target[to + tail] += weight * core[from + tail] }
            }
          }
        }
      }
    }
  }

  /// ∂_b of a core for every b, one after the other: [b][before][J][after].
  func slices(of core: [Double], _ order: MarginalOrder, _ species: Int) -> [Double] {
    let sets = multisets[species]
    let count = order.counts[species]
    let (before, own, after) = strides(order, species)
    let shorter = sets.counts[count - 1]
    let r = sets.variables
    let rows = before * shorter * after
    return [Double](unsafeUninitializedCapacity: r * rows) { target, initialized in
      core.withUnsafeBufferPointer { core in
        for b in 0..<r {
          for head in 0..<before {
            for j in 0..<shorter {
              let gain = sets.gains[count - 1][j * r + b]
              let from = (head * own + Int(sets.next[count - 1][j * r + b])) * after
              let to = b * rows + (head * shorter + j) * after
              for tail in 0..<after { target[to + tail] = gain * core[from + tail] }
            }
          }
        }
      }
      initialized = r * rows
    }
  }

  /// Σ_a z_a y_a added to a core, y as `slices` lays them out.
  func addRaised(_ slices: [Double], _ order: MarginalOrder, _ species: Int, into target: inout [Double]) {
    let sets = multisets[species]
    let count = order.counts[species]
    let (before, own, after) = strides(order, species)
    let shorter = sets.counts[count - 1]
    let r = sets.variables
    let rows = before * shorter * after
    slices.withUnsafeBufferPointer { slices in
      target.withUnsafeMutableBufferPointer { target in
        for a in 0..<r {
          for head in 0..<before {
            for j in 0..<shorter {
              let to = (head * own + Int(sets.next[count - 1][j * r + a])) * after
              let from = a * rows + (head * shorter + j) * after
              for tail in 0..<after { target[to + tail] += slices[from + tail] }
            }
          }
        }
      }
    }
  }

  /// Σ_i A on slot i of the particles of a species. Cost: r · (numbers of the slices).
  /// - Parameter matrix: A_ab, row-major.
  func sumOverSlots(_ matrix: [Double], _ core: [Double], _ order: MarginalOrder, _ species: Int) -> [Double]
  {
    var result = [Double](repeating: 0, count: core.count)
    guard order.counts[species] > 0 else { return result }
    let r = multisets[species].variables
    let slices = slices(of: core, order, species)
    addRaised(DenseRows.product(matrix, r, r, slices), order, species, into: &result)
    return result
  }

  /// (k_α − 1)! J! Π_{β≠α} k_β! I_β!: the weights of the rows of `slices` in ‖·‖², the particle of the slice left out.
  func rowWeights(_ order: MarginalOrder, _ species: Int) -> [Double] {
    var counts = order.counts
    counts[species] -= 1
    return weights(MarginalOrder(counts))
  }

  /// The core in other orbitals, C'_{a'…} = Σ V_{a a'} … C_{a…}: p'(z') = p(V z').
  /// - Parameter matrix: V of the species, row-major, r × r'.
  func substituted(
    _ core: [Double], _ order: MarginalOrder, _ species: Int, _ matrix: [Double], into shape: CoreShape
  ) -> [Double] {
    let count = order.counts[species]
    guard count > 0 else { return core }
    let (sets, new) = (multisets[species], shape.multisets[species])
    let (before, own, after) = strides(order, species)
    let (r, s) = (sets.variables, new.variables)
    let size = new.counts[count]
    var result = [Double](repeating: 0, count: before * size * after)
    // Contracts slots one by one with the new orbitals a_1 ≤ a_2 ≤ …, each a symmetric tensor of the slots that are left.
    func descend(_ part: [Double], _ left: Int, _ least: Int, _ place: Int, _ head: Int) {
      if left == 0 {
        let to = (head * size + place) * after
        let scale = 1 / new.factorials[count][place]
        for tail in 0..<after { result[to + tail] = scale * part[tail] }
        return
      }
      let shorter = sets.counts[left - 1]
      for a in least..<s {
        var next = [Double](repeating: 0, count: shorter * after)
        for j in 0..<shorter {
          for b in 0..<r {
            let weight = matrix[b * s + a] * sets.gains[left - 1][j * r + b]
            guard weight != 0 else { continue }
            let from = Int(sets.next[left - 1][j * r + b]) * after
            for tail in 0..<after { next[j * after + tail] += weight * part[from + tail] }
          }
        }
        descend(
          next, left - 1, a, Int(new.next[count - left][place * s + a]), head)
      }
    }
    for head in 0..<before {
      descend(Array(core[(head * own * after)..<((head + 1) * own * after)]), count, 0, 0, head)
    }
    return result
  }

  /// The same core among more orbitals, zero on the new ones.
  func padded(_ core: [Double], _ order: MarginalOrder, to shape: CoreShape) -> [Double] {
    let sizes = zip(order.counts, multisets).map { $1.counts[$0] }
    let larger = zip(order.counts, shape.multisets).map { $1.counts[$0] }
    var result = [Double](repeating: 0, count: larger.reduce(1, *))
    let last = sizes[sizes.count - 1]
    for line in 0..<(core.count / max(1, last)) {
      var (rest, to, stride) = (line, 0, larger[larger.count - 1])
      for species in (0..<(sizes.count - 1)).reversed() {
        to += stride * (rest % sizes[species])
        stride *= larger[species]
        rest /= sizes[species]
      }
      for i in 0..<last { result[to + i] = core[line * last + i] }
    }
    return result
  }
}

/// Products of small matrices with long rows.
enum DenseRows {
  /// A B: A m × k, B k × n, row-major; n from the size of B.
  static func product(_ a: [Double], _ m: Int, _ k: Int, _ b: [Double], factor: Double = 1) -> [Double] {
    let n = k == 0 ? 0 : b.count / k
    guard m > 0, n > 0 else { return [] }
    return [Double](unsafeUninitializedCapacity: m * n) { target, initialized in
      MatrixProduct.multiply(
        m, n, k, alpha: factor, a, stride: k, .plain, b, stride: n, into: target.baseAddress!, stride: n)
      initialized = m * n
    }
  }

  /// A Bᵀ: A m × n, B k × n, row-major.
  static func overlaps(_ a: [Double], _ m: Int, _ b: [Double], _ k: Int, factor: Double = 1) -> [Double] {
    guard m > 0, k > 0 else { return [] }
    let n = a.count / m
    guard n > 0 else { return [Double](repeating: 0, count: m * k) }
    return [Double](unsafeUninitializedCapacity: m * k) { target, initialized in
      MatrixProduct.multiply(
        m, k, n, alpha: factor, a, stride: n, .plain, b, stride: n, .transposed, into: target.baseAddress!,
        stride: k)
      initialized = m * k
    }
  }

  /// Aᵀ of an m × n matrix.
  static func transposed(_ a: [Double], _ m: Int, _ n: Int) -> [Double] {
    var result = [Double](repeating: 0, count: m * n)
    for i in 0..<m { for j in 0..<n { result[j * m + i] = a[i * n + j] } }
    return result
  }
}
