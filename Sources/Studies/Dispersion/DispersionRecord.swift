public import CLibraries
import Vlasov

/// A root with what is proved of it.
public struct DispersionRoot: Codable, Sendable {
  /// Re ω, Im ω: [lower, upper], rounded outwards.
  public let omega, gamma: [Double]
  /// Re ω, Im ω with the digits that are proved, thirty at most: less than one unit of the last digit off.
  public let omegaText, gammaText: String
  /// Whether no root is above it; nil where that was not proved.
  public let isLeastDamped: Bool?

  init(_ root: ComplexBall, isLeastDamped: Bool?) {
    omega = [root.real.lower, root.real.upper]
    gamma = [root.imaginary.lower, root.imaginary.upper]
    omegaText = root.real.text(digits: 30)
    gammaText = root.imaginary.text(digits: 30)
    self.isLeastDamped = isLeastDamped
  }
}

/// The roots of one wave at one temperature ratio, by falling Im ω: all of a box, or the least damped; none where no cold wave grows.
public struct DispersionRecord: Codable, Sendable {
  /// By falling Im ω.
  public let roots: [DispersionRoot]
  /// Why it is not known which root is the least damped of all; nil where it is.
  public let unranked: String?
}

/// A largest growth rate along a branch.
public struct DispersionMaximum: Sendable {
  /// The wave number in [lower, upper], a maximum inside.
  public let wavenumber: [Double]
  /// Re ω and Im ω there.
  public let root: DispersionRoot
}

extension DispersionCase {
  /// The roots of one wave, proved.
  /// - Throws: `NumericalFailure` for a root on the boundary of the box, for none found, and as `DielectricFunction`.
  public func record(_ wave: Wave, ratio: DecimalNumber?) throws -> DispersionRecord {
    let dielectric = try dielectric(wave, ratio: ratio)
    func foremost() throws -> ComplexBall? {
      isCold ? try dielectric.fastestGrowing() : try dielectric.leastDamped()
    }
    guard let box else {
      return DispersionRecord(
        roots: try foremost().map { [DispersionRoot($0, isLeastDamped: true)] } ?? [], unranked: nil)
    }
    // Which is the least damped of all is known where it is found; a box may ask for others alone.
    var (first, unranked): (ComplexBall?, String?)
    do {
      first = try foremost()
    } catch let failure as NumericalFailure {
      unranked = "\(failure)"
    }
    let roots = try dielectric.allRoots(in: box)
    return DispersionRecord(
      roots: roots.map { root in
        DispersionRoot(root, isLeastDamped: first.map { root.imaginary.upper >= $0.imaginary.lower })
      }, unranked: unranked)
  }

  /// The largest growth rate between the neighbours of the wave number at which it is largest of those recorded.
  /// - Returns: nil where nothing grows, the largest is at an end of the list, or waves are modes.
  /// - Throws: `NumericalFailure` where the branch ends between the neighbours, or its maximum is not enclosed.
  public func growthMaximum(_ records: [DispersionRecord], ratio: DecimalNumber?) throws -> DispersionMaximum?
  {
    var known: [(k: Double, root: DispersionRoot?)] = []
    for (wave, record) in zip(waves, records) {
      guard case .number(let k) = wave else { return nil }
      known.append((k.value, record.roots.first))
    }
    known.sort { $0.k < $1.k }
    guard
      let place = known.indices.max(by: { (known[$0].root?.gamma[0] ?? 0) < (known[$1].root?.gamma[0] ?? 0) }
      ),
      place > 0, place < known.count - 1, let root = known[place].root, root.gamma[0] > 0
    else { return nil }
    let start = ComplexBall(
      exactly: 0.5 * (root.omega[0] + root.omega[1]), 0.5 * (root.gamma[0] + root.gamma[1]))
    let maximum = try curve(ratio: ratio).growthMaximum(
      near: known[place].k, root: start, in: known[place - 1].k...known[place + 1].k)
    return maximum.map {
      DispersionMaximum(
        wavenumber: [$0.wavenumber.lower, $0.wavenumber.upper],
        root: DispersionRoot($0.omega, isLeastDamped: nil))
    }
  }
}
