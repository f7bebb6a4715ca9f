package import Computing

extension StepControl {
  /// What the error of all steps may be: the tolerance, or without one what any figure may.
  package func limit(at time: Double) -> Double {
    tolerance.map { $0 * .greatest(1, time) } ?? TruncationMeasure.limit
  }

  /// What the steps have left out so far, as they estimate it, over the largest |w|.
  package func figures(at time: Double) -> [ResolutionFigure] {
    [ResolutionFigure("the error of the steps", time: time, value: error, limit: limit(at: time))]
  }

  /// z of the longest step, against stability: their accuracy they know.
  /// - Parameters:
  ///   - force: z of a step of Δt.
  ///   - steps: of Δt, made so far.
  package func forceFigure(_ name: String, _ force: Double, steps: Int, at time: Double) -> ResolutionFigure {
    let share = steps == 0 ? firstShare(force: force) : longest / interval
    return ResolutionFigure(name, time: time, value: force * share, limit: ForceStability.extrapolatedLimit)
  }
}
