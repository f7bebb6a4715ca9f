import CLibraries
import Hierarchy
import Interaction
import Numerics
import PhaseSpace
import Testing
import Vlasov

@Suite("Observables of hierarchies: structure factors, pair correlations, energies, Casimirs")
struct ObservablesTests {
  private typealias Models = TruncatedHierarchyModel

  private func full(
    _ model: Model, _ initial: any InitialHierarchy, _ lattice: FourierLattice, rank: Int = 2,
    _ closure: any Closure = CumulantClosure()
  ) throws -> TruncatedHierarchy {
    try TruncatedHierarchy(
      model: model, initial: initial, lattice: lattice, rank: rank, closure: closure,
      workers: Workers(threads: 1))
  }

  private func orbitals(
    _ model: Model, _ initial: any InitialHierarchy, _ lattice: FourierLattice, rank: Int = 2,
    _ closure: any Closure = CumulantClosure()
  ) throws -> OrbitalHierarchy {
    try OrbitalHierarchy(
      model: model, initial: initial, lattice: lattice, rank: rank, closure: closure, tolerance: 1e-6)
  }

  @Test("the exact hierarchy of two quantum particles: sums over the places of the wave function, 1e-6")
  func quantum() throws {
    let (hbar, strength) = (0.5, 0.8)
    let model = try Models.plasma(
      strength: strength, kernel: .moyal(hbar: DecimalNumber(hbar)), particles: [1, 1])
    let states = [
      PlaneWaveState(coefficients: [0: Complex(0.8), 1: Complex(length: 0.6, phase: 0.7)], hbar: hbar),
      PlaneWaveState(coefficients: [-1: Complex(0.6), 0: Complex(length: 0.8, phase: -0.4)], hbar: hbar),
    ]
    let lattice = try Models.lattice(model, modes: 5, extent: 5, step: 0.1)
    let hierarchy = try full(model, ProductMixture(states: states), lattice, ExactClosure())
    try hierarchy.advance(to: 0.6)
    let found = hierarchy.observables()
    var wave = WaveFunction(species: [0, 1], hbar: hbar, reach: 8, states: states) { a, b in
      a == b ? strength / 2 : -strength / 2
    }
    wave.propagate(to: 0.6, steps: 300)
    // |Ψ(q_1,q_2)|² on 32 × 32 places: sums of products of waves up to e^{16iq} are exact there.
    let places = (0..<32).map { 2 * Double.pi * Double($0) / 32 }
    let density = places.map { x in
      places.map { y in
        wave.values.indices.reduce(Complex<Double>.zero) { sum, index in
          let k = wave.momenta(index)
          return sum + wave.values[index] * .unit(Double(k[0]) * x + Double(k[1]) * y)
        }.lengthSquared / 1024
      }
    }
    func mean(_ f: (Double, Double) -> Complex<Double>) -> Complex<Double> {
      places.indices.reduce(.zero) { sum, i in
        places.indices.reduce(sum) {
          $0 + f(places[i], places[$1]).multiplied(by: density[i][$1])
        }
      }
    }
    for m in 0...3 {
      let k = Double(m)
      let modes = [mean { x, _ in .unit(k * x) }, mean { _, y in .unit(k * y) }]
      // Of ρ̂_α = ½ e^{ikq_α}.
      for pair in found.pairs {
        let both =
          pair.first == pair.second ? Complex<Double>(1) : mean { x, y in .unit(k * (x - y)) }
        let expected =
          (both - modes[pair.first] * modes[pair.second].conjugate).multiplied(by: 0.25)
        let own = try #require(pair.structureFactor)[0][m]
        #expect((own - expected).length < 1e-6, "\(pair.first), \(pair.second), \(m)")
      }
      #expect((found.species[1].densityModes[0][m] - modes[1].multiplied(by: 0.5)).length < 1e-6)
    }
    // g(x) is the mean over q_2 at q_1 = q_2 + x, times Λ; of one particle of a species there are no pairs.
    let mixed = try #require(found.pairs[1].pairCorrelation)[0]
    for (place, x) in lattice.pairPlaces.enumerated() {
      let expected = (-5...5).reduce(0.0) { sum, m in
        sum + mean { a, b in .unit(Double(m) * (a - b - x)) }.real
      }
      #expect((mixed[place] - expected).magnitude < 5e-6, "\(x)")
    }
    #expect(found.pairs[0].pairCorrelation == nil && found.pairs[2].pairCorrelation == nil)
    let kinetic = wave.values.indices.reduce(0.0) { sum, index in
      sum + wave.values[index].lengthSquared
        * wave.momenta(index).reduce(0.0) { $0 + hbar * hbar * Double($1 * $1) / 2 } / 2
    }
    let interaction = -0.25 * strength * mean { x, y in Complex(Double.cos(x - y)) }.real
    #expect((found.species.reduce(0) { $0 + $1.kineticEnergy } - kinetic).magnitude < 1e-5)
    #expect((found.pairs[1].interactionEnergy - interaction).magnitude < 1e-6)
  }

