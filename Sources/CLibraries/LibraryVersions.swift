internal import CArb
internal import CFFTW
internal import CGSL
internal import CHDF5
internal import CLEMON

/// The versions of the C libraries in use, as they say themselves, for the manifest of a run.
public enum LibraryVersions {
  /// Library name and version, in alphabetical order.
  public static var all: [(name: String, version: String)] {
    var major: UInt32 = 0
    var minor: UInt32 = 0
    var release: UInt32 = 0
    H5get_libversion(&major, &minor, &release)
    return [
      ("Arb", String(cString: arb_face_version())),
      ("FFTW", fftwVersion),
      ("GSL", String(cString: gsl_face_version())),
      ("HDF5", "\(major).\(minor).\(release)"),
      ("LEMON", String(cString: lemon_face_version())),
      ("OpenBLAS", MatrixProduct.libraryDescription),
    ]
  }

  private static var fftwVersion: String { String(cString: fftw_face_version()) }
}
