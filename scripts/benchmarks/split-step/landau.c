/* A peer for Landau damping: the Vlasov equation of electrons on a fixed background, d = 1, σ = ω_p = 1, on a grid in (q,p) by operator
 * splitting with spectral shifts in both directions (FFTW), Strang's or Forest and Ruth's composition; the field of the modes 1 … M.
 *
 *     landau NQ NP PMAX STEPS TIME ORDER(2|4) REPEATS K AMPLITUDE M
 *
 * Prints the shortest wall-clock seconds of REPEATS runs, then Re, Im of ∫ f e^{iknq} for n = 1, 2 at TIME.
 */
#include <complex.h>
#include <fftw3.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int nq, np, field_modes;
static double pmax, k, amplitude, *f;
static double complex *half_q, *half_p, *waves;
static fftw_plan to_q, from_q, to_p, from_p;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

static double momentum(int j) { return -pmax + 2 * pmax * j / np; }

/* ∫ f dp on the grid of q, f[j·nq + i] */
static void columns(double *sums) {
  for (int i = 0; i < nq; i++) sums[i] = 0;
  for (int j = 0; j < np; j++)
    for (int i = 0; i < nq; i++) sums[i] += f[(size_t)j * nq + i];
}

/* w = ∫ f e^{iknq} */
static double complex density(const double *sums, int n) {
  double complex sum = 0;
  for (int i = 0; i < nq; i++) sum += sums[i] * waves[(size_t)n * i % nq];
  return sum * (2 * M_PI / k / nq) * (2 * pmax / np);
}

/* f(q,p) ← f(q − p τ, p) */
static void drift(double tau) {
  int modes = nq / 2 + 1;
  fftw_execute(to_q);
  for (int j = 0; j < np; j++) {
    double complex turn = cexp(-I * k * momentum(j) * tau), factor = 1.0 / nq;
    for (int n = 0; n < modes; n++, factor *= turn) half_q[(size_t)j * modes + n] *= factor;
  }
  fftw_execute(from_q);
}

/* f(q,p) ← f(q, p − F(q) τ), F = −∂V∗ρ = Σ_n 2kn v_n (sin(knq) Re w_n − cos(knq) Im w_n), v_n = 1/(kn)² */
static void kick(double tau) {
  double sums[nq], force[nq];
  columns(sums);
  for (int i = 0; i < nq; i++) force[i] = 0;
  for (int n = 1; n <= field_modes; n++) {
    double complex w = density(sums, n);
    for (int i = 0; i < nq; i++) {
      double complex wave = waves[(size_t)n * i % nq];
      force[i] += 2 / (k * n) * (cimag(wave) * creal(w) - creal(wave) * cimag(w));
    }
  }
  int modes = np / 2 + 1;
  fftw_execute(to_p);
  for (int i = 0; i < nq; i++) {
    double complex turn = cexp(-I * M_PI / pmax * force[i] * tau), factor = 1.0 / np;
    for (int n = 0; n < modes; n++, factor *= turn) half_p[(size_t)n * nq + i] *= factor;
  }
  fftw_execute(from_p);
}

static void start(void) {
  for (int j = 0; j < np; j++)
    for (int i = 0; i < nq; i++)
      f[(size_t)j * nq + i] = k / (2 * M_PI) * (1 + amplitude * creal(waves[i])) * exp(-0.5 * pow(momentum(j), 2)) /
                              sqrt(2 * M_PI);
}

int main(int argc, char **argv) {
  if (argc != 11) return fprintf(stderr, "usage: landau NQ NP PMAX STEPS TIME ORDER REPEATS K AMPLITUDE M\n"), 64;
  nq = atoi(argv[1]), np = atoi(argv[2]), pmax = atof(argv[3]);
  int steps = atoi(argv[4]), order = atoi(argv[6]), repeats = atoi(argv[7]);
  double step = atof(argv[5]) / steps;
  k = atof(argv[8]), amplitude = atof(argv[9]), field_modes = atoi(argv[10]);
  if (field_modes >= nq / 2) field_modes = nq / 2 - 1;
  f = fftw_alloc_real((size_t)nq * np);
  half_q = fftw_alloc_complex((size_t)np * (nq / 2 + 1));
  half_p = fftw_alloc_complex((size_t)nq * (np / 2 + 1));
  waves = fftw_alloc_complex(nq);
  for (int i = 0; i < nq; i++) waves[i] = cexp(I * 2 * M_PI * i / nq);
  to_q = fftw_plan_many_dft_r2c(1, &nq, np, f, 0, 1, nq, half_q, 0, 1, nq / 2 + 1, FFTW_PATIENT);
  from_q = fftw_plan_many_dft_c2r(1, &nq, np, half_q, 0, 1, nq / 2 + 1, f, 0, 1, nq, FFTW_PATIENT);
  to_p = fftw_plan_many_dft_r2c(1, &np, nq, f, 0, nq, 1, half_p, 0, nq, 1, FFTW_PATIENT);
  from_p = fftw_plan_many_dft_c2r(1, &np, nq, half_p, 0, nq, 1, f, 0, nq, 1, FFTW_PATIENT);

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
  printf("%.9g", best);
  double sums[nq];
  columns(sums);
  for (int n = 1; n <= 2; n++) {
    double complex w = density(sums, n);
    printf(" %.17g %.17g", creal(w), cimag(w));
  }
  printf("\n");
  return 0;
}
