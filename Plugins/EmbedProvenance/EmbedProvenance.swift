import Foundation
import PackagePlugin

/// Writes the commit that a program is built from into its source, so that the program knows it wherever it runs.
///
/// The command runs again when a source or the commit has changed and rewrites its file only when that says something else:
/// then one small module is compiled and the programs are linked, nothing more.
@main
struct EmbedProvenance: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let package = context.package.directoryURL
    let script = package.appending(path: "scripts/embed-provenance")
    let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedCommit.swift")
    return [
      .buildCommand(
        displayName: "Embedding the commit", executable: URL(filePath: "/bin/sh"),
        arguments: [script, package, output].map { $0.path(percentEncoded: false) },
        inputFiles: [script, package.appending(path: "Package.swift")]
          + ["Sources", "experiments"].flatMap { files(in: package.appending(path: $0)) }
          + repositoryFiles(of: package), outputFiles: [output])
    ]
  }

  private func files(in folder: URL) -> [URL] {
    let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.isRegularFileKey])
    return (all?.allObjects as? [URL] ?? []).filter {
      (try? $0.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true
    }
  }

  /// What changes with the commit that is checked out; nothing where there is no repository.
  private func repositoryFiles(of package: URL) -> [URL] {
    var repository = package.appending(path: ".git")
    // In a linked working tree .git is a file that says where the repository is.
    if let text = try? String(contentsOf: repository, encoding: .utf8), text.hasPrefix("gitdir: ") {
      let path = text.dropFirst("gitdir: ".count).trimmingCharacters(in: .whitespacesAndNewlines)
      repository = URL(filePath: path, relativeTo: package)
    }
    return ["HEAD", "logs/HEAD"].map { repository.appending(path: $0) }.filter {
      FileManager.default.fileExists(atPath: $0.path(percentEncoded: false))
    }
  }
}
