/// The slope of the least-squares line through the points (x_i, y_i), as many of both: NaN unless two x differ.
public func leastSquaresSlope(_ x: [Double], _ y: [Double]) -> Double {
  let count = Double(x.count)
  let (meanX, meanY) = (x.reduce(0, +) / count, y.reduce(0, +) / count)
  let covariance = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
  return covariance / x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
}