  @Test("a product: g = ρρ, no correlation energy, S = n(1 − |ρ̂/n|²)/N", arguments: [nil, [3, 7]])
  func products(particles: [Int]?) throws {
    let model = try Models.plasma(
      strength: 0.8, fractions: [0.3, 0.7], particles: particles, masses: [1, 2])
    let lattice = try Models.lattice(model, modes: 2, extent: 6, step: 0.25)
    let initial = try Models.factorised(model)
    for hierarchy: any RankedHierarchy in [
      try full(model, initial, lattice), try orbitals(model, initial, lattice),
    ] {
      let grid = RelativeGrid(positions: [0.3, 2], momenta: [-1, 0, 0.7])
      let found = hierarchy.observables { _, _ in grid }
      // Modulations 1 + a cos q; σ, drift as `factorised` has them.
      let (a, sigma, drift) = ([0.3, -0.2], [1, 0.8], [0.1, -0.2])
      for pair in found.pairs {
        let (i, j) = (pair.first, pair.second)
        #expect((pair.correlationEnergy ?? 1).magnitude < 1e-15)
        for (place, x) in lattice.pairPlaces.enumerated() {
          let expected = 1 + a[i] * a[j] / 2 * Double.cos(x)
          #expect((try #require(pair.pairCorrelation)[0][place] - expected).magnitude < 1e-14)
        }
        for m in 1...2 {
          let mode = m == 1 ? a[i] / 2 : 0
          let fraction = model.fractions[i]
          let own = i == j && particles != nil ? fraction * (1 - mode * mode) / 10 : 0
          #expect((try #require(pair.structureFactor)[0][m] - Complex(own)).length < 1e-15)
        }
        let density = try #require(pair.relativeDensity)
        let share = model.masses[i] / model.masses[j]
        let mean = drift[i] - share * drift[j]
        let variance = sigma[i] * sigma[i] + share * share * sigma[j] * sigma[j]
        for (row, x) in grid.positions.enumerated() {
          for (column, u) in grid.momenta.enumerated() {
            let expected =
              (1 + a[i] * a[j] / 2 * Double.cos(x)) / (2 * .pi)
              * Double.exp(-(u - mean) * (u - mean) / (2 * variance)) / (2 * .pi * variance).squareRoot()
            #expect((density[3 * row + column] - expected).magnitude < 2e-6, "\(i), \(j), \(x), \(u)")
          }
        }
      }
      // (2π)^{−1} ∫ (m^α)² dq dp = n²(1 + a²/2)/2σ√π.
      for species in 0..<2 {
        let expected =
          model.fractions[species] * model.fractions[species] * (1 + a[species] * a[species] / 2)
          / (2 * sigma[species] * Double.pi.squareRoot())
        #expect((hierarchy.casimirs[species] / expected - 1).magnitude < 1e-9)
      }
      #expect(try hierarchy.report().cumulants.allSatisfy { $0 < 1e-14 })
    }
  }

