import PhaseSpace
import Testing

@Suite("Mode indices")
struct ModeIndexTests {
  /// All n of Z^3 with |n_i| ≤ 2.
  private var modes: [[Int]] {
    let side = -2...2
    return side.flatMap { a in side.flatMap { b in side.map { c in [a, b, c] } } }
  }

  @Test("modes stand in the order of their components")
  func order() {
    for a in modes {
      for b in modes {
        let (n, m) = (ModeIndex(components: a), ModeIndex(components: b))
        #expect(n.precedes(m) == a.lexicographicallyPrecedes(b))
        #expect(n.dot(m) == zip(a, b).reduce(0) { $0 + $1.0 * $1.1 })
      }
    }
    #expect(ModeIndex(.min, 0, 0).precedes(ModeIndex(.max, 0, 0)))
  }

  @Test("the dimension of a mode is the least that holds it")
  func dimension() {
    for a in modes {
      #expect(ModeIndex(components: a).dimension == 1 + (a.lastIndex { $0 != 0 } ?? 0))
    }
  }

  @Test("a mode comes back from its wave vector, what lies between modes or too far out does not")
  func fromWaveVector() {
    let kappa = 0.7
    for a in modes {
      let mode = ModeIndex(components: a)
      #expect(ModeIndex(of: mode.vector * kappa, kappa: kappa, dimension: 3) == mode)
    }
    // The axes beyond d are not looked at.
    #expect(
      ModeIndex(of: SpaceVector(0.7, 0.1, .nan), kappa: kappa, dimension: 1) == ModeIndex(1, 0, 0))
    for eta in [0.7 * 0.5, 0.7 * (1 + 1e-8), 1e300, .infinity, .nan] {
      #expect(ModeIndex(of: SpaceVector(eta, 0, 0), kappa: kappa, dimension: 1) == nil)
    }
  }
}
