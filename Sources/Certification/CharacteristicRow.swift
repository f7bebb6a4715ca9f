import CLibraries
import Computing

/// Nodes of one momentum of one Gaussian, with their weights and a state between panels.
protocol CharacteristicRow: AnyObject {
  /// w_i
  var weights: BallVector { get }
  /// The characteristics, and what each may be off by.
  func saved() -> [Double]
  /// How many numbers were taken; nil where they do not fit.
  func restore(saved numbers: ArraySlice<Double>) -> Int?
}

extension TermRow: CharacteristicRow {}
extension SolutionRow: CharacteristicRow {}

extension Array where Element: CharacteristicRow {
  /// Checks that the weights of every rule, whose rows follow each other, sum to its mass.
  /// - Throws: `NumericalFailure`
  func checkMasses(_ rules: [NodeRule], kappa: Ball) throws {
    var rest = self[...]
    for rule in rules {
      try rule.checkMass(rest.prefix(rule.rows).map(\.weights), kappa: kappa)
      rest = rest.dropFirst(rule.rows)
    }
  }

  func save(to sink: some StateSink) { sink.write("characteristics", flatMap { $0.saved() }) }

  /// - Throws: `SavedStateError` where the numbers are not those of as many rows.
  func restore(_ state: SavedState, nodes: Int) throws(SavedStateError) {
    var rest = try state.array("characteristics")[...]
    for row in self {
      guard let taken = row.restore(saved: rest) else {
        throw SavedStateError(array: "characteristics", expected: "\(nodes) nodes", got: "others")
      }
      rest = rest.dropFirst(taken)
    }
    guard rest.isEmpty else {
      throw SavedStateError(array: "characteristics", expected: "\(nodes) nodes", got: "more")
    }
  }
}

/// Rows for threads that take different ones.
struct UncheckedRows<Row>: @unchecked Sendable {
  let rows: [Row]
}
