import CLibraries
import ExperimentKit
import Hierarchy
import ModelConfiguration
import Numerics
import Studies

/// The axes that observables run over, and their columns.
struct ObservableColumns {
  private let species: ResultAxis
  private let pairs: ResultAxis
  private let axis: ResultAxis
  private let modes: ResultAxis
  private let places: ResultAxis
  private let marginals: ResultAxis
  private let grid: RelativeGrid?

  init(_ base: TruncationReader) {
    let names = base.model.species.map(\.name)
    species = ResultAxis("species", names)
    pairs = ResultAxis(
      "pair", names.indices.flatMap { a in names.indices[a...].map { "\(names[a])–\(names[$0])" } })
    axis = ResultAxis("axis", Array(0..<base.lattice.dimension))
    modes = base.modes
    places = ResultAxis("x", base.lattice.pairPlaces)
    marginals = base.marginals
    grid = base.relativeGrid
  }

  /// Numbers of one record, for its memory.
  var count: Int {
    let modesOfAxes = 2 * axis.count * modes.count
    return species.count * (modesOfAxes + axis.count + 4)
      + pairs.count * (modesOfAxes + axis.count * places.count + 2 + (grid?.count ?? 0)) + 2 * marginals.count
  }

  /// Those of a hierarchy.
  func own() -> [ResultColumn<Report>] {
    columns { $0.record.observables } + [
      array(
        "casimir", "(2π)^{−d(k+ℓ)} ∫ (m^{(k,ℓ)})² dq dp", [marginals]
      ) { $0.record.casimirs },
      array("cumulant", "max |c^{(k,ℓ)}|, k + ℓ ≥ 2, of the marginals over their masses", [marginals]) {
        [marginals] report in
        let known = report.record.report.cumulants
        return [Double](repeating: .nan, count: marginals.count - known.count) + known
      },
      .optional("correlationEnergy") { $0.record.observables.correlationEnergy },
      .numbers("momentumVector", axes: [axis]) { $0.record.observables.momentum },
      .optionalNumbers("cumulants") { $0.record.report.cumulants },
    ] + relative
  }

  /// Those of the exact solution.
  func exact() -> [ResultColumn<Report>] { columns("-exact") { $0.record.exactObservables } }

  private func columns(_ suffix: String = "", _ value: @escaping (Report) -> HierarchyObservables)
    -> [ResultColumn<Report>]
  {
    let nothing = [Double](repeating: .nan, count: axis.count * modes.count * 2)
    let nowhere = [Double](repeating: .nan, count: axis.count * places.count)
    return [
      array("density-mode" + suffix, "ρ̂_α(κm e_i) = w^α(0,κm e_i)", [species, axis, modes, .complex]) {
        value($0).species.flatMap { $0.densityModes.joined().flatMap(\.parts) }
      },
      array(
        "structure-factor" + suffix,
        "S_αβ(κm e_i) = w^{αβ}(0,κm e_i; 0,−κm e_i) + δ_αβ n_α/N − w^α(0,κm e_i) w^β(0,−κm e_i)",
        [pairs, axis, modes, .complex]
      ) { value($0).pairs.flatMap { $0.structureFactor.map { $0.joined().flatMap(\.parts) } ?? nothing } },
      array(
        "pair-distribution" + suffix, "g_αβ(x) = c_αβ^{−1} Σ_m w^{αβ}(0,κm e_i; 0,−κm e_i) e^{−iκmx}",
        [pairs, axis, places]
      ) { value($0).pairs.flatMap { $0.pairCorrelation.map { Array($0.joined()) } ?? nowhere } },
      array("momentum" + suffix, "∫ p m^α, of (2π)^{−d} ∫", [species, axis]) {
        value($0).species.flatMap(\.momentum)
      },
      array(
        "species-energy" + suffix, "∫ |p|²/2m_α m^α and Σ_m u_{α,m} w^α(0,−κm)",
        [species, ResultAxis("kind", ["kinetic", "external"])]
      ) { value($0).species.flatMap { [$0.kineticEnergy, $0.externalEnergy] } },
      array(
        "pair-energy" + suffix,
        "½ Σ_m v_{αβ,m} w^{αβ}(0,κm; 0,−κm), twice that for α ≠ β, and of w^{αβ} − (c_αβ/c_α c_β) w^α w^β",
        [pairs, ResultAxis("part", ["interaction", "correlation"])]
      ) { value($0).pairs.flatMap { [$0.interactionEnergy, $0.correlationEnergy ?? .nan] } },
    ]
  }

  private var relative: [ResultColumn<Report>] {
    guard let grid else { return [] }
    let nothing = [Double](repeating: .nan, count: grid.count)
    return [
      array(
        "relative-density", "f_αβ(x,u), x = q_1 − q_2, u = p_1 − (Δξ_β/Δξ_α) p_2, ∫ f dx du = 1",
        [pairs, ResultAxis("x", grid.positions), ResultAxis("u", grid.momenta)]
      ) { $0.record.observables.pairs.flatMap { $0.relativeDensity ?? nothing } },
      .optional("relativeDensityMinimum") {
        $0.record.observables.pairs.compactMap { $0.relativeDensity?.smallest() }.smallest()
      },
    ]
  }

  private func array(
    _ name: String, _ equation: String, _ axes: [ResultAxis], _ value: @escaping (Report) -> [Double]
  ) -> ResultColumn<Report> {
    .numbers(nil, array: name, equation: equation, axes: axes, value)
  }
}

extension RelativeGrid {
  var count: Int { positions.count * momenta.count }
}

extension Complex<Double> {
  fileprivate var parts: [Double] { [real, imaginary] }
}
