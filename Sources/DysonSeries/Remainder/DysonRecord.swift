import PhaseSpace
import Vlasov

/// What one lattice says at one time: the samples of all points then and shortly before, and what the lattice cuts off.
public struct DysonRecord: Sendable, Hashable, Codable {
  /// The samples of all points after so many steps of the lattice.
  public struct Moment: Sendable, Hashable, Codable {
    let steps: Int
    /// One for each point.
    public let samples: [DysonSample]
  }

  /// At most three, the present one last.
  public let moments: [Moment]
  /// What the lattice cuts off.
  let truncation: DysonTruncation

  /// The samples of all points now.
  public var samples: [DysonSample] { moments.last?.samples ?? [] }
}

/// What a lattice has cut off on its way, the largest of all species and components.
struct DysonTruncation: Sendable, Hashable, Codable {
  /// Of the solution: what is missing from beyond the window, and from beyond the modes.
  let edge: Double
  let top: Double
  /// The same of w_0 … w_L, and max |w_j|.
  let edges: [Double]
  let tops: [Double]
  let sizes: [Double]
  /// The largest value of the data that drift in from beyond the window; that of the modes which the lattice has not; and what
  /// its points do not hold of the data.
  let tail: Double
  let beyond: Double
  let between: Double

  /// - Throws: what the ranks throw that have both together.
  init(_ solution: VlasovSolution, _ series: DysonJets) throws {
    func largest(_ mixture: some LatticeMixture, orders: Int) throws
      -> [(size: Double, edge: Double, top: Double)]
    {
      var found = [(size: Double, edge: Double, top: Double)](repeating: (0, 0, 0), count: orders)
      for (_, lattice) in mixture.components {
        for (index, history) in try lattice.truncationHistories().enumerated() {
          let order = index / lattice.model.species.count
          found[order].size = .greatest(found[order].size, history.largest)
          found[order].edge = .greatest(found[order].edge, history.edge)
          found[order].top = .greatest(found[order].top, history.top)
        }
      }
      return found
    }
    let flow = try largest(solution, orders: 1)[0]
    let jets = try largest(series, orders: series.orders)
    (edge, top) = (flow.edge, flow.top)
    (edges, tops, sizes) = (jets.map(\.edge), jets.map(\.top), jets.map(\.size))
    let parts = solution.components.map(\.lattice)
    tail = parts.reduce(0) { .greatest($0, $1.data?.driftingIn(until: $1.time) ?? .nan) }
    beyond = parts.reduce(0) { .greatest($0, $1.data?.beyondModes ?? .nan) }
    between = parts.reduce(0) { .greatest($0, $1.data?.betweenPoints ?? .nan) }
  }
}
