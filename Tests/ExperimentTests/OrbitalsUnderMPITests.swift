#if MPI
  import Foundation
  import Testing

  /// Hierarchies on shared orbitals whose operators ranks have together, and what each rank has whole: the run of one rank, bit for bit.
  @Suite("Shared orbitals on many ranks", .serialized)
  struct OrbitalsUnderMPITests {
    /// Two species of unequal grids, a mixture of products.
    static func circle(modes: Int, rank: Int, times: String, particles: String = "null", keys: String)
      -> String
    {
      """
      model:
        dimension: 1
        domain: {kind: torus, length: 6.283185307179586}
        species:
          - {name: electron, fraction: 0.5, mass: 1.0}
          - {name: ion, fraction: 0.5, mass: 2.0}
        particles: \(particles)
        potentials:
          - {between: [electron, electron], kind: trigonometric, modes: [{m: [1], coefficient: 0.5}, {m: [2], coefficient: 0.1}]}
          - {between: [electron, ion], kind: trigonometric, modes: [{m: [1], coefficient: -0.5}]}
        kernel: {kind: classical}
      initial:
        kind: mixture
        components:
          - weight: 0.6
            electron: {kind: maxwellian, sigma: [1.0], drift: [0.0], modulation: [{m: [1], amplitude: 0.3, phase: 0.0}]}
            ion: {kind: maxwellian, sigma: [0.8], drift: [0.0], modulation: [{m: [1], amplitude: -0.2, phase: 0.4}]}
          - weight: 0.4
            electron: {kind: maxwellian, sigma: [1.0], drift: [0.3], modulation: [{m: [1], amplitude: -0.1, phase: 0.0}]}
            ion: {kind: maxwellian, sigma: [0.8], drift: [-0.2], modulation: [{m: [2], amplitude: 0.4, phase: 0.0}]}
      lattice: {modes: \(modes), xi-extent: 6.0, time-step: 0.25}
      rank: \(rank)
      closures: [cumulant]
      times: \(times)
      \(keys)

      """
    }

    private static func orbitals(_ tolerance: String) -> String {
      "storage: orbitals\norbitals: {tolerance: \(tolerance), most: 24}"
    }

    /// More modes than blocks, one species.
    static func plane(times: String, timeStep: String = "0.5", most: Int) -> String {
      MpirunProcess.plane(
        "[1, 1]",
        keys: """
          lattice: {modes: 2, xi-extent: 2.0, time-step: \(timeStep)}
          rank: 2
          closures: [cumulant]
          times: \(times)
          storage: orbitals
          orbitals: {tolerance: 1.0e-3, most: \(most)}
          """)
    }

    private func mpirun(in folder: ScratchFolder) -> MpirunProcess {
      MpirunProcess(experiment: "truncation-error", folder: folder)
    }

    @Test(
      "MPI: a hierarchy is the same bit for bit for 1, 2, 3 and more ranks than blocks",
      .timeLimit(.minutes(4)),
      arguments: [
        circle(modes: 3, rank: 3, times: "[0.25, 0.5]", keys: orbitals("1.0e-3")),
        // Steps whose length their error says.
        circle(modes: 2, rank: 2, times: "[0.5]", keys: orbitals("1.0e-4")).replacing(
          "time-step: 0.25", with: "xi-step: 0.4, time-step: 0.5, tolerance: 1.0e-5"),
        // Two particles: recollisions, and an exact solution on orbitals.
        circle(
          modes: 1, rank: 2, times: "[0.25]", particles: "{electron: 1, ion: 1}", keys: orbitals("1.0e-2")),
        plane(times: "[0.5]", most: 12),
        // What every rank has whole.
        circle(modes: 2, rank: 1, times: "[0.25]", keys: "storage: full"),
      ])
    func sameBits(configuration: String) throws {
      _ = try mpirun(in: ScratchFolder()).expectSameBits(configuration)
    }

    @Test("MPI: distances to the limit are the same bit for bit on ranks", .timeLimit(.minutes(4)))
    func finiteSize() throws {
      let folder = try ScratchFolder()
      let file = try folder.write(
        Self.circle(
          modes: 2, rank: 2, times: "[0.25]",
          keys: Self.orbitals("1.0e-2") + "\nparticle-numbers: [4, 8]\nhbars: [0.5]"), to: "config.yaml")
      let mpirun = MpirunProcess(experiment: "finite-size", folder: folder)
      for ranks in 1...3 {
        #expect([0, 1].contains(try mpirun.code(ranks, ["--config", file, "--output", "ranks-\(ranks)"])))
      }
      for ranks in 2...3 { try mpirun.expectTheSame("ranks-\(ranks)", as: "ranks-1") }
    }

    @Test(
      "MPI: two ranks hold little more than half of what operators make of orbitals", .timeLimit(.minutes(2)))
    func memory() throws {
      // Orbitals of 65² points, which are most of it; each rank has 12 of them whole.
      let needs = try mpirun(in: ScratchFolder()).memoryNeeds(
        Self.plane(times: "[0]", timeStep: "0.125", most: 12))
      #expect(needs.shared < needs.alone * 65 / 100, "\(needs)")
    }

    /// Some steps of tenths of a second.
    static let long = circle(modes: 4, rank: 4, times: "[0.25, 1.5]", keys: orbitals("1.0e-5"))

    @Test(
      "MPI: a signal to one rank stops all with a checkpoint, a killed rank leaves it as it is, and other numbers of ranks go on to the same bits",
      .timeLimit(.minutes(5)))
    func stopKillResume() throws {
      _ = try mpirun(in: ScratchFolder()).expectStopKillResume(Self.long, after: (0.5, 0.4))
    }
  }
#endif
