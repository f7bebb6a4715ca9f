import CLibraries
import FermionTestModels
import Foundation
import Husimi
import ManyBody
import Numerics
import PhaseSpace
import Testing

@Suite("Husimi measures")
struct HusimiMeasureTests {
  private func evolved(_ particles: [Int], _ cutoff: Int, time: Double = 0.5) throws -> FockState {
    let slater = try ReferenceModel.slater(particles, cutoff: cutoff)
    let space = try FockSpace(waves: slater.waves, particles: particles)
    let hamiltonian = try Hamiltonian(space: space, interaction: ReferenceModel.interaction())
    return try ChebyshevPropagator(hamiltonian).evolve(slater.state(in: space), by: time).state
  }

  @Test(
    "both routes agree for one particle: plane waves, and μ_W times the ambiguity function transformed back",
    arguments: 0..<5)
  func oneParticle(_ index: Int) throws {
    let window = WindowTests.windows[index]
    let state = try evolved([2, 1], 3)
    let hbar = 1.0 / 3
    let hierarchy = try SmoothedHierarchy(husimi: state, window: window)
    // A compact window's a_ħ vanishes for √ħ|ξ| ≥ 2R.
    let extent = (window as? CosinePowerWindow).map { 2 * $0.radius / hbar.squareRoot() } ?? 40
    let inversion = try CharacteristicInversion(
      period: 2 * Double.pi, modes: 6, xiExtent: extent, halfWidth: window is GaussianWindow ? 160 : 1500)
    let measure = HusimiMeasure(state: state, window: window)
    for point in [HusimiPoint(0.7, 0.2), HusimiPoint(4.0, -0.55), HusimiPoint(2.5, 1.1)] {
      for species in 0..<2 {
        let direct = try measure.value(species == 0 ? [[point], []] : [[], [point]])
        let inverse = inversion.value(of: hierarchy, species: [species], at: [point])
        #expect((direct - inverse).magnitude < 1e-10, "\(direct) \(inverse)")
      }
    }
    let grid = inversion.grid(of: hierarchy, species: 0, positions: 5, momenta: [0.2, -0.4])
    let direct = try HusimiGrid(of: state, species: 0, window: window, positions: 5, momenta: [0.2, -0.4])
    #expect(zip(grid, direct.values).allSatisfy { ($0.0 - $0.1).magnitude < 1e-10 })
  }

  @Test("both routes agree for two particles of unlike and of like species", arguments: [[0, 1], [0, 0]])
  func twoParticles(_ species: [Int]) throws {
    let window = try GaussianWindow(width: 1)
    let state = try evolved([2, 1], 1)
    let hierarchy = try SmoothedHierarchy(husimi: state, window: window, maximumRank: 2)
    let inversion = try CharacteristicInversion(
      period: 2 * Double.pi, modes: 2, xiExtent: 21.5, halfWidth: 30)
    let points = [HusimiPoint(0.7, 0.2), HusimiPoint(4.0, -0.25)]
    let measure = HusimiMeasure(state: state, window: window)
    let direct = try measure.value(species == [0, 1] ? [[points[0]], [points[1]]] : [points, []])
    let inverse = inversion.value(of: hierarchy, species: species, at: points)
    #expect((direct - inverse).magnitude < 1e-10, "\(direct) \(inverse)")
  }

  @Test(
    "Lemma 2.1 for exact and Slater states: symmetry, 0 ≤ m ≤ 1, masses and the recursion, on the exact lattice",
    arguments: [true, false])
  func lemma21(_ exact: Bool) throws {
    let slater = try ReferenceModel.slater([3, 2], cutoff: 3)
    let state: any FermionState = exact ? try evolved([3, 2], 3) : slater
    let window = try GaussianWindow(width: 1)
    let measure = HusimiMeasure(state: state, window: window)
    let z = [HusimiPoint(0.7, 0.2), HusimiPoint(2.1, -0.35), HusimiPoint(3.3, 0.05)]
    let y = [HusimiPoint(4.0, 0.1), HusimiPoint(5.5, -0.3)]
    let m = try measure.value([z, y])
    #expect((try measure.value([[z[2], z[0], z[1]], [y[1], y[0]]]) - m).magnitude < 1e-15)
    #expect(m > 0 && m < 1)
    let hbar = 0.2
    // q equispaced, more than 2 n_max of them; p ∈ ħκZ.
    let lattice = (0..<8).flatMap { j in
      (-40...40).map { HusimiPoint(2 * Double.pi * Double(j) / 8, hbar * Double($0)) }
    }
    let cell = 2 * Double.pi / 8 * hbar / (2 * Double.pi)
    func integral(_ points: [[HusimiPoint]], over species: Int) throws -> Double {
      var sum = 0.0
      for point in lattice {
        var all = points
        all[species].append(point)
        let value = try measure.value(all)
        #expect(value > -1e-14 && value < 1 + 1e-14)
        sum += value * cell
      }
      return sum
    }
    // (N_α − k + 1)/N m^{(k−1,ℓ)}
    for (points, species, factor) in [
      ([[], []], 0, 3.0), ([[], []], 1, 2), ([[z[0]], []], 0, 2), ([[z[0]], []], 1, 2), ([[], [y[0]]], 1, 1),
      ([[z[0], z[1]], [y[0]]], 0, 1), ([[z[0]], [y[0]]], 1, 1), ([z, y], 0, 0),
    ] {
      let expected = factor / 5 * (try measure.value(points))
      #expect((try integral(points, over: species) - expected).magnitude < 1e-12)
    }
    #expect((measure.mass([2, 1]) - 3 * 2 * 2 / 125.0).magnitude < 1e-15)
  }

