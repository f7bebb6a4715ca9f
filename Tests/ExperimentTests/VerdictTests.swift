import Foundation
import Testing

/// What a run says where there is nothing to decide, where a number is missing, and where a part fails.
@Suite("Verdicts with nothing to decide")
struct VerdictTests {
  /// Two species on the circle; the amplitude 2 makes a density that is negative somewhere.
  static func series(mass: Double = 1, amplitude: Double = 0.3, bounds: String, more: String) -> String {
    """
    model:
      dimension: 1
      domain: {kind: torus, length: 6.283185307179586}
      species: [{name: electron, fraction: 0.5}, {name: ion, fraction: 0.5, mass: \(mass)}]
      potentials:
        - {between: [electron, electron], kind: trigonometric, modes: [{m: [1], coefficient: 0.5}]}
        - {between: [electron, ion], kind: trigonometric, modes: [{m: [1], coefficient: -0.4}]}
    initial:
      kind: factorised
      components:
        - electron: {kind: maxwellian, sigma: [1.0], drift: [0.2], modulation: [{m: [1], amplitude: \(amplitude)}]}
          ion: {kind: maxwellian, sigma: [1.0], drift: [0.2], modulation: [{m: [1], amplitude: 0.3}]}
    times: [0.2]
    orders: 2
    points: [{particles: [{species: electron, xi: [0.5], eta: [1.0]}]}]
    bounds: \(bounds)
    \(more)
    """
  }
  static let remainder = "lattice: {modes: 5, xi-extent: 8.0, time-step: 0.1}\n"
  static let trees = "samples: 4096\n"
  static let all = "[paper, first-moment, branching, multi-type]"
  static let programs = [("dyson-remainder", remainder), ("dyson-trees", trees)]

  private func run(_ program: String, _ yaml: String, in folder: ScratchFolder) throws
    -> ExperimentProcess.Outcome
  {
    let file = try folder.write(yaml, to: "config.yaml")
    return try ExperimentProcess(name: program).run(["--config", file, "--output", "run"], in: folder.url)
  }

