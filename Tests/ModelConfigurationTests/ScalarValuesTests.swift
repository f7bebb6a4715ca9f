import Testing

/// Where d = 1 a list of one number may be written without its brackets; no drift is a drift of 0.
@Suite("Scalars in one dimension")
struct ScalarValuesTests {
  @Test("bare numbers are read as the lists that they stand for, and are written out as these")
  func bare() throws {
    let lists = ModelReaderTests.torus
    var bare = lists
    for (list, number) in [
      ("m: [1]", "m: 1"), ("m: [0]", "m: 0"), ("sigma: [1.0]", "sigma: 1.0"), ("sigma: [0.6]", "sigma: 0.6"),
      ("drift: [-0.3]", "drift: -0.3"), ("width: [1.1]", "width: 1.1"), ("centre: [0.5]", "centre: 0.5"),
      ("xi: [0.5]", "xi: 0.5"), ("eta: [1.2566370614]", "eta: 1.2566370614"), ("eta: [0]}", "eta: 0}"),
    ] {
      #expect(bare.contains(list))
      bare = bare.replacing(list, with: number)
    }
    let (first, second) = (try ModelReaderTests.Everything(lists), try ModelReaderTests.Everything(bare))
    #expect(second.effective == first.effective)
    #expect(second.points == first.points)
  }

  @Test("a maxwellian or a packet without a drift has drift 0; a stream must say where it goes")
  func drift() throws {
    let written = ModelReaderTests.torus.replacing("drift: [-0.3], ", with: "drift: [0], ")
    let absent = ModelReaderTests.torus.replacing("drift: [-0.3], ", with: "")
      .replacing(", drift: [0.0]", with: "")
    #expect(absent != ModelReaderTests.torus)
    let (first, second) = (try ModelReaderTests.Everything(written), try ModelReaderTests.Everything(absent))
    #expect(second.effective.replacing("0.0]", with: "0]") == first.effective.replacing("0.0]", with: "0]"))
    #expect(throws: (any Error).self) {
      try ModelReaderTests.Everything(ModelReaderTests.torus.replacing(", drift: [2.0]", with: ""))
    }
  }

  @Test("of several numbers none stands for the others")
  func two() {
    let plane = ModelReaderTests.torus.replacing("dimension: 1", with: "dimension: 2")
      .replacing("sigma: [1.0]", with: "sigma: 1.0")
    #expect(throws: (any Error).self) { try ModelReaderTests.Everything(plane) }
  }
}
