// ħ of quantum states: given with the Moyal kernel, apart from N, or the semiclassical scaling of the paper,
//
//     ħ = N^{−1/d}.

import CLibraries

extension Model {
  /// ħ of a quantum state of the model: the Moyal kernel's where it has one, else N^{−1/d}; nil for a classical kernel at
  /// N = ∞.
  public var hbar: Double? {
    kernel.hbar
      ?? particleNumber.map { Self.semiclassicalHbar(particles: $0, dimension: geometry.dimension) }
  }

  /// ħ = N^{−1/d}; exactly 1/N in one dimension.
  public static func semiclassicalHbar(particles n: Int, dimension: Int) -> Double {
    switch dimension {
    case 1: 1 / Double(n)
    case 2: 1 / Double(n).squareRoot()
    default: 1 / Double(n).power(1 / Double(dimension))
    }
  }
}
