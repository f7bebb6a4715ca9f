/* A peer for Landau damping: the Vlasov equation of electrons on a fixed background, d = 1, σ = ω_p = 1, on a grid in (q,p) by operator
 * splitting with spectral shifts in both directions (FFTW), Strang's or Forest and Ruth's composition; the field of the modes 1 … M.
 *
 *     landau NQ NP PMAX STEPS TIME ORDER(2|4) REPEATS K AMPLITUDE M
 *
 * Prints the shortest wall-clock seconds of REPEATS runs, then Re, Im of ∫ f e^{iknq} for n = 1, 2 at TIME.
 */
#include "split-step.h"

static int field_modes;
static double k, amplitude, *f;
static double complex *waves;

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

static void drift(double tau) { shift_positions(f, k, tau); }

/* F = −∂V∗ρ = Σ_n 2kn v_n (sin(knq) Re w_n − cos(knq) Im w_n), v_n = 1/(kn)² */
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
  shift_momenta(f, force, tau);
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
  waves = fftw_alloc_complex(nq);
  for (int i = 0; i < nq; i++) waves[i] = cexp(I * 2 * M_PI * i / nq);
  plan(f, FFTW_PATIENT);
  printf("%.9g", shortest(repeats, order, steps, step));
  double sums[nq];
  columns(sums);
  for (int n = 1; n <= 2; n++) {
    double complex w = density(sums, n);
    printf(" %.17g %.17g", creal(w), cimag(w));
  }
  printf("\n");
  return 0;
}
