#if MPI
  import Foundation
  import Testing

  /// Exact states that ranks have together: results and checkpoints are those of one rank, bit for bit.
  @Suite("Exact states on many ranks", .serialized)
  struct ManyBodyUnderMPITests {
    /// Two or three species with potentials between all, points of one, two and three particles.
    static func fermions(
      _ particles: [Int], modes: Int, times: String, points: String = "[]", amplitude: Double = 0.3,
      keys: String = ""
    ) -> String {
      let names = ["electron", "ion", "muon"].prefix(particles.count)
      let potentials = names.indices.flatMap { a in
        (a..<names.count).map { b in
          """
              - {between: [\(names[a]), \(names[b])], kind: trigonometric, modes: [{m: [0], coefficient: 0.1}, \
          {m: [1], coefficient: \(0.4 - 0.3 * Double(b))}, {m: [2], coefficient: \(0.1 + 0.05 * Double(a))}]}
          """
        }
      }
      let orbitals = names.enumerated().map {
        "  \($1): {amplitude: \($0 == 0 ? amplitude : -amplitude), phase: 0.2, momentum: 0.1, occupation: sea}"
      }
      return """
        model:
          dimension: 1
          domain: {kind: torus, length: 6.283185307179586}
          species: [\(names.map { "{name: \($0)}" }.joined(separator: ", "))]
          particles: {\(zip(names, particles).map { "\($0): \($1)" }.joined(separator: ", "))}
          potentials:
        \(potentials.joined(separator: "\n"))
        modes: \(modes)
        orbitals:
        \(orbitals.joined(separator: "\n"))
        window: {kind: gaussian, width: 1.0}
        times: \(times)
        husimi-points: \(points)
        grid: {positions: 24, momenta: 25, p-max: 1.2}
        \(keys)

        """
    }

    private static let points = """

      - particles: [{species: electron, q: [0.7], p: [0.2]}]
      - particles: [{species: electron, q: [0.7], p: [0.2]}, {species: ion, q: [4.0], p: [0.1]}]
      - particles: [{species: electron, q: [0.7], p: [0.2]}, {species: electron, q: [2.1], p: [-0.35]}, {species: ion, q: [4.0], p: [0.1]}]
      """

    @Test(
      "MPI: an exact run is the same bit for bit for 1, 2, 3 and 7 ranks",
      .timeLimit(.minutes(4)),
      arguments: [
        fermions([2, 3], modes: 3, times: "[0, 0.25, 0.5]", points: points),
        // Plane waves: in one sector of total momentum.
        fermions([3, 2], modes: 3, times: "[0, 0.5]", points: points, amplitude: 0, keys: "companion: none"),
        fermions([2, 1, 1], modes: 2, times: "[0, 0.5]", points: "[]", keys: "convergence: []"),
        // What every rank has whole.
        fermions([3], modes: 4, times: "[0, 0.5]"),
        fermions([3, 3], modes: 4, times: "[0, 0.5]", points: points, keys: "method: hartree-fock"),
      ])
    func sameBits(configuration: String) throws {
      _ = try MpirunProcess(experiment: "many-body", folder: ScratchFolder()).expectSameBits(configuration)
    }

    /// Some seconds in steps of some tens of milliseconds.
    static let long = fermions(
      [3, 3], modes: 6, times: "[0, 8, 16]", points: points, keys: "companion: none\nconvergence: []")

    @Test(
      "MPI: a signal to one rank stops all with a checkpoint, a killed rank leaves it as it is, and other numbers of ranks go on to the same bits",
      .timeLimit(.minutes(5)))
    func stopKillResume() throws {
      _ = try MpirunProcess(experiment: "many-body", folder: ScratchFolder())
        .expectStopKillResume(Self.long, after: (0.8, 0.5))
    }
  }
#endif
