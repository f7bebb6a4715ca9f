/* A peer for the Vlasov flow: the two-species Vlasov equation (1.1), d = 1, m = 1, κ = 1, on a grid in (q,p) by operator
 * splitting with spectral shifts in both directions (FFTW), Strang's or Forest and Ruth's composition.
 *
 *     vlasov NQ NP PMAX STEPS TIME ORDER(2|4) REPEATS
 *
 * Prints the shortest wall-clock seconds of REPEATS runs, then Re, Im of ∫ f_α e^{inq} for α = 0, 1 and n = 1 … 4.
 */
#include <complex.h>
#include <fftw3.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const double coupling[2][2] = {{0.5, -0.4}, {-0.4, 0.3}};
static const double sigma[2] = {1.0, 0.6}, amplitude[2] = {0.3, -0.2};

static int nq, np;
static double pmax, *f[2];
static double complex *half_q, *half_p;
static fftw_plan to_q, from_q, to_p, from_p;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

static double momentum(int j) { return -pmax + 2 * pmax * j / np; }

/* w = ∫ f e^{inq}, f[j·nq + i] */
static double complex density(int species, int n) {
  double complex sum = 0;
  for (int i = 0; i < nq; i++) {
    double column = 0;
    for (int j = 0; j < np; j++) column += f[species][(size_t)j * nq + i];
    sum += column * cexp(I * n * 2 * M_PI * i / nq);
  }
  return sum * (2 * M_PI / nq) * (2 * pmax / np);
}

/* f(q,p) ← f(q − p τ, p) */
static void drift(double tau) {
  int modes = nq / 2 + 1;
  for (int s = 0; s < 2; s++) {
    fftw_execute_dft_r2c(to_q, f[s], half_q);
    for (int j = 0; j < np; j++) {
      double complex turn = cexp(-I * momentum(j) * tau), factor = 1.0 / nq;
      for (int k = 0; k < modes; k++, factor *= turn) half_q[(size_t)j * modes + k] *= factor;
    }
    fftw_execute_dft_c2r(from_q, half_q, f[s]);
  }
}

/* f(q,p) ← f(q, p − F(q) τ), F = −∂V∗ρ = Σ_β 2v_αβ (sin q Re w_β − cos q Im w_β) */
static void kick(double tau) {
  double complex w[2] = {density(0, 1), density(1, 1)};
  int modes = np / 2 + 1;
  for (int s = 0; s < 2; s++) {
    double complex total = coupling[s][0] * w[0] + coupling[s][1] * w[1];
    fftw_execute_dft_r2c(to_p, f[s], half_p);
    for (int i = 0; i < nq; i++) {
      double q = 2 * M_PI * i / nq, force = 2 * (sin(q) * creal(total) - cos(q) * cimag(total));
      double complex turn = cexp(-I * M_PI / pmax * force * tau), factor = 1.0 / np;
      for (int k = 0; k < modes; k++, factor *= turn) half_p[(size_t)k * nq + i] *= factor;
    }
    fftw_execute_dft_c2r(from_p, half_p, f[s]);
  }
}

static void start(void) {
  for (int s = 0; s < 2; s++)
    for (int j = 0; j < np; j++)
      for (int i = 0; i < nq; i++)
        f[s][(size_t)j * nq + i] = 0.5 / (2 * M_PI) * (1 + amplitude[s] * cos(2 * M_PI * i / nq)) *
                                   exp(-0.5 * pow(momentum(j) / sigma[s], 2)) / (sqrt(2 * M_PI) * sigma[s]);
}

int main(int argc, char **argv) {
  if (argc != 8) return fprintf(stderr, "usage: vlasov NQ NP PMAX STEPS TIME ORDER REPEATS\n"), 64;
  nq = atoi(argv[1]), np = atoi(argv[2]), pmax = atof(argv[3]);
  int steps = atoi(argv[4]), order = atoi(argv[6]), repeats = atoi(argv[7]);
  double step = atof(argv[5]) / steps;
  size_t count = (size_t)nq * np;
  for (int s = 0; s < 2; s++) f[s] = fftw_alloc_real(count);
  half_q = fftw_alloc_complex((size_t)np * (nq / 2 + 1));
  half_p = fftw_alloc_complex((size_t)nq * (np / 2 + 1));
  to_q = fftw_plan_many_dft_r2c(1, &nq, np, f[0], 0, 1, nq, half_q, 0, 1, nq / 2 + 1, FFTW_MEASURE);
  from_q = fftw_plan_many_dft_c2r(1, &nq, np, half_q, 0, 1, nq / 2 + 1, f[0], 0, 1, nq, FFTW_MEASURE);
  to_p = fftw_plan_many_dft_r2c(1, &np, nq, f[0], 0, nq, 1, half_p, 0, nq, 1, FFTW_MEASURE);
  from_p = fftw_plan_many_dft_c2r(1, &np, nq, half_p, 0, nq, 1, f[0], 0, nq, 1, FFTW_MEASURE);

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
      for (int k = 0; k < kicks; k++) {
        kick(b[k] * step);
        int last = k == kicks - 1;
        drift((a[k + 1] + (last && n < steps - 1 ? a[0] : 0)) * step);
      }
    double seconds = now() - begin;
    if (seconds < best) best = seconds;
  }
  printf("%.9g", best);
  for (int s = 0; s < 2; s++)
    for (int n = 1; n <= 4; n++) {
      double complex w = density(s, n);
      printf(" %.17g %.17g", creal(w), cimag(w));
    }
  printf("\n");
  return 0;
}
