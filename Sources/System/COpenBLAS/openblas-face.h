// The part of OpenBLAS the framework uses: CBLAS, and LAPACK by its Fortran symbols
// (lapack.h is avoided: its complex types do not import into Swift).
#pragma once
#include <cblas.h>

void zheevd_(const char *jobz, const char *uplo, const int *n, void *a, const int *lda, double *w,
             void *work, const int *lwork, double *rwork, const int *lrwork, int *iwork,
             const int *liwork, int *info);
void dsyevd_(const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w,
             double *work, const int *lwork, int *iwork, const int *liwork, int *info);
void dstevd_(const char *jobz, const int *n, double *d, double *e, double *z, const int *ldz,
             double *work, const int *lwork, int *iwork, const int *liwork, int *info);
void zgesdd_(const char *jobz, const int *m, const int *n, void *a, const int *lda, double *s,
             void *u, const int *ldu, void *vt, const int *ldvt, void *work, const int *lwork,
             double *rwork, int *iwork, int *info);
void zgetrf_(const int *m, const int *n, void *a, const int *lda, int *ipiv, int *info);
void dgels_(const char *trans, const int *m, const int *n, const int *nrhs, double *a,
            const int *lda, double *b, const int *ldb, double *work, const int *lwork, int *info);
void zgesv_(const int *n, const int *nrhs, void *a, const int *lda, int *ipiv, void *b,
            const int *ldb, int *info);
