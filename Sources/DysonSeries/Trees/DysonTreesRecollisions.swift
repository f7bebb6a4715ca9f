// Trees at finite N. Beside births the hierarchy has the term of order 1/N that couples two particles i < j which are there, a
// recollision (Papers/finite-n.md, (2)): with x = ξ − ηt/m,
//
//     (1/N) Σ_{i<j} ∫V̂_{α_iα_j}(dη) κ_ħ(η·(x_i − x_j)) μ_0(…, z_i + η(t/m_{α_i}, 1), …, z_j − η(t/m_{α_j}, 1), …).
//
// κ_ħ(η·x_i − η·x_j) = κ_ħ(η·x_i)cos(ħη·x_j/2) − κ_ħ(η·x_j)cos(ħη·x_i/2), and η → −η turns the second half into the first of the pair
// (j,i), V̂ being even. So the term is the sum over all ordered pairs of
//
//     (1/N) ∫V̂_{α_iα_j}(dη) κ_ħ(η·x_i) cos(ħη·x_j/2) μ_0(…),
//
// and a birth is the same with a partner at rest in the origin, x_j = 0. An event takes a particle i and one of the N_β − δ_{α_iβ} others of
// species β, which is there or not yet: i and η as at N = ∞ with ν_{αβ} = (N_β − δ_{αβ})/N for n_β, then
//
//     a partner of the k_β − δ that are there, each with probability 1/(N_β − δ), or a new one with (N_β − k_β)/(N_β − δ).
//
// What is left of the weight is that of N = ∞ times cos(ħη·x_j/2), in modulus ≤ 1. The partner costs no coordinate of the unit cube: given
// β, the place of its uniform number within the probability of β is uniform again. That the mean over the trees is D_j, and
// what bounds the weights: Papers/finite-n.md, section 4. Cost: some operations per tree and step, and a look at the particles
// where the partner may be one of them.

import CLibraries

extension TreeBlock {
  /// The partner of the parent, tree by tree; the place of the new particle is empty where it is one that is there.
  func choosePartners(_ step: Int, _ width: Int, _ used: Int) {
    let n = 8 * Self.stride
    let present = plan.particles.count + step
    let speciesCount = plan.speciesCount
    let pairCount = speciesCount * speciesCount
    let choice = Self.numbers(uniforms + (step * plan.coordinatesPerStep + 2) * Self.stride)
    let species = Self.numbers(species)
    let newSpecies = species + present &* n
    let newRate = Self.numbers(rate) + present &* n
    let newInverseMass = Self.numbers(inverseMass) + present &* n
    let partnerCounts = tables + plan.frequencies.numbersBeforePartners
    let starts = partnerCounts + pairCount
    let inverseWidths = starts + pairCount
    let shift = 0x1.8p52
    var point = -1
    for tree in 0..<(8 &* used) {
      point = point == 8 &* width &- 1 ? 0 : point &+ 1
      let parent = Int(parents[tree])
      let beta = newSpecies[tree]
      let row = Int(truncatingIfNeeded: (species[parent &* n &+ tree] + shift).bitPattern & 0xffff)
      let pair = row &* speciesCount &+ Int(truncatingIfNeeded: (beta + shift).bitPattern & 0xffff)
      let count = partnerCounts[pair]
      // In [0, N_β − δ): where all are there, none is born.
      var place = min((choice[point] - starts[pair]) * inverseWidths[pair] * count, count.nextDown)
      var partner = present
      if place < Double(present) {
        var at = tree
        for other in 0..<present {
          if species[at] == beta, other != parent {
            if place < 1 {
              partner = other
              break
            }
            place -= 1
          }
          at &+= n
        }
      }
      partners[tree] = Int32(truncatingIfNeeded: partner)
      if partner != present {
        newSpecies[tree] = -1
        newRate[tree] = 0
        newInverseMass[tree] = 0
      }
    }
  }

  /// Parent and partner move by ±η; a new partner starts from rest in the origin.
  func meet(_ step: Int, _ used: Int) {
    let n = 8 * Self.stride
    let v = Self.stride
    let d = plan.dimension
    let present = plan.particles.count + step
    for row in (present &* d)..<((present &+ 1) &* d) {
      self.xi.advanced(by: row &* v).update(repeating: .zero, count: used)
      self.eta.advanced(by: row &* v).update(repeating: .zero, count: used)
    }
    let (xi, eta) = (Self.numbers(self.xi), Self.numbers(self.eta))
    let newEta = Self.numbers(self.newEta)
    let inverseMass = Self.numbers(self.inverseMass)
    let times = Self.numbers(self.times)
    let argument = Self.numbers(phase)
    for tree in 0..<(used &* 8) {
      let (parent, partner) = (Int(parents[tree]), Int(partners[tree]))
      let shift = times[tree] * inverseMass[parent &* n &+ tree]
      let otherShift = times[tree] * inverseMass[partner &* n &+ tree]
      var at = parent &* d &* n &+ tree
      var other = partner &* d &* n &+ tree
      var axisPlace = tree
      var product = 0.0
      for _ in 0..<d {
        let kick = newEta[axisPlace]
        product += kick * (xi[other] - eta[other] * otherShift)
        xi[at] += kick * shift
        eta[at] += kick
        xi[other] -= kick * otherShift
        eta[other] -= kick
        at &+= n
        other &+= n
        axisPlace &+= n
      }
      argument[tree] = product
    }
    guard let halfHbar = plan.halfHbar else { return }
    for k in 0..<used { weight[k] *= sineCosine(phase[k] * halfHbar).cosine }
  }
}
