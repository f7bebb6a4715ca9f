#pragma once
#include <arb.h>
#include <arf.h>
#include <mag.h>
static inline const char *arb_face_version(void) { return arb_version; }
