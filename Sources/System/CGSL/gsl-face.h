// GSL without its CBLAS header, which clashes with OpenBLAS's.
#pragma once
#define __GSL_CBLAS_H__
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_qrng.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_version.h>
#include <gsl/gsl_sf_bessel.h>
#include <gsl/gsl_sf_erf.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_dawson.h>
#include <gsl/gsl_cdf.h>
static inline const char *gsl_face_version(void) { return gsl_version; }
// GSL's generator types are global pointer variables, which Swift 6 does not let through.
static inline gsl_qrng *gsl_face_sobol(unsigned int dimension) { return gsl_qrng_alloc(gsl_qrng_sobol, dimension); }
