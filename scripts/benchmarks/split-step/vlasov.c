/* A peer for the Vlasov flow: the two-species Vlasov equation (1.1), d = 1, m = 1, κ = 1, on a grid in (q,p) by operator
 * splitting with spectral shifts in both directions (FFTW), Strang's or Forest and Ruth's composition.
 *
 *     vlasov NQ NP PMAX STEPS TIME ORDER(2|4) REPEATS
 *
 * Prints the shortest wall-clock seconds of REPEATS runs, then Re, Im of ∫ f_α e^{inq} for α = 0, 1 and n = 1 … 4.
 */
#include "split-step.h"

static const double coupling[2][2] = {{0.5, -0.4}, {-0.4, 0.3}};
static const double sigma[2] = {1.0, 0.6}, amplitude[2] = {0.3, -0.2};

static double *f[2];

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

static void drift(double tau) {
  for (int s = 0; s < 2; s++) shift_positions(f[s], 1, tau);
}

/* F = −∂V∗ρ = Σ_β 2v_αβ (sin q Re w_β − cos q Im w_β) */
static void kick(double tau) {
  double complex w[2] = {density(0, 1), density(1, 1)};
  double force[nq];
  for (int s = 0; s < 2; s++) {
    double complex total = coupling[s][0] * w[0] + coupling[s][1] * w[1];
    for (int i = 0; i < nq; i++) {
      double q = 2 * M_PI * i / nq;
      force[i] = 2 * (sin(q) * creal(total) - cos(q) * cimag(total));
    }
    shift_momenta(f[s], force, tau);
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
  for (int s = 0; s < 2; s++) f[s] = fftw_alloc_real((size_t)nq * np);
  plan(f[0], FFTW_MEASURE);
  printf("%.9g", shortest(repeats, order, steps, step));
  for (int s = 0; s < 2; s++)
    for (int n = 1; n <= 4; n++) {
      double complex w = density(s, n);
      printf(" %.17g %.17g", creal(w), cimag(w));
    }
  printf("\n");
  return 0;
}
