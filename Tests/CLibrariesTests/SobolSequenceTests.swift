import CLibraries
import Testing

@Suite("Sobol's sequence")
struct SobolSequenceTests {
  @Test("among the first 2^m points every dyadic interval of length 2^{−m} of every axis holds one")
  func axes() throws {
    let count = 256
    let dimension = 40
    let sequence = try SobolSequence(dimension: dimension)
    var points = [UInt32](repeating: 0, count: dimension * count)
    points.withUnsafeMutableBufferPointer { buffer in
      sequence.next(100, into: buffer.baseAddress!, stride: count)
      sequence.next(count - 100, into: buffer.baseAddress! + 100, stride: count)
    }
    for axis in 0..<dimension {
      let cells = Set((0..<count).map { points[axis * count + $0] >> 22 })
      #expect(cells.count == count, "axis \(axis)")
    }
    #expect(throws: ArgumentError.self) { try SobolSequence(dimension: 41) }
  }

  /// The first `count` points as numbers of [0, 1), axis by axis.
  private func points(_ count: Int, dimension: Int) throws -> [[Double]] {
    let sequence = try SobolSequence(dimension: dimension)
    var points = [UInt32](repeating: 0, count: dimension * count)
    points.withUnsafeMutableBufferPointer { sequence.next(count, into: $0.baseAddress!, stride: count) }
    return (0..<dimension).map { axis in (0..<count).map { Double(points[axis * count + $0]) * 0x1p-30 } }
  }

  @Test("the first eight points of the first two axes, the origin among them")
  func firstPoints() throws {
    // x_i ⊕ v_c with c the lowest zero bit of i: v = ½, ¼, ⅛ on the first axis (x + 1's) and ½, ¾, ⅝ on the second.
    let points = try points(8, dimension: 2)
    #expect(points[0] == [0, 0.5, 0.75, 0.25, 0.375, 0.875, 0.625, 0.125])
    #expect(points[1] == [0, 0.5, 0.25, 0.75, 0.375, 0.875, 0.125, 0.625])
  }

  @Test("in the plane every dyadic rectangle of area 2^{−m} holds one of the first 2^m points")
  func plane() throws {
    let exponent = 8
    let count = 1 << exponent
    let points = try points(count, dimension: 2)
    for columns in 0...exponent {
      let (width, height) = (Double(1 << columns), Double(count >> columns))
      let cells = Set((0..<count).map { [Int(points[0][$0] * width), Int(points[1][$0] * height)] })
      #expect(cells.count == count, "\(width) × \(height)")
    }
  }

  @Test("dimensions that the tables do not reach are refused", arguments: [0, -1, 41, .max])
  func dimensions(dimension: Int) {
    #expect(throws: ArgumentError.self) { try SobolSequence(dimension: dimension) }
  }
}
