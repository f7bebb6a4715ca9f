import Foundation

extension Manifest {
  static let name = "manifest.json"

  /// The members of a manifest of ours; nil for any other text of that name.
  static func read(_ data: Data) -> [String: any Sendable]? {
    let values = try? JSONSerialization.jsonObject(with: data) as? [String: any Sendable]
    return values?["experiment"] is String ? values : nil
  }

  /// The SHA-256 digests of the outputs that a manifest names; nil when it is not one of ours.
  static func outputs(_ data: Data) -> [String: String]? { read(data)?["outputsSHA256"] as? [String: String] }
}
