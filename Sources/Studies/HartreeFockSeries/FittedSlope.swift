import CLibraries
import Numerics

/// The slope of log|value| against log ħ by least squares, over the N ≥ 66 when there are two of them, else over all. Values
/// of zero have no logarithm and are left out: nil when fewer than two others are there. NaN when one of the values is not
/// finite.
public func fittedSlope(_ values: [Double], particleNumbers: [Int]) -> Double? {
  let large = particleNumbers.filter { $0 >= 66 }.count >= 2
  let fitted = zip(particleNumbers, values).filter { !large || $0.0 >= 66 }
  guard fitted.allSatisfy({ $0.1.isFinite }) else { return .nan }
  let points = fitted.compactMap { total, value -> (x: Double, y: Double)? in
    value == 0 ? nil : (-Double.log(Double(total)), Double.log(value.magnitude))
  }
  guard points.count >= 2 else { return nil }
  return leastSquaresSlope(points.map(\.x), points.map(\.y))
}
