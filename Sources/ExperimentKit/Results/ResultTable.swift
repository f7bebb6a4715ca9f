/// Rows of one kind with their columns: what is printed, what summary.json and data.h5 hold, and the verdicts, all from
/// one description of each column.
///
///     run.add(ResultTable("rows", axes: [closures, times], rows: rows, columns: [
///       .text("closure", heading: "closure") { $0.closure },
///       .number("max", heading: "max error", array: "max", equation: "max |w − w_exact|") { $0.maximum },
///       .verdict { Verdict(…) },
///     ]))
///
/// The rows come in the order of the axes, the last one fastest. A row that is missing is nil: it is not printed, has no
/// object in summary.json and NaN in data.h5; so are those that a run which ended early does not have at the end. Without
/// axes (a list of fits, say) there is one axis, "row".
public struct ResultTable<Row> {
  /// The key in summary.json, nil where it has none.
  let key: String?
  /// What the rows run over.
  let axes: [ResultAxis]
  /// The columns in their order.
  let columns: [ResultColumn<Row>]
  /// The rows.
  let rows: [Row?]
  /// Whether all is resolved that a row rests on.
  let isResolved: (Row) -> Bool

  /// A table of rows.
  /// - Parameters:
  ///   - key: in summary.json; nil leaves the rows out there.
  ///   - prefix: the group of data.h5 in which the arrays lie, "pair/".
  ///   - isResolved: whether all is resolved that a row rests on; where it is not, a verdict that would hold is undecided.
  public init(
    _ key: String? = "rows", axes: [ResultAxis] = [], prefix: String = "", rows: [Row?],
    isResolved: @escaping (Row) -> Bool = { _ in true }, columns: [ResultColumn<Row>]
  ) {
    precondition(axes.isEmpty || rows.count <= axes.places, "a table has no more rows than places")
    self.key = key
    self.axes = axes.isEmpty ? [ResultAxis("row", Array(rows.indices))] : axes
    self.prefix = prefix
    self.columns = columns
    self.rows = rows
    self.isResolved = isResolved
  }

  private let prefix: String

  /// The columns as they are for this row.
  private func cells(_ row: Row) -> [ResultColumn<Row>] {
    isResolved(row) ? columns : columns.map { $0.undecided() }
  }

  /// The rows of summary.json.
  public var json: JSONValue {
    .array(
      rows.compactMap(\.self).map { row in
        .object(
          cells(row).compactMap { column in
            column.key.flatMap { key in column.json(row).map { (key, $0) } }
          })
      })
  }

  /// The verdicts of all rows.
  public var verdicts: [Verdict] {
    rows.compactMap(\.self).flatMap { row in cells(row).compactMap { $0.verdict?(row) } }
  }

  /// The printed table, of the rows that are shown.
  public func text(of isShown: (Row) -> Bool = { _ in true }) -> String {
    let shown = columns.filter { $0.heading != nil }
    let all = rows.compactMap(\.self)
    let lines = all.filter(isShown).map { row in cells(row).filter { $0.heading != nil }.map { $0.text(row) }
    }
    func table(_ lines: [[String]]) -> TextTable {
      var table = TextTable(shown.compactMap(\.heading), keys: max(1, shown.prefix(while: \.isKey).count))
      for line in lines { table.add(line) }
      return table
    }
    let width = TextTable.terminalColumns
    let panels = table(lines).panelCount(width: width)
    let room = (Self.mostLines - panels) / panels - 2
    var chosen = lines
    // Those of the last time, where there are times.
    if lines.count > room, let time = shown.firstIndex(where: { ["t", "time"].contains($0.heading) }),
      let last = lines.last
    {
      chosen = lines.filter { $0[time] == last[time] }
    }
    chosen = Array(chosen.prefix(room))
    let isWhole = chosen.count == all.count || key == nil
    return table(chosen).text(width: width)
      + (isWhole ? "" : "(\(chosen.count) of \(all.count) rows; all of them in summary.json)\n")
  }

  /// Lines of a table for people.
  private static var mostLines: Int { 40 }

  /// The arrays of data.h5.
  var arrays: [ResultArray] {
    columns.compactMap { column in
      guard let name = column.array else { return nil }
      let size = column.axes.places
      var values: [Double] = []
      values.reserveCapacity(axes.places * size)
      for place in 0..<axes.places {
        if place < rows.count, let row = rows[place] {
          let numbers = column.numbers(row)
          precondition(numbers.count == size, "\(name) has as many numbers as its axes have places")
          values += numbers
        } else {
          for _ in 0..<size { values.append(.nan) }
        }
      }
      return ResultArray(
        name: prefix + name, values: values, axes: axes + column.axes, equation: column.equation,
        unit: column.unit)
    }
  }
}

extension ExperimentRun {
  /// Adds a table: its rows to summary.json, its arrays to data.h5, its verdicts to the exit code, and to the report the
  /// rows that are shown, when it has columns with headings.
  public func add<Row>(_ table: ResultTable<Row>, showing isShown: (Row) -> Bool = { _ in true }) {
    if let key = table.key {
      summary.append((key, table.json))
      describe(key, table)
    }
    for verdict in table.verdicts { record(verdict) }
    for array in table.arrays { add(array) }
    if table.columns.contains(where: { $0.heading != nil }) { report += table.text(of: isShown) }
  }

  /// Says in summary.json what the keys of these rows mean, for a table that is put there by itself.
  public func describe<Row>(_ name: String, _ table: ResultTable<Row>) {
    columns.append(
      (name, table.columns.compactMap { column in column.key.map { ($0, column.equation) } }))
  }
}
