import Foundation
import Testing

/// One, two and three species of fermions, in other numbers than one another, at an ħ of their own.
@Suite("Experiments on any number of species")
struct NumberOfSpeciesTests {
  /// Species a, b, … in these numbers, all pairs interacting unless the first is to be left alone.
  static func manyBody(_ particles: [Int], hbar: String? = nil, strength: String = "0.3", own: Bool = false)
    -> String
  {
    let names = Array(["a", "b", "c"].prefix(particles.count))
    func lines(_ entries: [String]) -> String { entries.joined(separator: "\n") }
    let pairs = names.indices.flatMap { i in names[i...].map { (names[i], $0) } }
      .filter { !own || $0 == ("a", "a") }
    return """
      model:
        dimension: 1
        domain: {kind: torus, length: 6.283185307179586}
        species: [\(names.map { "{name: \($0)}" }.joined(separator: ", "))]
        particles: {\(zip(names, particles).map { "\($0): \($1)" }.joined(separator: ", "))}
      \(hbar.map { "  hbar: \($0)" } ?? "")
        potentials:
      \(lines(pairs.map { "    - {between: [\($0), \($1)], kind: trigonometric, modes: [{m: [1], coefficient: \(strength)}]}" }))
      modes: 3
      orbitals:
      \(lines(names.enumerated().map { "  \($1): {amplitude: 0.\($0 + 1), phase: 0.\($0), momentum: 0.1, occupation: sea}" }))
      window: {kind: gaussian, width: 1.0}
      times: [0, 0.4]
      husimi-points:
      \(lines(names.map { "  - particles: [{species: \($0), q: [0.7], p: [0.2]}]" }))
        - particles: [{species: a, q: [0.7], p: [0.2]}, {species: a, q: [2.1], p: [-0.35]}]
      grid: {positions: 8, momenta: 9, p-max: 1.2}
      companion: none

      """
  }

  private func run(_ program: String, _ yaml: String, _ output: String, in folder: ScratchFolder) throws {
    let file = try folder.write(yaml, to: "\(output).yaml")
    let outcome = try ExperimentProcess(name: program).run(
      ["--config", file, "--output", output], in: folder.url)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
  }

