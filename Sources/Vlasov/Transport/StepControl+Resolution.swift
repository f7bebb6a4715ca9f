package import Computing

extension StepControl {
  /// What the error of all steps may be: the tolerance, or without one what any figure may.
  package func limit(at time: Double) -> Double {
    tolerance.map { $0 * .greatest(1, time) } ?? TruncationMeasure.limit
  }

  /// What the figure is called.
  package static let errorName = "the error of the steps"

  /// What the steps have left out so far, as they estimate it, over the largest |w|.
  package func figures(at time: Double) -> [ResolutionFigure] {
    [ResolutionFigure(Self.errorName, time: time, value: error, limit: limit(at: time))]
  }

  /// The largest z of the steps made, against stability: their accuracy they know. Before the first, that of the step to come.
  /// - Parameters:
  ///   - force: z of a step of Δt.
  ///   - steps: of Δt, made so far.
  package func forceFigure(_ name: String, _ force: Double, steps: Int, at time: Double) -> ResolutionFigure {
    ResolutionFigure(
      name, time: time, value: steps == 0 ? force * firstShare(force: force) : largestForce,
      limit: rule.stableForce)
  }

  /// What interpolation has left out: of the steps at the beginning of every Δt, as many as the most that one took.
  /// - Parameter sum: Σ over the times Δt.
  package func interpolationFigure(_ sum: Double, at time: Double) -> ResolutionFigure {
    ResolutionFigure(
      InterpolationMeasure.name, time: time, value: sum * mostPieces, limit: limit(at: time))
  }
}
