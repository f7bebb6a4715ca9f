// The cells of [0,B] of about equal ∫|ρ|dr, and the polynomials in them.

import CLibraries

extension TreeRadialTable {
  /// An interval of r.
  struct Cell: Sendable {
    let start: Double
    let end: Double
    var width: Double { end - start }

    /// ∫|ρ|dr
    func mass(of density: (Double) -> Double, _ rule: GaussLegendre) -> Double {
      zip(rule.nodes, rule.weights).reduce(0) { $0 + $1.1 * width * density(start + $1.0 * width).magnitude }
    }
  }

  /// An end of a piece at which polynomials fail, and how far: negative to the left.
  struct End: Sendable, Hashable {
    let at: Double
    let reach: Double

    init(at: Double, reach: Double) { (self.at, self.reach) = (at, reach) }

    /// 2^{−o}(1 − (i+1)/16) < x ≤ 2^{−o}(1 − i/16)
    func part(octave o: Int, _ i: Int) -> Cell {
      let scale = Double(sign: .plus, exponent: -o, significand: 1)
      return cell(scale * (1 - Double(i + 1) / 16), scale * (1 - Double(i) / 16))
    }

    /// 0 ≤ x ≤ 2^{−octaves}
    func rest(octaves: Int) -> Cell { cell(0, Double(sign: .plus, exponent: -octaves, significand: 1)) }

    private func cell(_ near: Double, _ far: Double) -> Cell {
      let (a, b) = (at + reach * near, at + reach * far)
      return reach < 0 ? Cell(start: b, end: a) : Cell(start: a, end: b)
    }
  }

  /// The polynomial of degree 7 through the Gauss points of a cell, times a scale.
  struct Fit: Sendable {
    /// In powers of s − ½, lowest first.
    let coefficients: [Double]
    /// Its largest distance from the function, between the nodes and at both ends.
    let error: Double

    init(_ density: (Double) -> Double, _ cell: Cell, scale: Double, _ rule: GaussLegendre) {
      let nodes = rule.nodes.map { $0 - 0.5 }
      func value(_ y: Double) -> Double { scale * density(cell.start + (y + 0.5) * cell.width) }
      let coefficients = Self.interpolation(nodes, nodes.map(value))
      let between = zip([-0.5] + nodes, nodes + [0.5]).map { ($0 + $1) / 2 }
      self.coefficients = coefficients
      error =
        ([-0.5] + between + [0.5]).map { y in
          (coefficients.reversed().reduce(0) { $0 * y + $1 } - value(y)).magnitude
        }.largest() ?? 0
    }

    /// Newton's form, expanded.
    private static func interpolation(_ nodes: [Double], _ values: [Double]) -> [Double] {
      var divided = values
      for level in 1..<nodes.count {
        for i in stride(from: nodes.count - 1, through: level, by: -1) {
          divided[i] = (divided[i] - divided[i - 1]) / (nodes[i] - nodes[i - level])
        }
      }
      var coefficients = [Double](repeating: 0, count: nodes.count)
      for i in stride(from: nodes.count - 1, through: 0, by: -1) {
        for power in stride(from: nodes.count - 1, through: 1, by: -1) {
          coefficients[power] = coefficients[power - 1] - nodes[i] * coefficients[power]
        }
        coefficients[0] = divided[i] - nodes[i] * coefficients[0]
      }
      return coefficients
    }
  }

  /// The cells of each piece between breaks, of about equal mass; no pieces where ρ vanishes.
  static func pieces(_ density: (Double) -> Double, breaks: [Double]) throws -> [[Cell]] {
    var cumulatives: [(edges: [Double], cumulative: [Double])] = []
    for (start, end) in zip(breaks, breaks.dropFirst()) {
      let fine = 32 * cells
      let width = (end - start) / Double(fine)
      var cumulative = [0.0]
      for i in 0..<fine {
        cumulative.append(cumulative[i] + width * density(start + (Double(i) + 0.5) * width).magnitude)
      }
      cumulatives.append(((0..<fine).map { start + Double($0) * width } + [end], cumulative))
    }
    let estimate = cumulatives.reduce(0) { $0 + $1.cumulative[$1.cumulative.count - 1] }
    guard estimate.isFinite else { throw TreeFrequencies.overflow(estimate) }
    guard estimate > 0 else { return [] }
    return cumulatives.compactMap { edges, cumulative in
      let total = cumulative[cumulative.count - 1]
      guard total > 0 else { return nil }
      let count = max(8, Int((Double(cells) * total / estimate).rounded()))
      var position = 0
      var start = edges[0]
      return (1...count).map { k in
        let level = total * Double(k) / Double(count)
        while position < cumulative.count - 2, cumulative[position + 1] < level { position += 1 }
        let step = cumulative[position + 1] - cumulative[position]
        let part = step > 0 ? min(1, (level - cumulative[position]) / step) : 1
        let end =
          k == count
          ? edges[edges.count - 1] : edges[position] + part * (edges[position + 1] - edges[position])
        defer { start = end }
        return Cell(start: start, end: end)
      }
    }
  }
}
