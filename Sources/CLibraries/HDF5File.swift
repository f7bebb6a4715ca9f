internal import CHDF5
import Foundation

/// A failure of the HDF5 library: what was being done to which object.
public struct HDF5Error: Error, Sendable, Hashable, CustomStringConvertible {
  /// What was being done: "create", "write", …
  public let operation: String
  /// The file, data set or attribute it was done to.
  public let object: String

  public var description: String { "HDF5: cannot \(operation) '\(object)'" }
}

/// An HDF5 file being written or read: n-dimensional arrays of Double, integers and texts, with attributes.
///
/// Complex arrays are stored with a trailing axis of 2 (real, imaginary) and the attribute `complex = 1`.
public final class HDF5File {
  let handle: hid_t
  private let path: String
  /// A write failed (the disk is full): closing would write again, which the library does not survive.
  private var isBroken = false

  /// Creates (truncating) a file for writing.
  public init(creating path: String) throws(HDF5Error) {
    Self.silence()
    handle = H5Fcreate(path, hdf5_truncate(), 0, 0)
    self.path = path
    guard handle >= 0 else { throw HDF5Error(operation: "create", object: path) }
  }

  /// Opens a file for reading.
  public init(opening path: String) throws(HDF5Error) {
    Self.silence()
    handle = H5Fopen(path, hdf5_read_only(), 0)
    self.path = path
    guard handle >= 0 else { throw HDF5Error(operation: "open", object: path) }
  }

  deinit { if handle >= 0, !isBroken { H5Fclose(handle) } }

  /// Flushes everything to the file system; an error here means the disk is full.
  public func flush() throws(HDF5Error) {
    guard H5Fflush(handle, H5F_SCOPE_GLOBAL) >= 0 else {
      isBroken = true
      throw HDF5Error(operation: "flush", object: path)
    }
  }

  /// The library prints its error stack to stderr by default; errors come back as values instead. Nor does it close
  /// at exit what a full disk has left open, which would end the process by a signal.
  private static func silence() {
    H5dont_atexit()
    H5open()
    H5Eset_auto2(0, nil, nil)
  }

  /// Writes a row-major array of this shape, creating the groups on its path.
  public func write(_ values: [Double], shape: [Int], at name: String) throws(HDF5Error) {
    try write(values, type: hdf5_native_double(), count: values.count, shape: shape, at: name)
  }

  /// Writes a row-major array of integers, as signed 64-bit ones.
  public func writeIntegers(_ values: [Int], shape: [Int], at name: String) throws(HDF5Error) {
    let integers = values.map { Int64($0) }
    try write(integers, type: hdf5_native_int64(), count: integers.count, shape: shape, at: name)
  }

  func write(
    _ bytes: UnsafeRawPointer, type: hid_t, count: Int, shape: [Int], at name: String
  ) throws(HDF5Error) {
    let failure = HDF5Error(operation: "write", object: name)
    var product: Int? = 1
    for size in shape { product = size < 0 ? nil : product.flatMap { Memory.product($0, size) } }
    guard product == count else { throw failure }
    try createGroups(of: name)
    let dimensions = shape.map { hsize_t($0) }
    let space = shape.isEmpty ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(shape.count), dimensions, nil)
    defer { H5Sclose(space) }
    // Without times of day the same results are the same bytes.
    let creation = H5Pcreate(hdf5_dataset_create_list())
    defer { H5Pclose(creation) }
    H5Pset_obj_track_times(creation, false)
    let set = H5Dcreate2(handle, name, type, space, 0, creation, 0)
    guard set >= 0 else { throw failure }
    defer { H5Dclose(set) }
    guard count == 0 || H5Dwrite(set, type, 0, 0, 0, bytes) >= 0 else {
      isBroken = true
      throw failure
    }
  }

  /// Reads an array with its shape.
  public func read(_ name: String) throws(HDF5Error) -> (values: [Double], shape: [Int]) {
    let failure = HDF5Error(operation: "read", object: name)
    let set = H5Dopen2(handle, name, 0)
    guard set >= 0 else { throw failure }
    defer { H5Dclose(set) }
    guard let (shape, count) = extent(of: set) else { throw failure }
    var values = [Double](repeating: 0, count: count)
    guard count == 0 || H5Dread(set, hdf5_native_double(), 0, 0, 0, &values) >= 0 else { throw failure }
    return (values, shape)
  }

  /// Reads an array of integers with its shape.
  public func readIntegers(_ name: String) throws(HDF5Error) -> (values: [Int], shape: [Int]) {
    let failure = HDF5Error(operation: "read integers of", object: name)
    let set = H5Dopen2(handle, name, 0)
    guard set >= 0 else { throw failure }
    defer { H5Dclose(set) }
    let type = H5Dget_type(set)
    defer { H5Tclose(type) }
    guard H5Tget_class(type) == H5T_INTEGER, let (shape, count) = extent(of: set) else { throw failure }
    var values = [Int64](repeating: 0, count: count)
    guard count == 0 || H5Dread(set, hdf5_native_int64(), 0, 0, 0, &values) >= 0 else { throw failure }
    return (values.map { Int($0) }, shape)
  }

  /// Shape and size of a data set; nil when the file claims more elements than it stores bytes.
  func extent(of set: hid_t) -> (shape: [Int], count: Int)? {
    let space = H5Dget_space(set)
    defer { H5Sclose(space) }
    let rank = max(0, Int(H5Sget_simple_extent_ndims(space)))
    var dimensions = [hsize_t](repeating: 0, count: max(1, rank))
    H5Sget_simple_extent_dims(space, &dimensions, nil)
    let shape = dimensions.prefix(rank).map { Int(clamping: $0) }
    var count: Int? = 1
    for size in shape { count = count.flatMap { Memory.product($0, size) } }
    guard let count, count <= Int(clamping: H5Dget_storage_size(set)) else { return nil }
    return (shape, count)
  }

  /// Attaches a number to an object.
  public func setAttribute(_ attribute: String, of object: String, to value: Double) throws(HDF5Error) {
    let space = H5Screate(H5S_SCALAR)
    defer { H5Sclose(space) }
    let item = H5Acreate_by_name(handle, object, attribute, hdf5_native_double(), space, 0, 0, 0)
    guard item >= 0 else { throw HDF5Error(operation: "annotate", object: object) }
    defer { H5Aclose(item) }
    guard withUnsafePointer(to: value, { H5Awrite(item, hdf5_native_double(), $0) }) >= 0 else {
      throw HDF5Error(operation: "annotate", object: object)
    }
  }

  private func createGroups(of name: String) throws(HDF5Error) {
    let parts = name.split(separator: "/").dropLast()
    var group = ""
    for part in parts {
      group += "/" + part
      if H5Lexists(handle, group, 0) > 0 { continue }
      let id = H5Gcreate2(handle, group, 0, 0, 0)
      guard id >= 0 else { throw HDF5Error(operation: "create the group", object: group) }
      H5Gclose(id)
    }
  }
}
