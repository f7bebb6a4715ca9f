import ExperimentKit
import Testing

/// Every way of getting the common part of a configuration wrong is one message: the file, the key path, what was
/// expected.
@Suite("Malformed models")
struct MalformedModelTests {
  struct Mistake: CustomStringConvertible, Sendable {
    /// What is replaced in the correct configuration, and by what.
    let old: String
    let new: String
    let path: String
    let expected: String

    init(_ old: String, _ new: String, _ path: String, _ expected: String) {
      self.old = old
      self.new = new
      self.path = path
      self.expected = expected
    }

    var description: String { "\(old) → \(new)" }
  }

  static let electron = "{name: electron, fraction: 0.25, mass: 2.0}"
  static let torus = "{kind: torus, length: 5.0}"
  static let gaussian = "{kind: gaussian, sigma: [0.6], drift: [-0.3], width: [1.1], centre: [0.5]}"
  static let lattice = "{modes: 4, xi-extent: 8.0, time-step: 0.1}"
  static let bump = "kind: bump, strength: 0.7, bandlimit: 3.0, power: 2"

  static let geometry: [Mistake] = [
    .init("dimension: 1", "dimension: 0", "model.dimension", "an integer from 1 to 3"),
    .init("dimension: 1", "dimension: 4", "model.dimension", "an integer from 1 to 3"),
    .init("dimension: 1", "dimension: 1.5", "model.dimension", "an integer"),
    .init("dimension: 1", "dimension: one", "model.dimension", "an integer"),
    .init("dimension: 1", "dimension: '1'", "model.dimension", "an integer"),
    .init("dimension: 1", "dimension: [1]", "model.dimension", "got a list of 1"),
    .init("dimension: 1", "dimension: {a: 1}", "model.dimension", "got a mapping with keys a"),
    .init("dimension: 1", "dimension:", "model.dimension", "got nothing"),
    .init("dimension: 1", "dimension: null", "model.dimension", "got nothing"),
    .init("dimension: 1", "dimension: 99999999999999999999", "model.dimension", "an integer"),
    .init("dimension: 1", "dimension: 1e300", "model.dimension", "an integer"),
    .init("dimension: 1", "dimension: -9223372036854775808", "model.dimension", "an integer"),
    .init("dimension: 1", "dimenson: 1", "model.dimenson", "did you mean 'dimension'"),
    .init("dimension: 1", "dimension: 1\n  dimension: 1", "", "YAML"),
    .init(torus, "torus", "model.domain", "a mapping"),
    .init(torus, "[torus]", "model.domain", "a mapping"),
    .init(torus, "{kind: tours, length: 5.0}", "model.domain.kind", "did you mean 'torus'"),
    .init(torus, "{length: 5.0}", "model.domain.kind", "one of torus, space"),
    .init(torus, "{kind: torus}", "model.domain.length", "a positive period"),
    .init(torus, "{kind: torus, length: 0}", "model.domain.length", "a positive period"),
    .init(torus, "{kind: torus, length: -5}", "model.domain.length", "a positive period"),
    .init(torus, "{kind: torus, length: .nan}", "model.domain.length", "number"),
    .init(torus, "{kind: torus, length: .inf}", "model.domain.length", "number"),
    .init(torus, "{kind: torus, length: 1e400}", "model.domain.length", "number"),
    .init(torus, "{kind: torus, length: 1e-400}", "model.domain.length", "number"),
    .init(torus, "{kind: torus, length: 5 0}", "model.domain.length", "number"),
    .init(torus, "{kind: torus, length: 5,0}", "model.domain.0", "unknown key"),
    .init(torus, "{kind: torus, length: 0x10}", "model.domain.length", "number"),
    .init(torus, "{kind: torus, length: 5_0}", "model.domain.length", "number"),
    .init(torus, "{kind: torus, lenght: 5.0}", "model.domain.lenght", "did you mean 'length'"),
  ]

