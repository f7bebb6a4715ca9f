// What a truncated hierarchy holds, before any of it is allocated:
//
//     buffers of the state               exactly, from the numbers of mode tuples and grid points
//     stored rows, their loops           so many bytes a row
//     the compiled right side            from some rows of every order, the others taken to be alike
//     what the lines of a row share      likewise

import CLibraries
public import Interaction
public import PhaseSpace

/// Bytes of a truncated hierarchy; nil where they overflow.
public struct TruncatedHierarchyMemory: Sendable, Hashable {
  /// The four stage buffers.
  public let state: Int?
  /// The right side: rows, products, tables, and what the lines of a row share.
  public let rightSide: Int?
  /// While the densities and cumulants of a `ClosureReport` are taken, in addition.
  public let report: Int?
  /// While the distance to another hierarchy is taken, in addition.
  public let distance: Int?

  /// What is there all the time.
  public var held: Int? { Memory.sum(state, rightSide) }
}

extension TruncatedHierarchy {
  /// Bytes of the stage buffers, nil beyond Int; with a chosen Δξ also of the rows every thread works in.
  public static func peakBytes(model: Model, lattice: FourierLattice, rank: Int, threads: Int = 1) -> Int? {
    let orders = TruncatedHierarchyLayout.orders(model: model, rank: rank)
    return stageBytes(
      orders, lattice, doubles: TruncatedHierarchyLayout.doubles(orders: orders, lattice: lattice),
      threads: threads)
  }

  private static func stageBytes(
    _ orders: [MarginalOrder], _ lattice: FourierLattice, doubles: Int?, threads: Int
  ) -> Int? {
    guard !lattice.hasWholeShifts else { return TruncatedHierarchyStepper.bytes(doubles: doubles) }
    return ExtrapolatedHierarchyStepper.bytes(
      doubles: doubles, layoutRow: ExtrapolatedHierarchyStepper.longestRow(orders, lattice), lattice: lattice,
      threads: threads)
  }

  /// What a hierarchy will hold. Where the state alone does not fit, nothing else is looked at.
  public static func memory(
    model: Model, lattice: FourierLattice, rank: Int, closure: any Closure, threads: Int
  ) -> TruncatedHierarchyMemory {
    let orders = TruncatedHierarchyLayout.orders(model: model, rank: rank)
    let state = peakBytes(model: model, lattice: lattice, rank: rank, threads: threads)
    let rows = TruncatedHierarchyLayout.rowBytes(orders: orders, lattice: lattice)
    guard let least = Memory.sum(state, rows), least < MemoryRoom.now().bytes else {
      return TruncatedHierarchyMemory(state: state, rightSide: rows, report: 0, distance: 0)
    }
    return memory(
      model: model, layout: TruncatedHierarchyLayout(orders: orders, lattice: lattice), rank: rank,
      closure: closure, threads: threads)
  }

  /// The same with the rows at hand.
  static func memory(
    model: Model, layout: TruncatedHierarchyLayout, rank: Int, closure: any Closure, threads: Int
  ) -> TruncatedHierarchyMemory {
    let lattice = layout.lattice
    let motion = compiledBytes(
      TruncatedHierarchyPlan.motion(model: model, layout: layout, rank: rank, closure: closure), layout, model
    )
    let cumulants = compiledBytes(
      TruncatedHierarchyPlan.cumulants(model: model, layout: layout, rank: rank), layout, model)
    let points = lattice.masses.indices.map { lattice.pointCount($0) }.max() ?? 1
    // A plane of phase space and its transforms: of two particles momenta × momenta.
    let places = rank > 1 ? max(points, 4 * (lattice.modes + 1)) : 4 * (lattice.modes + 1)
    let densities = lattice.dimension == 1 ? Memory.product(places, points, 5 * 16) : 0
    let ofOneOrder = layout.orders.indices.map { order in layout.rows.count { $0.order == order } }.max() ?? 0
    return TruncatedHierarchyMemory(
      state: stageBytes(layout.orders, lattice, doubles: layout.count, threads: threads),
      rightSide: Memory.sum(
        TruncatedHierarchyLayout.rowBytes(orders: layout.orders, lattice: lattice), motion.rows,
        Memory.product(threads, motion.workspace),
        TruncatedHierarchyStepper.sharedBytes(lattice: lattice, threads: threads)),
      report: max(Memory.sum(cumulants.rows, cumulants.workspace) ?? .max, densities ?? .max),
      distance: Memory.product(ofOneOrder, 2 * TruncatedHierarchyLayout.bytesOfKeptRow))
  }

  /// Rows of an order that stand for all of them.
  private static let sampleSize = 48

  /// Bytes of a compiled plan with its tables and prepared lines, and of one workspace.
  private static func compiledBytes(
    _ plan: TruncatedHierarchyPlan, _ layout: TruncatedHierarchyLayout, _ model: Model
  ) -> (rows: Int?, workspace: Int?) {
    var total: Int? = 0
    var (tables, workspace) = (0, 0)
    var first = 0
    while first < layout.rows.count {
      let order = layout.rows[first].order
      let end = layout.rows[first...].firstIndex { $0.order != order } ?? layout.rows.count
      let count = min(end - first, sampleSize)
      // Spread evenly, in the middle of equal shares.
      let sample = (0..<count).map { first + (2 * $0 + 1) * (end - first) / (2 * count) }
      let program: TruncatedHierarchyProgram
      do {
        program = try TruncatedHierarchyProgram(plan, layout: layout, kernel: model.kernel, only: sample)
      } catch {
        // What has no room for its sample has none for the whole.
        return (error.bytes, nil)
      }
      let bytes =
        Double(program.compiledBytes + 8 * program.preparedCount) / Double(count) * Double(end - first)
      total = Memory.sum(total, Int(exactly: bytes.rounded(.up)))
      tables = max(tables, program.tableBytes)
      workspace = max(workspace, program.workspaceBytes)
      first = end
    }
    return (Memory.sum(total, tables), workspace)
  }
}
