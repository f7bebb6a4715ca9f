/// A sink that puts a part's name before every array's: "flow/" and "w" make "flow/w".
public struct PartSink<Whole: StateSink>: StateSink {
  private let whole: Whole
  private let prefix: String

  /// Writes to `whole` under `prefix`.
  public init(_ whole: Whole, prefix: String) {
    self.whole = whole
    self.prefix = prefix
  }

  public func write(_ name: String, count: Int, pieces: ((UnsafeBufferPointer<Double>) -> Void) -> Void) {
    whole.write(prefix + name, count: count, pieces: pieces)
  }

  public func fail(_ error: any Error) { whole.fail(error) }
}

extension StateSink {
  /// Where a part of a joint state is written: its arrays' names begin with "`name`/".
  public func part(_ name: String) -> PartSink<Self> { PartSink(self, prefix: name + "/") }
}

extension SavedState {
  /// What was written to `sink.part(name)`, at the time of the whole.
  public func part(_ name: String) -> SavedState {
    let prefix = name + "/"
    var own: [String: [Double]] = [:]
    for (key, values) in arrays where key.hasPrefix(prefix) {
      own[String(key.dropFirst(prefix.count))] = values
    }
    return SavedState(time: time, arrays: own)
  }
}
