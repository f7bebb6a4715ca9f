public import CLibraries
public import PhaseSpace

/// The constants of the interaction that enter the remainder bounds, in `Double` or certified (`Ball`).
///
///     B       = sup{|η| : η ∈ supp V̂_{αβ}}, over all pairs
///     M^q_{αβ} = ∫ |V̂_{αβ}(η)| |η|^q dη      (torus: Σ_m |κm|^q |v_m|)
///     ν_{αβ}  = n_β, at finite N (N_β − δ_{αβ})/N: how many partners of species β a particle of species α has, over N
///     M_α     = Σ_β ν_{αβ} M¹_{αβ},   M = max_α M_α
///     A       = sup |ηV̂_{αβ}|, over all pairs; 4 vol_d B^d A is the paper's constant (torus: max_{αβ} M¹_{αβ}
///               replaces vol_d B^d A)
///     ‖∇V_{αβ}‖_∞ ≤ M¹_{αβ};   the Lipschitz constant of ∇V_{αβ} is ≤ M²_{αβ}, with equality when v_m ≥ 0.
public struct InteractionConstants<Scalar: RealScalar>: Sendable {
  /// The model whose constants these are.
  public let model: Model
  let kappa: Scalar?

  /// The constants of a model in the arithmetic `Scalar`: `Double`, or `Ball` for certified bounds.
  public init(_ model: Model, as _: Scalar.Type = Scalar.self) {
    self.model = model
    self.kappa = model.geometry.kappa(as: Scalar.self)
  }

  /// n_α
  public func fraction(_ alpha: Int) -> Scalar { Scalar(model.species[alpha].fraction) }

  /// ν_{αβ}: n_β at N = ∞, (N_β − δ_{αβ})/N at finite N (Papers/finite-n.md).
  public func partners(_ alpha: Int, _ beta: Int) -> Scalar {
    guard let particles = model.particles else { return fraction(beta) }
    return Scalar(particles[beta] - (alpha == beta ? 1 : 0)) / Scalar(particles.reduce(0, +))
  }

  /// The mass of the marginal with these numbers of particles: Π_α n_α^{k_α}, at finite N Π_α (N_α)_{k_α}/N^{k_α}.
  public func mass(of order: MarginalOrder) -> Scalar {
    var mass = Scalar(1)
    for (alpha, count) in order.counts.enumerated() {
      for taken in 0..<count {
        if let particles = model.particles {
          mass *= Scalar(max(0, particles[alpha] - taken)) / Scalar(particles.reduce(0, +))
        } else {
          mass *= fraction(alpha)
        }
      }
    }
    return mass
  }

  /// m_α
  public func mass(_ alpha: Int) -> Scalar { Scalar(model.species[alpha].mass) }

  /// m_* = min_α m_α
  public var leastMass: Scalar {
    model.species.indices.map(mass).reduce(mass(0), Scalar.minimum)
  }

  /// The atoms of V̂_{αβ} on the torus, none on R^d or without interaction. In Double those of the lattices: near a break
  /// or an edge of V̂ the rounding of κ would give others.
  public func atoms(_ alpha: Int, _ beta: Int) throws(ArgumentError) -> [PotentialAtom<Scalar>] {
    guard let kappa, let potential = model.potentials.potential(alpha, beta) else { return [] }
    if let atoms = model.potentials.atoms(alpha, beta) as? [PotentialAtom<Scalar>] { return atoms }
    return try potential.atoms(dimension: model.geometry.dimension, kappa: kappa)
  }

  /// B_{αβ}, zero without interaction.
  public func bandlimit(_ alpha: Int, _ beta: Int) throws(ArgumentError) -> Scalar {
    guard let potential = model.potentials.potential(alpha, beta) else { return Scalar(0) }
    guard let kappa else { return potential.bandlimit(kappa: Scalar?.none) }
    let largest = try atoms(alpha, beta).map(\.mode.squaredNorm).max()
    return kappa * Scalar(largest ?? 0).squareRoot()
  }

  /// B = max_{αβ} B_{αβ}
  public func bandlimit() throws(ArgumentError) -> Scalar {
    var largest = Scalar(0)
    for (alpha, beta) in pairs { largest = Scalar.maximum(largest, try bandlimit(alpha, beta)) }
    return largest
  }

  /// M^q_{αβ} = ∫ |V̂_{αβ}| |η|^q dη
  public func moment(_ q: Int, _ alpha: Int, _ beta: Int) throws(ArgumentError) -> Scalar {
    guard let kappa else {
      return model.potentials.density(alpha, beta)?
        .absoluteMoment(q, dimension: model.geometry.dimension) ?? Scalar(0)
    }
    var total = Scalar(0)
    for atom in try atoms(alpha, beta) where q == 0 || atom.mode != .zero {
      let radius = kappa * Scalar(atom.mode.squaredNorm).squareRoot()
      total += radius.power(q) * atom.coefficient.magnitude
    }
    return total
  }

  /// M_α = Σ_β ν_{αβ} ∫ |V̂_{αβ}| |η| dη
  public func branchingRate(_ alpha: Int) throws(ArgumentError) -> Scalar {
    var total = Scalar(0)
    for beta in model.species.indices { total += partners(alpha, beta) * (try moment(1, alpha, beta)) }
    return total
  }

  /// M = max_α M_α
  public func branchingRate() throws(ArgumentError) -> Scalar {
    var largest = Scalar(0)
    for alpha in model.species.indices { largest = Scalar.maximum(largest, try branchingRate(alpha)) }
    return largest
  }

  /// A = max_{αβ} sup |ηV̂_{αβ}| on R^d, nil on the torus (an atom has no density).
  public func supremumOfGradientTransform() throws(ArgumentError) -> Scalar? {
    guard kappa == nil else { return nil }
    var largest = Scalar(0)
    for (alpha, beta) in pairs {
      guard let density = model.potentials.density(alpha, beta) else { continue }
      largest = Scalar.maximum(largest, density.supremumOfGradientTransform())
    }
    return largest
  }

  /// vol_d B^d A of the bound after (5.10); for atoms max_{αβ} Σ_m |κm||v_m|.
  public func paperRate() throws(ArgumentError) -> Scalar {
    if let a = try supremumOfGradientTransform() {
      let d = model.geometry.dimension
      return Scalar.unitBallVolume(dimension: d) * (try bandlimit()).power(d) * a
    }
    var largest = Scalar(0)
    for (alpha, beta) in pairs { largest = Scalar.maximum(largest, try moment(1, alpha, beta)) }
    return largest
  }

  /// An upper bound of ‖∇V_{αβ}‖_∞, hence a Lipschitz constant of V_{αβ}.
  public func gradientBound(_ alpha: Int, _ beta: Int) throws(ArgumentError) -> Scalar {
    try moment(1, alpha, beta)
  }

  /// A Lipschitz constant of ∇V_{αβ}.
  public func gradientLipschitzConstant(_ alpha: Int, _ beta: Int) throws(ArgumentError) -> Scalar {
    try moment(2, alpha, beta)
  }

  private var pairs: [(Int, Int)] {
    model.species.indices.flatMap { alpha in (alpha..<model.species.count).map { (alpha, $0) } }
  }
}
