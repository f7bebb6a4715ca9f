// How a Hartree–Fock solution starts: from orbital profiles or from orbitals on plane waves, on a grid that holds them.

package import CLibraries
import Numerics

extension HartreeFock {
  /// Starts from orbital profiles.
  /// - Throws: as the designated initializer.
  package convenience init(
    interaction: InteractionModes, period: Double, particles: [Int], masses: [Double], hbar: Double? = nil,
    profiles: [OrbitalProfile], points: Int, grows: Bool = false, exchange: Bool = true,
    largestStep: Double = 0.05, workers: Workers = Workers(threads: 1)
  ) throws {
    let total = particles.reduce(0, +)
    guard profiles.count == particles.count, total >= 1 else {
      throw ArgumentError("orbitals", expected: "one profile per species", got: "\(profiles.count)")
    }
    let coefficients = try zip(profiles, particles).map { profile, count in
      try profile.fourierCoefficients(
        count: count, total: total, hbar: hbar ?? 1 / Double(total), period: period, points: points)
    }
    try self.init(
      interaction: interaction, period: period, particles: particles, masses: masses, hbar: hbar,
      coefficients: coefficients, points: points, grows: grows, exchange: exchange, largestStep: largestStep,
      workers: workers)
  }

  /// Starts from orbitals on plane waves.
  /// - Throws: `ArgumentError` when the grid does not hold their modes; as the designated initializer.
  package convenience init(
    interaction: InteractionModes, period: Double, particles: [Int], masses: [Double], hbar: Double? = nil,
    orbitals: [Orbitals], points: Int, grows: Bool = false, cut: OrbitalCut = .none, exchange: Bool = true,
    largestStep: Double = 0.05, workers: Workers = Workers(threads: 1)
  ) throws {
    guard orbitals.allSatisfy({ $0.waves.dimension == 1 && 2 * $0.waves.cutoff < points }) else {
      throw ArgumentError(
        "modes", expected: "one-dimensional orbitals on fewer modes than the \(points) points", got: "more")
    }
    let coefficients = orbitals.map { set in
      var rows = [Complex<Double>](repeating: .zero, count: set.count * points)
      for i in 0..<set.count {
        for (index, n) in set.waves.modes.enumerated() {
          rows[i * points + (n[0] + points) % points] = set.rows[i * set.waves.count + index]
        }
      }
      return rows
    }
    try self.init(
      interaction: interaction, period: period, particles: particles, masses: masses, hbar: hbar,
      coefficients: coefficients, points: points, grows: grows, cut: cut, exchange: exchange,
      largestStep: largestStep, workers: workers)
  }

  /// The smallest grid, 2^a or 3·2^a points, on which the initial orbitals carry less than `tail` of their weight in
  /// the outer half of the modes; the other half is room for the dynamics.
  /// - Throws: `NumericalFailure` when even 2²⁰ points do not suffice.
  package static func gridPoints(
    profiles: [OrbitalProfile], particles: [Int], hbar: Double? = nil, period: Double, highestMode: Int,
    tail: Double = 1e-12
  ) throws -> Int {
    let total = particles.reduce(0, +)
    let hbar = hbar ?? 1 / Double(total)
    // The fastest first: most grids that are too small fail on one orbital.
    let occupied = zip(profiles, particles).map { profile, count in
      (
        profile,
        profile.waveNumbers(count: count, total: total, hbar: hbar, wavenumber: 2 * Double.pi / period)
          .sorted { $0.magnitude > $1.magnitude }
      )
    }
    func resolves(_ points: Int) throws -> Bool {
      for (profile, waveNumbers) in occupied {
        for (index, k) in waveNumbers.enumerated() {
          let row = try profile.fourierCoefficients([k], hbar: hbar, period: period, points: points)
          let outside = (points / 4..<(points - points / 4)).reduce(0.0) { $0 + row[$1].lengthSquared }
          guard outside < tail else { return false }
          guard index == 0 else { continue }
          try Memory.require(
            Memory.product(waveNumbers.count, points, 16),
            for: "\(waveNumbers.count) orbitals on \(points) points")
        }
      }
      return true
    }
    var points = 32
    while points <= 1 << 20 {
      for candidate in [points, points / 2 * 3] where candidate >= 8 * (highestMode + 1) {
        if try resolves(candidate) { return candidate }
      }
      points *= 2
    }
    throw NumericalFailure(in: "the Hartree–Fock grid", "the orbitals' tail exceeds \(tail) on 2²⁰ points")
  }
}
