/// What a type does not keep of what its protocol promises.
public struct BrokenPromises: Error, Sendable, Hashable, CustomStringConvertible {
  /// The type that was looked at.
  public let subject: String
  /// One sentence for each promise that is broken, with the place and the numbers.
  public let faults: [String]

  public var description: String { "\(subject): " + faults.joined(separator: "; ") }
}

/// Collects what is broken; a promise is counted once, at the first place where it fails.
struct PromiseLedger {
  private let subject: String
  private var faults: [(promise: String, text: String)] = []

  init(_ subject: Any) { self.subject = "\(type(of: subject))" }

  /// Notes that a promise is broken unless `isKept`.
  mutating func require(_ isKept: Bool, _ promise: String, _ place: @autoclosure () -> String = "") {
    guard !isKept, !faults.contains(where: { $0.promise == promise }) else { return }
    let place = place()
    faults.append((promise, place.isEmpty ? promise : "\(promise) (\(place))"))
  }

  /// Runs a part of the check that may be refused; a refusal is a fault.
  mutating func attempt<Result>(_ promise: String, _ body: () throws -> Result) -> Result? {
    do { return try body() } catch {
      require(false, promise, "\(error)")
      return nil
    }
  }

  /// - Throws: `BrokenPromises` when there are faults.
  func finish() throws(BrokenPromises) {
    if !faults.isEmpty { throw BrokenPromises(subject: subject, faults: faults.map(\.text)) }
  }
}

/// Evenly spread numbers in (0, 1), the same in every run: the fractional parts of i·(√5 − 1)/2 + offset.
func spread(_ count: Int, offset: Double = 0.1) -> [Double] {
  (0..<count).map { (Double($0) * 0.6180339887498949 + offset).truncatingRemainder(dividingBy: 1) }
}