  @Test(
    "many-body: every statement about the state holds, also where ħ is given apart from N",
    arguments: [([3], nil), ([3], "0.25"), ([2, 1, 1], nil), ([2, 1, 1], "0.3")] as [([Int], String?)])
  func statements(particles: [Int], hbar: String?) throws {
    let folder = try ScratchFolder()
    try run("many-body", Self.manyBody(particles, hbar: hbar), "run", in: folder)
    for row in try folder.rows("run") {
      #expect((row["kinetic"] as? [Double])?.count == particles.count)
      #expect((row["naturalOccupations"] as? [[Double]])?.count == particles.count)
    }
    let summary = try folder.summary("run")
    #expect(
      try #require(summary["hbar"] as? Double) == hbar.flatMap(Double.init) ?? 1
        / Double(particles.reduce(0, +)))
    #expect(try folder.rows("run", "hierarchy").count == 2 * (particles.count + 1))
    for check in try folder.rows("run", "checks") {
      let name = try #require(check["check"] as? String)
      // What speaks of the way to the state is undecided on few plane waves.
      let ofMotion = [
        "(3.5): ∂_t m against dm/dt by differences", "Lemma 2.3: kinetic energy / bound",
        "Proposition 2.1: moment / bound",
      ]
      if ofMotion.contains(name) {
        #expect(check["verdict"] as? String != "violated")
      } else {
        #expect(check["verdict"] as? String == "holds", "\(name): \(check["value"] ?? "")")
      }
    }
  }

  @Test(
    "many-body: a second species that does not interact changes nothing of the first at the same ħ and V/N")
  func spectator() throws {
    let folder = try ScratchFolder()
    try run("many-body", Self.manyBody([3], hbar: "0.25", strength: "0.3"), "one", in: folder)
    try run("many-body", Self.manyBody([3, 2], hbar: "0.25", strength: "0.5", own: true), "two", in: folder)
    func difference(_ a: [Double], _ b: [Double]) -> Double {
      zip(a, b).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
    }
    func numbers(_ row: [String: Any], _ key: String) throws -> [Double] {
      try #require(row[key] as? [Double])
    }
    /// Real and imaginary parts of each species' modes one after another.
    func densityModes(_ row: [String: Any]) throws -> [[Double]] {
      try #require(row["densityModes"] as? [[[Double]]]).map { $0.flatMap { $0 } }
    }
    let (one, two) = (try folder.rows("one"), try folder.rows("two"))
    #expect(one.count == 2 && two.count == 2)
    for (a, b) in zip(one, two) {
      // ⟨K⟩/N and r_m are a particle of all.
      let (kinetic, other) = (try numbers(a, "kinetic"), try numbers(b, "kinetic"))
      #expect(difference([3 * kinetic[0]], [5 * other[0]]) < 1e-12)
      let modes = try (densityModes(a), densityModes(b))
      #expect(modes.0.count == 1 && modes.1.count == 2)
      #expect(difference(modes.0[0].map { 3 * $0 }, modes.1[0].map { 5 * $0 }) < 1e-12)
      let points = try (numbers(a, "husimi"), numbers(b, "husimi"))
      #expect(points.0.count == 2 && points.1.count == 3)
      #expect(difference(points.0, [points.1[0], points.1[2]]) < 1e-12)
      #expect(points.0[0] > 1e-3)
    }
    // It does move.
    #expect(difference(try numbers(one[0], "husimi"), try numbers(one[1], "husimi")) > 1e-3)
  }

  /// Where ħ is given apart from N the Wigner functions of the lattices have the masses N_α/N, the measures ħN_α.
  @Test(
    "chain: one and three species; one fermion's hierarchy is Schrödinger's equation at any ħ",
    arguments: [1, 3])
  func chain(count: Int) throws {
    let folder = try ScratchFolder()
    let particles = Array([2, 1, 1].prefix(count))
    let lattices = """
      lattice: {modes: 4, xi-extent: 40, time-step: 0.05}
      histogram: {q: 6, p: 6, p-max: 1.5}
      \(count == 1 ? "moyal-hierarchy: {modes: 4, xi-extent: 18, time-step: 0.05}" : "")

      """
    let lines = Self.manyBody(particles, hbar: count == 1 ? "0.25" : nil).replacing(
      "modes: 3", with: "modes: 2"
    )
    .split(separator: "\n", omittingEmptySubsequences: false)
    .filter { !$0.contains("particles: [") && !$0.hasPrefix("husimi-points") && !$0.hasPrefix("companion") }
    try run("chain", lines.joined(separator: "\n") + lattices, "run", in: folder)
    let rows = try folder.rows("run")
    #expect(rows.count == 4 * count * 2)
    // The same state in all descriptions at t = 0.
    for row in rows where row["time"] as? Double == 0 {
      #expect(try #require(row["husimiL1"] as? Double) < 1e-9)
    }
    guard count == 1 else { return }
    let pair = try #require(folder.summary("run")["pair"] as? [String: Any])
    #expect(pair["hbar"] as? Double == 0.25)
    let arrows = try #require(pair["rows"] as? [[String: Any]]).filter {
      $0["from"] as? String == "exact" && $0["to"] as? String == "moyal-hierarchy"
    }
    #expect(arrows.count == 2)
    for row in arrows { #expect(try #require(row["husimiL1"] as? Double) < 1e-9) }
  }

  @Test("residue-scaling, vlasov-limit: lists of particle numbers are the fractions they have")
  func lists() throws {
    let folder = try ScratchFolder()
    let fractions = "species: [{name: a, fraction: 0.4}, {name: b, fraction: 0.6}]"
    for (program, yaml, numbers) in [
      ("residue-scaling", HartreeFockSeriesTests.residues, "[10, 66, 130]"),
      ("vlasov-limit", HartreeFockSeriesTests.limit, "[10, 18]"),
    ] {
      let limited = yaml.replacing(
        "{particle-numbers: [2, 4], modes: 4}", with: "{particle-numbers: [5], modes: 3}")
      let lists = limited.replacing(
        "particle-numbers: \(numbers)", with: "particle-numbers: [[4, 6], [8, 12], 30]")
      let totals = limited.replacing("particle-numbers: \(numbers)", with: "particle-numbers: [10, 20, 30]")
        .replacing("species: [{name: a}, {name: b}]", with: fractions)
      try run(program, lists, "\(program)-lists", in: folder)
      try run(program, totals, "\(program)-totals", in: folder)
      let rows = try folder.rows("\(program)-lists")
      #expect(Set(rows.compactMap { $0["N"] as? Int }) == [10, 20, 30])
      #expect((rows as NSArray).isEqual(to: try folder.rows("\(program)-totals")))
    }
    // Hartree–Fock's exchange hole n_α ħ.
    let own = try folder.rows("vlasov-limit-lists", "factorisation")[0]["hartreeFockPair"] as? [Double]
    #expect(try zip(#require(own), [0.08, 0.12]).allSatisfy { ($0 - $1).magnitude < 1e-15 })
  }

  @Test("vlasov-limit: a correlation for every pair of species, none of one alone", arguments: [1, 3])
  func pairs(count: Int) throws {
    let folder = try ScratchFolder()
    let names = Array(["a", "b", "c"].prefix(count))
    let yaml = """
      model:
        dimension: 1
        domain: {kind: torus, length: 6.283185307179586}
        species: [\(names.map { "{name: \($0)}" }.joined(separator: ", "))]
        potentials:
          - {between: [a, \(names[count - 1])], kind: trigonometric, modes: [{m: [1], coefficient: 0.5}]}
      orbitals:
      \(names.map { "  \($0): {amplitude: 0.3, momentum: 0.1}" }.joined(separator: "\n"))
      particle-numbers: [6, 12]
      windows: [{kind: gaussian, width: 1.0}]
      times: [0.0, 0.4]
      histogram: {q: 8, p: 8, p-max: 1.2}
      factorisation: {particle-numbers: [3], modes: 2}

      """
    try run("vlasov-limit", yaml, "run", in: folder)
    #expect(try folder.rows("run").count == 2 * count * 2 * 2)
    let last = try #require(try folder.rows("run", "factorisation").last)
    #expect((last["pair"] as? [Double])?.count == count)
    let cross = last.keys.filter { $0 == "cross" || $0.hasPrefix("cross-") }.sorted()
    #expect(cross == (count == 1 ? [] : ["cross-12", "cross-13", "cross-23"]))
    guard count == 3 else { return }
    // Only the first and the third interact.
    #expect(try #require(last["cross-13"] as? Double) > 1e-3)
    #expect(try #require(last["cross-12"] as? Double) < 1e-10)
    #expect(
      try folder.rows("run", "factorisationChecks").compactMap { $0["pair"] as? String } == [
        "a, b", "a, c", "b, c",
      ])
  }

  private static let fractions = "species: [{name: a, fraction: 0.4}, {name: b, fraction: 0.6}]"

  @Test(
    "particle numbers that are no whole shares, and an ħ that is none, exit with 64 and name the key",
    arguments: [
      ("[10, 66, 130]", "[10, 17]", "particle-numbers[1]"),
      ("[10, 66, 130]", "[[4, 6], [8, 12, 4]]", "particle-numbers[1]"),
      ("[10, 66, 130]", "[[4, 6], [6, 4]]", "particle-numbers[1]"),
      ("[10, 66, 130]", "[[4, 6], [8, 0]]", "particle-numbers[1][1]"),
      ("[10, 66, 130]", "[[4, 6], 12]", "particle-numbers[1]"),
      (
        "species: [{name: a}, {name: b}]",
        fractions.replacing("0.4", with: "0.3").replacing("0.6", with: "0.7"), "particle-numbers[1]"
      ),
      ("dimension: 1", "dimension: 1\n  hbar: 0.1", "model.hbar"),
    ])
  func refusals(change: (from: String, to: String, path: String)) throws {
    let yaml = HartreeFockSeriesTests.residues.replacing(change.from, with: change.to)
    try refused("residue-scaling", yaml, change.path)
  }

  @Test("many-body, chain: ħ must be positive, and a tiny one is no way past the time limit")
  func hbar() throws {
    for value in ["0", "-0.1"] {
      try refused("many-body", Self.manyBody([3], hbar: value), "model.hbar")
      try refused("chain", Self.manyBody([3], hbar: value), "model.hbar")
    }
    try refused("many-body", Self.manyBody([3], hbar: "1e-30"), "times")
  }

  private func refused(_ program: String, _ yaml: String, _ path: String) throws {
    let folder = try ScratchFolder()
    let file = try folder.write(yaml, to: "config.yaml")
    let outcome = try ExperimentProcess(name: program).run(
      ["--config", file, "--dump-config"], in: folder.url)
    #expect(outcome.exitCode == 64)
    #expect(outcome.errors.contains("\(path):"), "\(outcome.errors)")
  }
}
