// The interaction on orbitals. Within a step the orbitals stay what they are at its end, and time runs backwards in the operators: a
// time s before the end, with σ = κs/m_α,
//
//     (A_m φ)(ξ,n) = κ_ħ(κm·(ξ + σn)) φ(ξ − σm, n+m),       e_m(φ) = φ(σm, −m)     (0 where a point is outside the window),
//     (C_m φ)(ξ,n) = cos(ħκm·(ξ + σn)/2) φ(ξ − σm, n+m)     (finite N, the other particle of a recollision).
//
// So a mode moves by m only, whatever n is: by q grid points per mode q half steps before the end where Δξ = κΔt/2m, else by as much as
// it takes, through sixteen points (`LagrangeShift`). On functions with φ(−ξ,−n) = conj φ(ξ,n) the sum over ±m has real operators and
// functionals,
//
//     Σ_{±m} A_m e_m = X_m Re e_m + Y_m Im e_m,               X_m = A_m + A_{−m},   Y_m = i(A_m − A_{−m}),
//     Σ_{±m} A_m ⊗ C_{−m} = ½(X_m ⊗ P_m + Y_m ⊗ Q_m),        P_m = C_m + C_{−m},   Q_m = i(C_m − C_{−m}).

import Interaction
import PhaseSpace
import Vlasov

/// The operators X_m, Y_m (and at finite N P_m, Q_m) of one species, m in a half space of modes.
struct OrbitalForces: Sendable {
  let lattice: FourierLattice
  let species: Int
  /// m, the first nonzero component positive.
  let modes: [ModeIndex]
  /// Per mode: X, Y or X, Y, P, Q.
  let kinds: Int
  private let kernel: Kernel
  /// Per mode m·g + reach.
  private let dots: [[Int]]
  /// The largest m·g.
  private let reach: Int

  /// Operators of a species.
  var count: Int { kinds * modes.count }

  init(model: Model, lattice: FourierLattice, species: Int) {
    self.lattice = lattice
    self.species = species
    let modes = Self.halfSpace(model, species)
    self.modes = modes
    kinds = model.particles == nil ? 2 : 4
    kernel = model.kernel
    let span = modes.map { mode in (0..<lattice.dimension).reduce(0) { $0 + mode[$1].magnitude } }.max() ?? 0
    let reach = Int(span) * lattice.halfWidths[species]
    self.reach = reach
    dots = modes.map { mode in
      (0..<lattice.pointCount(species)).map {
        reach + Self.dot(mode, lattice.point(at: $0, species: species))
      }
    }
  }

  /// The modes that exert a force on a species, one of each ±m.
  static func halfSpace(_ model: Model, _ species: Int) -> [ModeIndex] {
    model.potentials.forceModes(of: species).filter { mode in
      (mode[0] != 0 ? mode[0] : mode[1] != 0 ? mode[1] : mode[2]) > 0
    }
  }

  private static func dot(_ a: ModeIndex, _ b: ModeIndex) -> Int { a[0] * b[0] + a[1] * b[1] + a[2] * b[2] }

  /// κ_ħ(κm·(ξ + σn)) and cos(ħκm·(ξ + σn)/2) of a mode of the force on a mode of the functions, at all values of m·g.
  private func factors(_ index: Int, _ n: ModeIndex, at instant: OrbitalInstant) -> (
    force: [Double], share: [Double]
  ) {
    let unit = lattice.kappa * lattice.spacing(species)
    let shift = instant.shifts[species] * Double(Self.dot(modes[index], n))
    let arguments = (-reach...reach).map { unit * (Double($0) + shift) }
    return (arguments.map { kernel($0) }, kinds == 4 ? arguments.map { kernel.cosine($0) } : [])
  }

