/// One axis of results: what it runs over, with a label at every place. It becomes a named dimension of data.h5.
public struct ResultAxis: Sendable, Hashable {
  /// What stands at the places of an axis.
  public enum Labels: Sendable, Hashable {
    /// Numbers, with their unit ("1" for pure numbers).
    case numbers([Double], unit: String)
    /// Whole numbers: orders, modes, particle numbers.
    case integers([Int])
    /// Names.
    case texts([String])
  }

  /// "time", "closure": the dimension's name, and that of the array of its labels.
  public let name: String
  /// The labels, one a place.
  public let labels: Labels

  /// An axis of numbers, e.g. times.
  public init(_ name: String, _ numbers: [Double], unit: String = "1") {
    self.name = name
    labels = .numbers(numbers, unit: unit)
  }

  /// An axis of whole numbers.
  public init(_ name: String, _ integers: [Int]) {
    self.name = name
    labels = .integers(integers)
  }

  /// An axis of names.
  public init(_ name: String, _ texts: [String]) {
    self.name = name
    labels = .texts(texts)
  }

  /// (re, im): the last axis of complex numbers.
  public static let complex = ResultAxis("part", ["re", "im"])

  /// How many places there are.
  public var count: Int {
    switch labels {
    case .numbers(let values, _): values.count
    case .integers(let values): values.count
    case .texts(let values): values.count
    }
  }
}

extension [ResultAxis] {
  /// How many places all axes have together.
  var places: Int { reduce(1) { $0 * $1.count } }

  /// "closure × time × part"
  var text: String { map(\.name).joined(separator: " × ") }
}
