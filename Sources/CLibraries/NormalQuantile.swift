internal import CGSL

/// The u-quantile of the standard normal distribution, √2 erf⁻¹(2u − 1), for 0 < u < 1 (GSL).
public func normalQuantile(_ u: Double) -> Double { gsl_cdf_ugaussian_Pinv(u) }