  /// What all operators make of all functions on a block of modes: [operator][function], operator = kinds · mode + kind, each the real
  /// parts of the block's sites, then the imaginary ones.
  func images(of functions: OrbitalFunctions, rows: Range<Int>, at instant: OrbitalInstant) -> [Double] {
    let r = functions.count
    let points = lattice.pointCount(species)
    let sites = rows.count * points
    var images = [Double](repeating: 0, count: count * r * 2 * sites)
    // Re and Im of φ_b from n + m and n − m, as they were, and room between the passes of a shift.
    var room = [Double](repeating: 0, count: 7 * points)
    var (force, share) = ([Double](repeating: 0, count: points), [Double](repeating: 0, count: points))
    let axes = modes.map { FreeTransport.axes(lattice, species: species, mode: $0, outer: 1, inner: 1) }
    for row in rows {
      let n = lattice.storedMode(row)
      let inside = instant.inside(n, species: species)
      for (index, mode) in modes.enumerated() {
        let sources = [lattice.modeOffset(n &+ mode), lattice.modeOffset(n &- mode)]
        guard sources.contains(where: { $0 != nil }) else { continue }
        let factors = factors(index, n, at: instant)
        for g in 0..<points {
          force[g] = inside[g] ? factors.force[dots[index][g]] : 0
          if kinds == 4 { share[g] = inside[g] ? factors.share[dots[index][g]] : 0 }
        }
        for b in 0..<r {
          room.withUnsafeMutableBufferPointer { room in
            let lines = room.baseAddress!
            let (before, other) = (lines + 4 * points, lines + 6 * points)
            for (place, source) in sources.enumerated() {
              let target = lines + 2 * place * points
              guard let source else {
                target.update(repeating: 0, count: 2 * points)
                continue
              }
              functions.copy(row: source, of: b, to: before)
              for part in 0..<2 {
                instant.shift(
                  before + part * points, along: axes[index], isBack: place == 0,
                  to: target + part * points, other: other, count: points)
              }
              // What is stored of n = 0 and of other modes differs by √2.
              let isCentre = source == lattice.modeCount / 2
              guard isCentre != (row == 0) else { continue }
              let scale = isCentre ? 1 / OrbitalFunctions.scale : OrbitalFunctions.scale
              for i in 0..<(2 * points) { target[i] *= scale }
            }
            let at = (kinds * index * r + b) * 2 * sites + (row - rows.lowerBound) * points
            images.withUnsafeMutableBufferPointer { images in
              let first = images.baseAddress! + at
              combine(lines, force, sign: -1, into: first, first + 2 * r * sites, points, sites)
              if kinds == 4 {
                let third = first + 4 * r * sites
                combine(lines, share, sign: 1, into: third, third + 2 * r * sites, points, sites)
              }
            }
          }
        }
      }
    }
    return images
  }

  /// f(φ_+ + sφ_−) and if(φ_+ − sφ_−), real parts and `sites` further on imaginary ones: X and Y with s = −1, P and Q with s = 1.
  private func combine(
    _ lines: UnsafePointer<Double>, _ factor: [Double], sign: Double, into x: UnsafeMutablePointer<Double>,
    _ y: UnsafeMutablePointer<Double>, _ points: Int, _ sites: Int
  ) {
    let (u, v, s, t) = (lines, lines + points, lines + 2 * points, lines + 3 * points)
    factor.withUnsafeBufferPointer { f in
      for g in 0..<points {
        x[g] = f[g] * (u[g] + sign * s[g])
        x[sites + g] = f[g] * (v[g] + sign * t[g])
        y[g] = -f[g] * (v[g] - sign * t[g])
        y[sites + g] = f[g] * (u[g] - sign * s[g])
      }
    }
  }

  /// Re φ(σm,−m) and Im φ(σm,−m) of all functions.
  static func functionals(_ functions: OrbitalFunctions, _ mode: ModeIndex, at instant: OrbitalInstant) -> (
    real: [Double], imaginary: [Double]
  ) {
    let zero = [Double](repeating: 0, count: functions.count)
    guard let row = functions.lattice.modeOffset(mode.negated) else { return (zero, zero) }
    let points = functions.lattice.pointCount(functions.species)
    let axes = FreeTransport.axes(
      functions.lattice, species: functions.species, mode: mode, outer: 1, inner: 1)
    let scale = functions.stored(row).scale
    var (result, room) = ([zero, zero], [Double](repeating: 0, count: 4 * points))
    for b in 0..<functions.count {
      room.withUnsafeMutableBufferPointer { room in
        let (target, before) = (room.baseAddress!, room.baseAddress! + 2 * points)
        functions.copy(row: row, of: b, to: before)
        for part in 0..<2 {
          instant.shift(
            before + part * points, along: axes, isBack: false, to: target, other: target + points,
            count: points)
          result[part][b] = scale * target[points / 2]
        }
      }
    }
    return (result[0], result[1])
  }
}
