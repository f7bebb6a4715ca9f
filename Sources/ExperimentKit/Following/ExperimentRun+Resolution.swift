public import Computing

extension ExperimentRun {
  /// Adds the figures of resolution of all legs.
  func addResolution<Record>(_ followed: Followed<Record>) {
    let severalLegs = followed.legs.count > 1
    addResolution(
      zip(followed.legs, followed.records).flatMap { leg, records in
        records.flatMap(\.resolution).map { (severalLegs ? leg.name : nil, $0) }
      })
  }

  /// Adds figures by which the run knows whether it is resolved: `resolution` in summary.json, and in the report one line for
  /// those that are not, or one for each name.
  /// - Parameter figures: each with what it is of, nil where there is only one thing.
  public func addResolution(_ figures: [(of: String?, figure: ResolutionFigure)]) {
    summary.append(
      (
        "resolution",
        .array(
          figures.map { part, figure in
            .object(
              (part.map { [("of", .string($0))] } ?? []) + [
                ("name", .string(figure.name)), ("time", .number(figure.time)),
                ("value", .finite(figure.value)),
                ("limit", .number(figure.limit)), ("resolved", .boolean(figure.isResolved)),
              ])
          })
      ))
    let failed = figures.filter { !$0.figure.isResolved }
    // The worst of each name: NaN, then the largest in units of its limit.
    var worst: [String: (of: String?, figure: ResolutionFigure)] = [:]
    for entry in failed {
      let excess = { (figure: ResolutionFigure) in
        figure.value.isNaN ? .infinity : figure.value / figure.limit
      }
      if let known = worst[entry.figure.name], excess(known.figure) >= excess(entry.figure) { continue }
      worst[entry.figure.name] = entry
    }
    guard !worst.isEmpty else { return }
    let reasons = worst.sorted { $0.key < $1.key }.map { name, entry in
      "\(name) \(entry.figure.value.scientific(1)) > \(entry.figure.limit.scientific(0)) at t = "
        + entry.figure.time.short() + (entry.of.map { " (\($0))" } ?? "")
    }
    let head = "not resolved (\(failed.count) of \(figures.count) figures):"
    let line = "\(head) \(reasons.joined(separator: "; "))"
    // One line where it fits, else one for each name.
    report +=
      line.count <= TextTable.terminalColumns
      ? line + "\n" : ([head] + reasons.map { "  " + $0 }).joined(separator: "\n") + "\n"
  }
}
