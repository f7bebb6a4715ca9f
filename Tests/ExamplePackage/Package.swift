// swift-tools-version: 6.2
import PackageDescription

// What a user's package looks like: it depends on the checkout by path and brings its own physics.
let package = Package(
  name: "own-model",
  dependencies: [
    .package(name: "vlasov-hierarchy", path: "../.."),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
  ],
  targets: [
    .executableTarget(
      name: "own-model",
      dependencies: ["CLibraries", "PhaseSpace", "Interaction", "RemainderBounds", "Vlasov", "Hierarchy"].map
      {
        .product(name: $0, package: "vlasov-hierarchy")
      } + [.product(name: "Numerics", package: "swift-numerics")])
  ],
  swiftLanguageModes: [.v6]
)
