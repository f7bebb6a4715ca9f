/* What the peers of the Vlasov flow have in common: a grid in (q,p), spectral shifts in both directions (FFTW), Strang's or Forest and
 * Ruth's composition of them, and the shortest of several runs. A program defines start, drift and kick. f[j·nq + i] is f(q_i,p_j).
 */
#include <complex.h>
#include <fftw3.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int nq, np;
static double pmax;
static double complex *half_q, *half_p;
static fftw_plan to_q, from_q, to_p, from_p;

static void start(void);
static void drift(double tau);
static void kick(double tau);

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

static double momentum(int j) { return -pmax + 2 * pmax * j / np; }

/* Plans made on one array, for any other that FFTW allocates. */
static void plan(double *f, unsigned effort) {
  half_q = fftw_alloc_complex((size_t)np * (nq / 2 + 1));
  half_p = fftw_alloc_complex((size_t)nq * (np / 2 + 1));
  to_q = fftw_plan_many_dft_r2c(1, &nq, np, f, 0, 1, nq, half_q, 0, 1, nq / 2 + 1, effort);
  from_q = fftw_plan_many_dft_c2r(1, &nq, np, half_q, 0, 1, nq / 2 + 1, f, 0, 1, nq, effort);
  to_p = fftw_plan_many_dft_r2c(1, &np, nq, f, 0, nq, 1, half_p, 0, nq, 1, effort);
  from_p = fftw_plan_many_dft_c2r(1, &np, nq, half_p, 0, nq, 1, f, 0, nq, 1, effort);
}

/* f(q,p) ← f(q − p τ, p) on a period of 2π/k */
static void shift_positions(double *f, double k, double tau) {
  int modes = nq / 2 + 1;
  fftw_execute_dft_r2c(to_q, f, half_q);
  for (int j = 0; j < np; j++) {
    double complex turn = cexp(-I * k * momentum(j) * tau), factor = 1.0 / nq;
    for (int n = 0; n < modes; n++, factor *= turn) half_q[(size_t)j * modes + n] *= factor;
  }
  fftw_execute_dft_c2r(from_q, half_q, f);
}

/* f(q,p) ← f(q, p − F(q) τ) */
static void shift_momenta(double *f, const double *force, double tau) {
  int modes = np / 2 + 1;
  fftw_execute_dft_r2c(to_p, f, half_p);
  for (int i = 0; i < nq; i++) {
    double complex turn = cexp(-I * M_PI / pmax * force[i] * tau), factor = 1.0 / np;
    for (int n = 0; n < modes; n++, factor *= turn) half_p[(size_t)n * nq + i] *= factor;
  }
  fftw_execute_dft_c2r(from_p, half_p, f);
}

/* The shortest wall-clock seconds of several runs. */
static double shortest(int repeats, int order, int steps, double step) {
  /* Drift fractions a, kicks b between them; the last drift of a step and the first of the next are one. */
  double outer = 1 / (2 - cbrt(2)), inner = 1 - 2 * outer;
  double a4[4] = {outer / 2, (outer + inner) / 2, (outer + inner) / 2, outer / 2}, b4[3] = {outer, inner, outer};
  double a2[2] = {0.5, 0.5}, b2[1] = {1};
  const double *a = order == 4 ? a4 : a2, *b = order == 4 ? b4 : b2;
  int kicks = order == 4 ? 3 : 1;
  double best = INFINITY;
  for (int run = 0; run < repeats; run++) {
    start();
    double begin = now();
    drift(a[0] * step);
    for (int n = 0; n < steps; n++)
      for (int m = 0; m < kicks; m++) {
        kick(b[m] * step);
        int last = m == kicks - 1;
        drift((a[m + 1] + (last && n < steps - 1 ? a[0] : 0)) * step);
      }
    double seconds = now() - begin;
    if (seconds < best) best = seconds;
  }
  return best;
}
