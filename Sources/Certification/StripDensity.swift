public import CLibraries
public import PhaseSpace

/// A one-particle density on the circle that is a sum of Gaussians in p times trigonometric polynomials in q: analytic in every
/// strip of both, with a bound there. What the certified terms ask of a state.
public protocol StripDensity: OneParticleState {
  /// The Gaussians; their weights sum to 1, nearly where they were rounded.
  var streams: [GaussianStream] { get }
}

/// One Gaussian of a density of mass 1,
///
///     w (1 + Σ_j a_j cos(κm_jq + φ_j)) e^{−(p−u)²/2σ²} / √(2π) σΛ.
///
/// In the strip |Im p| ≤ bσ the Gaussian grows to e^{b²/2}.
public struct GaussianStream: Sendable {
  /// One cosine of the density.
  public struct Wave: Sendable {
    /// m
    public let mode: Int
    /// a and φ
    public let amplitude, phase: Ball
  }

  /// w
  public var weight: Ball
  /// σ and u
  public let sigma, drift: Ball
  /// The cosines.
  public let waves: [Wave]

  /// 1 + Σ|a_j|, what the trigonometric polynomial is at most.
  var height: Double { waves.reduce(Ball(1)) { $0 + $1.amplitude.magnitude }.upper }
  /// The highest |m_j|.
  var reach: Int { waves.map { abs($0.mode) }.max() ?? 0 }
}

extension MaxwellianState: StripDensity {
  /// One Gaussian, by the shortest decimals that read back as the numbers of the state.
  public var streams: [GaussianStream] {
    var waves: [GaussianStream.Wave] = []
    for wave in modulations {
      waves.append(
        GaussianStream.Wave(
          mode: wave.mode[0], amplitude: shortest(wave.amplitude), phase: shortest(wave.phase)))
    }
    return [
      GaussianStream(weight: Ball(1), sigma: shortest(sigma[0]), drift: shortest(drift[0]), waves: waves)
    ]
  }
}

/// The number that the shortest decimal reading back as this Double is.
private func shortest(_ value: Double) -> Ball { Ball(DecimalNumber(value)) }

extension TwoStreamState: StripDensity where Stream: StripDensity {
  /// Those of both, with w and 1 − w.
  public var streams: [GaussianStream] {
    let share = shortest(weight)
    return [(forward, share), (backward, Ball(1) - share)].flatMap { stream, share in
      stream.streams.map { part in
        var part = part
        part.weight = share * part.weight
        return part
      }
    }
  }
}
