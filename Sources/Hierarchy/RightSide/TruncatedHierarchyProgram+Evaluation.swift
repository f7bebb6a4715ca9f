// One line of the right side: Σ_groups S · line. Cost: a stream of P complex numbers and r numbers per group.

internal import CKernels
import CLibraries

extension TruncatedHierarchyProgram {
  /// To be called before lines of another row, or of another state, are evaluated.
  func forgetLines(in workspace: Workspace) {
    for position in 0..<mostGroups { workspace.gatheredFrom[position] = nil }
  }

  /// One line of a prepared row: P reals, then P imaginary parts.
  /// - Parameter g: grid points of the other particles, counted from the centre.
  @inline(__always)
  func evaluate(
    row: Int, at g: UnsafePointer<Int>, points: Int, from source: UnsafePointer<Double>,
    prepared: UnsafePointer<Double>, into k: UnsafeMutablePointer<Double>, in workspace: Workspace
  ) {
    let shape = code.rows.baseAddress! + row
    let first = shape.pointee.groups.lowerBound
    let count = shape.pointee.groups.count
    for position in 0..<count {
      let group = code.groups.baseAddress! + first + position
      let (a, b) = number(group, g, source, prepared)
      var s = 1.0
      var real = prepared + group.pointee.lineAt
      var imaginary = real + points
      var table: UnsafePointer<Double>?
      if group.pointee.moves {
        let line = code.lines.baseAddress! + group.pointee.lines.lowerBound
        s = line.pointee.block.sign
        let stride = line.pointee.stride
        table = line.pointee.table
        real = source + address(line.pointee.block, g) - stride * (points / 2)
        imaginary = real + line.pointee.block.imaginaryOffset
        if stride != 1 {
          let gathered = workspace.lines + 2 * widest * position
          // A line that some particle does not move is often the one before.
          if workspace.gatheredFrom[position] != real {
            Self.gather(gathered, real, stride, points)
            Self.gather(gathered + points, imaginary, stride, points)
            workspace.gatheredFrom[position] = real
          }
          real = UnsafePointer(gathered)
          imaginary = UnsafePointer(gathered + points)
        }
      }
      // A whole term, so that nothing of another row's is left.
      workspace.terms[position] = vlasov_line_term(
        a: a, b: -b * s, c: b, d: a * s, real: real, imaginary: imaginary, table: table)
    }
    vlasov_combine_lines(workspace.terms, shape.pointee.plain, count, points, k)
  }

  /// Asks for the moving lines of `evaluate` ahead of it.
  func prefetchLines(row: Int, at g: UnsafePointer<Int>, points: Int, from source: UnsafePointer<Double>) {
    for index in code.rows[row].groups where code.groups[index].moves {
      let line = code.lines[code.groups[index].lines.lowerBound]
      guard line.stride.magnitude == 1 else { continue }
      let start = source + address(line.block, g) - points / 2
      prefetch(start, count: 2 * points)
    }
  }

  @inline(__always)
  private static func gather(
    _ target: UnsafeMutablePointer<Double>, _ source: UnsafePointer<Double>, _ stride: Int, _ points: Int
  ) {
    if stride == -1 {
      for i in 0..<points { target[i] = source[-i] }
    } else {
      for i in 0..<points { target[i] = source[i * stride] }
    }
  }

  @inline(__always)
  private func address(_ block: TruncatedHierarchyCode.Block, _ g: UnsafePointer<Int>) -> Int {
    var at = block.base
    let strides = code.strides.baseAddress!
    for index in block.strides { at += strides[index].stride * g[strides[index].slot] }
    return at
  }

  /// S_0 + Σ_i S_i + Σ weight Π tables Π blocks
  @inline(__always)
  private func number(
    _ group: UnsafePointer<TruncatedHierarchyCode.Group>, _ g: UnsafePointer<Int>,
    _ source: UnsafePointer<Double>,
    _ prepared: UnsafePointer<Double>
  ) -> (Double, Double) {
    let own = prepared + group.pointee.at
    var sum = (own[0], own[1])
    for index in group.pointee.slotSums {
      let part = code.slotSums.baseAddress! + index
      let at = prepared + part.pointee.centre + part.pointee.stride * g[part.pointee.slot]
      sum.0 += at[0]
      sum.1 += at[1]
    }
    let (numbers, factors, blocks) = (
      code.numbers.baseAddress!, code.factors.baseAddress!, code.blocks.baseAddress!
    )
    var weight = own + 2
    for index in group.pointee.numbers {
      let number = numbers + index
      var (x, y) = (weight[0], weight[1])
      weight += 2
      for factor in number.pointee.factors {
        let table = factors[factor].table[g[factors[factor].slot]]
        (x, y) = (x * table, y * table)
      }
      for part in number.pointee.blocks {
        let block = blocks + part
        let at = address(block.pointee, g)
        let (u, v) = (source[at], block.pointee.sign * source[at + block.pointee.imaginaryOffset])
        (x, y) = (x * u - y * v, x * v + y * u)
      }
      sum.0 += x
      sum.1 += y
    }
    return sum
  }
}
