import CLibraries
import Interaction
import Numerics
import PhaseSpace

extension TreeBlock {
  /// z = weight·μ_0(the particles of the finished tree) over the masses of the new ones, see DysonTreesLeaves.swift.
  func evaluateLeaves(_ used: Int) {
    switch plan.leaves {
    case .exponentials(let components):
      for (index, component) in components.enumerated() {
        accumulateExponents(component, used)
        for k in 0..<used {
          let (sine, cosine) = sineCosine(phase[k])
          let length = weight[k] * exponential(exponent[k]) * component.prefactor
          exponent[k] = length * cosine
          phase[k] = length * sine
        }
        if component.hasModes { multiplyByModes(component, count: used * 8) }
        for k in 0..<used {
          real[k] = index == 0 ? exponent[k] : real[k] + exponent[k]
          imaginary[k] = index == 0 ? phase[k] : imaginary[k] + phase[k]
        }
      }
    case .pointwise(let hierarchy, let prefactor):
      evaluatePointwise(hierarchy, prefactor, count: used * 8)
    }
  }

  /// E and Φ of a component.
  private func accumulateExponents(_ component: TreeExponential, _ used: Int) {
    let v = Self.stride
    let d = plan.dimension
    let given = plan.particles.count
    let speciesCount = plan.speciesCount
    component.quadratic.withUnsafeBufferPointer { coefficients in
      for k in 0..<used {
        var e = Lanes.zero
        var p = Lanes.zero
        for i in 0..<plan.finalCount {
          let isGiven = i < given || speciesCount == 1
          let range = isGiven ? knownSpecies(i)..<knownSpecies(i) + 1 : 0..<speciesCount
          for alpha in range {
            let c = alpha * TreeExponential.stride
            var quadratic = Lanes.zero
            var linear = Lanes.zero
            for axis in 0..<d {
              let at = (i * d + axis) * v + k
              let (x, y) = (xi[at], eta[at])
              quadratic += x * x * coefficients[c + axis]
              quadratic += y * y * coefficients[c + 3 + axis]
              linear += x * coefficients[c + 6 + axis]
              linear += y * coefficients[c + 9 + axis]
            }
            if isGiven {
              e -= quadratic
              p += linear
            } else {
              let others = species[i * v + k] .!= Double(alpha)
              e -= quadratic.replacing(with: 0, where: others)
              p += linear.replacing(with: 0, where: others)
            }
          }
        }
        exponent[k] = e
        phase[k] = p
      }
    }
    if !component.momentumCovariance.isEmpty { correlate(component, used) }
  }

  private func knownSpecies(_ i: Int) -> Int { i < plan.particles.count ? plan.particles[i].species : 0 }

  /// E −= ½ Σ_{αβ} (P_{αβ} X_α·X_β + Q_{αβ} Y_α·Y_β)
  private func correlate(_ component: TreeExponential, _ used: Int) {
    for (covariance, arguments) in [(component.momentumCovariance, xi), (component.positionCovariance, eta)] {
      for alpha in 0..<plan.speciesCount {
        for beta in 0...alpha {
          let entry = covariance[alpha * plan.speciesCount + beta] * (alpha == beta ? 0.5 : 1)
          if entry == 0 { continue }
          for k in 0..<used {
            for axis in 0..<plan.dimension {
              exponent[k] -= entry * total(arguments, alpha, axis, k) * total(arguments, beta, axis, k)
            }
          }
        }
      }
    }
  }

  /// X_α or Y_α, one component.
  @inline(__always)
  private func total(_ arguments: UnsafeMutablePointer<Lanes>, _ alpha: Int, _ axis: Int, _ k: Int) -> Lanes {
    let v = Self.stride
    var sum = Lanes.zero
    for i in 0..<plan.finalCount {
      let others = species[i * v + k] .!= Double(alpha)
      sum += arguments[(i * plan.dimension + axis) * v + k].replacing(with: 0, where: others)
    }
    return sum
  }

  /// The product of the modes s(η_i) times what stands in `exponent` and `phase` (re, im).
  private func multiplyByModes(_ component: TreeExponential, count: Int) {
    let n = 8 * Self.stride
    let d = plan.dimension
    let (re, im) = (Self.numbers(exponent), Self.numbers(phase))
    let (eta, species) = (Self.numbers(eta), Self.numbers(species))
    let inverseKappa = 1 / component.kappa
    for i in 0..<plan.finalCount {
      for tree in 0..<count {
        let alpha = Int(species[i * n + tree])
        // An empty place.
        if alpha < 0 { continue }
        let table = component.modes[alpha]
        if table.isEmpty { continue }
        let highest = component.highestModes[alpha]
        var offset = 0
        var isInside = true
        for axis in 0..<d {
          let mode = Int((eta[(i * d + axis) * n + tree] * inverseKappa).rounded())
          isInside = isInside && mode >= -highest && mode <= highest
          offset = offset * (2 * highest + 1) + mode + highest
        }
        let a = isInside ? table[2 * offset] : 0
        let b = isInside ? table[2 * offset + 1] : 0
        let (x, y) = (re[tree], im[tree])
        re[tree] = a * x - b * y
        im[tree] = a * y + b * x
      }
    }
  }

  private func evaluatePointwise(_ hierarchy: any InitialHierarchy, _ prefactor: Double, count: Int) {
    let n = 8 * Self.stride
    let d = plan.dimension
    let (xi, eta, species) = (Self.numbers(xi), Self.numbers(eta), Self.numbers(species))
    let (re, im, weight) = (Self.numbers(real), Self.numbers(imaginary), Self.numbers(weight))
    var points: [PhasePoint] = []
    points.reserveCapacity(plan.finalCount)
    for tree in 0..<count {
      let factor = weight[tree] * prefactor
      points.removeAll(keepingCapacity: true)
      for i in 0..<plan.finalCount where species[i * n + tree] >= 0 {
        var point = PhasePoint(species: Int(species[i * n + tree]), xi: .zero, eta: .zero)
        for axis in 0..<d {
          point.xi[axis] = xi[(i * d + axis) * n + tree]
          point.eta[axis] = eta[(i * d + axis) * n + tree]
        }
        points.append(point)
      }
      let value = hierarchy.value(at: points)
      re[tree] = factor * value.real
      im[tree] = factor * value.imaginary
    }
  }
}
