// What observables of one and two particles are read from: a hierarchy, however its marginals are stored, or an exact solution.

import CLibraries
public import Interaction
public import Numerics
public import PhaseSpace
public import Vlasov

/// The marginals of one and of two particles at one time.
public protocol ObservedMarginals {
  /// Species, potentials, kernel and, at finite N, the particle numbers.
  var model: Model { get }
  /// The modes and ξ grids of every particle.
  var lattice: FourierLattice { get }
  /// How a pair is made of single particles where only those are known (rank 1); nil where pairs are known.
  var pairTerms: [ClosureTerm]? { get }
  /// w at the modes and grid points of particles of these species, in any order; zero outside the lattice.
  func value(species: [Int], modes: [ModeIndex], points: [ModeIndex]) -> Complex<Double>
}

extension ObservedMarginals {
  /// w^α(0,κn) = ρ̂_α(κn)
  func density(_ species: Int, _ mode: ModeIndex) -> Complex<Double> {
    value(species: [species], modes: [mode], points: [.zero])
  }

  /// w^{αβ}(0,κn; 0,−κn); of single particles as the closure has it where no pairs are known.
  func pair(_ alpha: Int, _ beta: Int, _ mode: ModeIndex) -> Complex<Double> {
    guard let pairTerms else {
      return value(species: [alpha, beta], modes: [mode, mode.negated], points: [.zero, .zero])
    }
    return uncorrelatedPair(alpha, beta, mode).multiplied(by: pairTerms.reduce(0) { $0 + $1.coefficient })
  }

  /// (c_{αβ}/c_α c_β) w^α(0,κn) w^β(0,−κn): the pair of a product of the same one-particle marginals.
  func uncorrelatedPair(_ alpha: Int, _ beta: Int, _ mode: ModeIndex) -> Complex<Double> {
    let share = MarginalMasses(model).ratio(
      of: .pair(alpha, beta, of: model), to: [[0], [1]], species: [alpha, beta])
    return (density(alpha, mode) * density(beta, mode.negated)).multiplied(by: share)
  }
}

extension MarginalOrder {
  /// The order of one particle each of two species, or of two of one.
  static func pair(_ alpha: Int, _ beta: Int, of model: Model) -> MarginalOrder {
    MarginalOrder(model.species.map { _ in 0 }).adding(alpha).adding(beta)
  }
}

/// The exact solution at N = ∞ as it is observed: a mixture Σ_i w_i Π w^i of solutions of the Vlasov (or Hartree) equation.
public struct ExactMixture: ObservedMarginals {
  public let model: Model
  public let lattice: FourierLattice
  public let pairTerms: [ClosureTerm]? = nil
  private let components: [ProductComponent]

  /// - Throws: `ArgumentError` where there is no component, `HypothesisError` at finite N, which has no such solution.
  public init(_ components: [ProductComponent], of model: Model) throws {
    guard let lattice = components.first?.table.lattice else {
      throw ArgumentError("components", expected: "at least one component", got: "none")
    }
    guard model.particles == nil else { throw HypothesisError("an exact mixture", requires: "N = ∞") }
    (self.components, self.lattice, self.model) = (components, lattice, model)
  }

  public func value(species: [Int], modes: [ModeIndex], points: [ModeIndex]) -> Complex<Double> {
    components.reduce(.zero) { sum, component in
      var product = Complex(component.weight)
      for (place, own) in species.enumerated() {
        guard let row = lattice.modeOffset(modes[place]),
          let point = lattice.pointOffset(points[place], species: own)
        else { return .zero }
        let line = component.table.values[own][row]
        product *= Complex(line[point], line[line.count / 2 + point])
      }
      return sum + product
    }
  }
}
