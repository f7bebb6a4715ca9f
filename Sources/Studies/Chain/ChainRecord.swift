public import ExperimentKit

/// What the chain shows at one time.
public struct ChainRecord: Codable, Sendable {
  /// One stage.
  public struct Stage: Codable, Sendable {
    /// r_m by species, m = 1 … and part.
    public let densityModes: [Double]
    /// m on the grid of the pictures, by species.
    public let pictures: [RecordedArray]
  }

  /// The distance of two stages in one species.
  public struct Distance: Codable, Sendable {
    /// max_m |Δr_m|
    public let density: Double
    /// (2π)^{−1} ∫|Δm|
    public let husimi: Double
    /// What the grid leaves out of it and gets wrong.
    public let husimiError: Double
    /// W_1 of the normalised measures; nil where one of them is none, or it is not asked for.
    public let wasserstein: Double?
    /// What the plane waves of the exact state leave open of `density`; nil between other stages, or without other plane waves.
    public let densityError: Double?
    /// What the normalised histograms leave out of it, and the change on cells twice as large.
    public let wassersteinError: Double?
    /// The larger of the two masses outside the histogram, of 1; nil without one.
    public let outside: Double?
  }

  /// t
  public let time: Double
  /// Upper bound of the distance of the exact state from the one that no plane waves cut off.
  public let truncation: Double
  /// By stage; nil after a failure that left the others alone.
  public let stages: [Stage?]
  /// By arrow and species; nil where a stage is missing.
  public let distances: [[Distance?]]
  /// Why a stage is missing.
  public let failure: EvolutionFailure?
}
