public import Computing

extension PowerLaw {
  /// The power of ħ = 1/N that values follow, fitted over the N ≥ 66 when there are two of them, else over all.
  /// - Parameters:
  ///   - values: one for each N; NaN where one is missing, and then there is no power.
  ///   - errors: how far each may be off.
  ///   - particleNumbers: N
  public init(_ values: [Double], errors: [Double], particleNumbers: [Int]) {
    let large = particleNumbers.filter { $0 >= 66 }.count >= 2
    let fitted = particleNumbers.indices.filter { !large || particleNumbers[$0] >= 66 }
    self.init(
      sizes: fitted.map { 1 / Double(particleNumbers[$0]) }, values: fitted.map { values[$0] },
      errors: fitted.map { errors[$0] })
  }
}
