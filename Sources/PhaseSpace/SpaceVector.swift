/// A vector of R^d, d ≤ 3 (ξ, η, q or p); the components beyond d are zero.
public typealias SpaceVector = SIMD3<Double>

extension SIMD3 where Scalar == Double {
  /// The vector with these components, zero beyond them.
  /// - Precondition: at most three components.
  public init(components: [Double]) {
    precondition(components.count <= 3, "a space vector has at most three components")
    self = .zero
    for (axis, value) in components.enumerated() { self[axis] = value }
  }

  /// a·b
  @inlinable
  public func dot(_ other: SIMD3<Double>) -> Double { (self * other).sum() }

  /// |a|
  @inlinable
  public var norm: Double { (self * self).sum().squareRoot() }
}

extension SIMD3 where Scalar: CustomStringConvertible {
  /// The first d components for people: "(1)", "(1, 0, 0)".
  public func text(dimension d: Int = 3) -> String {
    "(" + (0..<Swift.min(3, Swift.max(1, d))).map { self[$0].description }.joined(separator: ", ") + ")"
  }
}

/// A Fourier mode n ∈ Z^d, d ≤ 3: the wave vector is κn. The components beyond d are zero.
public typealias ModeIndex = SIMD3<Int>

extension SIMD3 where Scalar == Int {
  /// The mode with these components, zero beyond them.
  /// - Precondition: at most three components.
  public init(components: [Int]) {
    precondition(components.count <= 3, "a mode has at most three components")
    self = .zero
    for (axis, value) in components.enumerated() { self[axis] = value }
  }

  /// The n ∈ Z^d with η = κn, nil when some |η_i/κ − n_i| exceeds the tolerance or |n_i| is not below 10⁹.
  public init?(of eta: SpaceVector, kappa: Double, dimension: Int, tolerance: Double = 1e-9) {
    self = .zero
    for axis in 0..<dimension {
      let ratio = eta[axis] / kappa
      guard ratio.magnitude < 1e9 else { return nil }
      let nearest = ratio.rounded()
      guard (ratio - nearest).magnitude <= tolerance else { return nil }
      self[axis] = Int(nearest)
    }
  }

  /// −n
  public var negated: SIMD3<Int> { 0 &- self }

  /// Whether the first component that is not 0 is positive: one of each pair ±n is so.
  public var isFirstOfPair: Bool {
    let first = self[0] != 0 ? self[0] : (self[1] != 0 ? self[1] : self[2])
    return first > 0
  }

  /// Whether n comes before m in lexicographic order.
  public func precedes(_ m: SIMD3<Int>) -> Bool { (self[0], self[1], self[2]) < (m[0], m[1], m[2]) }

  /// The smallest d ≥ 1 with n ∈ Z^d.
  public var dimension: Int { self[2] != 0 ? 3 : (self[1] != 0 ? 2 : 1) }

  /// n·m as an integer.
  public func dot(_ m: SIMD3<Int>) -> Int { (self &* m).wrappedSum() }

  /// max_i |n_i|
  public var maximumNorm: Int { Swift.max(abs(self[0]), Swift.max(abs(self[1]), abs(self[2]))) }

  /// |n|² as an integer.
  public var squaredNorm: Int { (self &* self).wrappedSum() }

  /// n as a vector of R^d.
  @inlinable
  public var vector: SpaceVector { SpaceVector(self) }
}
