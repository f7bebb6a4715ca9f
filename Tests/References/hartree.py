"""Hartree's equation of one species on a circle, as density matrices: the flow with the Moyal kernel by other means.

i hbar d rho/dt = [p^2/2 + U, rho], U = sum_m v_m rhohat(-m) e^{i kappa m q}, in plane waves of momenta hbar kappa (k + theta): a
Maxwellian has all momenta, so there is one matrix for each theta of [0, 1), and one density of all. The sum over theta and k is the
trapezoidal rule in p. Data: 1 + a cos(kappa q), Gaussian momenta in the sense of Weyl. Prints rhohat(1) and rhohat(2).

    python Tests/References/hartree.py

Converged: at hbar 1 the first line (|p| <= 9, two theta, DOP853 at 1e-11), four theta and |p| <= 10, and the last (|p| <= 20, four theta,
1e-13: more than twice in momenta, twice in theta) agree to 1e-12 in all densities. The numbers pinned are the second line's.
Used in VlasovFlowKernelTests.
"""

import numpy as np
from scipy.integrate import solve_ivp

KAPPA, SIGMA, AMPLITUDE, STRENGTH, MODES = 0.5, 1.0, 0.4, 1.0, 3


def densities(hbar, times, largest=10.0, thetas=2, tolerance=1e-11):
    reach = int(np.ceil(largest / (hbar * KAPPA)))
    k = np.arange(-reach, reach + 1)
    spacing = hbar * KAPPA / thetas
    shifts = np.arange(thetas) / thetas

    def gauss(p):
        return spacing * np.exp(-0.5 * (p / SIGMA) ** 2) / (SIGMA * np.sqrt(2 * np.pi))

    start, kinetic = [], []
    difference = k[None, :] - k[:, None]
    weight = np.where(difference == 0, 1.0, np.where(abs(difference) == 1, 0.5 * AMPLITUDE, 0.0))
    for theta in shifts:
        mean = hbar * KAPPA * (0.5 * (k[:, None] + k[None, :]) + theta)
        start.append(weight * gauss(mean))
        energy = 0.5 * (hbar * KAPPA * (k + theta)) ** 2
        kinetic.append(energy[:, None] - energy[None, :])
    start, kinetic = np.array(start, dtype=complex), np.array(kinetic)

    def mode(rho, n):
        """sum_k rho_{k,k+n}"""
        return np.trace(rho.sum(axis=0), offset=n)

    def slope(_, flat):
        rho = flat.reshape(start.shape)
        force = np.zeros((len(k), len(k)), dtype=complex)
        for m in range(1, MODES + 1):
            u = STRENGTH / (KAPPA * m) ** 2 * mode(rho, -m)
            force += u * np.eye(len(k), k=-m) + np.conj(u) * np.eye(len(k), k=m)
        return (-1j / hbar * (kinetic * rho + force @ rho - rho @ force)).ravel()

    solution = solve_ivp(slope, (0, times[-1]), start.ravel(), "DOP853", times, rtol=tolerance, atol=1e-3 * tolerance)
    return [[mode(rho.reshape(start.shape), n) for n in (1, 2)] for rho in solution.y.T]


if __name__ == "__main__":
    runs = [(1.0, 9.0, 2, 1e-11), (1.0, 10.0, 4, 1e-11), (2.0, 9.0, 4, 1e-11), (1.0, 20.0, 4, 1e-13)]
    for hbar, largest, thetas, tolerance in runs:
        found = densities(hbar, [2.0, 5.0], largest, thetas, tolerance)
        for time, (first, second) in zip([2.0, 5.0], found):
            print(f"hbar {hbar} (|p| <= {largest}, {thetas} theta) t {time}: {first:.12f} {second:.12f}")
