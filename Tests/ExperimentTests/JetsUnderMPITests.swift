#if MPI
  import Foundation
  import Testing

  /// The solution and its Dyson series on lattices that ranks have together, and by nodes, which every rank has: the run of one rank, bit
  /// for bit.
  @Suite("A Dyson remainder on many ranks", .serialized)
  struct JetsUnderMPITests {
    /// Two species of unequal grids, forces that reach beyond the neighbours' blocks, points between those of the grid.
    static func circle(initial: String = mixture, keys: String) -> String {
      """
      model:
        dimension: 1
        domain: {kind: torus, length: 6.283185307179586}
        species:
          - {name: electron, fraction: 0.6, mass: 1.0}
          - {name: ion, fraction: 0.4, mass: 2.0}
        potentials:
          - {between: [electron, electron], kind: trigonometric, modes: [{m: [1], coefficient: 0.5}, {m: [3], coefficient: 0.1}]}
          - {between: [electron, ion], kind: trigonometric, modes: [{m: [2], coefficient: -0.4}]}
      \(initial)
      points:
        - particles: [{species: electron, xi: [0.52], eta: [1.0]}, {species: ion, xi: [-0.25], eta: [-4.0]}]
        - particles: [{species: ion, xi: [0.3], eta: [5.0]}]
      bounds: [multi-type, data-aware]
      \(keys)

      """
    }

    private static let mixture = """
      initial:
        kind: mixture
        components:
          - weight: 0.3
            electron: {kind: maxwellian, sigma: [1.0], drift: [0.2], modulation: [{m: [1], amplitude: 0.3, phase: 0.0}]}
            ion: {kind: maxwellian, sigma: [0.6], drift: [-0.1], modulation: [{m: [1], amplitude: -0.2, phase: 0.4}]}
          - weight: 0.7
            electron: {kind: maxwellian, sigma: [1.2], drift: [0.0], modulation: [{m: [2], amplitude: 0.1, phase: 0.0}]}
            ion: {kind: maxwellian, sigma: [0.8], drift: [0.0], modulation: [{m: [1], amplitude: 0.1, phase: 0.0}]}
      """

    static let plane = MpirunProcess.plane(
      "[2, 1]",
      keys: """
        lattice: {modes: 3, xi-extent: 2.5, time-step: 0.25}
        times: [0.5]
        orders: 2
        points:
          - particles: [{species: dust, xi: [0.3, -0.4], eta: [-1.0, -1.0]}, {species: dust, xi: [0.1, 0.2], eta: [2.0, 1.0]}]
        bounds: [data-aware]
        """)

    private func mpirun(in folder: ScratchFolder) -> MpirunProcess {
      MpirunProcess(experiment: "dyson-remainder", folder: folder)
    }

    @Test(
      "MPI: a remainder on lattices is the same bit for bit for 1, 2, 3 and more ranks than slabs",
      .timeLimit(.minutes(4)),
      arguments: [
        circle(
          keys:
            "method: lattice\nlattice: {modes: 5, xi-extent: 8.0, time-step: 0.1}\ntimes: [0.2, 0.6]\norders: 3"
        ), plane,
      ])
    func sameBits(configuration: String) throws {
      _ = try mpirun(in: ScratchFolder()).expectSameBits(configuration)
    }

    @Test("MPI: by nodes and in balls every rank has all, with the same bits", .timeLimit(.minutes(4)))
    func nodes() throws {
      let folder = try ScratchFolder()
      let mpirun = mpirun(in: folder)
      let file = try folder.write(
        Self.circle(keys: "times: [0.05]\norders: 1\ncertify: {radius: 1.0e-6}"), to: "config.yaml")
      for ranks in 1...2 {
        #expect([0, 1].contains(try mpirun.code(ranks, ["--config", file, "--output", "ranks-\(ranks)"])))
      }
      try mpirun.expectTheSame("ranks-2", as: "ranks-1")
      #expect(try folder.data("ranks-2/certificate.json") == folder.data("ranks-1/certificate.json"))
    }

    @Test("MPI: what two ranks hold of the lattices is little more than half", .timeLimit(.minutes(2)))
    func memory() throws {
      let needs = try mpirun(in: ScratchFolder()).memoryNeeds(
        Self.circle(
          keys:
            "method: lattice\nlattice: {modes: 60, xi-extent: 4.0, time-step: 0.1}\ntimes: [0]\norders: 6"))
      // Beside its half of the slabs, some seventy, a rank has three on each side.
      #expect(needs.shared < needs.alone * 6 / 10, "\(needs)")
    }

    /// Some seconds in steps of a few milliseconds.
    static let long = circle(
      keys:
        "method: lattice\nlattice: {modes: 16, xi-extent: 12.0, time-step: 0.05}\ntimes: [0.5, 2]\norders: 5")

    @Test(
      "MPI: a signal to one rank stops all with a checkpoint, a killed rank leaves it as it is, and other numbers of ranks go on to the same bits",
      .timeLimit(.minutes(5)))
    func stopKillResume() throws {
      _ = try mpirun(in: ScratchFolder()).expectStopKillResume(Self.long, after: (1, 0.7))
    }
  }
#endif