  static let species: [Mistake] = [
    .init(electron, "{fraction: 0.25, mass: 2.0}", "model.species[0].name", "a text"),
    .init(electron, "{name: '', fraction: 0.25}", "model.species[0].name", "a name of 1 to 64"),
    .init(electron, "{name: weight, fraction: 0.25}", "model.species[0].name", "other than 'weight'"),
    .init(electron, "{name: a/b, fraction: 0.25}", "model.species[0].name", "without '/'"),
    .init(electron, "{name: ., fraction: 0.25}", "model.species[0].name", "other than '.' and '..'"),
    .init(electron, "{name: .., fraction: 0.25}", "model.species[0].name", "other than '.' and '..'"),
    .init(electron, "{name: \"e\\0\", fraction: 0.25}", "model.species[0].name", "control characters, other"),
    .init(electron, "{name: \"e\\e[31m\", fraction: 0.25}", "model.species[0].name", "got 'e\\u{1B}[31m'"),
    .init(electron, "{name: \"e\\nion\", fraction: 0.25}", "model.species[0].name", "got 'e\\nion'"),
    .init(electron, "{name: [e], fraction: 0.25}", "model.species[0].name", "a text"),
    .init(electron, "{name: ion, fraction: 0.25}", "model.species[1].name", "no other species"),
    .init(electron, "{name: electron}", "model.species[0].fraction", "a number in (0, 1]"),
    .init(electron, "{name: electron, fraction: 0}", "model.species[0].fraction", "a number in (0, 1]"),
    .init(electron, "{name: electron, fraction: -0.25}", "model.species[0].fraction", "a number in (0, 1]"),
    .init(electron, "{name: electron, fraction: 1.25}", "model.species[0].fraction", "a number in (0, 1]"),
    .init(electron, "{name: electron, fraction: 0.26}", "model.species[1].fraction", "sum to 1"),
    .init(electron, "{name: electron, fraction: half}", "model.species[0].fraction", "number"),
    .init(electron, "{name: electron, fracton: 0.25}", "model.species[0].fracton", "did you mean 'fraction'"),
    .init(
      electron, "{name: electron, fraction: 0.25, mass: 0}", "model.species[0].mass", "a positive number"),
    .init(
      electron, "{name: electron, fraction: 0.25, mass: -1}", "model.species[0].mass", "a positive number"),
    .init(electron, "{name: electron, fraction: 0.25, mass: heavy}", "model.species[0].mass", "number"),
    .init(electron, "{name: electron, fraction: 0.25, spin: 1}", "model.species[0].spin", "unknown key"),
    .init(electron, "electron", "model.species[0]", "a mapping"),
    .init(electron, "", "model.species[0]", "a mapping"),
    .init("kernel: {", "particles: 4\n  kernel: {", "model.particles", "a mapping"),
    .init("kernel: {", "particles: {electron: 1}\n  kernel: {", "model.particles.ion", "an integer from 1"),
    .init(
      "kernel: {", "particles: {electron: 1, ion: 3, muon: 1}\n  kernel: {", "model.particles.muon", "species"
    ),
    .init(
      "kernel: {", "particles: {electron: 0, ion: 3}\n  kernel: {", "model.particles.electron", "an integer"),
    .init(
      "kernel: {", "particles: {electron: 2, ion: 2}\n  kernel: {", "model.species[0].fraction",
      "0.5 as the particle numbers say"),
    .init(
      "kernel: {", "particles: {electron: 99999999999999999999, ion: 3}\n  kernel: {",
      "model.particles.electron", "an integer"),
  ]

