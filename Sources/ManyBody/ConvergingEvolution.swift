// The exact state on its plane waves and, beside it, on others: how much of what is shown depends on n_max. The a-posteriori bound
// (FockState+Leak) holds for every observable and is far from sharp for smooth ones. What few modes n_max of the same data give
// is off by more than what many give as soon as the errors fall with n_max, by the factor by which they fall; so
//
//     |⟨A⟩_{n_max} − ⟨A⟩_{n'}|,   n' < n_max,
//
// estimates the error of ⟨A⟩_{n_max} from above. Plane waves whose modes differ by no multiple of g, the greatest common divisor of
// the potentials' modes, do not know of each other; n' = n_max − g takes a wave from every class at either end.

import CLibraries
public import Computing
import Numerics
import PhaseSpace

/// An exact state and the same on other plane waves, moved together.
public final class ConvergingEvolution: Evolution {
  /// The state that is shown.
  public let main: ExactEvolution
  /// The same on other plane waves, ascending.
  public let others: [ExactEvolution]
  /// What `main` is compared with: on the next fewer plane waves, else on the most; nil without others.
  public let compared: ExactEvolution?
  /// The largest differences between the two so far.
  private var worst: Differences
  private var settled: Double?

  /// Differences of two states, by species.
  public struct Differences: Sendable, Hashable {
    /// max_m |Δr_m|, 1 ≤ m ≤ M.
    public internal(set) var densityModes: [Double]
    /// |Δ⟨K_α⟩|/N
    public internal(set) var kinetic: [Double]
    /// The largest ⟨K_α⟩/N so far, which Δ⟨K_α⟩ is measured by.
    var kineticScale: [Double]
  }

  /// - Precondition: all at the same time, of the same particles, on different plane waves.
  public init(_ main: ExactEvolution, others: [ExactEvolution] = []) {
    func cutoff(_ evolution: ExactEvolution) -> Int { evolution.fockState.waves.cutoff }
    let others = others.sorted { cutoff($0) < cutoff($1) }
    precondition(
      others.allSatisfy {
        cutoff($0) != cutoff(main) && $0.fockState.particles == main.fockState.particles
          && $0.time == main.time
      }, "the same particles on other plane waves")
    self.main = main
    self.others = others
    compared = others.last { cutoff($0) < cutoff(main) } ?? others.last
    let zeros = main.fockState.particles.map { _ in 0.0 }
    worst = Differences(densityModes: zeros, kinetic: zeros, kineticScale: zeros)
  }

  /// The greatest common divisor of the potentials' modes: what n_max is changed by so that every wave feels it; 1 without
  /// interaction.
  public static func stride(_ interaction: InteractionModes) -> Int {
    var divisor = 0
    for a in 0..<interaction.speciesCount {
      let lists = (a..<interaction.speciesCount).map { interaction[a, $0] } + [interaction.external(a)]
      for component in lists.joined().flatMap({ c in (0..<3).map { c.mode[$0] } }) {
        var (x, y) = (divisor, abs(component))
        while y != 0 { (x, y) = (y, x % y) }
        divisor = x
      }
    }
    return max(1, divisor)
  }

  /// t
  public var time: Double { main.time }

  /// All states on the way; a step of one is a step.
  /// - Throws: as `ExactEvolution.advance`.
  public func advance(to time: Double, afterStep: () throws -> Void) throws {
    for other in others { try other.advance(to: time, afterStep: afterStep) }
    try main.advance(to: time, afterStep: afterStep)
  }

  /// The largest differences to the compared state at the times asked for so far and now; nil without one.
  public func differences() -> Differences? {
    guard let compared else { return nil }
    guard settled != time else { return worst }
    settled = time
    let total = Double(main.fockState.totalParticles)
    let highest = max(1, main.hamiltonian.interaction.highestMode)
    let dimension = main.fockState.waves.dimension
    for species in worst.kinetic.indices {
      let (a, b) = (main.fockState.density(species), compared.fockState.density(species))
      for m in 1...highest {
        for axis in 0..<dimension {
          var mode = ModeIndex.zero
          mode[axis] = m
          worst.densityModes[species] = .greatest(
            worst.densityModes[species], (a.mode(mode) - b.mode(mode)).length / total)
        }
      }
      let kinetic = [a, b].map {
        $0.kineticEnergy(hbar: main.fockState.hbar, mass: main.fockState.masses[species]) / total
      }
      worst.kinetic[species] = .greatest(worst.kinetic[species], (kinetic[0] - kinetic[1]).magnitude)
      worst.kineticScale[species] = .greatest(worst.kineticScale[species], kinetic[0])
    }
    return worst
  }

  /// All states and the differences so far.
  public func save(to sink: some StateSink) {
    main.save(to: sink)
    for (index, other) in others.enumerated() {
      let part = sink.part("other-\(index)")
      part.write("time", [other.time])
      other.save(to: part)
    }
    sink.write("differences", worst.densityModes + worst.kinetic + worst.kineticScale)
  }

  public func restore(_ state: SavedState) throws {
    let count = worst.kinetic.count
    let numbers = try state.array("differences", count: 3 * count)
    for (index, other) in others.enumerated() {
      var part = state.part("other-\(index)")
      part.time = try part.array("time", count: 1)[0]
      try other.restore(part)
    }
    try main.restore(state)
    worst = Differences(
      densityModes: Array(numbers[..<count]), kinetic: Array(numbers[count..<2 * count]),
      kineticScale: Array(numbers[(2 * count)...]))
    settled = nil
  }

  /// The figures of the state that is shown, and how far the other plane waves are from it.
  /// - Throws: what ranks throw that have the states together.
  public func resolution() throws -> [ResolutionFigure] {
    let (figures, differences) = (main.resolution(), differences())
    try main.fockState.space.ranks.check()
    guard let differences, let compared else { return figures }
    let state = main.fockState
    let filled = state.particles.indices.filter { state.particles[$0] > 0 }
    let waves = "on |n| ≤ \(compared.fockState.waves.cutoff)"
    return figures + [
      ResolutionFigure(
        "density modes \(waves)", time: time,
        value: filled.map {
          differences.densityModes[$0] * Double(state.totalParticles) / Double(state.particles[$0])
        }.largest() ?? 0, limit: Self.differenceLimit),
      ResolutionFigure(
        "kinetic energies \(waves)", time: time,
        value: filled.map {
          let scale = differences.kineticScale[$0]
          return scale == 0 && differences.kinetic[$0] == 0 ? 0 : differences.kinetic[$0] / scale
        }.largest() ?? 0, limit: Self.differenceLimit),
    ]
  }

  /// Three digits: of density modes relative to N_α/N, the most they can be, of kinetic energies to their greatest so far.
  static let differenceLimit = 1e-3
}
