import CLibraries
import FermionTestModels
import Husimi
import ManyBody
import Numerics
import Testing

/// Windows from a fiftieth of the period to several periods, against sums over plane waves and momentum distributions.
@Suite("Windows on the torus")
struct WindowsOnTheTorusTests {
  static let seeds = Array(0..<24)

  private struct Case {
    let state: SlaterDeterminant
    let window: any Window
    var period: Double { state.waves.period }
  }

  /// A state with a window whose extent √ħ/‖f'‖ is between a fiftieth of the period and all of it.
  private func model(_ seed: Int, cutoff: Int = 4) throws -> Case {
    var source = RandomNumbers(seed: seed)
    let hbar = source.scale(0.02, 1)
    let waves = try PlaneWaves(cutoff: cutoff, period: source.scale(0.5, 30))
    let orbitals = try (0..<2).map { _ -> Orbitals in
      let count = 1 + source.below(3)
      return try Orbitals(
        waves: waves, count: count,
        rows: (0..<count * waves.count).map { _ in Complex(source.within(-1, 1), source.within(-1, 1)) }
      ).orthonormalized()
    }
    let extent = source.scale(0.02, 1) * waves.period / hbar.squareRoot()
    let window: any Window =
      seed % 3 == 0
      ? try CosinePowerWindow(radius: 2 * extent, power: 2 + source.below(7))
      : try GaussianWindow(width: extent)
    return Case(state: try SlaterDeterminant(orbitals: orbitals, hbar: hbar), window: window)
  }

  @Test(
    "masses and second moments are exact on the lattice for every window, to what it says is missing",
    arguments: seeds)
  func masses(seed: Int) throws {
    let model = try model(seed)
    let (state, waves, hbar) = (model.state, model.state.waves, model.state.hbar)
    let lattice = try HusimiLattice(waves: waves, hbar: hbar, window: model.window)
    #expect(lattice.missing.mass < 1e-12)
    for species in 0..<2 {
      let density = state.oneParticleDensity(species)
      let found = try lattice.integrals(
        density: density, waves: waves, hbar: hbar, window: model.window, workers: Workers(threads: 1),
        weights: [{ _ in 1 }, { $0 * $0 }])
      // ∫m dq/2π is a mixture of f̂² about every ħκn: (2π)^{−1}∫m = ħ Tr γ, (2π)^{−1}∫p²m = ħ Σ γ_nn ((ħκn)² + ħ‖f'‖²).
      let count = Double(state.particles[species])
      let mass = hbar * count
      var moment = hbar * hbar * model.window.gradientSquaredNorm * count
      for n in -waves.cutoff...waves.cutoff {
        let (index, p) = (n + waves.cutoff, hbar * waves.wavenumber * Double(n))
        moment += hbar * density[index * waves.count + index].real * p * p
      }
      #expect((found[0] - mass).magnitude <= mass * lattice.missing.mass, "\(found[0]) for \(mass)")
      #expect((found[1] - moment).magnitude <= mass * lattice.missing.moment, "\(found[1]) for \(moment)")
    }
  }

  @Test("the lattice p ∈ ħκZ is taken for windows that fit, and for those alone")
  func subdivisions() throws {
    let lattices = try Self.seeds.map { seed in
      let model = try model(seed)
      func fits(_ period: Double) -> Bool {
        model.window.normExcess(hbar: model.state.hbar, period: period) < 1e-15
      }
      let lattice = try HusimiLattice(
        waves: model.state.waves, hbar: model.state.hbar, window: model.window)
      // The reach is known to 5 %.
      return (
        fits: fits(model.period), fitsWell: fits(model.period / 1.06), isWhole: lattice.subdivision == 1
      )
    }
    #expect(lattices.allSatisfy { $0.isWhole ? $0.fits : !$0.fitsWell }, "\(lattices)")
    #expect(lattices.filter(\.isWhole).count >= 6 && lattices.filter { !$0.isWhole }.count >= 6)
  }

  @Test(
    "‖f_{q,p}‖² is above 1 by no more than the window says, and at p = 0 of a Gaussian by as much",
    arguments: seeds)
  func norms(seed: Int) throws {
    // All plane waves that matter.
    let model = try model(seed)
    let hbar = model.state.hbar
    let excess = model.window.normExcess(hbar: hbar, period: model.period)
    let isGaussian = model.window is GaussianWindow
    let waves = try PlaneWaves(cutoff: isGaussian ? 400 : 20000, period: model.period)
    let unit = hbar * waves.wavenumber
    let norms = try (0...8).map { i in
      try CoherentState(
        position: [0], momentum: [unit * Double(i) / 16], window: model.window, waves: waves, hbar: hbar
      ).coefficients().reduce(0) { $0 + $1.lengthSquared }
    }
    let rounding = isGaussian ? 1e-13 : 1e-10
    for norm in norms { #expect((norm - 1).magnitude <= excess + rounding, "\(norm) \(excess)") }
    if isGaussian { #expect((norms[0] - 1 - excess).magnitude < 1e-13 * (1 + excess)) }
  }

  @Test("the exchange hole is n_α ħ for every window, within its error", arguments: seeds.prefix(12))
  func correlations(seed: Int) throws {
    let model = try model(seed, cutoff: 2)
    let (state, hbar) = (model.state, model.state.hbar)
    let space = try FockSpace(waves: state.waves, particles: state.particles, hbar: hbar)
    let correlations = try HusimiCorrelations(of: state.state(in: space), window: model.window)
    for species in 0..<2 {
      // |⟨f_z, γ f_z'⟩|² has no sign to lose: ħ² Tr γ²; of one particle all of the mass is missing.
      let expected = hbar * hbar * Double(state.particles[species])
      let (value, error) = (correlations[species, species], correlations.errors[species][species])
      #expect((value - expected).magnitude <= error + 1e-12 * expected, "\(value) for \(expected) ± \(error)")
    }
    #expect(correlations[0, 1] < 1e-12)
  }
}