  static let potentials: [Mistake] = [
    .init("between: [ion, ion]", "between: ion", "model.potentials[1].between", "a list"),
    .init("between: [ion, ion]", "between: [ion]", "model.potentials[1].between", "a list of two species"),
    .init("between: [ion, ion]", "between: [ion, ion, ion]", "model.potentials[1].between", "two species"),
    .init(
      "between: [ion, ion]", "between: [ion, iom]", "model.potentials[1].between[1]", "did you mean 'ion'"),
    .init(
      "between: [ion, ion]", "between: [ion, electron]", "model.potentials[1].between", "pair of species once"
    ),
    .init("between: [ion, ion], ", "", "model.potentials[1].between", "a list"),
    .init(bump, "kind: bmup, strength: 0.7, bandlimit: 3.0, power: 2", "model.potentials[1].kind", "'bump'"),
    .init(
      bump, "strength: 0.7, bandlimit: 3.0, power: 2", "model.potentials[1].kind", "one of trigonometric"),
    .init(bump, "kind: bump, bandlimit: 3.0, power: 2", "model.potentials[1].strength", "number"),
    .init(
      bump, "kind: bump, strength: 1, bandlimit: 0, power: 2", "model.potentials[1].bandlimit", "positive"),
    .init(
      bump, "kind: bump, strength: 1, bandlimit: -3, power: 2", "model.potentials[1].bandlimit", "positive"),
    .init(
      bump, "kind: bump, strength: 1, bandlimit: 1e9, power: 2", "model.potentials[1].bandlimit", "10⁴ modes"),
    .init(
      bump, "kind: bump, strength: 1, bandlimit: 1e90, power: 2", "model.potentials[1].bandlimit",
      "10⁴ modes"),
    .init(bump, "kind: bump, strength: 1, bandlimit: 3, power: 0", "model.potentials[1].power", "(0, 1000]"),
    .init(
      bump, "kind: bump, strength: 1, bandlimit: 3, power: 1e6", "model.potentials[1].power", "(0, 1000]"),
    .init(bump, bump + ", modes: []", "model.potentials[1].modes", "unknown key"),
    .init("{m: [1], coefficient: -0.4}", "{m: [1]}", "model.potentials[0].modes[0].coefficient", "number"),
    .init(
      "{m: [1], coefficient: -0.4}", "{m: x, coefficient: 1}", "model.potentials[0].modes[0].m", "integer"),
    .init(
      "{m: [1], coefficient: -0.4}", "{m: [1, 0], coefficient: 1}", "model.potentials[0].modes[0].m",
      "1 integer"),
    .init(
      "{m: [1], coefficient: -0.4}", "{m: [0.5], coefficient: 1}", "model.potentials[0].modes[0].m[0]",
      "integer"),
    .init(
      "{m: [1], coefficient: -0.4}", "{m: [1e9], coefficient: 1}", "model.potentials[0].modes[0].m[0]",
      "integer"),
    .init(
      "{m: [0], coefficient: 3}", "{m: [-1], coefficient: 3}", "model.potentials[0].modes",
      "each pair ±m once"),
    .init("{m: [0], coefficient: 3}", "m: [1]", "model.potentials[0].modes[1].coefficient", "number"),
    .init("eta: [0, 1, 2]", "eta: [0, 2, 1]", "model.potentials[2].eta", "increasing"),
    .init("eta: [0, 1, 2]", "eta: [-1, 1, 2]", "model.potentials[2].eta", "increasing"),
    .init("eta: [0, 1, 2]", "eta: [0]", "model.potentials[2].eta", "at least 2"),
    .init("eta: [0, 1, 2]", "eta: [0, 1]", "model.potentials[2].values", "a list of 2 numbers"),
    .init("eta: [0, 1, 2]", "eta: 2", "model.potentials[2].eta", "a list of numbers"),
    .init("values: [1, 0.5, 0]", "values: [1, x, 0]", "model.potentials[2].values[1]", "number"),
    .init("{kind: moyal, hbar: 0.1}", "{kind: moyal}", "model.kernel.hbar", "a positive number"),
    .init("{kind: moyal, hbar: 0.1}", "{kind: moyal, hbar: 0}", "model.kernel.hbar", "a positive number"),
    .init("{kind: moyal, hbar: 0.1}", "{kind: moyal, hbar: -1}", "model.kernel.hbar", "a positive number"),
    .init("{kind: moyal, hbar: 0.1}", "{kind: moyl, hbar: 0.1}", "model.kernel.kind", "did you mean 'moyal'"),
    .init("{kind: moyal, hbar: 0.1}", "{kind: classical, hbar: 0.1}", "model.kernel.hbar", "unknown key"),
    .init("{kind: moyal, hbar: 0.1}", "moyal", "model.kernel", "a mapping"),
  ]

