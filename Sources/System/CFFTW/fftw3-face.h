#pragma once
#include <fftw3.h>
static inline const char *fftw_face_version(void) { return fftw_version; }
