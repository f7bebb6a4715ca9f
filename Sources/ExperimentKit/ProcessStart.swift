import CLibraries
import Foundation

/// What the system does not give to this process: files, threads (exit 73, 75).
struct ResourceError: Error, CustomStringConvertible {
  let description: String
  let exitCode: Int32
}

/// What is looked at before an experiment reads or writes anything: libraries that find no descriptor or no thread left
/// end the process, or wait for ever.
enum ProcessStart {
  /// The arguments of the process.
  /// - Throws: `ArgumentError` where one is not UTF-8: repaired, a path would be another path.
  static func arguments() throws(ArgumentError) -> [String] {
    var arguments: [String] = []
    for index in 1..<max(1, Int(CommandLine.argc)) {
      guard let bytes = CommandLine.unsafeArgv[index] else { break }
      guard let text = String(validatingCString: bytes) else {
        throw ArgumentError("argument \(index)", expected: "UTF-8 text", got: "'\(String(cString: bytes))'")
      }
      arguments.append(text)
    }
    return arguments
  }

  /// Files that a run has open at once, pipes and signals included.
  private static let files = 28

  /// Raises the limit of open files as far as the process may, and refuses to start with too few.
  static func requireFiles() throws(ResourceError) {
    var limits = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    if getrlimit(resource, &limits) == 0, limits.rlim_cur < 256, limits.rlim_cur < limits.rlim_max {
      limits.rlim_cur = min(256, limits.rlim_max)
      setrlimit(resource, &limits)
    }
    var opened: [Int32] = []
    while opened.count < files {
      let file = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
      guard file >= 0 else { break }
      opened.append(file)
    }
    for file in opened { close(file) }
    guard opened.count == files else {
      throw ResourceError(
        description: "\(files) more files must be opened, \(opened.count) can be (ulimit -n)", exitCode: 73)
    }
  }

  /// Refuses to start where so many threads cannot be: loops over blocks would wait for them for ever.
  static func requireThreads(_ count: Int) throws(ResourceError) {
    let gate = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    defer { gate.deallocate() }
    pthread_mutex_init(gate, nil)
    pthread_mutex_lock(gate)
    var started: [pthread_t] = []
    var code: Int32 = 0
    while started.count < count, code == 0 {
      var thread = pthread_t()
      code = pthread_create(
        &thread, nil,
        { gate in
          let gate = gate?.assumingMemoryBound(to: pthread_mutex_t.self)
          if let gate, pthread_mutex_lock(gate) == 0 { pthread_mutex_unlock(gate) }
          return nil
        }, gate)
      if code == 0 { started.append(thread) }
    }
    pthread_mutex_unlock(gate)
    for thread in started { pthread_join(thread, nil) }
    pthread_mutex_destroy(gate)
    guard code == 0 else {
      throw ResourceError(
        description: "\(count) threads must be started, \(started.count) can be "
          + "(\(String(cString: strerror(code))): ulimit -u, ulimit -v or the cgroup); give fewer --threads",
        exitCode: 75)
    }
  }
}