  static let initial: [Mistake] = [
    .init("kind: mixture", "kind: mixtrue", "initial.kind", "did you mean 'mixture'"),
    .init("kind: mixture", "kind: factorised", "initial.components", "exactly one component"),
    .init("kind: mixture\n  components:", "kind: mixture\n  component:", "initial.component", "'components'"),
    .init("weight: 0.6", "weight: 0.7", "initial.components", "weights that sum to 1"),
    .init("- weight: 0.6\n      ", "- ", "initial.components[0].weight", "number"),
    .init("weight: 0.6", "weight: most", "initial.components[0].weight", "number"),
    .init(
      "      ion: " + gaussian, "      iom: " + gaussian, "initial.components[0].iom", "did you mean 'ion'"),
    .init("      ion: " + gaussian, "      ion: gaussian", "initial.components[0].ion", "a mapping"),
    .init("      ion: " + gaussian, "", "initial.components[0].ion.kind", "got nothing"),
    .init("kind: gaussian, ", "", "initial.components[0].ion.kind", "one of maxwellian"),
    .init("kind: gaussian", "kind: gausian", "initial.components[0].ion.kind", "did you mean 'gaussian'"),
    .init("sigma: [0.6]", "sigma: [0.0]", "initial.components[0].ion.sigma", "positive"),
    .init("sigma: [0.6]", "sigma: [-1]", "initial.components[0].ion.sigma", "positive"),
    .init("sigma: [0.6]", "sigma: x", "initial.components[0].ion.sigma", "number"),
    .init("sigma: [0.6]", "sigma: [0.6, 0.6]", "initial.components[0].ion.sigma", "a list of 1 number"),
    .init("sigma: [0.6]", "sigma: []", "initial.components[0].ion.sigma", "a list of 1 number"),
    .init("sigma: [0.6]", "sigma: [~]", "initial.components[0].ion.sigma[0]", "number"),
    .init("width: [1.1]", "width: [0]", "initial.components[0].ion.width", "positive"),
    .init("width: [1.1], ", "", "initial.components[0].ion.width", "a list of 1 number"),
    .init("centre: [0.5]", "center: [0.5]", "initial.components[0].ion.center", "did you mean 'centre'"),
    .init("centre: [0.5]", "centre: [nan]", "initial.components[0].ion.centre[0]", "number"),
    .init(
      "{m: [1], amplitude: 0.3, phase: 0.5}", "{m: [0], amplitude: 0.3}",
      "initial.components[0].electron.modulation.m", "other than 0"),
    .init(
      "{m: [1], amplitude: 0.3, phase: 0.5}", "{m: [1]}",
      "initial.components[0].electron.modulation[0].amplitude", "number"),
    .init(
      "{m: [1], amplitude: 0.3, phase: 0.5}", "{amplitude: 1}",
      "initial.components[0].electron.modulation[0].m", "a list"),
    .init(
      "modulation: [{m: [1], amplitude: 0.3, phase: 0.5}]", "modulation: 0.3",
      "initial.components[0].electron.modulation", "a list"),
    .init(torus, "{kind: space}", "model.potentials[0].kind", "a density on R^d"),
  ]

