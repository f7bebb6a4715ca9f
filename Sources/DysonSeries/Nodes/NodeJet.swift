import CKernels
import Computing
import Numerics
import Vlasov

/// A series in the coupling that was summed over nodes, and how much was added up.
struct NodeJet: Sendable {
  /// Σ w E_j
  var values: [Complex<Double>]
  /// Σ |w| |E_j|
  var sizes: [Double]

  init(orders: Int) {
    values = [Complex<Double>](repeating: .zero, count: orders + 1)
    sizes = [Double](repeating: 0, count: orders + 1)
  }

  static func + (a: NodeJet, b: NodeJet) -> NodeJet {
    var sum = a
    for j in a.values.indices {
      sum.values[j] += b.values[j]
      sum.sizes[j] += b.sizes[j]
    }
    return sum
  }

  /// Adds a block of nodes: E_0 = e^{i(ξp + ηq)}, the orders of e^{iφ} with φ_j = (ξ − ηt/m)P_j + ηQ_j by the recursion of
  /// `NodeSeries`.
  mutating func add(
    _ data: PhaseSpaceQuadrature, xi: Double, eta: Double, from first: Int,
    _ jets: (positions: [Double], momenta: [Double]), nodes: Int, shifted: Double
  ) {
    let (width, count) = (NodeSeries.block, values.count)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 3 * count * width) { buffer in
      guard let phases = buffer.baseAddress else { return }
      let (real, imaginary) = (phases + count * width, phases + 2 * count * width)
      data.weights.withUnsafeBufferPointer { weights in
        guard let weights = weights.baseAddress.map({ $0 + first }) else { return }
        for start in stride(from: 0, to: width, by: 8) {
          var phase = SIMD8<Double>.zero
          for lane in 0..<8 {
            let node = first + start + lane
            phase[lane] = xi * data.momenta[node] + eta * data.positions[node]
          }
          let (sine, cosine) = sineCosine(phase)
          for lane in 0..<8 { (real[start + lane], imaginary[start + lane]) = (cosine[lane], sine[lane]) }
        }
        for j in 0..<count {
          if j > 0 {
            let at = (j - 1) * nodes + first
            for i in 0..<width {
              phases[j * width + i] = shifted * jets.momenta[at + i] + eta * jets.positions[at + i]
            }
            var sums = (0.0, 0.0)
            withUnsafeMutableBytes(of: &sums) {
              guard let sums = $0.baseAddress?.assumingMemoryBound(to: Double.self) else { return }
              vlasov_next_exponential(j, width, 1, phases, width, real, imaginary, width, weights, sums)
            }
            values[j] += Complex(sums.0, sums.1)
          }
          var (sum, size) = (Complex<Double>.zero, 0.0)
          for i in (j * width)..<((j + 1) * width) {
            let weight = weights[i - j * width]
            sum += Complex(weight * real[i], weight * imaginary[i])
            size += weight.magnitude * (real[i] * real[i] + imaginary[i] * imaginary[i]).squareRoot()
          }
          if j == 0 { values[0] += sum }
          sizes[j] += size
        }
      }
    }
  }
}
