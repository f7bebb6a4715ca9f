// The plan of a right side flattened into plain memory:
//
//     k(g_1 … g_{r−1}, ·) = Σ_groups S(g_1 … g_{r−1}) · line(·),   S = S_0 + Σ_i S_i(g_i) + Σ_numbers weight Π tables Π blocks.
//
// `TruncatedHierarchyProgramBuilder` compiles it, `prepare` makes what all lines of a row share, `evaluate` makes a line.

internal import CKernels
import CLibraries
import Computing
import Interaction
import PhaseSpace

/// A compiled plan. Nothing is allocated in an evaluation.
final class TruncatedHierarchyProgram {
  let code: TruncatedHierarchyCode
  let mostGroups: Int
  let widest: Int
  /// Doubles that `prepare` fills for all rows together.
  let preparedCount: Int

  /// - Parameter selected: compiles these rows alone, as if there were no others; all where nil.
  /// - Throws: `MemoryError` when there is no room for it.
  convenience init(
    _ plan: TruncatedHierarchyPlan, layout: TruncatedHierarchyLayout, kernel: Kernel,
    only selected: [Int]? = nil
  ) throws(MemoryError) {
    var builder = TruncatedHierarchyProgramBuilder(plan, layout: layout, kernel: kernel)
    do {
      for number in selected ?? Array(layout.rows.indices) {
        builder.append(layout.rows[number])
        try builder.code.check()
      }
    } catch {
      builder.discard()
      throw error
    }
    self.init(builder)
  }

  /// Takes what was built, and its memory.
  private init(_ built: consuming TruncatedHierarchyProgramBuilder) {
    mostGroups = built.mostGroups
    preparedCount = built.prepared
    let lattice = built.layout.lattice
    widest = lattice.masses.indices.map { lattice.pointCount($0) }.max() ?? 1
    code = built.finished()
  }

  deinit { code.deallocate() }

  /// Bytes of the compiled rows, without the tables and what `prepare` fills.
  var compiledBytes: Int { code.bytes }

  /// Bytes of the tables.
  var tableBytes: Int { code.tableBytes }

  /// Bytes of one workspace.
  var workspaceBytes: Int {
    max(1, mostGroups)
      * (16 * widest + MemoryLayout<vlasov_line_term>.stride + MemoryLayout<UnsafePointer<Double>?>.stride)
  }

  /// What one thread needs: the terms of a line, and its moving lines where they are gathered.
  struct Workspace {
    /// (x, y) ↦ (a x + b y, c x + d y), that is S · (x + iσy) with a = Re S, b = −σ Im S, c = Im S, d = σ Re S.
    let terms: UnsafeMutablePointer<vlasov_line_term>
    /// Where the line in `lines` of a group stands in the state, nil where none does.
    let gatheredFrom: UnsafeMutablePointer<UnsafePointer<Double>?>
    /// Per group P reals and P imaginary parts.
    let lines: UnsafeMutablePointer<Double>

    func deallocate() {
      terms.deallocate()
      gatheredFrom.deallocate()
      lines.deallocate()
    }
  }

  /// A workspace, to be deallocated by the caller.
  func makeWorkspace() -> Workspace {
    let count = max(1, mostGroups)
    let lines = UnsafeMutablePointer<Double>.allocate(capacity: count * 2 * widest)
    lines.initialize(repeating: 0, count: count * 2 * widest)
    let terms = UnsafeMutablePointer<vlasov_line_term>.allocate(capacity: count)
    terms.initialize(
      repeating: vlasov_line_term(
        a: 0, b: 0, c: 0, d: 0, real: UnsafePointer(lines), imaginary: UnsafePointer(lines), table: nil),
      count: count)
    let gatheredFrom = UnsafeMutablePointer<UnsafePointer<Double>?>.allocate(capacity: count)
    gatheredFrom.initialize(repeating: nil, count: count)
    return Workspace(terms: terms, gatheredFrom: gatheredFrom, lines: lines)
  }
}
