import CLibraries
public import PhaseSpace

extension FourierLattice {
  /// The lattice for the domain and the masses of a model, with a window X_α for each species, and where they are chosen a
  /// spacing Δξ_α for each and a tolerance.
  /// - Throws: `ArgumentError` on R^d, for another number of windows, and for sizes that are not positive or too large.
  public init(
    _ model: Model, modes: Int, xiExtents: [Double], timeStep: Double, xiSteps: [Double]? = nil,
    tolerance: Double? = nil
  ) throws(ArgumentError) {
    try self.init(
      geometry: model.geometry, modes: modes, xiExtents: xiExtents, timeStep: timeStep, masses: model.masses,
      xiSteps: xiSteps, tolerance: tolerance)
  }

  /// The lattice for the domain and the masses of a model, with one window for all species.
  /// - Throws: as for a window per species.
  public init(_ model: Model, modes: Int, xiExtent: Double, timeStep: Double) throws(ArgumentError) {
    try self.init(
      model, modes: modes, xiExtents: model.species.map { _ in xiExtent }, timeStep: timeStep)
  }
}
