import CLibraries
import FermionTestModels
import Foundation
import Husimi
import ManyBody
import Numerics
import Testing

@Suite("Husimi measures on a grid")
struct HusimiGridTests {
  @Test("the grid holds the pointwise measure", arguments: 0..<5)
  func pointwise(_ index: Int) throws {
    let state = try ReferenceModel.slater([4, 3], cutoff: 9)
    let window = WindowTests.windows[index]
    let measure = HusimiMeasure(state: state, window: window)
    let momenta = [-0.61, -0.2, 0.0, 0.17, 0.44]
    for species in 0..<2 {
      let grid = try HusimiGrid(
        of: state, species: species, window: window, positions: 7, momenta: momenta,
        workers: Workers(threads: 2))
      for (i, p) in momenta.enumerated() {
        for (j, q) in grid.positions.enumerated() {
          var points: [[HusimiPoint]] = [[], []]
          points[species] = [HusimiPoint(q, p)]
          #expect((try measure.value(points) - grid[momentum: i, position: j]).magnitude < 1e-13)
        }
      }
    }
  }

  @Test(
    "∫dq dp/(2π) m^{(1,0)} = N_1/N, exact on more than 2n_max equal steps of q and p ∈ ħκZ", arguments: 0..<5)
  func resolutionOfIdentity(_ index: Int) throws {
    let state = try ReferenceModel.slater([4, 3], cutoff: 9)
    let window = WindowTests.windows[index]
    let hbar = 1.0 / 7
    let gaussian = window is GaussianWindow
    // Compact windows have algebraic tails in p: many lattice points; their sum converges like the power.
    let reach = gaussian ? 60 : 20000
    let momenta = (-reach...reach).map { hbar * Double($0) }
    let grid = try HusimiGrid(of: state, species: 0, window: window, positions: 20, momenta: momenta)
    let cell = 2 * Double.pi / 20 * hbar / (2 * Double.pi)
    let mass = grid.values.reduce(0, +) * cell
    #expect((mass - 4.0 / 7).magnitude < 1e-12)
    #expect(grid.values.min()! > -1e-14 && grid.values.max()! < 1 + 1e-14)
  }
}