  @Test(
    "bounds whose hypotheses fail decide nothing: verdict none, exit 0, no radius, one line",
    arguments: programs)
  func allRefused(program: String, more: String) throws {
    let folder = try ScratchFolder()
    let outcome = try run(program, Self.series(amplitude: 2, bounds: Self.all, more: more), in: folder)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let rows = try folder.rows("run")
    #expect(rows.count == 2)
    for row in rows {
      #expect(row["verdict"] as? String == "none")
      let bounds = try #require(row["bounds"] as? [String: Any])
      #expect(bounds.count == 4 && bounds.values.allSatisfy { $0 is NSNull })
      #expect((row["reason"] as? [String: String])?.count == 4)
    }
    #expect((try folder.summary("run")["radii"] as? [String: Any])?.isEmpty == true)
    #expect(
      outcome.output.contains(
        "\nbounds left out: paper, first-moment, branching, multi-type require nonnegative initial data\n"))
    #expect(outcome.output.contains("\nverdicts: 0 hold, 0 undecided, 0 violated, 2 none\n"))
    #expect(!outcome.output.contains("\""))
  }

  @Test("masses other than 1 leave out the paper's bound, and it alone", arguments: programs)
  func masses(program: String, more: String) throws {
    let folder = try ScratchFolder()
    let outcome = try run(program, Self.series(mass: 4, bounds: Self.all, more: more), in: folder)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let radii = try #require(try folder.summary("run")["radii"] as? [String: Any])
    #expect(Set(radii.keys) == ["first-moment", "branching", "multi-type"])
    #expect(outcome.output.contains("\nbounds left out: paper requires all masses equal to 1\n"))
    #expect(outcome.output.contains("\nverdicts: 2 hold, 0 undecided, 0 violated\n"))
    #expect(outcome.output.components(separatedBy: "paper").count == 2)

    let alone = try ScratchFolder()
    let second = try run(program, Self.series(mass: 4, bounds: "[paper]", more: more), in: alone)
    #expect(second.exitCode == 0)
    #expect(try alone.rows("run").allSatisfy { $0["verdict"] as? String == "none" })
  }

  @Test("a correlated or mixed quantum state is not known to be positive: the kernel and the data count, too")
  func kernel() throws {
    let folder = try ScratchFolder()
    let yaml = Self.series(bounds: Self.all, more: Self.remainder).replacing(
      "potentials:", with: "kernel: {kind: moyal, hbar: 5.0}\n  potentials:")
    let outcome = try run("dyson-remainder", yaml, in: folder)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(try folder.rows("run").allSatisfy { $0["verdict"] as? String == "none" })
    #expect(outcome.output.contains("require initial data known to be positive operators"))
  }

  static func manyBody(
    times: String = "[0, 0.5]", strength: Double = 0.5, points: String = "", modes: Int = 5, more: String = ""
  ) -> String {
    """
    model:
      dimension: 1
      domain: {kind: torus, length: 6.283185307179586}
      species: [{name: a}, {name: b}]
      particles: {a: 2, b: 2}
      potentials:
        - {between: [a, a], kind: trigonometric, modes: [{m: [1], coefficient: \(strength)}]}
        - {between: [a, b], kind: trigonometric, modes: [{m: [1], coefficient: \(-strength)}]}
    modes: \(modes)
    orbitals:
      a: {amplitude: 0.3, momentum: 0.3, occupation: sea}
      b: {amplitude: -0.2, phase: 0.5, momentum: -0.2, occupation: sea}
    window: {kind: gaussian, width: 1.0}
    method: exact
    times: \(times)
    husimi-points:
      - particles: [{species: a, q: [0.7], p: [0.2]}]
    \(points)
    grid: {positions: 16, momenta: 17, p-max: 1.2}
    \(more)
    """
  }

  private func checks(_ folder: ScratchFolder, _ run: String = "run") throws -> [String: String] {
    Dictionary(
      uniqueKeysWithValues: try folder.rows(run, "checks").map {
        (try #require($0["check"] as? String), try #require($0["verdict"] as? String))
      })
  }

  @Test(
    "many-body: at a point that no state reaches m is 0 and nothing is lost; one beyond all numbers is refused"
  )
  func farPoint() throws {
    let folder = try ScratchFolder()
    func point(_ p: String) -> String { "  - particles: [{species: a, q: [0.7], p: [\(p)]}]" }
    let outcome = try run("many-body", Self.manyBody(points: point("1.0e+100")), in: folder)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let rows = try folder.rows("run", "hierarchy").filter { $0["point"] as? Int == 1 }
    #expect(rows.count == 2)
    for row in rows {
      #expect(row["m"] as? Double == 0 && row["defect"] as? Double == 0)
      #expect(row["reason"] == nil)
    }
    let verdicts = try checks(folder)
    #expect(verdicts["(3.5): defect"] == "holds")
    #expect(verdicts["Lemma 2.1: below 0 or above 1"] == "holds")
    // One particle a species has nothing to be exchanged with.
    #expect(verdicts["Lemma 2.1: symmetry"] == "none")
    #expect(outcome.output.contains("\nverdicts: 11 hold, 0 undecided, 0 violated, 1 none\n"))

    let beyond = try ScratchFolder()
    let refused = try run("many-body", Self.manyBody(points: point("1.7e+308")), in: beyond)
    #expect(refused.exitCode == 64 && refused.errors.contains("husimi-points[1].particles[0].p"))
  }

  @Test("many-body: what was checked at no point or at one time only is no verdict")
  func nothingToCheck() throws {
    let folder = try ScratchFolder()
    let yaml = Self.manyBody(times: "[0.25]").replacing(
      "husimi-points:\n  - particles: [{species: a, q: [0.7], p: [0.2]}]", with: "husimi-points: []")
    let outcome = try run("many-body", yaml, in: folder)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let verdicts = try checks(folder)
    for name in ["(3.5): defect", "Lemma 2.1: recursion", "Lemma 2.1: symmetry", "energy drift"] {
      #expect(verdicts[name] == "none", "\(name)")
    }
    #expect(verdicts.values.filter { $0 == "holds" }.count == 7)
  }

  @Test(
    "many-body: on too few plane waves what speaks of the way to the state is undecided, what speaks of the state is not"
  )
  func unresolved() throws {
    let folder = try ScratchFolder()
    let outcome = try run("many-body", Self.manyBody(modes: 3), in: folder)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let ofMotion = [
      "(3.5): ∂_t m against dm/dt by differences", "Lemma 2.3: kinetic energy / bound",
      "Proposition 2.1: moment / bound",
    ]
    let verdicts = try checks(folder)
    #expect(verdicts.filter { $0.value == "undecided" }.map(\.key).sorted() == ofMotion)
    #expect(outcome.output.contains("\nverdicts: 8 hold, 3 undecided, 0 violated, 1 none\n"))
    #expect(outcome.output.contains("\nnot resolved (10 of 20 figures):"))
    #expect(outcome.output.contains("occupation of the outermost plane waves"))
    let figures = try folder.rows("run", "resolution")
    #expect(figures.count == 20)
    // The companion's figures are no matter of the exact state's.
    #expect(figures.filter { ($0["name"] as? String)?.hasPrefix("Hartree–Fock: ") == true }.count == 8)
  }

  @Test("many-body: a time of 1e-300 is the identity")
  func tinyTime() throws {
    let folder = try ScratchFolder()
    let outcome = try run("many-body", Self.manyBody(times: "[0, 1.0e-300, 1.0e-9]"), in: folder)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let rows = try folder.rows("run")
    #expect(rows[0]["husimi"] as? [Double] == rows[1]["husimi"] as? [Double])
    #expect(rows[0]["energy"] as? Double == rows[1]["energy"] as? Double)
    #expect(try checks(folder).values.allSatisfy { $0 == "holds" || $0 == "none" })
  }

  @Test(
    "many-body: a failing companion leaves the exact results whole, exit 70, told once, and resumed as it is")
  func companion() throws {
    let folder = try ScratchFolder()
    // On few plane waves the orbitals leave them.
    let strong = Self.manyBody(times: "[0, 1]", strength: 40, modes: 3)
    let outcome = try run("many-body", strong, in: folder)
    #expect(outcome.exitCode == 70)
    #expect(outcome.errors.hasPrefix("many-body: the Hartree–Fock companion is missing from t = 1 on ("))
    #expect(outcome.errors.contains("orthonormal"))
    #expect(outcome.errors.filter { $0 == "\n" }.count == 1)
    #expect(outcome.output.contains("the exact results are complete"))
    #expect(folder.entries(of: "run") == ContractTests.outputs)
    let companion = try #require(try folder.summary("run")["companion"] as? [String: Any])
    #expect((companion["failed"] as? String)?.contains("orthonormal") == true)
    #expect(companion["time"] as? Double == 1)
    let rows = try folder.rows("run")
    #expect(rows[0]["hartreeFock"] is [String: Any] && rows[1]["hartreeFock"] is NSNull)
    #expect(try folder.rows("run", "hierarchy").count == 2)
    #expect(try checks(folder)["(3.5): defect"] == "holds")
    let again = try ExperimentProcess(name: "many-body").run(
      ["--config", folder.url.path + "/config.yaml", "--output", "run", "--resume"], in: folder.url)
    #expect(again.exitCode == 70 && again.output.contains("finished before"))

    // Alone the same exact numbers, and nothing fails.
    let alone = try ScratchFolder()
    let second = try run(
      "many-body", Self.manyBody(times: "[0, 1]", strength: 40, modes: 3, more: "companion: none\n"),
      in: alone)
    #expect(second.exitCode == 0, "\(second.errors)")
    #expect(try alone.summary("run")["companion"] is NSNull)
    for (one, other) in zip(rows, try alone.rows("run")) {
      #expect(one["husimi"] as? [Double] == other["husimi"] as? [Double])
      #expect(one["energy"] as? Double == other["energy"] as? Double)
      #expect(other["hartreeFock"] is NSNull)
    }
  }

  @Test(
    "many-body: without companion the number of Hartree–Fock steps limits nothing; with Hartree–Fock it has none"
  )
  func companionKey() throws {
    let folder = try ScratchFolder()
    let long = Self.manyBody(times: "[3.0]", more: "time-step: 1.0e-12\n")
    #expect(try run("many-body", long, in: folder).exitCode == 64)
    let outcome = try run("many-body", long + "companion: none\n", in: folder)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let method = Self.manyBody(times: "[0.1]").replacing("method: exact", with: "method: hartree-fock")
    let other = try ScratchFolder()
    let wrong = try run("many-body", method + "companion: none\n", in: other)
    #expect(wrong.exitCode == 64 && wrong.errors.contains("companion: "), "\(wrong.errors)")
    #expect(try run("many-body", method, in: other).exitCode == 0)
    // The companion is null there, and null is what may be written.
    let dumped = try ExperimentProcess(name: "many-body").run(
      ["--config", "run/config.yaml", "--dump-config"], in: other.url)
    #expect(dumped.exitCode == 0 && dumped.output.contains("companion: null"), "\(dumped.errors)")
  }

  @Test("one N alone has no slope and no rate: none")
  func oneNumber() throws {
    let folder = try ScratchFolder()
    let yaml = HartreeFockSeriesTests.residues.replacing("[10, 66, 130]", with: "[10]")
    let outcome = try run("residue-scaling", yaml, in: folder)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(try folder.rows("run", "slopes").allSatisfy { $0["verdict"] as? String == "none" })
    #expect(outcome.output.contains("verdicts: 0 hold, 0 undecided, 0 violated, 52 none"))
    let other = try ScratchFolder()
    let limit = HartreeFockSeriesTests.limit.replacing(
      "particle-numbers: [10, 18]", with: "particle-numbers: [10]"
    )
    .replacing("particle-numbers: [2, 4]", with: "particle-numbers: [2]")
    let distances = try run("vlasov-limit", limit, in: other)
    #expect(distances.exitCode == 0, "\(distances.errors)")
    #expect(try other.rows("run", "rates").allSatisfy { $0["verdict"] as? String == "none" })
    #expect(distances.output.contains("verdicts: 0 hold, 0 undecided, 0 violated, 9 none"))
  }
}
