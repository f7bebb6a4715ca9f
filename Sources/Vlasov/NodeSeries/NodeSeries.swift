// Nodes whose positions are power series in a parameter λ — the coupling, or the time —
//
//     q = Σ_i λ^i q_i,     z_m = e^{iκmq} = Σ_i λ^i z_{m,i},     z_{m,j} = (iκm/j) Σ_{i=1}^{j} i q_i z_{m,j−i},
//
// and the sums over them and forces on them that follow order by order: ρ_{m,j} = Σ w z_{m,j}, and [λ^j] of the force
// Im Σ_m (a_m − ib_m) z_m. One class for both parameters: in λ the nodes stand at several stages of time at once, with fields of
// their own, in t at one.
//
// Nodes go in blocks of 128, whatever the number of threads, and sums over blocks are added in their order: to the same bits on any
// number of threads. Cost: 4j flops a node, stage and mode for the coefficient j, as many for the force; memory 16 bytes a node,
// stage, mode and order, 8 for each order of q.

import CKernels
import CLibraries
package import Computing

/// The series of the exponentials of a set of nodes, order by order.
package final class NodeSeries {
  /// How many nodes there are, those of weight zero at the end included: a multiple of `block`.
  package let nodes: Int
  /// Times at which the nodes stand.
  package let stages: Int
  /// J: z_{m,0} … z_{m,J−1} and q_0 … q_J.
  package let orders: Int
  /// Numbers of an order: stages × nodes, stage by stage.
  package var stride: Int { stages * nodes }
  /// q_j from j·stride on.
  package let positions: UnsafeMutablePointer<Double>
  /// Of the order that `addForces` was called for.
  package let forces: UnsafeMutablePointer<Double>
  /// w, nodes of them.
  package let weights: UnsafeMutablePointer<Double>

  /// Real parts of a block of z_{m,j}, then its imaginary parts, order by order: a block, stage and mode together.
  private let exponentials, partial: UnsafeMutablePointer<Double>
  private let field: SeriesField
  private let workers: Workers

  /// Nodes of a block.
  package static var block: Int { 128 }

  /// The number of nodes with those that fill the last block.
  package static func padded(_ nodes: Int) -> Int { (nodes + block - 1) / block * block }

  /// - Parameter weights: w of the nodes; those that fill the last block have none.
  package init(weights: [Double], stages: Int, orders: Int, field: SeriesField, workers: Workers) {
    nodes = Self.padded(weights.count)
    (self.stages, self.orders, self.field, self.workers) = (stages, orders, field, workers)
    func zeros(_ count: Int) -> UnsafeMutablePointer<Double> {
      let pointer = UnsafeMutablePointer<Double>.allocate(capacity: max(1, count))
      pointer.initialize(repeating: 0, count: max(1, count))
      return pointer
    }
    let numbers = stages * nodes
    positions = zeros((orders + 1) * numbers)
    forces = zeros(numbers)
    exponentials = zeros(2 * field.modes.count * orders * numbers)
    partial = zeros(nodes / Self.block * stages * field.modes.count * 2)
    self.weights = zeros(nodes)
    for (index, weight) in weights.enumerated() { self.weights[index] = weight }
  }

  deinit {
    for pointer in [positions, forces, exponentials, partial, weights] { pointer.deallocate() }
  }

  /// Bytes of all buffers; nil where they overflow.
  package static func bytes(nodes: Int, stages: Int, orders: Int, modes: Int) -> Int? {
    Memory.product(padded(nodes), stages, 8, 2 * modes * orders + orders + 3)
  }

  /// ρ_{m,j} at every stage, [stage][mode]: z_{m,j} from q_0 (j = 0) or from q_1 … q_j and the lower orders.
  package func densities(order j: Int) -> [SeriesAmplitude] {
    let (blocks, count) = (nodes / Self.block, field.modes.count)
    nonisolated(unsafe) let series = self
    forEachBlock(work: stages * count * (j + 8)) { block in
      for stage in 0..<series.stages {
        if j == 0 { series.begin(block, stage) } else { series.extend(block, stage, order: j) }
      }
    }
    var sums = [SeriesAmplitude](repeating: .init(), count: stages * count)
    for block in 0..<blocks {
      for index in sums.indices {
        let at = 2 * (block * sums.count + index)
        sums[index].real += partial[at]
        sums[index].imaginary += partial[at + 1]
      }
    }
    return sums
  }

  /// forces ← [λ^j] Im Σ_m (a_m − ib_m) z_m at every node and stage, block by block, and then `body` on the block.
  ///
  /// - Parameter amplitudes: a and b of the orders 0 … j at (stage·modes + mode)·orders + i.
  package func addForces(
    order j: Int, _ a: [Double], _ b: [Double], then body: @escaping @Sendable (Range<Int>) -> Void
  ) {
    let (block, count, length) = (Self.block, field.modes.count, orders)
    nonisolated(unsafe) let series = self
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        nonisolated(unsafe) let (a, b) = (a, b)
        forEachBlock(work: stages * count * (j + 1)) { number in
          let first = number * block
          for stage in 0..<series.stages {
            let target = series.forces + stage * series.nodes + first
            target.update(repeating: 0, count: block)
            guard let a = a.baseAddress, let b = b.baseAddress else { continue }
            for mode in 0..<count {
              let z = series.exponential(number, stage, mode)
              let from = (stage * count + mode) * length
              vlasov_add_series_force(j, block, a + from, b + from, z, z + block, 2 * block, target)
            }
          }
          body(first..<(first + block))
        }
      }
    }
  }

  /// Where z_{m,0} of a block is.
  private func exponential(_ block: Int, _ stage: Int, _ mode: Int) -> UnsafeMutablePointer<Double> {
    exponentials + ((block * stages + stage) * field.modes.count + mode) * orders * 2 * Self.block
  }

  /// z_{m,0} = e^{iκmq_0}, by powers of e^{iκq_0}.
  private func begin(_ block: Int, _ stage: Int) {
    let first = stage * nodes + block * Self.block
    let count = field.modes.count
    let sums = partial + 2 * (block * stages + stage) * count
    for index in 0..<(2 * count) { sums[index] = 0 }
    let source = UnsafeRawPointer(positions + first)
    let weights = UnsafeRawPointer(weights + block * Self.block)
    for lane in Swift.stride(from: 0, to: 8 * Self.block, by: 64) {
      let q = source.loadUnaligned(fromByteOffset: lane, as: SIMD8<Double>.self)
      let w = weights.loadUnaligned(fromByteOffset: lane, as: SIMD8<Double>.self)
      let (sine, cosine) = sineCosine(q * field.wavenumber)
      var (s, c) = (sine, cosine)
      var power = 1
      for (index, mode) in field.modes.enumerated() {
        while power < mode {
          (s, c) = (s * cosine + c * sine, c * cosine - s * sine)
          power += 1
        }
        let target = UnsafeMutableRawPointer(exponential(block, stage, index))
        target.storeBytes(of: c, toByteOffset: lane, as: SIMD8<Double>.self)
        target.storeBytes(of: s, toByteOffset: lane + 8 * Self.block, as: SIMD8<Double>.self)
        sums[2 * index] += (w * c).sum()
        sums[2 * index + 1] += (w * s).sum()
      }
    }
  }

  private func extend(_ block: Int, _ stage: Int, order j: Int) {
    let first = stage * nodes + block * Self.block
    let count = field.modes.count
    for (index, mode) in field.modes.enumerated() {
      let z = exponential(block, stage, index)
      let frequency = field.wavenumber * Double(mode)
      vlasov_next_exponential(
        j, Self.block, frequency, positions + first, stride, z, z + Self.block, 2 * Self.block,
        weights + block * Self.block, partial + 2 * ((block * stages + stage) * count + index))
    }
  }

  /// - Parameter work: roughly the cost of a node.
  private func forEachBlock(work: Int, _ body: @escaping @Sendable (Int) -> Void) {
    workers.forEachRange(of: nodes / Self.block, grain: max(1, 4000 / max(1, work))) { range in
      for block in range { body(block) }
    }
  }
}
