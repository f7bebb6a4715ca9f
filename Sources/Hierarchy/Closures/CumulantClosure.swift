/// The cumulant (Ursell function) of rank R + 1 vanishes, Σ_π (−1)^{|π|−1} (|π|−1)! Π_{B ∈ π} w_B = 0, that is
///
///     w_{0…R} = Σ_{|π| ≥ 2} (−1)^{|π|} (|π|−1)! Π_{B ∈ π} w_B;     R = 2: w_01 w_2 + w_02 w_1 + w_12 w_0 − 2 w_0 w_1 w_2.
public struct CumulantClosure: Closure {
  public let name = "cumulant"

  /// The closure has no parameters.
  public init() {}

  public func terms(particles: Int) -> [ClosureTerm] {
    SetPartitions.all(of: particles).filter { $0.count >= 2 }.map {
      ClosureTerm(coefficient: -SetPartitions.ursell(blocks: $0.count), blocks: $0)
    }
  }
}