  @Test(
    "corrected (2.15): ⟨K_α⟩/N = ½(2π)^{−1}∫p²m − (ħ/2)(N_α/N)‖f'‖²; as printed it is far off",
    arguments: [0, 1])
  func kineticEnergy(_ index: Int) throws {
    let window: any Window =
      index == 0 ? try GaussianWindow(width: 1) : try CosinePowerWindow(radius: 2.5, power: 6)
    let state = try evolved([3, 2], 3)
    let hbar = 0.2
    // Points p ∈ ħκZ: exact for windows of diameter below the period.
    let reach = index == 0 ? 60 : 4000
    let momenta = (-reach...reach).map { hbar * Double($0) }
    for species in 0..<2 {
      let grid = try HusimiGrid(of: state, species: species, window: window, positions: 8, momenta: momenta)
      var second = 0.0
      for (i, p) in momenta.enumerated() {
        for j in 0..<8 { second += p * p * grid[momentum: i, position: j] }
      }
      second *= 2 * Double.pi / 8 * hbar / (2 * Double.pi)
      let kinetic = state.kineticEnergy(species) / 5
      let fraction = [0.6, 0.4][species]
      let corrected = second / 2 - hbar / 2 * fraction * window.gradientSquaredNorm
      #expect((corrected - kinetic).magnitude < 1e-11, "\(corrected - kinetic)")
      let printed = second + hbar * window.gradientSquaredNorm
      #expect((printed - kinetic).magnitude > 0.05)
    }
  }

  @Test(
    "the Husimi measures are nonnegative data for the classical kernel, the Wigner ones positive for their own ħ"
  )
  func hypotheses() throws {
    let state = try evolved([2, 1], 2)
    let gauss = try SmoothedHierarchy(husimi: state, window: GaussianWindow())
    let compact = try SmoothedHierarchy(husimi: state, window: CosinePowerWindow(radius: 1, power: 4))
    #expect(gauss.isNonnegative(hbar: nil) && compact.isNonnegative(hbar: nil))
    #expect(gauss.isNonnegative(hbar: 1.0 / 3) && !compact.isNonnegative(hbar: 1.0 / 3))
  }

  @Test("R̃_21 → 0 with N only with ∇V_21(q̃ − q); with the printed sign it tends to twice the classical force")
  func correctedSign() throws {
    let window = try GaussianWindow(width: 1)
    var corrected: [Double] = []
    var printed: [Double] = []
    for particles in [[1, 1], [3, 3]] {
      let cutoff = 4
      let slater = try ReferenceModel.slater(particles, cutoff: cutoff)
      let state = try slater.state(in: FockSpace(waves: slater.waves, particles: particles))
      let identity = try HierarchyIdentity(
        state: state, interaction: ReferenceModel.interaction(), window: window)
      var residue = 0.0
      var literal = 0.0
      for q in [0.5, 1.6, 2.9, 4.4] {
        let r = try identity.forceResidue([[], [HusimiPoint(q, 0.1)]], species: 1, particle: 0, partner: 0)
        residue = max(residue, r.value[0].magnitude)
        literal = max(literal, r.printed[0].magnitude)
      }
      corrected.append(residue)
      printed.append(literal)
    }
    #expect(corrected[1] < 0.75 * corrected[0], "\(corrected)")
    #expect(printed[1] > 0.7 * printed[0], "\(printed)")
    #expect(printed[1] > 4 * corrected[1])
  }
}
