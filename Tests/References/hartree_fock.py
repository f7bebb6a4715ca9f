#!/usr/bin/env python3
"""Two-component Hartree–Fock in Fourier coefficients, by the adaptive DOP853: no splitting, no grid.

    hartree_fock.py             prints the values pinned in HartreeFockTests.referenceSolution

    iħ ∂_t c = (ħ²n²/2 + U_α − X_α) c,     U_α = Σ_β Σ_m v_{αβ,m} r_β(m) e_m,     r_β(m) = (1/N) Σ_j Σ_n c_{n+m,j} c̄_{n,j},
    X_α = (1/N) Σ_m v_{αα,m} e_m γ_α e_m*,      γ_α = cc*,     e_m c = c shifted by m, |n| ≤ cutoff.
"""

import numpy as np
from reference_model import POTENTIALS, PROFILES, coefficients, wave_numbers
from scipy.integrate import solve_ivp


def shifted(c, m):
    """(e_m c)_n = c_{n−m}, zero where n − m is outside."""
    result = np.zeros_like(c)
    if m >= 0:
        result[m:] = c[: len(c) - m]
    else:
        result[:m] = c[-m:]
    return result


class HartreeFock:
    """States are lists of matrices: a row for every |n| ≤ cutoff, a column for every orbital."""

    def __init__(self, counts, cutoff, scale=1.0):
        self.counts, self.total, self.cutoff = counts, sum(counts), cutoff
        self.hbar, self.n = 1 / sum(counts), np.arange(-cutoff, cutoff + 1)
        self.potentials = [[{m: scale * v for m, v in p.items()} for p in row] for row in POTENTIALS]

    def start(self, occupation="sea"):
        """The orbitals of PROFILES."""
        return [
            coefficients(p, wave_numbers(n, self.total, occupation), self.hbar, self.cutoff)
            for p, n in zip(PROFILES, self.counts)
        ]

    def mode(self, c, m):
        """r(m) = (1/N) ∫ Σ|ψ|² e^{−imx} dx"""
        return np.vdot(shifted(c, m), c) / self.total

    def exchange(self, species, c):
        """X c"""
        result = np.zeros_like(c)
        for m, v in self.potentials[species][species].items():
            moved = shifted(c, m)
            result += v / self.total * (moved @ (moved.conj().T @ c))
        return result

    def potential(self, species, state, c):
        """U c"""
        result = np.zeros_like(c)
        for other, theirs in enumerate(state):
            for m, v in self.potentials[species][other].items():
                result += v * self.mode(theirs, m) * shifted(c, m)
        return result

    def derivative(self, state):
        return [
            -1j / self.hbar * (
                (self.hbar * self.n[:, None]) ** 2 / 2 * c + self.potential(a, state, c) - self.exchange(a, c))
            for a, c in enumerate(state)
        ]

    def evolved(self, state, time, tolerance=1e-12):
        """The state after a time."""
        shapes = [c.shape for c in state]
        ends = np.cumsum([c.size for c in state])

        def unpacked(y):
            return [part.reshape(shape) for part, shape in zip(np.split(y, ends[:-1]), shapes)]

        def packed(parts):
            return np.concatenate([part.ravel() for part in parts])

        solution = solve_ivp(
            lambda t, y: packed(self.derivative(unpacked(y))), (0, time), packed(state), "DOP853",
            rtol=tolerance, atol=1e-2 * tolerance, t_eval=[time])
        assert solution.success
        return unpacked(solution.y[:, -1])

    def kinetic(self, c):
        """Σ_j ⟨ψ_j, −ħ²Δ/2 ψ_j⟩"""
        return float((self.hbar * self.n) ** 2 / 2 @ (abs(c) ** 2).sum(1))

    def energy(self, state):
        """⟨H⟩ of the Slater determinants."""
        return sum(
            self.kinetic(c)
            + (np.vdot(c, self.potential(a, state, c)) - np.vdot(c, self.exchange(a, c))).real / 2
            for a, c in enumerate(state))


if __name__ == "__main__":
    print("HartreeFockTests.referenceSolution: N = 34, sea")
    system = HartreeFock([17, 17], cutoff=80)
    state = system.start()
    for time in (0, 0.5, 1):
        if time > 0:
            state = system.evolved(state, 0.5)
        defect = max(abs(c.conj().T @ c - np.eye(c.shape[1])).max() for c in state)
        print(f"  t = {time}: energy {float(system.energy(state))}, kinetic {[system.kinetic(c) for c in state]}")
        print(f"    density modes {[complex(system.mode(state[0], m)) for m in (1, 2, 3)]}, orthonormal to {defect:.0e}")
