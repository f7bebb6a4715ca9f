// V_{αβ}(x) = Σ_m v_{αβ,m} e^{iκ m·x} on the torus, as lists of (m, v_m); m and −m both present, v_m = v_{−m}. So are the external
// potentials U_α, of one particle each, which do not conserve the total momentum.

import CLibraries
import Foundation
public import PhaseSpace

/// The Fourier coefficients of the pair potentials of all species on the torus, and of external potentials.
public struct InteractionModes: Sendable {
  /// One Fourier coefficient.
  public struct Coefficient: Sendable, Hashable {
    /// m
    public let mode: ModeIndex
    /// v_m, real.
    public let value: Double

    /// v_m e^{iκm·x}; equal modes of a list are added.
    public init(mode: ModeIndex, value: Double) {
      self.mode = mode
      self.value = value
    }
  }

  /// S
  public let speciesCount: Int
  /// No plane waves go further.
  private static let highest = 1 << 24
  private let table: [[Coefficient]]
  private let externals: [[Coefficient]]

  /// The coefficients for every ordered pair, row by row: table[α·S + β]; of U_α, a list for each species or none at all.
  /// - Throws: `ArgumentError` unless V_{αβ} = V_{βα}, v_m = v_{−m}, u_m = u_{−m} and |m_i| ≤ 2²⁴.
  public init(speciesCount: Int, _ table: [[Coefficient]], external: [[Coefficient]] = []) throws {
    guard external.isEmpty || external.count == speciesCount else {
      throw ArgumentError("external", expected: "a list for each species", got: "\(external.count)")
    }
    for mode in (table + external).joined().map(\.mode) {
      guard (0..<3).allSatisfy({ (-Self.highest...Self.highest).contains(mode[$0]) }) else {
        throw ArgumentError("potentials", expected: "modes |m_i| ≤ 2²⁴", got: mode.text())
      }
    }
    for list in external {
      let known = InteractionModes.dictionary(list)
      for (mode, value) in known where known[mode.negated] != value {
        throw ArgumentError("external", expected: "u_m = u_{−m}", got: "a mode alone")
      }
    }
    guard table.count == speciesCount * speciesCount else {
      throw ArgumentError(
        "potentials", expected: "\(speciesCount * speciesCount) ordered pairs", got: "\(table.count)")
    }
    for a in 0..<speciesCount {
      for b in 0..<speciesCount {
        let forward = InteractionModes.dictionary(table[a * speciesCount + b])
        guard forward == InteractionModes.dictionary(table[b * speciesCount + a]) else {
          throw ArgumentError("potentials", expected: "V_αβ = V_βα", got: "different coefficients")
        }
        for (mode, value) in forward where forward[mode.negated] != value {
          throw ArgumentError(
            "potentials", expected: "v_m = v_{−m}",
            got: "mode \(mode.text(dimension: mode.dimension)) alone")
        }
      }
    }
    self.speciesCount = speciesCount
    self.table = table.map(Self.sorted)
    externals = external.isEmpty ? table.prefix(speciesCount).map { _ in [] } : external.map(Self.sorted)
  }

  /// The nonzero ones in lexicographic order of m.
  private static func sorted(_ list: [Coefficient]) -> [Coefficient] {
    InteractionModes.dictionary(list).filter { $0.value != 0 }
      .map { Coefficient(mode: $0.key, value: $0.value) }
      .sorted { $0.mode.precedes($1.mode) }
  }

  /// u_{α,m} for all m with a nonzero coefficient, in lexicographic order of m.
  public func external(_ alpha: Int) -> [Coefficient] { externals[alpha] }

  /// Whether an external potential exerts a force: the total momentum is not conserved then.
  public var isExternal: Bool { externals.contains { $0.contains { $0.mode != .zero } } }

  /// For what is written without an external potential.
  /// - Throws: `HypothesisError` where there is one.
  public func requireNoExternal(_ statement: String) throws(HypothesisError) {
    guard !isExternal else { throw HypothesisError(statement, requires: "no external potential") }
  }

