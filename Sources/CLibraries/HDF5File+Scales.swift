internal import CHDF5

extension HDF5File {
  /// Declares a list that was written as the labels of an axis, a dimension scale of this name.
  public func makeScale(_ path: String, name: String) throws(HDF5Error) {
    let set = H5Dopen2(handle, path, 0)
    guard set >= 0 else { throw HDF5Error(operation: "make an axis of", object: path) }
    defer { H5Dclose(set) }
    guard H5DSset_scale(set, name) >= 0 else { throw HDF5Error(operation: "make an axis of", object: path) }
  }

  /// Says that a scale labels a dimension of an array.
  public func attach(scale: String, toDimension dimension: Int, of array: String) throws(HDF5Error) {
    let failure = HDF5Error(operation: "attach the axis \(scale) to", object: array)
    let labels = H5Dopen2(handle, scale, 0)
    guard labels >= 0 else { throw failure }
    defer { H5Dclose(labels) }
    let set = H5Dopen2(handle, array, 0)
    guard set >= 0 else { throw failure }
    defer { H5Dclose(set) }
    guard H5DSattach_scale(set, labels, UInt32(dimension)) >= 0 else { throw failure }
  }

  /// The name of the scale of each dimension of an array; "" where there is none.
  public func scales(of array: String) throws(HDF5Error) -> [String] {
    let failure = HDF5Error(operation: "read the axes of", object: array)
    let set = H5Dopen2(handle, array, 0)
    guard set >= 0 else { throw failure }
    defer { H5Dclose(set) }
    guard let (shape, _) = extent(of: set) else { throw failure }
    return shape.indices.map { dimension in
      var name = ""
      withUnsafeMutablePointer(to: &name) { name in
        _ = H5DSiterate_scales(
          set, UInt32(dimension), nil,
          { _, _, scale, context in
            var bytes = [CChar](repeating: 0, count: 256)
            H5DSget_scale_name(scale, &bytes, bytes.count)
            context?.assumingMemoryBound(to: String.self).pointee = String(
              decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            return 0
          }, name)
      }
      return name
    }
  }
}
