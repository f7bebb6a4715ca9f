import Foundation

/// A list of plain values that grows where it lies (`realloc` moves pages, not bytes), so that it is never held twice while it
/// is made; what is reserved and not yet used takes no memory. To be deallocated by its owner.
struct GrowingBuffer<Element> {
  private(set) var start: UnsafeMutablePointer<Element>
  private(set) var count = 0
  private var capacity = 0

  /// - Precondition: the elements hold no references.
  init() {
    precondition(_isPOD(Element.self), "plain values")
    start = UnsafeMutablePointer(bitPattern: MemoryLayout<Element>.alignment)!
  }

  /// Bytes of the elements.
  var bytes: Int { count * MemoryLayout<Element>.stride }

  /// Adds an element at the end.
  mutating func append(_ element: Element) {
    if count == capacity { resize(to: max(16, count + count / 2)) }
    (start + count).initialize(to: element)
    count += 1
  }

  /// Gives back what is reserved beyond the elements.
  mutating func shrink() { if capacity > max(1, count) { resize(to: max(1, count)) } }

  subscript(index: Int) -> Element { start[index] }

  var baseAddress: UnsafeMutablePointer<Element>? { start }

  func deallocate() { if capacity > 0 { free(start) } }

  private mutating func resize(to size: Int) {
    let old = capacity > 0 ? UnsafeMutableRawPointer(start) : nil
    // Out of memory is the end of the process here as in every Swift array; the sum of the run was checked before.
    guard let new = realloc(old, size * MemoryLayout<Element>.stride) else { fatalError("out of memory") }
    start = new.assumingMemoryBound(to: Element.self)
    capacity = size
  }
}
