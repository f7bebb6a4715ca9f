import CPrefetch

/// Asks the processor to bring `count` numbers from `start` on into its second-level cache, a hint before they are read.
public func prefetch(_ start: UnsafePointer<Double>, count: Int) {
  var at = UnsafeRawPointer(start)
  let end = UnsafeRawPointer(start + count)
  while at < end {
    vlasov_prefetch(at)
    at += 64
  }
}
