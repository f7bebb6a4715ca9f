// swift-tools-version: 6.2
import PackageDescription

// The house. A module may import those named in its line here and nothing else; the scripts build with
// `--explicit-target-dependency-import-check error`, so a missing line is a build failure.

let numerics = Target.Dependency.product(name: "Numerics", package: "swift-numerics")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

/// Warnings are errors in the project's own checks only, so that a newer compiler cannot break a user.
let strict: [SwiftSetting] =
  Context.environment["VLASOV_STRICT"] == nil ? [] : [.treatAllWarnings(as: .error)]

func system(_ name: String, _ pkgConfig: String? = nil, apt: String) -> Target {
  .systemLibrary(
    name: name, path: "Sources/System/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

func module(_ name: String, _ dependencies: [Target.Dependency], settings: [SwiftSetting] = [])
  -> Target
{
  .target(
    name: name, dependencies: dependencies + [numerics], swiftSettings: strict + settings,
    linkerSettings: [.linkedLibrary("m")])
}

/// - Parameter cases: whether there is a folder configurations/ with more cases than the default.
func experiment(_ name: String, _ dependencies: [Target.Dependency], cases: Bool = false) -> Target {
  .executableTarget(
    name: name,
    dependencies: [
      "CExperimentStart", "Computing", "CLibraries", "PhaseSpace", "Interaction", "ModelConfiguration",
      "ExperimentKit",
    ] + dependencies + [numerics],
    path: "experiments/\(name)", exclude: ["README.md"] + (cases ? ["configurations"] : []),
    resources: [.embedInCode("default.yaml")], swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies + [numerics], swiftSettings: strict)
}

let foundations: [Target.Dependency] = ["Computing", "CLibraries", "PhaseSpace", "Interaction"]

let libraries = [
  "Computing", "CLibraries", "Wasserstein", "PhaseSpace", "Interaction", "RemainderBounds", "Vlasov",
  "Certification", "Hierarchy", "DysonSeries", "ManyBody", "Husimi", "ProtocolChecks", "Studies",
  "ExperimentKit",
  "ModelConfiguration", "VlasovHierarchy",
]

let package = Package(
  name: "vlasov-hierarchy",
  products: libraries.map { .library(name: $0, targets: [$0]) },
  traits: [.trait(name: "MPI", description: "Many machines (OpenMPI): samples, lattices, exact states.")],
  dependencies: [
    // Exactly these, which the tests ran with: there is no Package.resolved in the repository.
    .package(url: "https://github.com/apple/swift-numerics", exact: "1.1.1"),
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
  ],
  targets: [
    // C libraries
    system("COpenBLAS", "openblas", apt: "libopenblas-dev"),
    system("CGSL", apt: "libgsl-dev"),
    system("CFFTW", "fftw3", apt: "libfftw3-dev"),
    .systemLibrary(name: "CPrefetch", path: "Sources/System/CPrefetch"),
    system("CHDF5", "hdf5-serial", apt: "libhdf5-dev"),
    system("CArb", apt: "libflint-arb-dev"),
    system("COpenMPI", "ompi-c", apt: "libopenmpi-dev"),
    .target(name: "CLEMON", publicHeadersPath: "include"),
    // Linked into the experiments' executables only; it runs before their libraries do.
    .target(name: "CExperimentStart"),
    // Loops of our own, for several processors.
    .target(name: "CKernels"),
    .systemLibrary(name: "CBuildFlags", path: "Sources/System/CBuildFlags"),

    // What a program was built from: a plugin writes the commit into this small module.
    .plugin(name: "EmbedProvenance", capability: .buildTool()),
    .target(
      name: "Provenance", dependencies: ["CBuildFlags"], swiftSettings: strict, plugins: ["EmbedProvenance"]),

    // Modules, from the ground up
    module("Computing", []),
    module(
      "CLibraries",
      [
        "Computing",
        "COpenBLAS", "CGSL", "CFFTW", "CHDF5", "CArb", "CLEMON", "CPrefetch",
        .target(name: "COpenMPI", condition: .when(traits: ["MPI"])),
      ]),
    module("PhaseSpace", ["Computing", "CLibraries"]),
    module("Wasserstein", ["CLibraries", "PhaseSpace"]),
    module("Interaction", ["CLibraries", "PhaseSpace"]),
    module("RemainderBounds", foundations),
    module("Vlasov", foundations + ["CKernels"]),
    module("Hierarchy", foundations + ["Vlasov", "CKernels"]),
    module("DysonSeries", foundations + ["Vlasov", "CKernels"]),
    module("Certification", foundations),
    module("ManyBody", foundations),
    module("Husimi", foundations + ["ManyBody"]),
    module("ProtocolChecks", foundations + ["RemainderBounds", "Hierarchy", "DysonSeries", "Husimi"]),
    module(
      "VlasovHierarchy",
      foundations + [
        "Vlasov", "RemainderBounds", "Hierarchy", "DysonSeries", "ManyBody", "Husimi", "Wasserstein",
        "ProtocolChecks",
      ]),
    module("ExperimentKit", ["Computing", "CLibraries", "Provenance", yams, arguments]),
    module(
      "ModelConfiguration",
      foundations + ["RemainderBounds", "Vlasov", "Hierarchy", "ExperimentKit", "ManyBody", "Husimi"]),

    module(
      "Studies",
      foundations + [
        "RemainderBounds", "Vlasov", "Hierarchy", "DysonSeries", "ManyBody", "Husimi", "Wasserstein",
        "ExperimentKit", "ModelConfiguration",
      ]),

    // Experiments
    experiment(
      "dyson-remainder", ["Vlasov", "DysonSeries", "RemainderBounds", "Certification"], cases: true),
    experiment("dyson-trees", ["DysonSeries", "RemainderBounds", "Studies"]),
    experiment("many-body", ["Studies"], cases: true),
    experiment("chain", ["Studies", "Wasserstein"]),
    experiment("residue-scaling", ["Husimi", "Studies"], cases: true),
    experiment("vlasov-limit", ["Vlasov", "Studies", "Wasserstein"], cases: true),
    experiment("truncation-error", ["Vlasov", "Hierarchy", "Studies"], cases: true),
    experiment("finite-size", ["Vlasov", "Hierarchy", "Studies"]),
    experiment("mean-field-rate", ["RemainderBounds", "Studies"]),
    experiment("vlasov-flow", ["Vlasov", "Studies"], cases: true),
    experiment("dispersion", ["Vlasov", "Studies"], cases: true),

    // Ours, in scripts/benchmark
    .target(
      name: "BenchmarkKit", dependencies: ["CLibraries"], path: "scripts/benchmarks/kit",
      swiftSettings: strict),
    .executableTarget(
      name: "benchmark-dyson-series",
      dependencies: foundations + ["Vlasov", "DysonSeries", "BenchmarkKit", numerics],
      path: "scripts/benchmarks/dyson-series", swiftSettings: strict),
    .executableTarget(
      name: "benchmark-ranks", dependencies: foundations + ["Vlasov", "BenchmarkKit"],
      path: "scripts/benchmarks/ranks", swiftSettings: strict),
    .executableTarget(
      name: "benchmark-wasserstein", dependencies: ["CLibraries", "PhaseSpace", "Wasserstein"],
      path: "scripts/benchmarks/wasserstein", swiftSettings: strict),
    .executableTarget(
      name: "benchmark-many-body",
      dependencies: ["CLibraries", "ManyBody", "Husimi", "BenchmarkKit", numerics],
      path: "scripts/benchmarks/many-body", swiftSettings: strict),
    .executableTarget(
      name: "benchmark-dyson-trees", dependencies: foundations + ["DysonSeries", "BenchmarkKit"],
      path: "scripts/benchmarks/dyson-trees", swiftSettings: strict),
    .executableTarget(
      name: "benchmark-certification",
      dependencies: foundations + ["Certification", "BenchmarkKit", numerics],
      path: "scripts/benchmarks/certification", swiftSettings: strict),
    .executableTarget(
      name: "benchmark-bounds", dependencies: foundations + ["RemainderBounds", "BenchmarkKit"],
      path: "scripts/benchmarks/bounds", swiftSettings: strict),
    .executableTarget(
      name: "benchmark-truncated-hierarchy",
      dependencies: foundations + ["Hierarchy", "BenchmarkKit"],
      path: "scripts/benchmarks/truncated-hierarchy", swiftSettings: strict),

    // Tests
    .target(
      name: "TestRandomNumbers", dependencies: [numerics], path: "Tests/TestRandomNumbers",
      swiftSettings: strict),
    .target(
      name: "FermionTestModels", dependencies: foundations + ["ManyBody", "TestRandomNumbers", numerics],
      path: "Tests/FermionTestModels",
      swiftSettings: strict),
    .target(
      name: "LatticeTestModels", dependencies: foundations + [numerics], path: "Tests/LatticeTestModels",
      swiftSettings: strict),
    .target(name: "CAllocationCount", path: "Tests/CAllocationCount"),
    tests("ComputingTests", ["Computing"]),
    tests("CLibrariesTests", ["CLibraries"]),
    tests(
      "ProtocolChecksTests",
      foundations + ["RemainderBounds", "Hierarchy", "Husimi", "ProtocolChecks"]),
    tests("WassersteinTests", ["CLibraries", "PhaseSpace", "Wasserstein"]),
    tests("PhaseSpaceTests", ["CLibraries", "PhaseSpace"]),
    tests("InteractionTests", foundations + ["TestRandomNumbers"]),
    tests("CertificationTests", foundations + ["Certification", "Vlasov"]),
    tests("RemainderBoundsTests", foundations + ["RemainderBounds", "Vlasov", "Hierarchy", "DysonSeries"]),
    tests("VlasovTests", foundations + ["Vlasov", "Wasserstein", "LatticeTestModels", "TestRandomNumbers"]),
    tests(
      "HierarchyTests",
      foundations + ["Vlasov", "Hierarchy", "DysonSeries", "CAllocationCount", "TestRandomNumbers"]),
    tests(
      "DysonSeriesTests",
      foundations + ["Vlasov", "Hierarchy", "DysonSeries", "LatticeTestModels", "TestRandomNumbers"]),
    tests("ManyBodyTests", foundations + ["ManyBody", "FermionTestModels", "TestRandomNumbers"]),
    tests(
      "HusimiTests",
      foundations + ["ManyBody", "Husimi", "Vlasov", "Hierarchy", "Wasserstein", "FermionTestModels"]),
    tests("ExperimentKitTests", ["Computing", "CLibraries", "ExperimentKit"]),
    tests(
      "ModelConfigurationTests", foundations + ["RemainderBounds", "ExperimentKit", "ModelConfiguration"]),
    tests(
      "StudiesTests",
      foundations + [
        "RemainderBounds", "Vlasov", "Hierarchy", "ManyBody", "ExperimentKit", "ModelConfiguration",
        "Studies",
      ]),
    tests(
      "TutorialTests",
      foundations + [
        "RemainderBounds", "Vlasov", "Hierarchy", "DysonSeries", "ExperimentKit", "VlasovHierarchy",
      ]),
    tests("ExperimentTests", ["CLibraries", "ExperimentKit", "TestRandomNumbers", yams]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