  /// v_{αβ,m} for all m with a nonzero coefficient, in lexicographic order of m.
  public subscript(_ alpha: Int, _ beta: Int) -> [Coefficient] { table[alpha * speciesCount + beta] }

  /// M: the highest |m_i| of all potentials, external ones included.
  public var highestMode: Int { (table + externals).joined().map(\.mode.maximumNorm).max() ?? 0 }

  /// For what is written in d dimensions.
  /// - Throws: `ArgumentError` where a potential has modes beyond the first d axes.
  public func require(dimension: Int) throws(ArgumentError) {
    for mode in (table + externals).joined().map(\.mode) where mode.dimension > dimension {
      throw ArgumentError("potentials", expected: "modes of Z^\(dimension)", got: mode.text())
    }
  }

  /// ‖∇V_{αβ}‖_∞ ≤ Σ_m |κm| |v_m|, the constant of Lemma 2.3 and Proposition 2.1.
  public func gradientBound(_ alpha: Int, _ beta: Int, wavenumber: Double) -> Double {
    Self.gradientBound(self[alpha, beta], wavenumber)
  }

  /// ‖∇U_α‖_∞ ≤ Σ_m |κm| |u_m|.
  func externalGradientBound(_ alpha: Int, wavenumber: Double) -> Double {
    Self.gradientBound(externals[alpha], wavenumber)
  }

  private static func gradientBound(_ coefficients: [Coefficient], _ wavenumber: Double) -> Double {
    coefficients.reduce(0) { sum, c in
      sum + wavenumber * Double(c.mode.squaredNorm).squareRoot() * c.value.magnitude
    }
  }

  /// An interval that holds V_{αβ}(x) for all x: the values on a grid, widened by what lies between its points. With
  /// θ = κx, ∇V = 0 at an extremum and |∂²V| ≤ C = Σ_m |v_m||m|², so a grid point no further than δ away is off by
  /// at most ½Cδ². Cost O(2¹⁶ · number of modes).
  public func range(_ alpha: Int, _ beta: Int) -> ClosedRange<Double> { Self.range(self[alpha, beta]) }

  /// The same of U_α.
  func externalRange(_ alpha: Int) -> ClosedRange<Double> { Self.range(externals[alpha]) }

  private static func range(_ coefficients: [Coefficient]) -> ClosedRange<Double> {
    guard let dimension = coefficients.map(\.mode.dimension).max() else { return 0...0 }
    guard coefficients.allSatisfy(\.value.isFinite) else { return -.infinity ... .infinity }
    let points = [1 << 12, 1 << 8, 1 << 5][dimension - 1]
    let cosines = (0..<points).map { cos(2 * Double.pi * Double($0) / Double(points)) }
    var low = Double.infinity
    var high = -Double.infinity
    var position = ModeIndex.zero
    repeat {
      let value = coefficients.reduce(0.0) { sum, c in
        // V is real and even: e^{im·θ} → cos(m·θ).
        let phase = c.mode.dot(position) % points
        return sum + c.value * cosines[phase < 0 ? phase + points : phase]
      }
      low = min(low, value)
      high = max(high, value)
    } while InteractionModes.advance(&position, points, dimension)
    let delta = Double.pi / Double(points) * Double(dimension).squareRoot()
    let between = coefficients.reduce(0.0) { sum, c in
      sum + c.value.magnitude * Double(c.mode.squaredNorm)
    }
    let rounding = coefficients.reduce(0) { $0 + $1.value.magnitude } * 64 * Double.ulpOfOne
    let margin = between * delta * delta / 2 + rounding
    // What has overflowed says nothing.
    guard (low - margin).isFinite, (high + margin).isFinite else { return -.infinity ... .infinity }
    return (low - margin)...(high + margin)
  }

  /// The next point of a grid, false after the last.
  private static func advance(_ position: inout ModeIndex, _ points: Int, _ dimension: Int) -> Bool {
    for i in 0..<dimension {
      position[i] += 1
      if position[i] < points { return true }
      position[i] = 0
    }
    return false
  }

  private static func dictionary(_ list: [Coefficient]) -> [ModeIndex: Double] {
    Dictionary(list.map { ($0.mode, $0.value) }, uniquingKeysWith: +)
  }
}
