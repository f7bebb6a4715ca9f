internal import CHDF5
import Foundation

extension HDF5File {
  /// Writes a list of texts, as UTF-8 of variable length: what every reader takes for texts.
  public func writeTexts(_ texts: [String], at name: String) throws(HDF5Error) {
    guard let type = Self.textType() else { throw HDF5Error(operation: "write", object: name) }
    defer { H5Tclose(type) }
    let pointers = texts.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    try write(pointers, type: type, count: texts.count, shape: [texts.count], at: name)
  }

  /// Reads a list of texts.
  public func readTexts(_ name: String) throws(HDF5Error) -> [String] {
    let failure = HDF5Error(operation: "read texts of", object: name)
    let set = H5Dopen2(handle, name, 0)
    guard set >= 0 else { throw failure }
    defer { H5Dclose(set) }
    let stored = H5Dget_type(set)
    defer { H5Tclose(stored) }
    guard H5Tget_class(stored) == H5T_STRING, H5Tis_variable_str(stored) > 0, let type = Self.textType(),
      let (_, count) = extent(of: set)
    else { throw failure }
    defer { H5Tclose(type) }
    var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
    guard count == 0 || H5Dread(set, type, 0, 0, 0, &pointers) >= 0 else { throw failure }
    defer { for pointer in pointers { free(pointer) } }
    return pointers.map { $0.map { String(cString: $0) } ?? "" }
  }

  /// Attaches a text to an object ("/" is the file itself), of variable length: as long as it may be, and text to every reader.
  public func setAttribute(_ attribute: String, of object: String, to text: String) throws(HDF5Error) {
    let failure = HDF5Error(operation: "annotate", object: object)
    guard let type = Self.textType() else { throw failure }
    defer { H5Tclose(type) }
    let space = H5Screate(H5S_SCALAR)
    defer { H5Sclose(space) }
    let item = H5Acreate_by_name(handle, object, attribute, type, space, 0, 0, 0)
    guard item >= 0 else { throw failure }
    defer { H5Aclose(item) }
    var pointer = strdup(text)
    defer { free(pointer) }
    guard H5Awrite(item, type, &pointer) >= 0 else { throw failure }
  }

  /// The text attached to an object.
  public func attribute(_ attribute: String, of object: String) throws(HDF5Error) -> String {
    let failure = HDF5Error(operation: "read attribute \(attribute) of", object: object)
    let item = H5Aopen_by_name(handle, object, attribute, 0, 0)
    guard item >= 0 else { throw failure }
    defer { H5Aclose(item) }
    let stored = H5Aget_type(item)
    defer { H5Tclose(stored) }
    guard H5Tget_class(stored) == H5T_STRING, H5Tis_variable_str(stored) > 0, let type = Self.textType()
    else { throw failure }
    defer { H5Tclose(type) }
    var pointer: UnsafeMutablePointer<CChar>?
    guard H5Aread(item, type, &pointer) >= 0, let pointer else { throw failure }
    defer { free(pointer) }
    return String(cString: pointer)
  }

  private static func textType() -> hid_t? {
    let type = H5Tcopy(hdf5_c_string())
    guard H5Tset_size(type, hdf5_variable_length()) >= 0, H5Tset_cset(type, H5T_CSET_UTF8) >= 0 else {
      H5Tclose(type)
      return nil
    }
    return type
  }
}
