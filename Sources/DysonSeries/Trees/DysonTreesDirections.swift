// The direction of η about the parent's drift x̂, with density ∝ |c|, c = η̂·x̂, and the weights.
//
//     d = 1:  c = ±1
//     d = 2:  angle θ to ±x̂ with density ½cos θ on (−π/2, π/2): sin θ uniform in (−1, 1)
//     d = 3:  c² uniform in (0, 1), azimuth uniform; frame by J. R. Frisvad, "Building an orthonormal basis from a 3d unit
//             vector without normalization" (Journal of Graphics Tools 16, 2012)
//
// The weight gains T·sign(c)·(table's factor)·κ_ħ(y)/y, y = r|x|c, T the total of all rates (see DysonTrees.swift).

import CLibraries

extension TreeBlock {
  /// η on R^d, and the weight of the step.
  func chooseDirections(_ step: Int, _ width: Int, _ used: Int) {
    let v = Self.stride
    let d = plan.dimension
    let last = cumulative + (plan.particles.count + step - 1) * v
    let u = uniforms + (step * plan.coordinatesPerStep + (d == 1 ? 3 : 4)) * v
    let one = Lanes(repeating: 1)
    let nearPole = Lanes(repeating: 1e-12)
    let reflects = plan.reflects(step)
    var point = -1
    for k in 0..<used {
      point = point == width - 1 ? 0 : point + 1
      let signed = reflects ? u[point] : 2 * u[point] - 1
      let sign = one.replacing(with: -one, where: signed .< 0)
      let size = signed * sign
      let r = radius[k]
      var square = position[k] * position[k]
      for axis in 1..<max(d, 1) { square += position[axis * v + k] * position[axis * v + k] }
      let inverse = reciprocalSquareRoot(square)
      let length = square * inverse
      let x = position[k] * inverse
      let cosine: Lanes
      switch d {
      case 1:
        cosine = sign
        newEta[k] = r * sign * x
      case 2:
        let y = position[v + k] * inverse
        let sine = 2 * size - 1
        cosine = squareRoot(1 - sine * sine) * sign
        newEta[k] = r * (cosine * x - sine * y)
        newEta[v + k] = r * (cosine * y + sine * x)
      default:
        let y = position[v + k] * inverse
        let z = position[2 * v + k] * inverse
        cosine = squareRoot(size) * sign
        let rim = squareRoot(1 - size)
        let (sinePhi, cosinePhi) = sineCosine(u[v + point] * (2 * Double.pi))
        let (p, q) = (rim * cosinePhi, rim * sinePhi)
        // Smooth in x̂ but at the pole −e_3: jumps would cost Sobol points their advantage.
        let height = 1 + z
        let a = -1 / height.replacing(with: nearPole, where: height .< nearPole)
        let along = (p * x + q * y) * a
        newEta[k] = r * (cosine * x + p + along * x)
        newEta[v + k] = r * (cosine * y + q + along * y)
        newEta[2 * v + k] = r * (cosine * z - p * x - q * y)
      }
      var factor = last[k] * gain[k] * sign
      if let halfHbar = plan.halfHbar { factor *= sinc(halfHbar * r * length * cosine) }
      weight[k] *= factor
      if reflects {
        // c becomes −c.
        let twice = 2 * r * cosine * inverse
        for axis in 0..<d {
          newEta[axis * v + used + k] = newEta[axis * v + k] - twice * position[axis * v + k]
        }
        weight[used + k] = -weight[k]
      }
    }
  }

  /// The weight of a step on the torus, whose atom the table has given: T·sign(v)·κ_ħ(κm·x)/(|κm||x|).
  func weighAtoms(_ step: Int, _ used: Int) {
    let v = Self.stride
    let d = plan.dimension
    let last = cumulative + (plan.particles.count + step - 1) * v
    for k in 0..<used {
      var square = Lanes.zero
      var product = Lanes.zero
      for axis in 0..<d {
        let x = position[axis * v + k]
        square += x * x
        product += x * newEta[axis * v + k]
      }
      var factor = last[k] * gain[k] * product * reciprocalSquareRoot(square)
      if let halfHbar = plan.halfHbar { factor *= sinc(halfHbar * product) }
      weight[k] *= factor
      if plan.reflects(step) {
        for axis in 0..<d { newEta[axis * v + used + k] = -newEta[axis * v + k] }
        weight[used + k] = -weight[k]
      }
    }
  }

  /// sin y / y
  private func sinc(_ y: Lanes) -> Lanes {
    let square = y * y
    // Below 1e-4 the next term, y⁴/120, is under 1e-18.
    let series = 1 - square * (1.0 / 6)
    let isSmall = square .< 1e-8
    return (sineCosine(y).sine / y.replacing(with: 1, where: isSmall)).replacing(with: series, where: isSmall)
  }
}
