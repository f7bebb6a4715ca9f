// LEMON's network simplex behind a C face: minimum-cost flow on a directed graph, in integers.
#pragma once
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

/// The version of the LEMON headers, for the manifest.
const char *lemon_face_version(void);

/// How a solution ended.
enum lemon_face_outcome {
  lemon_face_optimal = 0,
  lemon_face_infeasible = 1,
  lemon_face_unbounded = 2,
  lemon_face_out_of_memory = 3,
  lemon_face_failed = 4
};

/// Minimises Σ cost·flow over 0 ≤ flow subject to (out − in)(node) = supply(node).
///
/// `source`, `target`, `cost` and `flow` have one entry an arc, `supply` and `potential` one a node. On
/// lemon_face_optimal, flow is optimal and cost + potential(source) − potential(target) ≥ 0 on every arc,
/// with equality where flow > 0. No exception leaves this function and everything it allocates is freed.
int lemon_face_minimum_cost_flow(int32_t nodes, int32_t arcs, const int32_t *source, const int32_t *target,
                                 const int64_t *cost, const int64_t *supply, int64_t *flow,
                                 int64_t *potential);

#ifdef __cplusplus
}
#endif
