public import CLibraries
public import Numerics

/// One column of results, described once: the key of summary.json, the head of the printed table, the array of data.h5
/// with unit and equation, and how it is read from a row.
///
///     .number("max", heading: "max error", array: "max", equation: "max |w − w_exact|") { $0.maximum }
///
/// Without a key it is not in summary.json, without a heading not printed, without `array` not in data.h5.
public struct ResultColumn<Row> {
  /// The key in the rows of summary.json, nil where it is not there.
  let key: String?
  /// The head of the column in the printed table, nil where it is not printed.
  let heading: String?
  /// The path of the array in data.h5, nil where there is none.
  let array: String?
  /// The unit in the paper's scaling, "1" for a pure number.
  let unit: String
  /// The formula, or its label in the paper.
  let equation: String
  /// Axes of the value of one row, after those of the table: none for a number, (re, im) for a complex one.
  let axes: [ResultAxis]
  /// The member of summary.json; nil where this row has none.
  let json: (Row) -> JSONValue?
  /// The numbers of the array, as many as `axes` have places.
  let numbers: (Row) -> [Double]
  /// The cell of the printed table.
  let text: (Row) -> String
  /// What stands behind the verdict in the printed table.
  private let note: (Row) -> String
  /// What is counted towards the exit code.
  let verdict: ((Row) -> Verdict)?
  /// Whether it says which row it is, among the first of a table.
  var isKey = false

  private var asKey: ResultColumn {
    var copy = self
    copy.isKey = true
    return copy
  }

  private init(
    key: String?, heading: String? = nil, array: String? = nil, unit: String = "1", equation: String = "",
    axes: [ResultAxis] = [], json: @escaping (Row) -> JSONValue?,
    numbers: @escaping (Row) -> [Double] = { _ in [] },
    text: @escaping (Row) -> String = { _ in "" }, note: @escaping (Row) -> String = { _ in "" },
    verdict: ((Row) -> Verdict)? = nil
  ) {
    (self.key, self.heading, self.array, self.unit, self.equation) = (key, heading, array, unit, equation)
    (self.axes, self.json, self.numbers, self.text, self.verdict) = (axes, json, numbers, text, verdict)
    self.note = note
  }

  /// A number.
  public static func number(
    _ key: String?, heading: String? = nil, array: String? = nil, unit: String = "1", equation: String = "",
    format: @escaping (Double) -> String = { $0.scientific() }, _ value: @escaping (Row) -> Double
  ) -> ResultColumn {
    ResultColumn(
      key: key, heading: heading, array: array, unit: unit, equation: equation,
      json: { .number(value($0)) }, numbers: { [value($0)] }, text: { format(value($0)) })
  }

  /// A number that some rows do not have: null there, "–" in the table, NaN in the array.
  public static func optional(
    _ key: String?, heading: String? = nil, array: String? = nil, unit: String = "1", equation: String = "",
    format: @escaping (Double) -> String = { $0.scientific() }, _ value: @escaping (Row) -> Double?
  ) -> ResultColumn {
    ResultColumn(
      key: key, heading: heading, array: array, unit: unit, equation: equation,
      json: { .optional(value($0)) }, numbers: { [value($0) ?? .nan] },
      text: { value($0).map(format) ?? "–" })
  }

  /// A number of the configuration, printed as it is written there.
  public static func decimal(
    _ key: String?, heading: String? = nil, array: String? = nil, unit: String = "1", equation: String = "",
    _ value: @escaping (Row) -> DecimalNumber
  ) -> ResultColumn {
    ResultColumn(
      key: key, heading: heading, array: array, unit: unit, equation: equation,
      json: { .number(value($0).value) }, numbers: { [value($0).value] }, text: { value($0).text }
    ).asKey
  }

  /// A complex number: [re, im].
  public static func complex(
    _ key: String?, array: String? = nil, unit: String = "1", equation: String = "",
    _ value: @escaping (Row) -> Complex<Double>
  ) -> ResultColumn {
    func parts(_ row: Row) -> [Double] {
      let z = value(row)
      return [z.real, z.imaginary]
    }
    return ResultColumn(
      key: key, array: array, unit: unit, equation: equation, axes: [.complex],
      json: { .numbers(parts($0)) }, numbers: parts)
  }