  @Test("both storages see the same, and at t = 0 what the exact mixture has")
  func storages() throws {
    let model = try Models.plasma(strength: 0.8, fractions: [0.3, 0.7], masses: [1, 2])
    let lattice = try Models.lattice(model, modes: 2, extent: 6, step: 0.25)
    let initial = try Models.mixture(model)
    let (one, other) = (
      try full(model, initial, lattice, rank: 2), try orbitals(model, initial, lattice, rank: 2)
    )
    let reference = try ReferenceSolution(
      model: model, initial: initial, lattice: lattice, until: 0.5, workers: Workers(threads: 1))
    let grid = RelativeGrid(lattice, reach: 5, half: 4)
    let exact = try ExactMixture(reference.components(), of: model).observables { _, _ in grid }
    compare(one.observables { _, _ in grid }, exact, 1e-12)
    try one.advance(to: 0.5)
    try other.advance(to: 0.5)
    compare(other.observables { _, _ in grid }, one.observables { _, _ in grid }, 2e-6)
    for (a, b) in zip(try one.report().cumulants, try other.report().cumulants) {
      #expect((a - b).magnitude < 2e-6 && a > 1e-3)
    }
    for (a, b) in zip(one.casimirs, other.casimirs) { #expect((a / b - 1).magnitude < 2e-6) }
  }

  private func compare(_ own: HierarchyObservables, _ other: HierarchyObservables, _ tolerance: Double) {
    for (a, b) in zip(own.species, other.species) {
      for (x, y) in zip(a.densityModes[0], b.densityModes[0]) { #expect((x - y).length < tolerance) }
      #expect((a.momentum[0] - b.momentum[0]).magnitude < 10 * tolerance)
      #expect((a.kineticEnergy - b.kineticEnergy).magnitude < 100 * tolerance)
    }
    for (a, b) in zip(own.pairs, other.pairs) {
      for (x, y) in zip(a.structureFactor?[0] ?? [.zero], b.structureFactor?[0] ?? [1]) {
        #expect((x - y).length < tolerance)
      }
      for (x, y) in zip(a.pairCorrelation?[0] ?? [0], b.pairCorrelation?[0] ?? [1]) {
        #expect((x - y).magnitude < 100 * tolerance)
      }
      for (x, y) in zip(a.relativeDensity ?? [0], b.relativeDensity ?? [1]) {
        #expect((x - y).magnitude < 10 * tolerance)
      }
      #expect((a.interactionEnergy - b.interactionEnergy).magnitude < tolerance)
      #expect(((a.correlationEnergy ?? 0) - (b.correlationEnergy ?? 1)).magnitude < tolerance)
    }
  }

  @Test("cumulants of rank 2 are w₂ − w₁w₁ at all sites, those of rank 3 of a mixture their third moments")
  func cumulants() throws {
    let model = OneSpeciesModel(
      strength: 0.3, sigma: 1.5, components: [(0.6, 0.3, 0), (0.4, -0.2, 0.1)], modes: 1, extent: 1.5,
      step: 0.5)
    let (lattice, initial) = (try model.lattice(), try model.initial())
    let found = [
      try full(model.model(), initial, lattice, rank: 3).report().cumulants,
      try orbitals(model.model(), initial, lattice, rank: 3).report().cumulants,
    ]
    // f_i at every site; c₂ = Σ w_i δ_i δ_i, c₃ = Σ w_i δ_i δ_i δ_i with δ_i = f_i − Σ w f.
    let sites = (0..<lattice.elementCount(0)).map { place in
      (
        lattice.mode(at: place / lattice.pointCount(0)),
        lattice.point(at: place % lattice.pointCount(0), species: 0)
      )
    }
    let deltas = sites.map { mode, point in
      let values = initial.components.map {
        $0.states[0].value(xi: lattice.xi(point, species: 0), eta: mode.vector * lattice.kappa)
      }
      let mean = values[0].multiplied(by: 0.6) + values[1].multiplied(by: 0.4)
      return values.map { $0 - mean }
    }
    var (second, third) = (0.0, 0.0)
    for a in deltas {
      for b in deltas {
        let pair = [a[0] * b[0], a[1] * b[1]]
        second = max(second, (pair[0].multiplied(by: 0.6) + pair[1].multiplied(by: 0.4)).length)
        for c in deltas {
          third = max(
            third, ((pair[0] * c[0]).multiplied(by: 0.6) + (pair[1] * c[1]).multiplied(by: 0.4)).length)
        }
      }
    }
    for cumulants in found {
      #expect(cumulants.count == 2)
      #expect((cumulants[0] / second - 1).magnitude < 1e-10 && (cumulants[1] / third - 1).magnitude < 1e-10)
    }
  }

  @Test(
    "the exact closure conserves energy, momentum and the Casimir of all particles; Vlasov's equation that of one",
    arguments: [false, true])
  func conservation(onOrbitals: Bool) throws {
    func hierarchy(_ particles: [Int]?, _ closure: any Closure) throws -> any RankedHierarchy {
      let model = try Models.plasma(strength: 0.8, particles: particles)
      let lattice = try Models.lattice(model, modes: 4, extent: 8, step: 0.2)
      return onOrbitals
        ? try orbitals(model, Models.factorised(model), lattice, closure)
        : try full(model, Models.factorised(model), lattice, closure)
    }
    let exact = try hierarchy([1, 1], ExactClosure())
    let (before, casimirs) = (exact.observables(), exact.casimirs)
    try exact.advance(to: 1)
    let after = exact.observables()
    // Twenty-four orbitals are too few for as long, and say so.
    let missed = (exact as? OrbitalHierarchy)?.errors.largest() ?? 0
    #expect(onOrbitals ? missed > 1e-3 : missed == 0)
    #expect((after.energy - before.energy).magnitude < 5e-6 + missed)
    #expect((after.momentum[0] - before.momentum[0]).magnitude < 5e-7 + missed)
    #expect(
      (after.species[0].momentum[0] - before.species[0].momentum[0]).magnitude > (onOrbitals ? 1e-4 : 1e-3))
    #expect((after.correlationEnergy ?? 0).magnitude > 1e-3, "correlations build up")
    #expect((exact.casimirs[2] / casimirs[2] - 1).magnitude < 1e-5)
    #expect((exact.casimirs[0] / casimirs[0] - 1).magnitude > 1e-4, "entanglement of one with the other")
    let mean = try hierarchy(nil, CumulantClosure())
    let start = mean.casimirs
    try mean.advance(to: 1)
    for (a, b) in zip(mean.casimirs, start) { #expect((a / b - 1).magnitude < 1e-5) }
  }

  @Test("in two dimensions every axis has its own; rank 1 knows no pairs")
  func axes() throws {
    let geometry = try PhaseSpaceGeometry(dimension: 2, domain: .torus(length: DecimalNumber(2 * Double.pi)))
    let potential = try TrigonometricPotential(
      modes: [.init(mode: ModeIndex(0, 1, 0), coefficient: 0.4)])
    let model = try Model(
      geometry: geometry, species: [Species(name: "e", fraction: 1)],
      potentials: PotentialMatrix(geometry: geometry, speciesCount: 1, pairs: [(0, 0, potential)]))
    let state = try MaxwellianState(
      geometry: geometry, sigma: [2, 1.5], drift: [0.3, -0.2],
      modulations: [.init(mode: ModeIndex(0, 1, 0), amplitude: 0.3)])
    let lattice = try FourierLattice(geometry: geometry, modes: 1, xiExtent: 2, timeStep: 0.4, masses: [1])
    let initial = try ProductMixture(states: [state])
    let found = try orbitals(model, initial, lattice).observables()
    let places = lattice.pairPlaces
    let g = try #require(found.pairs[0].pairCorrelation)
    for (place, x) in places.enumerated() {
      #expect((g[0][place] - 1).magnitude < 1e-14)
      #expect((g[1][place] - 1 - 0.045 * Double.cos(x)).magnitude < 1e-14)
    }
    // By differences on a coarse grid.
    #expect((found.species[0].momentum[0] - 0.3).magnitude < 5e-4)
    #expect((found.species[0].momentum[1] + 0.2).magnitude < 5e-4)
    #expect(found.pairs[0].relativeDensity == nil)
    let single = try orbitals(model, initial, lattice, rank: 1).observables()
    #expect(single.pairs[0].structureFactor == nil && single.correlationEnergy == nil)
    #expect((single.pairs[0].interactionEnergy - 0.4 * 0.15 * 0.15).magnitude < 1e-14)
  }
}
