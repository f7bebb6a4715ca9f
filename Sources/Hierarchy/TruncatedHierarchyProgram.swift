// The plan of a right side flattened into plain memory, and its evaluation line by line,
//
//     k(g_1 … g_{r−1}, ·) = Σ_groups S(g_1 … g_{r−1}) · table(·) · line(·),   S = Σ_products c Π tables Π blocks.
//
// Cost: per line and group one fused multiply–add stream of P complex numbers, and a few numbers per product.

import CLibraries
import Interaction
import PhaseSpace

/// A compiled plan. Nothing is allocated in an evaluation.
final class TruncatedHierarchyProgram {
  private struct Stride {
    let slot: Int
    let stride: Int
  }

  private struct Block {
    let base: Int
    let imaginaryOffset: Int
    let sign: Double
    let strides: Range<Int>
  }

  private struct Product {
    let coefficient: Double
    let factors: Range<Int>
    let blocks: Range<Int>
  }

  private struct Group {
    let line: Block
    /// Stride along the last particle; its other strides are in `line`.
    let lineStride: Int
    let table: UnsafePointer<Double>?
    let products: Range<Int>
  }

  private struct Factor {
    let slot: Int
    let table: UnsafePointer<Double>
  }

  private let rows: UnsafeMutableBufferPointer<Range<Int>>
  private let groups: UnsafeMutableBufferPointer<Group>
  private let products: UnsafeMutableBufferPointer<Product>
  private let factors: UnsafeMutableBufferPointer<Factor>
  private let blocks: UnsafeMutableBufferPointer<Block>
  private let strides: UnsafeMutableBufferPointer<Stride>
  private let tables: [UnsafeMutableBufferPointer<Double>]

  init(_ plan: TruncatedHierarchyPlan, layout: TruncatedHierarchyLayout, kernel: Kernel) {
    let lattice = layout.lattice
    let tables = plan.tables.map { table in
      let values = UnsafeMutableBufferPointer<Double>.allocate(capacity: lattice.pointCount(table.species))
      for index in 0..<values.count {
        let xi = lattice.xi(lattice.point(at: index, species: table.species), species: table.species)
        let x = (table.mode.vector * lattice.kappa).dot(xi)
        values.initializeElement(at: index, to: table.isCosine ? kernel.cosine(x) : kernel(x))
      }
      return values
    }
    var flat = (
      rows: [Range<Int>](), groups: [Group](), products: [Product](), factors: [Factor](), blocks: [Block](),
      strides: [Stride]()
    )
    func block(_ read: TruncatedHierarchyLayout.Read, _ slots: [Int], skipping skipped: Int) -> Block {
      let start = flat.strides.count
      for (slot, stride) in zip(slots, read.strides) where slot != skipped {
        flat.strides.append(Stride(slot: slot, stride: stride))
      }
      return Block(
        base: read.base, imaginaryOffset: read.imaginaryOffset, sign: Double(read.sign),
        strides: start..<flat.strides.count)
    }
    for (row, planned) in zip(layout.rows, plan.rows) {
      let last = row.modes.count - 1
      let firstGroup = flat.groups.count
      for group in planned {
        let firstProduct = flat.products.count
        for product in group.products {
          let firstFactor = flat.factors.count
          for factor in product.factors {
            let table = tables[factor.table]
            let centre = UnsafePointer(table.baseAddress! + table.count / 2)
            flat.factors.append(Factor(slot: factor.slot, table: centre))
          }
          let firstBlock = flat.blocks.count
          for (read, slots) in product.blocks { flat.blocks.append(block(read, slots, skipping: -1)) }
          flat.products.append(
            Product(
              coefficient: product.coefficient, factors: firstFactor..<flat.factors.count,
              blocks: firstBlock..<flat.blocks.count))
        }
        let position = group.slots.firstIndex(of: last) ?? 0
        flat.groups.append(
          Group(
            line: block(group.read, group.slots, skipping: last), lineStride: group.read.strides[position],
            table: group.table.map { UnsafePointer(tables[$0].baseAddress!) },
            products: firstProduct..<flat.products.count))
      }
      flat.rows.append(firstGroup..<flat.groups.count)
    }
    rows = Self.copy(flat.rows)
    groups = Self.copy(flat.groups)
    products = Self.copy(flat.products)
    factors = Self.copy(flat.factors)
    blocks = Self.copy(flat.blocks)
    strides = Self.copy(flat.strides)
    self.tables = tables
  }

