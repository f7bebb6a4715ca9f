import Husimi
import Wasserstein

/// A normalised histogram and what it may hide of the probability that it stands for: the mass outside, and what its values miss or
/// exceed of the mass inside, negative ones included.
struct HeldHistogram {
  let histogram: PhaseSpaceHistogram
  let outside: OutsideMass
  /// |mass of the values − mass that is inside| and the negative mass that was set to zero, of a whole of 1.
  let defect: Double

  /// - Parameters:
  ///   - share: of the whole, for a mass of 1 as it was given to the histogram.
  ///   - negative: mass that was set to zero, of a whole of 1.
  init(_ histogram: PhaseSpaceHistogram, share: Double, negative: Double, outside: OutsideMass) {
    self.histogram = histogram
    self.outside = outside
    defect = (histogram.total * share - negative - (1 - outside.mass)).magnitude + 2 * negative
  }

  /// Of means over the cells of the study's refined histogram, of a species.
  init(density: some Collection<Double>, study: VlasovLimitStudy, species: Int, outside: OutsideMass) throws {
    let cell = study.grid.positionStep * study.grid.momentumStep / Double(study.refinement * study.refinement)
    let share = cell / (2 * .pi * study.series.model.fractions[species])
    let negative = density.reduce(0) { $0 + .greatest(0, -$1) } * share
    self.init(
      try PhaseSpaceHistogram(
        density: density.map { .greatest(0, $0) }, refinement: study.refinement, on: study.grid),
      share: share, negative: negative, outside: outside)
  }

  /// How far in W_1 the histogram may be from the whole measure on cells of any size: d + (o + defect)D.
  var displacement: Double {
    let grid = histogram.grid
    let extent = grid.momentumRange.upperBound - grid.momentumRange.lowerBound
    let diameter = (grid.period * grid.period / 4 + extent * extent).squareRoot()
    return outside.displacement(diameter: diameter) + defect * diameter
  }
}