  /// Several numbers, as many as the axes have places, row-major; lists of lists in summary.json where there are several axes.
  public static func numbers(
    _ key: String?, array: String? = nil, unit: String = "1", equation: String = "", axes: [ResultAxis],
    _ values: @escaping (Row) -> [Double]
  ) -> ResultColumn {
    ResultColumn(
      key: key, array: array, unit: unit, equation: equation, axes: axes,
      json: { .numbers(values($0), shape: axes.map(\.count)) }, numbers: values)
  }

  /// Several numbers that some rows do not have: null there, NaN in the array. Without an array they may be of any number.
  public static func optionalNumbers(
    _ key: String?, array: String? = nil, unit: String = "1", equation: String = "", axes: [ResultAxis] = [],
    _ values: @escaping (Row) -> [Double]?
  ) -> ResultColumn {
    ResultColumn(
      key: key, array: array, unit: unit, equation: equation, axes: axes,
      json: { values($0).map { .numbers($0, shape: axes.map(\.count)) } ?? .null },
      numbers: { values($0) ?? [Double](repeating: .nan, count: axes.places) })
  }

  /// Columns of a part of the row that are one object in summary.json; null where a row does not have the part. Only the keys of
  /// the columns are used.
  public static func object<Part>(
    _ key: String, _ columns: [ResultColumn<Part>], _ part: @escaping (Row) -> Part?
  ) -> ResultColumn {
    ResultColumn(
      key: key,
      json: { row in
        part(row).map { part in
          .object(
            columns.compactMap { column in column.key.flatMap { key in column.json(part).map { (key, $0) } } }
          )
        } ?? .null
      })
  }

  /// A whole number.
  public static func integer(
    _ key: String?, heading: String? = nil, array: String? = nil, _ value: @escaping (Row) -> Int
  ) -> ResultColumn {
    ResultColumn(
      key: key, heading: heading, array: array, json: { .integer(value($0)) },
      numbers: { [Double(value($0))] }, text: { "\(value($0))" }
    ).asKey
  }

  /// Whole numbers: the counts of a marginal, printed as `text` says.
  public static func integers(
    _ key: String?, heading: String? = nil, text: @escaping (Row) -> String = { _ in "" },
    _ values: @escaping (Row) -> [Int]
  ) -> ResultColumn {
    ResultColumn(
      key: key, heading: heading, json: { .array(values($0).map(JSONValue.integer)) }, text: text
    ).asKey
  }

  /// A text.
  public static func text(_ key: String?, heading: String? = nil, _ value: @escaping (Row) -> String)
    -> ResultColumn
  {
    ResultColumn(key: key, heading: heading, json: { .string(value($0)) }, text: value).asKey
  }

  /// True or false.
  public static func boolean(_ key: String?, heading: String? = nil, _ value: @escaping (Row) -> Bool)
    -> ResultColumn
  {
    ResultColumn(
      key: key, heading: heading, json: { .boolean(value($0)) }, text: { value($0) ? "yes" : "no" }
    ).asKey
  }

  /// A verdict: counted towards the exit code. In a row that is not resolved what holds is undecided.
  /// - Parameter note: what stands behind it in the printed table.
  public static func verdict(
    _ key: String? = "verdict", heading: String? = "verdict", note: @escaping (Row) -> String = { _ in "" },
    _ value: @escaping (Row) -> Verdict
  ) -> ResultColumn {
    ResultColumn(
      key: key, heading: heading, json: { .string(value($0).rawValue) },
      text: { value($0).rawValue + note($0) }, note: note, verdict: value)
  }

  /// Anything else that JSON can hold, with a text for the table; no key where there is nothing.
  public static func json(
    _ key: String?, heading: String? = nil, text: @escaping (Row) -> String = { _ in "" },
    _ value: @escaping (Row) -> JSONValue?
  ) -> ResultColumn {
    ResultColumn(key: key, heading: heading, json: value, text: text).asKey
  }

  /// A verdict as it stands in a row that is not resolved.
  func undecided() -> ResultColumn {
    guard let verdict else { return self }
    func weakened(_ row: Row) -> Verdict { verdict(row) == .holds ? .undecided : verdict(row) }
    return .verdict(key, heading: heading, note: note, weakened)
  }
}