  deinit {
    rows.deallocate()
    groups.deallocate()
    products.deallocate()
    factors.deallocate()
    blocks.deallocate()
    strides.deallocate()
    for table in tables { table.deallocate() }
  }

  private static func copy<Element>(_ array: [Element]) -> UnsafeMutableBufferPointer<Element> {
    let buffer = UnsafeMutableBufferPointer<Element>.allocate(capacity: array.count)
    _ = buffer.initialize(from: array)
    return buffer
  }

  /// One line of a row: P reals, then P imaginary parts.
  /// - Parameters:
  ///   - g: grid points of the other particles, counted from the centre.
  ///   - gathered: scratch memory for 2P numbers.
  @inline(__always)
  func evaluate(
    row: Int, at g: UnsafePointer<Int>, points: Int, from source: UnsafePointer<Double>,
    into k: UnsafeMutablePointer<Double>, gathered: UnsafeMutablePointer<Double>
  ) {
    k.update(repeating: 0, count: 2 * points)
    let groups = groups.baseAddress!
    for index in rows[row] {
      let group = groups + index
      let (a, b) = number(group.pointee.products, g, source)
      let line = group.pointee.line
      let start = address(line, g) - group.pointee.lineStride * (points / 2)
      var real = source + start
      var imaginary = real + line.imaginaryOffset
      let stride = group.pointee.lineStride
      if stride != 1 {
        for i in 0..<points {
          gathered[i] = real[i * stride]
          gathered[points + i] = imaginary[i * stride]
        }
        real = UnsafePointer(gathered)
        imaginary = real + points
      }
      // (a + ib)(x + iσy)
      let s = line.sign
      if let table = group.pointee.table {
        Self.add(k, points, a, -b * s, b, a * s, real, imaginary, table)
      } else {
        Self.add(k, points, a, -b * s, b, a * s, real, imaginary)
      }
    }
  }

  @inline(__always)
  private static func add(
    _ k: UnsafeMutablePointer<Double>, _ points: Int, _ a: Double, _ b: Double, _ c: Double, _ d: Double,
    _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>
  ) {
    let kImaginary = k + points
    for i in 0..<points {
      k[i] += a * x[i] + b * y[i]
      kImaginary[i] += c * x[i] + d * y[i]
    }
  }

  @inline(__always)
  private static func add(
    _ k: UnsafeMutablePointer<Double>, _ points: Int, _ a: Double, _ b: Double, _ c: Double, _ d: Double,
    _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, _ table: UnsafePointer<Double>
  ) {
    let kImaginary = k + points
    for i in 0..<points {
      k[i] += table[i] * (a * x[i] + b * y[i])
      kImaginary[i] += table[i] * (c * x[i] + d * y[i])
    }
  }

  @inline(__always)
  private func address(_ block: Block, _ g: UnsafePointer<Int>) -> Int {
    var at = block.base
    let strides = strides.baseAddress!
    for index in block.strides { at += strides[index].stride * g[strides[index].slot] }
    return at
  }

  /// Σ_products c Π tables Π blocks
  @inline(__always)
  private func number(_ range: Range<Int>, _ g: UnsafePointer<Int>, _ source: UnsafePointer<Double>)
    -> (Double, Double)
  {
    let (products, factors, blocks) = (products.baseAddress!, factors.baseAddress!, blocks.baseAddress!)
    var sum = (0.0, 0.0)
    for index in range {
      let product = products[index]
      var (x, y) = (product.coefficient, 0.0)
      for factor in product.factors { x *= factors[factor].table[g[factors[factor].slot]] }
      for number in product.blocks {
        let block = blocks[number]
        let at = address(block, g)
        let (u, v) = (source[at], block.sign * source[at + block.imaginaryOffset])
        (x, y) = (x * u - y * v, x * v + y * u)
      }
      sum.0 += x
      sum.1 += y
    }
    return sum
  }
}
