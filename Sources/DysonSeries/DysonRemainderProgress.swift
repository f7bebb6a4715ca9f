// What an interrupted study of the remainder needs to go on: the values found so far, and the lattices it is on.

import CLibraries
import Computing
import Hierarchy
import Numerics

/// A moment of `DysonRemainder.run`. Its size is that of the state of one flow and its jets.
public struct DysonRemainderProgress: Sendable, Equatable {
  /// The samples of all lattices, times and points so far, in the order of the run.
  public var samples: [Double]
  /// The state of each component of the flow, then of the jets, on the present lattice; empty between lattices.
  public var states: [[Double]]
  /// The steps each of them has made.
  public var steps: [Int]

  /// The three parts, as a checkpoint gives them back.
  public init(samples: [Double], states: [[Double]], steps: [Int]) {
    self.samples = samples
    self.states = states
    self.steps = steps
  }

  func restore(_ parts: [VlasovLattice]) throws(ArgumentError) {
    guard states.count == parts.count, steps.count == parts.count else {
      throw ArgumentError("checkpoint", expected: "\(parts.count) states", got: "\(states.count)")
    }
    for (part, (state, step)) in zip(parts, zip(states, steps)) { try part.restore(state, steps: step) }
  }
}

/// A moment of `DysonRemainder.run` while it lasts: calling it copies the progress, its parts are read where they lie.
public struct DysonRemainderMoment {
  let found: [DysonRemainder.Sample]
  let parts: [VlasovLattice]

  /// The samples of all lattices, times and points so far.
  public var samples: [Double] { found.flatMap(\.packed) }
  /// The steps that each component of the flow, then of the jets, has made.
  public var steps: [Int] { parts.map(\.steps) }

  /// The states in the order of `steps`, one after the other, not copied.
  public func forEachState(_ body: (_ index: Int, UnsafeBufferPointer<Double>) -> Void) {
    for (index, part) in parts.enumerated() { part.withState { body(index, $0) } }
  }

  /// A copy to go on from later.
  public func callAsFunction() -> DysonRemainderProgress {
    DysonRemainderProgress(samples: samples, states: parts.map { $0.state.arrays["w"] ?? [] }, steps: steps)
  }
}

extension DysonRemainder {
  /// Bytes of a study at its fullest: the flow and the jets of every component on the largest of its lattices; nil where they
  /// overflow.
  public func bytes(threads: Int) -> Int? {
    Memory.largest(
      [lattice, refined, enlarged].map { lattice in
        Memory.product(
          initial.components.count,
          Memory.sum(
            [.nonperturbative, .perturbative(orders: orders + 1)].map {
              VlasovLattice.bytes(model: model, lattice: lattice, coupling: $0, threads: threads)
            }))
      })
  }

  /// Bytes of the samples of all lattices and of the rows made of them; nil where they overflow.
  public var sampleBytes: Int? {
    Memory.product(times.count, points.count, Memory.product(orders + 2, 3 * 2 * 16 + 4 * 16))
  }

  /// What one lattice says at one time and point, by ten and by eight interpolation nodes.
  struct Sample {
    let exact: Complex<Double>
    let terms: [Complex<Double>]
    let coarseExact: Complex<Double>
    let coarseTerms: [Complex<Double>]

    /// Δ_1 … Δ_L from ten nodes.
    var remainders: [Complex<Double>] { Self.remainders(exact, terms) }
    /// The same from eight.
    var coarseRemainders: [Complex<Double>] { Self.remainders(coarseExact, coarseTerms) }

    var packed: [Double] {
      ([exact, coarseExact] + terms + coarseTerms).flatMap { [$0.real, $0.imaginary] }
    }

    /// The samples in their packed form, one after another; `orders` + 1 terms each.
    static func unpacked(_ numbers: [Double], orders: Int) throws(ArgumentError) -> [Sample] {
      let size = 2 * (2 + 2 * (orders + 1))
      guard numbers.count % size == 0 else {
        throw ArgumentError("checkpoint", expected: "a multiple of \(size) numbers", got: "\(numbers.count)")
      }
      return stride(from: 0, to: numbers.count, by: size).map { start in
        let values = stride(from: start, to: start + size, by: 2).map {
          Complex(numbers[$0], numbers[$0 + 1])
        }
        let terms = orders + 1
        return Sample(
          exact: values[0], terms: Array(values[2..<2 + terms]), coarseExact: values[1],
          coarseTerms: Array(values[(2 + terms)...]))
      }
    }

    static func remainders(_ exact: Complex<Double>, _ terms: [Complex<Double>]) -> [Complex<Double>] {
      var rest = exact
      return terms.dropLast().map { term in
        rest -= term
        return rest
      }
    }
  }
}
