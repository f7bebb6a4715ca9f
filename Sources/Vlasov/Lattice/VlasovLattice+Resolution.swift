public import Computing
import PhaseSpace

extension VlasovLattice {
  /// What the lattice cuts off, the worst of all species and orders, each relative to its own largest |w|; for the flow, how large
  /// the step is for the force. Cost: one pass over the state.
  public func resolution() -> [ResolutionFigure] {
    var (edge, top) = (0.0, 0.0)
    for species in model.species.indices {
      let points = lattice.pointCount(species)
      let ends = lattice.edge(species)
      for order in 0..<orders {
        var measure = TruncationMeasure()
        for row in stepper.rows.firstComputedRow..<stepper.rows.rowsPerSpecies {
          let norm = stepper.rows.mode(ofRow: row).maximumNorm
          measure.add(
            stepper.line(species: species, row: row, order: order), points: points,
            edge: norm <= model.potentials.highestMode ? ends : [], isTop: norm == lattice.modes)
        }
        edge = .greatest(edge, measure.edge)
        top = .greatest(top, measure.top)
      }
    }
    var figures = [
      ResolutionFigure(
        "|w| at the edge of the ξ window", time: time, value: edge, limit: TruncationMeasure.limit),
      ResolutionFigure("|w| of the highest modes", time: time, value: top, limit: TruncationMeasure.limit),
    ]
    // The orders of the series are a triangular system: none grows by itself.
    if coupling == .nonperturbative {
      let stability = ForceStability(model: model, lattice: lattice)
      let step = model.species.indices.reduce(0.0) { largest, alpha in
        .greatest(
          largest,
          stability.mean(alpha) { gridValue(species: $0, order: 0, mode: $1, point: .zero) })
      }
      figures.append(
        ResolutionFigure("the force in a step", time: time, value: step, limit: ForceStability.limit))
    }
    return figures
  }
}
