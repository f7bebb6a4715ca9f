import CLibraries
package import PhaseSpace

/// Free transport over every i/24 of a step that the extrapolated midpoint rule asks for.
package struct StepTransports {
  private let lattice: FourierLattice
  private var transports: [FreeTransport?] = Array(repeating: nil, count: Extrapolation.parts + 1)

  package init(_ lattice: FourierLattice) { self.lattice = lattice }

  /// Bytes of all; nil on overflow.
  package static func bytes(of lattice: FourierLattice) -> Int? {
    Memory.product(FreeTransport.bytes(of: lattice), Extrapolation.times.count)
  }

  /// Makes those of a step of this length.
  package mutating func prepare(_ length: Double) {
    for time in Extrapolation.times {
      transports[time] = FreeTransport(lattice, over: length * Double(time) / Double(Extrapolation.parts))
    }
  }

  /// Over `time`/24 of the step; nil for its beginning.
  package subscript(time: Int) -> FreeTransport? { transports[time] }

  /// Over the whole step; nil before one is prepared.
  package var whole: FreeTransport? { transports[Extrapolation.parts] }
}
