import CLibraries
public import Computing

extension VlasovCharacteristics: Evolution {
  /// Reaches the time in steps that depend on the state alone: what is stopped on its way goes on in the same.
  /// - Throws: `ArgumentError` for an earlier time; `NumericalFailure` when a momentum is no longer finite, or it would take 10⁹ steps.
  public func advance(to target: Double, afterStep: () throws -> Void) throws {
    guard target.isFinite, target >= time else {
      throw ArgumentError("time", expected: "a time from \(time) on", got: "\(target)")
    }
    while time < target {
      let (a, b) = expand()
      let scales = moving.map { $0.largest(0) }
      let allowed = zip(moving, scales).reduce(Double.infinity) {
        .least($0, $1.0.allowedStep(tolerance: tolerance, scale: $1.1))
      }
      let step = share * allowed
      guard step > 1e-9 * target else {
        throw NumericalFailure(
          in: "Vlasov characteristics", "no step is long enough at t = \(time): \(step)")
      }
      let isLast = time + step * (1 + 1e-9) >= target
      let length = isLast ? target - time : step
      for species in moving { species.move(length, through: Self.order) }
      history.append(FieldPiece(length: length, scales: scales, a: a, b: b))
      truncation += zip(moving, scales).reduce(0) {
        .greatest($0, $1.0.term(Self.order, at: length, scale: $1.1))
      }
      time = isLast ? target : time + step
      guard moving.allSatisfy({ $0.momenta.allSatisfy(\.isFinite) }) else {
        throw NumericalFailure(in: "Vlasov characteristics", "a momentum that is not finite at t = \(time)")
      }
      try afterStep()
    }
  }

  /// The Taylor coefficients of all nodes at the present time, and those of the field.
  private func expand() -> (a: [[Double]], b: [[Double]]) {
    let (modes, order) = (field.modes.count, Self.order)
    for species in moving { species.begin() }
    var a = moving.map { _ in [Double](repeating: 0, count: modes * order) }
    var b = a
    for k in 0..<order {
      let densities = moving.map { $0.series.densities(order: k) }
      for alpha in species {
        for mode in 0..<modes {
          let amplitude = field.amplitude(alpha, mode: mode, order: k) { densities[$0][mode] }
          a[alpha][mode * order + k] = amplitude.real
          b[alpha][mode * order + k] = amplitude.imaginary
        }
        moving[alpha].extend(k, a[alpha], b[alpha])
      }
    }
    return (a, b)
  }

  /// The nodes, and the field so far.
  public func save(to sink: some StateSink) {
    for index in species {
      sink.write("positions-\(index)", moving[index].positions)
      sink.write("momenta-\(index)", moving[index].momenta)
    }
    sink.write("truncation", [truncation])
    sink.write(
      "field",
      history.flatMap { piece in
        [piece.length] + piece.scales + piece.a.flatMap { $0 } + piece.b.flatMap { $0 }
      })
  }

  public func restore(_ state: SavedState) throws {
    let places = try species.map { try state.array("positions-\($0)", count: moving[$0].positions.count) }
    let speeds = try species.map { try state.array("momenta-\($0)", count: moving[$0].positions.count) }
    let numbers = try state.array("field")
    let each = field.modes.count * Self.order
    let perPiece = 1 + species.count * (1 + 2 * each)
    guard numbers.count.isMultiple(of: perPiece) else {
      throw SavedStateError(
        array: "field", expected: "a multiple of \(perPiece) numbers", got: "\(numbers.count)")
    }
    truncation = try state.array("truncation", count: 1)[0]
    history = stride(from: 0, to: numbers.count, by: perPiece).map { start in
      let first = start + 1 + species.count
      func series(_ from: Int) -> [[Double]] {
        species.map { Array(numbers[(from + $0 * each)..<(from + ($0 + 1) * each)]) }
      }
      return FieldPiece(
        length: numbers[start], scales: Array(numbers[(start + 1)..<first]), a: series(first),
        b: series(first + species.count * each))
    }
    for index in species {
      (moving[index].positions, moving[index].momenta) = (places[index], speeds[index])
    }
    time = state.time
  }
}
