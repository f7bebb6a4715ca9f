extension JSONValue {
  /// A figure that need not exist: null where it is not finite.
  public static func finite(_ value: Double) -> JSONValue { value.isFinite ? .number(value) : .null }

  /// Where a number of these results is not finite that should be: in one of the `rows`, or of the `hierarchy`, that neither
  /// gives a `reason` nor leaves its `verdict` open. Nil when there is none.
  static func firstNonFinite(_ members: [(String, JSONValue)]) -> (place: String, value: Double)? {
    for (key, value) in members where ["rows", "hierarchy"].contains(key) {
      guard case .array(let rows) = value else { continue }
      for (index, row) in rows.enumerated() where !row.isExcused {
        if let found = row.nonFinite(at: "\(key)[\(index)]") { return found }
      }
    }
    return nil
  }

  /// Whether a row says itself that a number is missing.
  private var isExcused: Bool {
    if let reason = self["reason"], reason != .null { return true }
    guard let verdict = self["verdict"] else { return false }
    let decided: [Verdict] = [.proved, .holds, .violated, .disproved]
    return !decided.map { JSONValue.string($0.rawValue) }.contains(verdict)
  }

  private func nonFinite(at place: String) -> (place: String, value: Double)? {
    switch self {
    case .number(let value): return value.isFinite ? nil : (place, value)
    case .array(let elements):
      for (index, element) in elements.enumerated() {
        if let found = element.nonFinite(at: "\(place)[\(index)]") { return found }
      }
      return nil
    case .object(let members):
      for member in members {
        if let found = member.value.nonFinite(at: "\(place).\(member.key)") { return found }
      }
      return nil
    default: return nil
    }
  }
}
