#if MPI
  import Foundation
  import Testing

  /// A flow whose modes are shared among ranks: it is the flow of one rank, bit for bit, and a checkpoint of any number of
  /// ranks is one for every other.
  @Suite("A flow on many ranks", .serialized)
  struct FlowUnderMPITests {
    /// Two species of unequal grids, portraits, and the same with half the step.
    static func plasma(modes: Int, force: Int, lattice: String, times: String, pulses: String = "[]")
      -> String
    {
      """
      model:
        dimension: 1
        domain: {kind: torus, length: 12.566370614359172}
        species:
          - {name: electron, fraction: 0.5, mass: 1.0, charge: -1}
          - {name: ion, fraction: 0.5, mass: 2.0, charge: 1}
        potentials:
          - {between: all, kind: coulomb, strength: 1, modes: \(force)}
        kernel: {kind: classical}
      initial:
        kind: factorised
        components:
          - electron: {kind: maxwellian, sigma: [1.0], drift: [0.2], modulation: [{m: [1], amplitude: 0.2, phase: 0.3}]}
            ion: {kind: maxwellian, sigma: [0.7], drift: [0.0], modulation: [{m: [2], amplitude: 0.1, phase: 0.0}]}
      lattice: {modes: \(modes), \(lattice)}
      times: \(times)
      pulses: \(pulses)
      density-modes: 3
      portraits: [0.5]
      portrait-grid: {positions: 16, momenta: 17}
      error: halved-step

      """
    }

    /// Two dimensions, attraction through two modes in the first.
    static let plane = MpirunProcess.plane(
      "[2, 1]", keys: "lattice: {modes: 3, xi-extent: 3.0, time-step: 0.1}\ntimes: [0, 0.5]")

    private func mpirun(in folder: ScratchFolder) -> MpirunProcess {
      MpirunProcess(experiment: "vlasov-flow", folder: folder)
    }

    @Test(
      "MPI: a flow is the same bit for bit for 1, 2, 3 and more ranks than slabs",
      .timeLimit(.minutes(4)),
      arguments: [
        // Whole shifts, a force that reaches beyond the neighbours' blocks, an impulse on the data and one on the way.
        plasma(
          modes: 5, force: 4, lattice: "xi-extent: 8.0, time-step: 0.1", times: "[0, 0.5, 1]",
          pulses: "[{time: 0, species: electron, mode: 2, amplitude: 0.3}, "
            + "{time: 0.5, species: ion, mode: 1, amplitude: 0.2, phase: 0.4}]"),
        // A chosen spacing with a tolerance, a short-ranged force.
        plasma(
          modes: 8, force: 1, lattice: "xi-extent: 8.0, xi-step: 0.25, tolerance: 1.0e-6, time-step: 0.25",
          times: "[0, 0.5, 1]"),
        plane,
      ])
    func sameBits(configuration: String) throws {
      #expect(try mpirun(in: ScratchFolder()).expectSameBits(configuration) == 0)
    }

    /// Some seconds in steps of a few milliseconds.
    static let long = plasma(
      modes: 24, force: 2, lattice: "xi-extent: 8.0, time-step: 0.02", times: "[0, 0.5, 2]")

    @Test(
      "MPI: a signal to one rank stops all with a checkpoint, a killed rank leaves it as it is, and other numbers of ranks go on to the same bits",
      .timeLimit(.minutes(5)))
    func stopKillResume() throws {
      #expect(try mpirun(in: ScratchFolder()).expectStopKillResume(Self.long, after: (1, 0.7)) == 0)
    }

    @Test("MPI: a damaged checkpoint is refused by all ranks and stays as it is", .timeLimit(.minutes(2)))
    func damagedCheckpoint() throws {
      let folder = try ScratchFolder()
      let file = try folder.write(Self.long, to: "config.yaml")
      let mpirun = mpirun(in: folder)
      let stopped = try mpirun.start(2, ["--config", file, "--output", "parts"])
      try mpirun.signal(SIGTERM, to: 0, of: stopped, into: "parts", after: 0.5)
      var bytes = try folder.data("parts/checkpoint")
      bytes[bytes.count / 2] ^= 4
      try bytes.write(to: folder.url.appendingPathComponent("parts/checkpoint"))
      #expect(try mpirun.code(2, ["--config", file, "--output", "parts", "--resume"]) == 66)
      #expect(try mpirun.errors.contains("damaged"))
      #expect(try folder.data("parts/checkpoint") == bytes)
    }
  }
#endif
