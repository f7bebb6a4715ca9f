import Computing
import Foundation

/// A list of plain values that grows where it lies (`realloc` moves pages, not bytes), so that it is never held twice while it
/// is made; what is reserved and not yet used takes no memory. To be deallocated by its owner.
///
/// Where memory is refused it only counts from then on: whoever fills it asks `check` now and then, and before it is read.
package struct GrowingBuffer<Element> {
  private(set) var start: UnsafeMutablePointer<Element>
  package private(set) var count = 0
  private var capacity = 0
  private let limit: Int
  private var refused: Int?

  /// - Parameter limit: bytes beyond which memory counts as refused.
  /// - Precondition: the elements hold no references.
  package init(limit: Int = .max) {
    precondition(_isPOD(Element.self), "plain values")
    self.limit = limit
    start = UnsafeMutablePointer(bitPattern: MemoryLayout<Element>.alignment)!
  }

  /// Bytes of the elements.
  var bytes: Int { count * MemoryLayout<Element>.stride }

  /// Adds an element at the end.
  package mutating func append(_ element: Element) {
    if count == capacity, refused == nil { grow(to: max(16, count + count / 2)) }
    if count < capacity { (start + count).initialize(to: element) }
    count += 1
  }

  /// Whether all elements are there.
  /// - Throws: `MemoryError` where memory was refused.
  package func check() throws(MemoryError) {
    if let refused { throw MemoryError(purpose: "the compiled right side", bytes: refused) }
  }

  /// Gives back what is reserved beyond the elements.
  mutating func shrink() {
    let size = max(1, count)
    guard capacity > size, let new = realloc(start, size * MemoryLayout<Element>.stride) else { return }
    start = new.assumingMemoryBound(to: Element.self)
    capacity = size
  }

  package subscript(index: Int) -> Element { start[index] }

  var baseAddress: UnsafeMutablePointer<Element>? { start }

  package func deallocate() { if capacity > 0 { free(start) } }

  private mutating func grow(to size: Int) {
    let bytes = size * MemoryLayout<Element>.stride
    let old = capacity > 0 ? UnsafeMutableRawPointer(start) : nil
    guard bytes <= limit, let new = realloc(old, bytes) else {
      refused = bytes
      return
    }
    start = new.assumingMemoryBound(to: Element.self)
    capacity = size
  }
}
