// LEMON's network simplex behind a C face: the transport problem on a bipartite graph.
#pragma once
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif
/// The version of the LEMON headers, for the manifest.
const char *lemon_face_version(void);
#ifdef __cplusplus
}
#endif
