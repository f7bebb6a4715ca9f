public import Computing
import Vlasov

extension OrbitalHierarchy: Evolution {
  /// - Throws: `ArgumentError` for a time that is no multiple of Δt, or earlier; as a step.
  public func advance(to time: Double, afterStep: () throws -> Void) throws {
    for _ in 0..<(try lattice.steps(to: time, after: steps)) {
      watch.step(self)
      watchInterpolation()
      try step()
      try afterStep()
    }
  }

  /// "orbitals" of all species, "cores" of all orders, "ranks" and "widest" per species, "errors", "stepErrors" and "windowErrors" per order, "watched", "steps":
  /// how long steps may be.
  public func save(to sink: some StateSink) {
    sink.write("orbitals", current.basis.flatMap(\.values))
    sink.write("cores", current.cores.flatMap { $0 })
    sink.write("ranks", ranks.map(Double.init))
    sink.write("widest", widest.map(Double.init))
    sink.write("errors", errors)
    sink.write("stepErrors", stepErrors)
    sink.write("windowErrors", windowErrors)
    sink.write("watched", watch.saved)
    sink.write("steps", control.saved + [interpolation])
  }

  public func restore(_ state: SavedState) throws {
    let made = try lattice.steps(in: state)
    let ranks = try counts("ranks", in: state)
    let widest = try counts("widest", in: state)
    let errors = try state.array("errors", count: orders.count)
    let stepErrors = try state.array("stepErrors", count: orders.count)
    let windowErrors = try state.array("windowErrors", count: orders.count)
    let numbers = try state.array("steps", count: StepControl.savedCount + 1)
    let watched = try state.array("watched", count: watch.saved.count)
    let shape = shapes.shape(ranks)
    let sizes = orders.map { shape.size($0) }
    let cores = try state.array("cores", count: sizes.reduce(0, +))
    let lengths = zip(current.basis, ranks).map { $0.length * $1 }
    let orbitals = try state.array("orbitals", count: lengths.reduce(0, +))
    var (start, basis) = (0, [OrbitalFunctions]())
    for (species, length) in lengths.enumerated() {
      basis.append(
        OrbitalFunctions(lattice, species: species, values: Array(orbitals[start..<(start + length)])))
      start += length
    }
    var (from, parts) = (0, [[Double]]())
    for size in sizes {
      parts.append(Array(cores[from..<(from + size)]))
      from += size
    }
    current = OrbitalState(basis: basis, cores: parts, shape: shape)
    (steps, self.errors, self.widest) = (made, errors, widest)
    (self.stepErrors, self.windowErrors) = (stepErrors, windowErrors)
    control.restore(numbers.dropLast())
    interpolation = numbers[StepControl.savedCount]
    watch.restore(watched)
  }

  /// Small whole numbers of orbitals, one a species.
  private func counts(_ name: String, in state: SavedState) throws -> [Int] {
    let numbers = try state.array(name, count: model.species.count)
    let counts = numbers.compactMap { Int(exactly: $0) }.filter { (1...10_000).contains($0) }
    guard counts.count == numbers.count else {
      throw SavedStateError(array: name, expected: "numbers of orbitals", got: "\(numbers)")
    }
    return counts
  }

  /// So many steps of Δt: for tests and benchmarks, which count them.
  package func advance(steps count: Int) throws {
    for _ in 0..<count { try step() }
  }
}
