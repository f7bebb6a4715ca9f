// A step of the trees of a block: its time, the parent, the species and the frequency of the new particle, and the tree with it.
// Vector passes (times, distances, directions, weights, exponentials) alternate with one scalar pass that looks up parents and
// tables. At finite N the partner may be a particle that is there: DysonTreesRecollisions.swift.

import CLibraries

extension TreeBlock {
  /// t_m = t_{m−1} u^{1/(j−m+1)}, and Σ_{i'≤i} R|x| at that time.
  func chooseTimes(_ step: Int, _ width: Int, _ used: Int) {
    let v = Self.stride
    let d = plan.dimension
    let present = plan.particles.count + step
    let left = plan.order - step
    let u = uniforms + step * plan.coordinatesPerStep * v
    for point in 0..<width {
      let factor =
        switch left {
        case 1: u[point]
        case 2: squareRoot(u[point])
        default: exponential(logarithm(u[point]) * (1 / Double(left)))
        }
      let t = times[point] * factor
      for k in Swift.stride(from: point, to: used, by: width) {
        times[k] = t
        var total = Lanes.zero
        for i in 0..<present {
          let row = i &* v &+ k
          let shift = t * inverseMass[row]
          var square = Lanes.zero
          var at = i &* d &* v &+ k
          for _ in 0..<d {
            let x = xi[at] - eta[at] * shift
            square += x * x
            at &+= v
          }
          total += squareRoot(square) * rate[row]
          cumulative[row] = total
        }
      }
    }
  }

  /// The parent, the species of the new particle and the entry of the table, tree by tree.
  func chooseParents(_ step: Int, _ width: Int, _ used: Int) {
    let n = 8 * Self.stride
    let d = plan.dimension
    let present = plan.particles.count + step
    let speciesCount = plan.speciesCount
    let isTorus = plan.frequencies.isTorus
    let isSigned = !isTorus && d == 1 && !plan.reflects(step)
    let u = Self.numbers(uniforms + (step * plan.coordinatesPerStep + 1) * Self.stride)
    let w = u + 2 * n
    let choice = u + n
    let (cumulative, species) = (Self.numbers(cumulative), Self.numbers(species))
    let (rate, inverseMass) = (Self.numbers(rate), Self.numbers(inverseMass))
    let (xi, eta) = (Self.numbers(xi), Self.numbers(eta))
    let (radius, gain) = (Self.numbers(radius), Self.numbers(gain))
    let (position, newEta) = (Self.numbers(position), Self.numbers(newEta))
    let (times, parents) = (Self.numbers(times), parents)
    let entries = tables
    let rates = entries + plan.frequencies.entries.count
    let inverseMasses = rates + speciesCount
    let probabilities = inverseMasses + speciesCount
    let lengths = probabilities + speciesCount * speciesCount
    let numbers = lengths + speciesCount * speciesCount
    let first = pairs
    let entryLength = plan.frequencies.entryLength
    // The low bits of x + 1.5·2⁵² are those of the nearest integer to x: cheaper than the checked conversion.
    let shift = 0x1.8p52
    let lastRow = cumulative + (present &- 1) &* n
    let (newSpecies, newRate) = (species + present &* n, rate + present &* n)
    let newInverseMass = inverseMass + present &* n
    var point = -1
    for tree in 0..<(8 &* used) {
      point = point == 8 &* width &- 1 ? 0 : point &+ 1
      let target = u[point] * lastRow[tree]
      var parent = 0
      var at = tree
      for _ in 1..<max(present, 1) {
        parent &+= cumulative[at] < target ? 1 : 0
        at &+= n
      }
      let place = parent &* n &+ tree
      let row = Int(truncatingIfNeeded: (species[place] + shift).bitPattern & 0xffff) &* speciesCount
      var beta = 0
      while beta < speciesCount &- 1, probabilities[row &+ beta] <= choice[point] { beta &+= 1 }
      let pair = row &+ beta
      parents[tree] = Int32(truncatingIfNeeded: parent)
      newSpecies[tree] = numbers[beta]
      newRate[tree] = rates[beta]
      newInverseMass[tree] = inverseMasses[beta]
      let drift = times[tree] * inverseMass[place]
      var component = parent &* d &* n &+ tree
      var axisPlace = tree
      for _ in 0..<d {
        position[axisPlace] = xi[component] - eta[component] * drift
        component &+= n
        axisPlace &+= n
      }
      let level = (isSigned ? (2 * w[point] - 1).magnitude : w[point]) * lengths[pair]
      let whole = min(level - 0.5 + shift, lengths[pair] - 1 + shift)
      let cell = Int(truncatingIfNeeded: whole.bitPattern & 0xffff_ffff)
      let part = level - (whole - shift)
      let front = entries + first[pair]
      let entry = front + cell &* entryLength
      if isTorus {
        let alias = Int(truncatingIfNeeded: (entry[1] + shift).bitPattern & 0xffff_ffff)
        let chosen = part < entry[0] ? entry : front + alias &* entryLength
        for axis in 0..<d { newEta[axis &* n &+ tree] = chosen[2 &+ axis] }
        gain[tree] = chosen[5]
      } else {
        (radius[tree], gain[tree]) = TreeRadialTable.draw(front, entry, part)
      }
    }
  }

  /// The tree becomes one particle larger: the parent moves, the child appears.
  func branch(_ step: Int, _ used: Int) {
    let n = 8 * Self.stride
    let v = Self.stride
    let d = plan.dimension
    let present = plan.particles.count + step
    let (xi, eta) = (Self.numbers(self.xi), Self.numbers(self.eta))
    let newEta = Self.numbers(self.newEta)
    let inverseMass = Self.numbers(self.inverseMass)
    let times = Self.numbers(self.times)
    for tree in 0..<(used &* 8) {
      let parent = Int(parents[tree])
      let shift = times[tree] * inverseMass[parent &* n &+ tree]
      var at = parent &* d &* n &+ tree
      var axisPlace = tree
      for _ in 0..<d {
        let kick = newEta[axisPlace]
        xi[at] += kick * shift
        eta[at] += kick
        at &+= n
        axisPlace &+= n
      }
    }
    for axis in 0..<d {
      for k in 0..<used {
        let kick = self.newEta[axis &* v &+ k]
        let at = (present &* d &+ axis) &* v &+ k
        self.eta[at] = -kick
        self.xi[at] = -kick * (self.times[k] * self.inverseMass[present &* v &+ k])
      }
    }
  }
}
