import CLibraries
import Numerics
public import PhaseSpace

/// Checks what `OneParticleState` promises: mass 1; f(−ξ,−η) = conj f(ξ,η); zero beyond `highestMode`; the exponential form
/// and the leaf weights, where there are, against the values; and where the state says that it is nonnegative, that the
/// matrices f(z_i − z_j) are (Bochner), for a quantum state the twisted ones, e^{iħ(ξ_i·η_j − ξ_j·η_i)/2} f(z_i − z_j).
///
///     try checkState(SechState(amplitude: 0.4), on: circle)
///
/// - Parameter hbars: at which positivity as a quantum state is looked at, where the state claims it.
/// - Throws: `BrokenPromises`. A state that passes may still be negative where nobody looked. Cost: some thousand values.
public func checkState(
  _ state: any OneParticleState, on geometry: PhaseSpaceGeometry, hbars: [Double] = [0.1, 0.5]
) throws(BrokenPromises) {
  var ledger = PromiseLedger(state)
  let reach = state.highestMode ?? 3
  let modes = boundedModes(reach + 2, dimension: geometry.dimension)
  let arguments = sampleArguments(modes, geometry)
  ledger.require(
    (state.value(xi: .zero, eta: .zero) - 1).length <= 1e-12, "f(0,0) = 1",
    "\(state.value(xi: .zero, eta: .zero))")
  for (xi, eta, mode) in arguments {
    let value = state.value(xi: xi, eta: eta)
    let mirror = state.value(xi: SpaceVector.zero - xi, eta: SpaceVector.zero - eta)
    let place = "ξ = \(xi.text()), η = \(eta.text())"
    ledger.require(
      (value - mirror.conjugate).length <= 1e-12 * .greatest(1, value.length), "f(−ξ,−η) = conj f(ξ,η)", place
    )
    if let highest = state.highestMode, let mode, mode.maximumNorm > highest {
      ledger.require(value == .zero, "f = 0 beyond highestMode", place)
    }
    if let form = state.exponentialForm {
      ledger.require(
        (form.value(xi: xi, eta: eta, mode: mode) - value).length <= 1e-12,
        "the exponential form is the state",
        place)
    }
  }
  checkLeafWeights(state, geometry, arguments, &ledger)
  if state.isNonnegative(hbar: nil) {
    checkPositivity(
      state, geometry, hbar: 0, "a nonnegative measure has nonnegative matrices f(z_i − z_j)", &ledger)
  }
  for hbar in hbars where state.isNonnegative(hbar: hbar) {
    checkPositivity(
      state, geometry, hbar: hbar, "a positive operator has nonnegative twisted matrices", &ledger)
  }
  try ledger.finish()
}

private typealias Argument = (xi: SpaceVector, eta: SpaceVector, mode: ModeIndex?)

/// Modes on the torus, evenly spread η on R^d, with evenly spread ξ.
private func sampleArguments(_ modes: [ModeIndex], _ geometry: PhaseSpaceGeometry) -> [Argument] {
  let shares = (0..<3).map { spread(modes.count, offset: 0.1 + 0.3 * Double($0)) }
  return modes.indices.map { index in
    var (xi, eta) = (SpaceVector.zero, SpaceVector.zero)
    for axis in 0..<geometry.dimension {
      xi[axis] = 6 * shares[axis][index] - 3
      eta[axis] = 4 * shares[2 - axis][index] - 2
    }
    guard let kappa = geometry.kappa else { return (xi, eta, nil) }
    return (xi, modes[index].vector * kappa, modes[index])
  }
}

/// |n_i| ≤ reach.
private func boundedModes(_ reach: Int, dimension: Int) -> [ModeIndex] {
  let range = { (axis: Int) in axis < dimension ? -reach...reach : 0...0 }
  var modes: [ModeIndex] = []
  for a in range(0) { for b in range(1) { for c in range(2) { modes.append(ModeIndex(a, b, c)) } } }
  return modes
}

private func checkLeafWeights(
  _ state: any OneParticleState, _ geometry: PhaseSpaceGeometry, _ arguments: [Argument],
  _ ledger: inout PromiseLedger
) {
  guard geometry.kappa != nil, let leaves = state.leafWeights(as: Double.self) else { return }
  ledger.require(Set(leaves.map(\.mode)).count == leaves.count, "each leaf's mode is given once")
  for (xi, eta, mode) in arguments {
    guard let mode else { continue }
    let weight = leaves.first { $0.mode == mode }?.weight ?? 0
    ledger.require(
      state.value(xi: xi, eta: eta).length <= weight * (1 + 1e-12), "|f(ξ,κn)| is at most its leaf weight",
      "n = \(mode), weight \(weight)")
  }
}

/// The least eigenvalue of the Hermitian matrix of some thirty points.
private func checkPositivity(
  _ state: any OneParticleState, _ geometry: PhaseSpaceGeometry, hbar: Double, _ promise: String,
  _ ledger: inout PromiseLedger
) {
  let modes = boundedModes(geometry.dimension == 1 ? 6 : 1, dimension: geometry.dimension)
  let places = (0..<3).flatMap { round -> [Argument] in
    let shares = spread(modes.count, offset: 0.27 * Double(round + 1))
    return modes.indices.map { index in
      var (xi, eta) = (SpaceVector.zero, SpaceVector.zero)
      for axis in 0..<geometry.dimension {
        xi[axis] = 5 * (shares[index] * Double(axis + 1)).truncatingRemainder(dividingBy: 1) - 2.5
        eta[axis] = Double(modes[index][axis]) * (geometry.kappa ?? 0.4)
      }
      return (xi, eta, nil)
    }
  }.prefix(60)
  var matrix: [Complex<Double>] = []
  for a in places {
    for b in places {
      let twist = hbar * (a.xi.dot(b.eta) - b.xi.dot(a.eta)) / 2
      matrix.append(state.value(xi: a.xi - b.xi, eta: a.eta - b.eta) * Complex(length: 1, phase: twist))
    }
  }
  guard
    let values = ledger.attempt(promise, { try HermitianEigenproblem.values(matrix, order: places.count) }),
    let least = values.smallest()
  else { return }
  ledger.require(
    least >= -1e-10 * Double(places.count), promise, "ħ = \(hbar), least eigenvalue \(least)")
}

extension ExponentialForm {
  /// f(ξ,η) of the formula.
  fileprivate func value(xi: SpaceVector, eta: SpaceVector, mode: ModeIndex?) -> Complex<Double> {
    let (p, q) = (sigma * xi, width * eta)
    let phase = xi.dot(drift) + eta.dot(centre)
    let factor = Complex(length: Double.exp(-0.5 * (p.dot(p) + q.dot(q))), phase: phase)
    guard let highestMode else { return factor }
    guard let mode, mode.maximumNorm <= highestMode else { return .zero }
    return factor * spatialMode(mode)
  }
}
