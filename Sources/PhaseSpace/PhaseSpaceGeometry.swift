public import CLibraries

/// Where the positions live: the torus (R/ΛZ)^d, or R^d.
public enum Domain: Sendable, Hashable {
  /// Period Λ, the same on every axis; wave vectors κn with κ = 2π/Λ.
  case torus(length: DecimalNumber)
  /// R^d
  case space
}

/// The dimension d and the domain of the positions.
public struct PhaseSpaceGeometry: Sendable, Hashable, CustomStringConvertible {
  /// d ∈ {1, 2, 3}
  public let dimension: Int
  /// Where q lives.
  public let domain: Domain

  /// - Throws: `ArgumentError` unless d ∈ {1, 2, 3} and Λ > 0.
  public init(dimension: Int, domain: Domain) throws(ArgumentError) {
    guard (1...3).contains(dimension) else {
      throw ArgumentError("dimension", expected: "1, 2 or 3", got: "\(dimension)")
    }
    if case .torus(let length) = domain, !(length.value > 0) {
      throw ArgumentError("domain.length", expected: "a positive period", got: length.text)
    }
    self.dimension = dimension
    self.domain = domain
  }

  /// "a torus of period 6.28, d = 1"
  public var description: String {
    switch domain {
    case .torus(let length): "a torus of period \(length.text), d = \(dimension)"
    case .space: "R^d, d = \(dimension)"
    }
  }

  /// κ = 2π/Λ on the torus, nil on R^d.
  public var kappa: Double? { kappa(as: Double.self) }

  /// κ = 2π/Λ in a chosen arithmetic, nil on R^d.
  public func kappa<Scalar: RealScalar>(as _: Scalar.Type) -> Scalar? {
    guard case .torus(let length) = domain else { return nil }
    return Scalar(2) * Scalar.pi / Scalar(length)
  }

  /// The mode n with η = κn, nil when some |η_i/κ − n_i| exceeds the tolerance (or on R^d).
  public func mode(of eta: SpaceVector, tolerance: Double = 1e-9) -> ModeIndex? {
    kappa.flatMap { ModeIndex(of: eta, kappa: $0, dimension: dimension, tolerance: tolerance) }
  }
}
