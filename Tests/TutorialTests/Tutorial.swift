import CLibraries
import DysonSeries
import ExperimentKit
import Interaction
import PhaseSpace
import RemainderBounds

/// The article's program; it returns what it prints.
func certifiedRemainder() throws -> String {
  // The circle, κ = 1, and two species; unlike particles repel each other twice as strongly.
  let circle = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: 6.283185307179586))
  let electron = try Species(name: "electron", fraction: 0.5)
  let ion = try Species(name: "ion", fraction: 0.5)
  let weak = TentPotential(height: 0.3, reach: 1.5)
  let strong = TentPotential(height: 0.6, reach: 1.5)
  let model = try Model(
    geometry: circle, species: [electron, ion],
    potentials: PotentialMatrix(
      geometry: circle, speciesCount: 2, pairs: [(0, 0, weak), (0, 1, strong), (1, 1, weak)]))

  // Two Maxwellians with a wave of amplitude 0.6 in their densities.
  let wave = MaxwellianState.Modulation(mode: ModeIndex(1, 0, 0), amplitude: 0.6)
  let initial = try ProductMixture(
    states: [
      MaxwellianState(geometry: circle, sigma: [1], drift: [0.2], modulations: [wave]),
      MaxwellianState(geometry: circle, sigma: [0.6], drift: [-0.1], modulations: [wave]),
    ])

  // The pair marginal at one point, t = 0.4: Dyson series, exact solution, |Δ_L| and its error budget.
  let lattice = try FourierLattice(
    geometry: circle, modes: 10, xiExtent: 10, timeStep: 0.05, masses: model.masses)
  let point: Point = [
    Particle(species: 0, xi: [0.5], mode: ModeIndex(1, 0, 0)),
    Particle(species: 1, xi: [-0.25], mode: ModeIndex(-1, 0, 0)),
  ]
  let study = try DysonRemainder(
    model: model, initial: initial, lattice: lattice, times: [0.4],
    points: [point], orders: 6)
  let row = try study.run(workers: Workers(threads: 1))[0]

  // What the theorems allow, in ball arithmetic from the decimals above.
  let paper = try PaperBound().enclosures(model, initial: initial, at: point, time: 0.4, orders: 6)
  let sharper = try MultiTypeBound().enclosures(
    model, initial: initial, at: point, time: 0.4, orders: 6)

  // Is |Δ_L| ≤ bound? Only the error budget and the ends of the enclosure decide.
  var table = TextTable(["L", "|Δ_L|", "multi-type", "paper", "verdict"])
  for order in 1...6 {
    let (bound, remainder) = (sharper[order - 1], row.remainders[order - 1])
    let verdict = Verdict(
      remainder: remainder, budget: row.budgets[order - 1], boundLower: bound.lower, boundUpper: bound.upper)
    table.add([
      "\(order)", remainder.scientific(1), bound.upper.scientific(1), paper[order - 1].upper.scientific(1),
      verdict.rawValue,
    ])
  }
  return table.text
}
