import Foundation

/// Descriptors 0, 1 and 2. A parent may start a program without them (`>&-`); the next file that it opens then gets the
/// number of a stream, and what was meant for people is written into that file.
public enum StandardStreams {
  /// Opens those that are closed on /dev/null, so that no file can take their place. To be called before any other
  /// file is opened.
  public static func occupy() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest free number is given out, and all below this one are taken.
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY)
    }
  }
}
