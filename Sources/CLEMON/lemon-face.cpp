#include "lemon-face.h"

#include <lemon/config.h>
#include <lemon/network_simplex.h>
#include <lemon/smart_graph.h>

#include <new>

namespace {

using Graph = lemon::SmartDigraph;

// A LEMON map that reads the caller's array by the id of an arc or node, so that nothing is copied twice.
template <class Item> struct ArrayMap {
  typedef Item Key;
  typedef int64_t Value;
  const int64_t *values;
  Value operator[](const Key &item) const { return values[Graph::id(item)]; }
};

int solve(int32_t nodes, int32_t arcs, const int32_t *source, const int32_t *target, const int64_t *cost,
          const int64_t *supply, int64_t *flow, int64_t *potential) {
  Graph graph;
  graph.reserveNode(nodes);
  graph.reserveArc(arcs);
  for (int32_t node = 0; node < nodes; ++node) graph.addNode();
  for (int32_t arc = 0; arc < arcs; ++arc)
    graph.addArc(Graph::nodeFromId(source[arc]), Graph::nodeFromId(target[arc]));

  lemon::NetworkSimplex<Graph, int64_t, int64_t> simplex(graph);
  simplex.costMap(ArrayMap<Graph::Arc>{cost}).supplyMap(ArrayMap<Graph::Node>{supply});
  switch (simplex.run()) {
  case lemon::NetworkSimplex<Graph, int64_t, int64_t>::INFEASIBLE: return lemon_face_infeasible;
  case lemon::NetworkSimplex<Graph, int64_t, int64_t>::UNBOUNDED: return lemon_face_unbounded;
  default: break;
  }
  for (int32_t arc = 0; arc < arcs; ++arc) flow[arc] = simplex.flow(Graph::arcFromId(arc));
  for (int32_t node = 0; node < nodes; ++node) potential[node] = simplex.potential(Graph::nodeFromId(node));
  return lemon_face_optimal;
}

} // namespace

extern "C" const char *lemon_face_version(void) { return LEMON_VERSION; }

extern "C" int lemon_face_minimum_cost_flow(int32_t nodes, int32_t arcs, const int32_t *source,
                                            const int32_t *target, const int64_t *cost,
                                            const int64_t *supply, int64_t *flow, int64_t *potential) {
  try {
    return solve(nodes, arcs, source, target, cost, supply, flow, potential);
  } catch (const std::bad_alloc &) {
    return lemon_face_out_of_memory;
  } catch (...) {
    return lemon_face_failed;
  }
}
