// Where a program comes from: known when it is built, and the same wherever it runs. The plugin EmbedProvenance writes the
// enum `EmbeddedCommit`.

internal import CBuildFlags

/// What this program was built from and with.
public enum Provenance {
  /// The commit of the package (hexadecimal); nil when it was built outside a repository of its own.
  public static var commit: String? { EmbeddedCommit.commit }

  /// Whether Package.swift, Sources or experiments differed from the commit; nil when that is not known.
  public static var isDirty: Bool? { EmbeddedCommit.isDirty }

  /// "Swift 6.3, Clang …": the compiler of this module, which is that of the whole program.
  public static var toolchain: String { "Swift \(swift), \(String(cString: build_compiler()))" }

  /// "release, x86-64 avx avx2 fma": optimisation, and the instruction sets that the compiler might use.
  public static var flags: String { "\(optimisation), \(String(cString: build_instruction_sets()))" }

  private static var optimisation: String {
    #if DEBUG
      "debug"
    #else
      "release"
    #endif
  }

  private static var swift: String {
    #if compiler(>=6.5)
      "6.5 or later"
    #elseif compiler(>=6.4)
      "6.4"
    #elseif compiler(>=6.3)
      "6.3"
    #else
      "6.2"
    #endif
  }
}
