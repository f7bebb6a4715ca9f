import CLibraries
import Interaction
import Numerics
import PhaseSpace

/// All that the trees of one term have in common: the point, the order, the time, the tables.
struct TreePlan: Sendable {
  let dimension: Int
  let speciesCount: Int
  /// j
  let order: Int
  /// t
  let time: Double
  /// t^j/j!, the volume of the simplex of times; 0 where the point has more particles of a species than there are.
  let simplexVolume: Double
  /// The k+ℓ particles of the point.
  let particles: [PhasePoint]
  /// 1/m_α
  let inverseMasses: [Double]
  /// ħ/2, nil for the classical kernel.
  let halfHbar: Double?
  let frequencies: TreeFrequencies
  let leaves: TreeLeaves
  /// Above |z|/|weight| of every tree, as far as the data say; nil where they do not.
  let largestLeaf: Double?

  init(_ trees: DysonTrees, order: Int, particles: [PhasePoint], time: Double) throws {
    let model = trees.model
    dimension = model.geometry.dimension
    speciesCount = model.species.count
    self.order = order
    self.time = time
    let isThere = model.mass(of: particles.order(speciesCount: model.species.count)) > 0
    simplexVolume = isThere ? (1...order).reduce(1) { $0 * time / Double($1) } : 0
    self.particles = particles
    inverseMasses = model.masses.map { 1 / $0 }
    halfHbar = model.kernel.hbar.map { $0 / 2 }
    frequencies = trees.frequencies
    leaves = TreeLeaves(trees.initial, model: model, particles: particles)
    largestLeaf = leaves.bound(trees.initial, model: model, particles: particles, order: order)
  }

  /// Particles of the finished tree; at finite N recollisions leave some of the places empty.
  var finalCount: Int { particles.count + order }

  /// Coordinates of the unit cube per step: time; parent; species; |η| or the atom; the angles.
  var coordinatesPerStep: Int { frequencies.isTorus ? 4 : [4, 5, 6][dimension - 1] }

  /// The dimension of the integral.
  var coordinateCount: Int { order * coordinatesPerStep }

  /// b: all signs of η in the last b steps are taken together.
  var reflections: Int { min(order, 5) }

  /// Whether a step is one of them.
  func reflects(_ step: Int) -> Bool { step >= order - reflections }
}
