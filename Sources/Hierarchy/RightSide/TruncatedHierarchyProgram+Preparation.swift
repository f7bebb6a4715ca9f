// What all lines of a row share, made once per row and right side: the weights, S_0, S_i over the grid of particle i, and the
// lines that do not move.

extension TruncatedHierarchyProgram {
  /// What all lines of a row share; to be called before the first of them.
  func prepare(
    row: Int, points: Int, from source: UnsafePointer<Double>, in prepared: UnsafeMutablePointer<Double>
  ) {
    for index in code.rows[row].groups {
      let group = code.groups[index]
      var constant = (0.0, 0.0)
      for number in group.constants {
        let value = weight(code.numbers[number].weights, source)
        constant = (constant.0 + value.0, constant.1 + value.1)
      }
      (prepared[group.at], prepared[group.at + 1]) = constant
      for (position, number) in group.numbers.enumerated() {
        let at = group.at + 2 + 2 * position
        (prepared[at], prepared[at + 1]) = weight(code.numbers[number].weights, source)
      }
      for sum in group.slotSums { prepare(code.slotSums[sum], from: source, in: prepared) }
      if !group.moves { prepareLine(group, points: points, from: source, in: prepared) }
    }
  }

  /// S_i over the grid of its particle.
  private func prepare(
    _ sum: TruncatedHierarchyCode.SlotSum, from source: UnsafePointer<Double>,
    in prepared: UnsafeMutablePointer<Double>
  ) {
    let half = sum.points / 2
    for g in -half..<(sum.points - half) {
      prepared[sum.centre + sum.stride * g] = 0
      prepared[sum.centre + sum.stride * g + 1] = 0
    }
    for number in sum.numbers {
      let entry = code.numbers[number]
      let (a, b) = weight(entry.weights, source)
      for g in -half..<(sum.points - half) {
        var (x, y) = (a, b)
        for factor in entry.factors {
          let table = code.factors[factor].table[g]
          (x, y) = (x * table, y * table)
        }
        for part in entry.blocks {
          let block = code.blocks[part]
          var at = block.base
          for index in block.strides { at += code.strides[index].stride * g }
          let (u, v) = (source[at], block.sign * source[at + block.imaginaryOffset])
          (x, y) = (x * u - y * v, x * v + y * u)
        }
        prepared[sum.centre + sum.stride * g] += x
        prepared[sum.centre + sum.stride * g + 1] += y
      }
    }
  }

  /// The sum of the lines of a group, none of which moves.
  private func prepareLine(
    _ group: TruncatedHierarchyCode.Group, points: Int, from source: UnsafePointer<Double>,
    in prepared: UnsafeMutablePointer<Double>
  ) {
    let target = prepared + group.lineAt
    target.update(repeating: 0, count: 2 * points)
    for number in group.lines {
      let line = code.lines[number]
      let (a, b) = weight(line.weights, source)
      let start = source + line.block.base - line.stride * (points / 2)
      let s = line.block.sign
      for i in 0..<points {
        let factor = line.table.map { $0[i] } ?? 1
        let x = factor * start[line.stride * i]
        let y = s * factor * start[line.stride * i + line.block.imaginaryOffset]
        target[i] += a * x - b * y
        target[points + i] += a * y + b * x
      }
    }
  }

  /// Σ coefficient Π constants
  private func weight(_ range: Range<Int>, _ source: UnsafePointer<Double>) -> (Double, Double) {
    var sum = (0.0, 0.0)
    for index in range {
      var (x, y) = (code.weights[index].coefficient, 0.0)
      for number in code.weights[index].constants {
        let block = code.blocks[number]
        let (u, v) = (source[block.base], block.sign * source[block.base + block.imaginaryOffset])
        (x, y) = (x * u - y * v, x * v + y * u)
      }
      sum.0 += x
      sum.1 += y
    }
    return sum
  }
}
