// The operators of one species on its n-particle sector, as sparse matrices:
//
//     a_i                                     annihilation (2.1)
//     ρ_m = Σ_n a*_{n+m} a_n                  density mode, ρ_m* = ρ_{−m}
//     K   = Σ_n (ħ²κ²|n|²/2μ) a*_n a_n        kinetic energy (2.6), mass μ
//     W   = ½ Σ_m v_m Σ_{n,n'} a*_{n+m} a*_{n'−m} a_{n'} a_n      pair interaction, V(x) = Σ_m v_m e^{iκm·x}
//     P   = Σ_n n a*_n a_n                    momentum in units ħκ
//
// Modes that leave the cutoff are dropped: the operators are those of L² compressed to the plane waves kept.

public import PhaseSpace

/// The second-quantised one-species operators on n fermions in the given plane waves.
public struct SpeciesOperators: Sendable {
  /// The plane waves, M of them.
  public let waves: PlaneWaves
  /// The n-particle states the operators act on.
  public let sector: FermionSector

  /// - Precondition: the sector is built on these plane waves.
  public init(waves: PlaneWaves, sector: FermionSector) {
    precondition(waves.count == sector.modeCount, "the sector is built on these plane waves")
    self.waves = waves
    self.sector = sector
  }

  /// a_i from this sector to the one below: C(M, n−1) × C(M, n).
  public func annihilator(mode: Int) -> SparseMatrix {
    let rows = max(0, sector.annihilationStarts.count - 1)
    var entries = [[Int: Double]](repeating: [:], count: rows)
    for r in 0..<rows {
      for k in sector.annihilationStarts[r]..<sector.annihilationStarts[r + 1] {
        let entry = sector.annihilations[k]
        if Int(entry.mode) == mode { entries[r][Int(entry.source)] = entry.sign }
      }
    }
    return SparseMatrix(columns: sector.count, rows: entries)
  }

  /// ρ_m = Σ_n a*_{n+m} a_n.
  public func density(_ m: ModeIndex) -> SparseMatrix {
    let shift = waves.shift(by: m)
    var entries = [[Int: Double]](repeating: [:], count: sector.count)
    for (column, state) in sector.states.enumerated() {
      for i in sector.occupied(column) {
        guard let j = shift[i] else { continue }
        guard let (target, sign) = hop(state, from: i, to: j) else { continue }
        entries[sector.index(of: target)!][column, default: 0] += sign
      }
    }
    return SparseMatrix(columns: sector.count, rows: entries)
  }

  /// The diagonal of K.
  public func kineticEnergies(hbar: Double, mass: Double) -> [Double] {
    let unit = hbar * waves.wavenumber
    let one = waves.modes.map { n in
      unit * unit * Double(n.squaredNorm) / (2 * mass)
    }
    return (0..<sector.count).map { sector.occupied($0).reduce(0) { $0 + one[$1] } }
  }

  /// The pair interaction W for the coefficients v_m (both signs of m present).
  public func pairInteraction(_ coefficients: [(mode: ModeIndex, value: Double)]) -> SparseMatrix {
    let shifts = coefficients.map { waves.shift(by: $0.mode) }
    let backward = coefficients.map { waves.shift(by: $0.mode.negated) }
    var entries = [[Int: Double]](repeating: [:], count: sector.count)
    for (column, state) in sector.states.enumerated() {
      let occupied = sector.occupied(column)
      for (index, coefficient) in coefficients.enumerated() {
        for n in occupied {
          guard let to = shifts[index][n] else { continue }
          for other in occupied where other != n {
            guard let back = backward[index][other], back != to else { continue }
            // a*_{to} a*_{back} a_{other} a_n
            let afterFirst = remove(n, from: state)
            let afterSecond = remove(other, from: afterFirst.state)
            guard let third = insert(back, into: afterSecond.state),
              let fourth = insert(to, into: third.state)
            else { continue }
            let sign = afterFirst.sign * afterSecond.sign * third.sign * fourth.sign
            entries[sector.index(of: fourth.state)!][column, default: 0] += sign * coefficient.value / 2
          }
        }
      }
    }
    return SparseMatrix(columns: sector.count, rows: entries)
  }

  /// The diagonal of P: the total mode vector of each basis state.
  public var momenta: [ModeIndex] {
    (0..<sector.count).map { index in
      sector.occupied(index).reduce(ModeIndex.zero) { $0 &+ waves.modes[$1] }
    }
  }

  private func remove(_ i: Int, from state: UInt64) -> (state: UInt64, sign: Double) {
    let bit = UInt64(1) << UInt64(i)
    return (state ^ bit, (state & (bit - 1)).nonzeroBitCount & 1 == 1 ? -1 : 1)
  }

  private func insert(_ i: Int, into state: UInt64) -> (state: UInt64, sign: Double)? {
    let bit = UInt64(1) << UInt64(i)
    guard state & bit == 0 else { return nil }
    return (state | bit, (state & (bit - 1)).nonzeroBitCount & 1 == 1 ? -1 : 1)
  }

  private func hop(_ state: UInt64, from i: Int, to j: Int) -> (UInt64, Double)? {
    let removed = remove(i, from: state)
    guard let inserted = insert(j, into: removed.state) else { return nil }
    return (inserted.state, removed.sign * inserted.sign)
  }
}
