// The characteristic function of the nodes at the sites of a lattice,
//
//     w^α(ξ,κn) = Σ_j w_j e^{i(ξp_j + κnq_j)},     n = −n_max … n_max,  ξ = gΔξ,  |g| ≤ G,
//
// as a real matrix product: (cos, sin of κnq_j, times w_j) by (cos, sin of ξp_j), n and g ≥ 0. The four products give both signs
// of n, and w(−ξ,−n) = conj w(ξ,n). Nodes go through it in tiles, in a fixed order, and grid points in chunks of sixteen, from
// the first of which e^{iξp} is continued: to the same bits on any number of threads.
//
// Cost: 8 (n_max + 1)(G + 1) flops a node, and 2(G + 1) sines and cosines.

import CLibraries
import Numerics
public import PhaseSpace

extension VlasovCharacteristics {
  private static var tile: Int { 1024 }
  private static var chunk: Int { 16 }

  /// w^α of all species now.
  /// - Precondition: a lattice of the model's torus and species.
  public func table(on lattice: FourierLattice) -> OneParticleTable {
    OneParticleTable(lattice: lattice, values: species.map { values($0, on: lattice) })
  }

  private func values(_ index: Int, on lattice: FourierLattice) -> [[Double]] {
    let nodes = nodes(index)
    let (half, spacing, modes) = (lattice.halfWidths[index], lattice.spacing(index), lattice.modes)
    let (tile, chunk, rows) = (Self.tile, Self.chunk, 2 * (modes + 1))
    let chunks = half / chunk + 1
    let wavenumber = lattice.kappa
    var waves = [Double](repeating: 0, count: rows * tile)
    var planes = [Double](repeating: 0, count: workers.threads * 2 * chunk * tile)
    // Of every chunk rows × (cosines of the chunk, sines of the chunk).
    var sums = [Double](repeating: 0, count: chunks * rows * 2 * chunk)
    nodes.positions.withUnsafeBufferPointer { q in
      nodes.momenta.withUnsafeBufferPointer { p in
        waves.withUnsafeMutableBufferPointer { waves in
          planes.withUnsafeMutableBufferPointer { planes in
            sums.withUnsafeMutableBufferPointer { sums in
              nonisolated(unsafe) let (waves, planes) = (waves.baseAddress!, planes.baseAddress!)
              nonisolated(unsafe) let (sums, p, q) = (sums.baseAddress!, p.baseAddress!, q.baseAddress!)
              for start in stride(from: 0, to: nodes.weights.count, by: tile) {
                let count = min(tile, nodes.weights.count - start)
                Self.fillWaves(waves, q + start, nodes.weights, from: start, count, modes, wavenumber)
                workers.forEachPiece(of: chunks) { piece, range in
                  let plane = planes + piece * 2 * chunk * tile
                  for number in range {
                    Self.fillPlane(plane, p + start, count, first: number * chunk, spacing)
                    MatrixProduct.multiply(
                      rows, 2 * chunk, count, waves, stride: tile, .plain, plane, stride: tile, .transposed,
                      beta: 1, into: sums + number * rows * 2 * chunk, stride: 2 * chunk)
                  }
                }
              }
            }
          }
        }
      }
    }
    let points = 2 * half + 1
    var lines = [[Double]](repeating: [Double](repeating: 0, count: 2 * points), count: 2 * modes + 1)
    for n in 0...modes {
      for g in 0...half {
        let at = (g / chunk * rows + n) * 2 * chunk + g % chunk
        let below = at + (modes + 1) * 2 * chunk
        let (cc, cs, sc, ss) = (sums[at], sums[at + chunk], sums[below], sums[below + chunk])
        for (mode, point, x, y) in [
          (n, g, cc - ss, sc + cs), (-n, g, cc + ss, cs - sc), (n, -g, cc + ss, sc - cs),
          (-n, -g, cc - ss, -sc - cs),
        ] {
          lines[mode + modes][point + half] = x
          lines[mode + modes][points + point + half] = y
        }
      }
    }
    return lines
  }

  /// w_j cos κnq_j in the rows n = 0 … n_max, w_j sin κnq_j in those after them.
  private static func fillWaves(
    _ waves: UnsafeMutablePointer<Double>, _ q: UnsafePointer<Double>, _ weights: [Double], from start: Int,
    _ count: Int, _ modes: Int, _ wavenumber: Double
  ) {
    let (source, target) = (UnsafeRawPointer(q), UnsafeMutableRawPointer(waves))
    weights.withUnsafeBytes { weights in
      for j in Swift.stride(from: 0, to: count, by: 8) {
        let x = source.loadUnaligned(fromByteOffset: 8 * j, as: SIMD8<Double>.self)
        let weight = weights.loadUnaligned(fromByteOffset: 8 * (start + j), as: SIMD8<Double>.self)
        let (sine, cosine) = sineCosine(x * wavenumber)
        var (s, c) = (SIMD8<Double>.zero, weight)
        for n in 0...modes {
          target.storeBytes(of: c, toByteOffset: 8 * (n * tile + j), as: SIMD8<Double>.self)
          target.storeBytes(of: s, toByteOffset: 8 * ((modes + 1 + n) * tile + j), as: SIMD8<Double>.self)
          (s, c) = (s * cosine + c * sine, c * cosine - s * sine)
        }
      }
    }
  }

  /// cos gΔξp_j in the rows g = first … first + 15, sin gΔξp_j in those after them.
  private static func fillPlane(
    _ plane: UnsafeMutablePointer<Double>, _ p: UnsafePointer<Double>, _ count: Int, first: Int,
    _ spacing: Double
  ) {
    let (source, target) = (UnsafeRawPointer(p), UnsafeMutableRawPointer(plane))
    for j in Swift.stride(from: 0, to: count, by: 8) {
      let y = source.loadUnaligned(fromByteOffset: 8 * j, as: SIMD8<Double>.self)
      let (sine, cosine) = sineCosine(y * spacing)
      var (s, c) = sineCosine(y * (spacing * Double(first)))
      for row in 0..<chunk {
        target.storeBytes(of: c, toByteOffset: 8 * (row * tile + j), as: SIMD8<Double>.self)
        target.storeBytes(of: s, toByteOffset: 8 * ((chunk + row) * tile + j), as: SIMD8<Double>.self)
        (s, c) = (s * cosine + c * sine, c * cosine - s * sine)
      }
    }
  }
}
