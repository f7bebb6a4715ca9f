import CLibraries
import Numerics
public import PhaseSpace

extension InteractionOperator {
  /// The contribution of species β to K(t)μ̄ on the lattice: from the marginal of order (k,ℓ) + e_β to order
  /// (k,ℓ), both in the interaction picture. K(t)μ̄ is the sum over β.
  ///
  /// t must be a multiple of Δt/2: then ξ_i + κm t/m_i and −κm t/m_β are grid points and the application is
  /// exact, up to what lies outside the window and the modes (taken as zero).
  ///
  /// - Throws: `ArgumentError` for a time off the grid, a lattice without whole shifts or a source without a particle of species β;
  ///   `MemoryError`.
  public func applied(to source: Marginal, adding beta: Int) throws -> Marginal {
    let lattice = source.lattice
    try lattice.requireWholeShifts(for: "K(t) on the lattice")
    guard let halfSteps = lattice.halfSteps(in: time) else {
      throw ArgumentError("time", expected: "a multiple of half the time step", got: "\(time)")
    }
    guard source.order.counts[beta] > 0 else {
      throw ArgumentError("source", expected: "a particle of species \(beta)", got: "\(source.order)")
    }
    var counts = source.order.counts
    counts[beta] -= 1
    let order = MarginalOrder(counts)
    var image = try Marginal(zeroOn: lattice, order: order)
    // The new particle stands last among the slots of its species.
    let newSlot = counts[0...beta].reduce(0, +)

    var index = 0
    var values = image.values
    image.forEachIndex { modes, points in
      var sum = Complex<Double>.zero
      for i in modes.indices {
        let alpha = image.slots[i]
        let mass = lattice.masses[alpha]
        let position =
          lattice.xi(points[i], species: alpha) - modes[i].vector * (lattice.kappa * time / mass)
        for atom in model.potentials.atoms(alpha, beta) {
          let force = atom.coefficient * model.kernel((atom.mode.vector * lattice.kappa).dot(position))
          if force == 0 { continue }
          var sourceModes = modes
          var sourcePoints = points
          sourceModes[i] &+= atom.mode
          // κm t/m_i = m·s·Δξ_i for t = s Δt/2.
          sourcePoints[i] &+= atom.mode &* halfSteps
          sourceModes.insert(atom.mode.negated, at: newSlot)
          sourcePoints.insert(atom.mode.negated &* halfSteps, at: newSlot)
          sum += source.value(modes: sourceModes, points: sourcePoints).multiplied(by: force)
        }
      }
      values[index] = sum
      index += 1
    }
    image.values = values
    return image
  }
}
