// Where |η| comes from on R^d: a table of one pair of species.
//
// The density of |η| = r is ρ(r) = A_d V̂(r) r^d, A_d = ∫|c|dω = 2, 4, 2π (c the cosine to x̂). [0,B] is cut into K cells of about equal
// ∫|ρ|dr; a cell is chosen with probability 1/K and r = r_k + sΔr uniformly in it. With M = ∫|ρ|dr what remains is
//
//     gain(r) = K Δr ρ(r)/M  ≈ ±1,
//
// and the trees have no bias if the table knows the gain. Inside V̂ is analytic, and the polynomial of degree 7 through the
// eight Gauss points of a cell has it to rounding. Where V̂ ends like (B − r)^p, p no integer, no polynomial does: for p = ½
// cubic cells were off by 10⁻³ of the last one, which at some 10⁶ trees is more than their error bar. There the gain is
// read from a table that is graded towards the end e: with x = |e − r|/Z, Z the width of the cells whose polynomials fail,
//
//     octave o, part i:   2^{−o}(1 − (i+1)/16) < x ≤ 2^{−o}(1 − i/16),   i = 0 … 7,
//
// each again a polynomial of degree 7. A part is at most 1/9 of its distance from the end, whatever its octave. The rest of
// interpolation at the Gauss points is |f⁽⁸⁾|/8!·w⁸·(8!)²/16!, (8!)²/16! = 1/12870 the greatest value of the monic Legendre polynomial
// on an interval of width 1. For (B − r)^p it is in every part at most
//
//     |p(p−1)…(p−7)|/8! · 9^{−8} / 12870  ≤  3·10⁻¹⁴    of the value there, for every p in (0, 4];
//
// octaves end where less than 10⁻¹⁵ of M is left. The parts follow from the bits of x. `error` is Σ∫|gain − exact|, measured
// between the nodes: a kink where `smoothnessBreaks` names none is seen there, and goes into the error bar.
//
//     entry of a cell:            r_k, Δr, c_0 … c_7 in powers of s − ½
//     entry of a cell at an end:  r_k, −Δr, offset of the graded parts, e, 1/Z, K Δr, their number
//     graded part:                centre, 1/width, c_0 … c_7 of ρ/M

import CLibraries
package import Interaction