  static let latticeTimesPoints: [Mistake] = [
    .init(lattice, "{xi-extent: 8.0, time-step: 0.1}", "lattice.modes", "an integer from 0"),
    .init(lattice, "{mode: 4, xi-extent: 8.0, time-step: 0.1}", "lattice.mode", "did you mean 'modes'"),
    .init(lattice, "{modes: -1, xi-extent: 8.0, time-step: 0.1}", "lattice.modes", "an integer from 0"),
    .init(lattice, "{modes: 1e99, xi-extent: 8.0, time-step: 0.1}", "lattice.modes", "an integer from 0"),
    .init(lattice, "{modes: 4, xi-extent: 0, time-step: 0.1}", "lattice.xi-extent", "a positive number"),
    .init(lattice, "{modes: 4, xi-extent: 1e-9, time-step: 0.1}", "lattice.xi-extent", "grid points"),
    .init(lattice, "{modes: 4, xi-extent: 1e90, time-step: 0.1}", "lattice.xi-extent", "grid points"),
    .init(lattice, "{modes: 4, xi-extent: 8, time-step: 0}", "lattice.time-step", "a positive number"),
    .init(lattice, "{modes: 4, xi-extent: 8, time-step: -0.1}", "lattice.time-step", "a positive number"),
    .init(lattice, "{modes: 4, xi-extent: 8, time-step: 1e-90}", "lattice.xi-extent", "grid points"),
    .init(lattice, "{modes: 4, xi-extent: 8, timestep: 0.1}", "lattice.timestep", "did you mean 'time-step'"),
    .init(lattice, "4", "lattice", "a mapping"),
    .init(lattice, "[]", "lattice", "a mapping"),
    .init("times: [0.0, 0.5]", "times: []", "times", "at least 1"),
    .init("times: [0.0, 0.5]", "times: 0.5", "times", "a list of numbers"),
    .init("times: [0.0, 0.5]", "times: [0.5, 0.25]", "times[1]", "increasing"),
    .init("times: [0.0, 0.5]", "times: [0.0, 0.55]", "times[1]", "a multiple of lattice.time-step"),
    .init("times: [0.0, 0.5]", "times: [0.0, 0.5000001]", "times[1]", "a multiple of lattice.time-step"),
    .init("times: [0.0, 0.5]", "times: [0.0, 0.5000000001]", "times[1]", "a multiple of lattice.time-step"),
    .init(
      "times: [0.0, 0.5]", "times: [0.0, 0.50000000000000000001]", "times[1]",
      "a multiple of lattice.time-step"),
    .init("times: [0.0, 0.5]", "times: [0.0, 1e90]", "times[1]", "a multiple of lattice.time-step"),
    .init("times: [0.0, 0.5]", "times: [-0.5, 0.5]", "times[0]", "increasing times ≥ 0"),
    .init("times: [0.0, 0.5]", "time: [0.0, 0.5]", "time", "did you mean 'times'"),
    .init("times: [0.0, 0.5]", "times: &t [*t]", "", "YAML"),
    .init("xi: [0.5], eta: [1.2566370614]", "xi: [0.5], eta: [1.3]", "points[0].particles[0].eta", "κZ^d"),
    .init(
      "xi: [0.5], eta: [1.2566370614]", "xi: [0.5], eta: [1.25663707]", "points[0].particles[0].eta", "κZ^d"),
    .init("xi: [0.5], eta: [1.2566370614]", "xi: [0.5], eta: [1e90]", "points[0].particles[0].eta", "κZ^d"),
    .init("xi: [0.5], eta: [1.2566370614]", "xi: [0.5]", "points[0].particles[0].eta", "a list of 1 number"),
    .init(
      "xi: [0.5], eta: [1.2566370614]", "xi: {a: 0.5}, eta: [0]", "points[0].particles[0].xi",
      "a list of 1 number"
    ),
    .init(
      "xi: [0.5], eta: [1.2566370614]", "x: [0.5], eta: [0]", "points[0].particles[0].xi",
      "a list of 1 number"),
    .init("{species: ion, ", "{species: iom, ", "points[0].particles[0].species", "did you mean 'ion'"),
    .init("{species: ion, ", "{", "points[0].particles[0].species", "one of electron, ion"),
    .init("- particles: [{", "- particle: [{", "points[0].particle", "did you mean 'particles'"),
    .init("lattice: ", "lattice:\n    a: 1\n  b: ", "", "YAML"),
    .init("model:", "modle:", "modle", "did you mean 'model'"),
    .init("model:\n", "model: 3\nother:\n", "model", "a mapping"),
    .init("lattice: ", "seeds: 3\nlattice: ", "seeds", "unknown key"),
    .init("model:", "? [a, b]\n: 1\nmodel:", "?", "unknown key"),
  ]

  @Test(
    "a mistake is one message with the right key path",
    arguments: geometry + species + potentials + initial + latticeTimesPoints)
  func mistakes(mistake: Mistake) {
    #expect(ModelReaderTests.torus.contains(mistake.old), "not in the correct configuration")
    let yaml = ModelReaderTests.torus.replacing(mistake.old, with: mistake.new, maxReplacements: 1)
    do {
      _ = try ModelReaderTests.Everything(yaml)
      Issue.record("accepted")
    } catch {
      #expect(error is ConfigurationError)
      #expect(Experiment.exitCode(for: error) == 64)
      let located = error as? ConfigurationError
      #expect(located?.path == mistake.path, "\(error)")
      #expect("\(error)".contains(mistake.expected), "\(error)")
      #expect("\(error)".hasPrefix("test.yaml"))
    }
  }

  @Test("one word or number of the configuration replaced by junk is accepted or one error, never a trap")
  func junk() throws {
    let junk = [
      "-1", "0", "1e308", "-1e308", "1e-308", "9223372036854775807", "-9223372036854775808", "nan", "''", "~",
      "[]",
      "{}", "[[[]]]", "{a: {b: [1]}}", "!!float x", "&a 1", "*a", "\"\\0\"", "𝄞", "0.1.2", "- -", "1e5",
      "100000",
      "<<", "? a", "true", "2001-01-01", "0o17", "1:30",
    ]
    let text = ModelReaderTests.torus
    var refused = 0
    for match in text.matches(of: /[A-Za-z0-9.\-]+/) {
      for word in junk {
        var mutated = text
        mutated.replaceSubrange(match.range, with: word)
        do {
          _ = try ModelReaderTests.Everything(mutated)
        } catch {
          refused += 1
          #expect(Experiment.exitCode(for: error) == 64 || Experiment.exitCode(for: error) == 75, "\(error)")
        }
      }
    }
    #expect(refused > 1000)
  }
}
