// What free flight takes out of the window in a step. Orbitals stand where they are at the end of the step: what will have left by then is
// gone from its beginning, and the force that it would have fed inside until then is missing,
//
//     Σ_slots ‖F‖ h ‖w_left‖ ≤ z_o h ‖w^{o}_left‖,   ‖w^{o}_left‖² = Σ_α k_α Tr G^{o,α} E^α,   E^α_ab = Σ_{sites that leave} conj φ_a φ_b,
//
// beyond what a flow on the same lattice loses, which has it until it leaves. z_o is the force on all particles of a marginal.

import CLibraries
import PhaseSpace
import Vlasov

extension OrbitalState {
  /// ‖w^{o}_left‖ per order. Cost: r² times the sites that leave.
  func left(over length: Double, _ orders: [MarginalOrder]) -> [Double] {
    let leaving = basis.map { $0.leaving(over: length) }
    return orders.enumerated().map { number, order in
      var sum = 0.0
      for species in basis.indices where order.counts[species] > 0 {
        let gram = gram(number, order, species)
        let own = zip(gram, leaving[species]).reduce(0.0) { $0 + $1.0 * $1.1 }
        sum += Double(order.counts[species]) * own
      }
      return Double.greatest(0, sum).squareRoot()
    }
  }
}

extension OrbitalFunctions {
  /// E: products over the sites that free flight over a length of time takes out of the window.
  fileprivate func leaving(over time: Double) -> [Double] {
    let (points, half, length) = (lattice.pointCount(species), length / 2, length)
    let shift = lattice.shiftPerMode(over: time, species: species)
    let last = Double(lattice.halfWidths[species]) + 1e-9
    var places: [Int] = []
    let grid = (0..<points).map { lattice.point(at: $0, species: species) }
    for row in 0..<rowCount {
      let n = lattice.storedMode(row)
      guard n != .zero else { continue }
      for (place, g) in grid.enumerated() {
        // w(g) comes to g − δn.
        let leaves = (0..<lattice.dimension).contains {
          (Double(g[$0]) - shift * Double(n[$0])).magnitude > last
        }
        if leaves { places.append(row * points + place) }
      }
    }
    var values: [Double] = []
    values.reserveCapacity(2 * places.count * count)
    for function in 0..<count {
      for part in 0..<2 {
        let start = function * length + part * half
        for place in places { values.append(self.values[start + place]) }
      }
    }
    return DenseRows.overlaps(values, count, values, count, factor: cell)
  }
}