/// The table of one pair of species.
package struct TreeRadialTable: Sendable {
  package static let entryLength = 10
  /// K, when V̂ is smooth in between 0 and B.
  static let cells = 128
  /// Graded parts at one end, at most.
  static let mostParts = 8 * 56
  private static let rule = GaussLegendre(points: 8)

  /// The cells one after the other, then the graded parts; offsets count from the front of this table.
  package private(set) var numbers: [Double] = []
  /// K
  package private(set) var count = 0
  /// M_{αβ}
  package private(set) var mass = 0.0
  /// ∫|ρ − its table|dr / M
  package private(set) var error = 0.0

  /// nil where V̂ vanishes.
  /// - Throws: `ArgumentError` where M is not within Float64.
  package init?(_ potential: any RadialPotential, dimension d: Int) throws {
    let solidAngle = [2, 4, 2 * Double.pi][d - 1]
    let density = { (r: Double) -> Double in
      let transform: Double = potential.transform(radius: r)
      return solidAngle * transform * Double.pow(r, d)
    }
    let pieces = try Self.pieces(density, breaks: potential.smoothnessBreaks())
    guard !pieces.isEmpty else { return nil }
    mass = pieces.joined().reduce(0) { $0 + $1.mass(of: density, Self.rule) }
    count = pieces.reduce(0) { $0 + $1.count }
    guard mass.isFinite, mass > 0, pieces.joined().allSatisfy({ ($0.width / mass).isFinite }) else {
      throw TreeFrequencies.overflow(mass)
    }
    let scale = { [mass, count] (cell: Cell) in Double(count) * cell.width / mass }
    var graded: [(entry: Int, cell: Cell, end: End)] = []
    for piece in pieces {
      let fits = piece.map { Fit(density, $0, scale: scale($0), Self.rule) }
      let bad = fits.map { $0.error > 1e-12 }
      // From both ends inwards, as far as the polynomials fail.
      let below = bad.firstIndex(of: false) ?? piece.count / 2
      let above = bad.lastIndex(of: false).map { $0 + 1 } ?? piece.count / 2
      let ends = [
        below > 0 ? End(at: piece[0].start, reach: piece[below - 1].end - piece[0].start) : nil,
        above < piece.count
          ? End(at: piece[piece.count - 1].end, reach: piece[above].start - piece[piece.count - 1].end) : nil,
      ]
      for (k, cell) in piece.enumerated() {
        if let end = k < below ? ends[0] : k >= above ? ends[1] : nil {
          graded.append((numbers.count, cell, end))
          numbers += [cell.start, -cell.width] + [Double](repeating: 0, count: 8)
        } else {
          numbers += [cell.start, cell.width] + fits[k].coefficients
          error += fits[k].error / Double(count)
        }
      }
    }
    var offsets: [End: (offset: Int, parts: Int)] = [:]
    for (entry, cell, end) in graded {
      let table = offsets[end] ?? append(end, density)
      offsets[end] = table
      numbers.replaceSubrange(
        entry + 2..<entry + 7,
        with: [
          Double(table.offset), end.at, 1 / end.reach.magnitude, Double(count) * cell.width,
          Double(table.parts),
        ])
    }
  }

  /// Adds the graded parts at an end.
  private mutating func append(_ end: End, _ density: (Double) -> Double) -> (offset: Int, parts: Int) {
    let offset = numbers.count
    var parts = 0
    var left = Double.infinity
    // Parts far above the rounding of r.
    while parts < Self.mostParts - 8, left > 1e-15, end.part(octave: parts / 8, 7).width > 256 * end.at.ulp {
      for i in 0..<8 { add(end.part(octave: parts / 8, i), end, density) }
      parts += 8
      let rest = end.rest(octaves: parts / 8)
      left = rest.mass(of: density, Self.rule) / mass
    }
    add(end.rest(octaves: parts / 8), end, density)
    return (offset, parts + 1)
  }

  private mutating func add(_ part: Cell, _ end: End, _ density: (Double) -> Double) {
    let fit = Fit(density, part, scale: 1 / mass, Self.rule)
    error += fit.error * part.width
    // In x, which grows away from the end.
    let isMirrored = end.reach < 0
    let centre = ((part.start - end.at) + part.width / 2).magnitude / end.reach.magnitude
    numbers += [centre, end.reach.magnitude / part.width]
    numbers += fit.coefficients.enumerated().map {
      isMirrored && $0.offset % 2 == 1 ? -$0.element : $0.element
    }
  }

  /// r and its gain, `part` of the way through a cell.
  /// - Parameters:
  ///   - front: the table's numbers.
  ///   - entry: the cell's.
  @inline(__always)
  package static func draw(_ front: UnsafePointer<Double>, _ entry: UnsafePointer<Double>, _ part: Double)
    -> (radius: Double, gain: Double)
  {
    let width = entry[1]
    if width >= 0 { return (entry[0] + part * width, polynomial(entry + 2, part - 0.5)) }
    let radius = entry[0] - part * width
    let x = min((entry[3] - radius).magnitude * entry[4], 1)
    // 1.0 and x differ in the bits of the octave, and the three highest ones of the mantissa.
    let place = min((1.0.bitPattern - x.bitPattern) >> 49, UInt64(entry[6]) - 1)
    let graded = front + Int(entry[2]) + entryLength * Int(place)
    return (radius, entry[5] * polynomial(graded + 2, (x - graded[0]) * graded[1]))
  }

  @inline(__always)
  private static func polynomial(_ c: UnsafePointer<Double>, _ y: Double) -> Double {
    let y2 = y * y
    let low = (c[0] + c[1] * y) + (c[2] + c[3] * y) * y2
    let high = (c[4] + c[5] * y) + (c[6] + c[7] * y) * y2
    return low + high * (y2 * y2)
  }
}
