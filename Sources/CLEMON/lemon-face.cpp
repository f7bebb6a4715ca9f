#include "lemon-face.h"
#include <lemon/config.h>
const char *lemon_face_version(void) { return LEMON_VERSION; }
