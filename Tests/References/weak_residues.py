#!/usr/bin/env python3
"""Residues of product Slater states against test functions, as traces of dense matrices over the plane waves.

    weak_residues.py            prints the values pinned in WeakResiduesTests

For φ(q)ϕ(p) the operator with the symbol ∫∫ φϕ |f_{q,p}⟩⟨f_{q,p}| is T[φ, ϕ]_{nn'} = 2π φ̂_{n−n'} ∫ ϕ(p) g_n(p) g_{n'}(p) dp,
g_n(p) = ħ^{1/4} (2π)^{−1/2} f̂((p − ħn)/√ħ). With γ_α, T_α, W_αβ = V_αβ * ρ_β, and W^χ the same with χ(m√ħ) on every mode,

    M_α     = Tr T_αγ_α                             R_α  = −Tr T[φ', ϕ·(p − ħ(n + n')/2)]γ_α
    F_αβ    = −Tr T[φ (W_αβ^χ)', ϕ']γ_α             R̃_αβ = Tr [T_α, W_αβ]γ_α/iħ − F_αβ
    exchange of R̃_αα: the same with W → −X_α = −(1/N) Σ_m v_m e_m γ e_m*
    R̂_αβ    = −i Σ_m v_m (Tr T_α e_m γ_α Tr T_β e_m* γ_β − complex conjugate)
    exchange of R̂_αα: +i Σ_m v_m (Tr T e_m γ T e_m* γ − complex conjugate)
    spectator of R̃_12: W → −(1/N) Σ_m v_m e_m Tr T_2 γ_2 e_m* γ_2.
"""

import numpy as np
from reference_model import POTENTIALS, PROFILES, CosineWindow, GaussianWindow, coefficients, wave_numbers

# φ̂_m of a cosine a·cos(mq − δ): (a/2)e^{∓iδ} at ±m; centres and widths of the Gaussians ϕ
WAVES = [[(1, 0.6, 0.4), (2, 0.3, 1.1)], [(1, -0.5, -0.3)]]
CENTRES, WIDTHS = [0.1, -0.05], [0.3, 0.35]


class Residues:
    """All terms of one product state; species are 0 and 1."""

    def __init__(
        self, count, occupation, window, cutoff=None, profiles=PROFILES, potentials=POTENTIALS, waves=WAVES,
        centres=CENTRES, widths=WIDTHS):
        self.total, self.window = 2 * count, window
        self.potentials, self.centres, self.widths = potentials, centres, widths
        self.hbar = 1 / self.total
        self.cutoff = cutoff or 2 * count + 20
        self.n = np.arange(-self.cutoff, self.cutoff + 1)
        orbitals = [
            coefficients(p, wave_numbers(count, self.total, occupation), self.hbar, self.cutoff) for p in profiles
        ]
        self.gamma = [c @ c.conj().T for c in orbitals]
        # The trapezoidal rule is exact up to the rule's aliases: the step is a small part of what varies fastest, f̂ on √ħ over the
        # window's width or ϕ.
        step = min(self.hbar / 4, min(widths) / 8, np.sqrt(self.hbar) / (20 * getattr(window, "width", 1)))
        self.p = np.linspace(-4, 4, int(8 / step) + 1)
        scaled = (self.p - self.hbar * self.n[:, None]) / np.sqrt(self.hbar)
        self.g = self.hbar**0.25 / np.sqrt(2 * np.pi) * window.transform(scaled)
        self.phi = []
        for one in waves:
            modes = {0: 1.0}
            for m, a, delta in one:
                modes[m], modes[-m] = a / 2 * np.exp(-1j * delta), a / 2 * np.exp(1j * delta)
            self.phi.append(modes)
        self.test = [self.operator(self.phi[a], self.momentum(a)) for a in (0, 1)]

    def momentum(self, species):
        """ϕ(p)"""
        return np.exp(-((self.p - self.centres[species]) ** 2) / (2 * self.widths[species] ** 2))

    def slope(self, species):
        """ϕ'(p)"""
        return -(self.p - self.centres[species]) / self.widths[species] ** 2 * self.momentum(species)

    def multiplication(self, modes):
        """The matrix of Σ_m modes_m e_m."""
        result = np.zeros((len(self.n),) * 2, complex)
        for m, value in modes.items():
            result += value * np.eye(len(self.n), k=-m)
        return result

    def overlaps(self, weight):
        """∫ weight g_n g_{n'} dp"""
        return (self.g * weight) @ self.g.T * (self.p[1] - self.p[0])

    def operator(self, modes, weight):
        """T"""
        return 2 * np.pi * self.multiplication(modes) * self.overlaps(weight)

    def shift(self, m):
        """e_m"""
        return np.eye(len(self.n), k=-m)

    def density(self, species, m):
        """2π ρ̂(m) = (1/N) Tr e_m* γ"""
        return np.trace(self.shift(m).T @ self.gamma[species]) / self.total

    def smoothed_force(self, modes):
        """The modes of (W^χ)'."""
        return {m: 1j * m * v * self.window.smoothing(m * np.sqrt(self.hbar)) for m, v in modes.items()}

    def product(self, one, two):
        """The modes of a product of functions."""
        result = {}
        for m, a in one.items():
            for k, b in two.items():
                result[m + k] = result.get(m + k, 0) + a * b
        return result

    def commutator(self, species, potential):
        """Tr [T, W]γ/iħ"""
        t = self.test[species]
        return np.trace((t @ potential - potential @ t) @ self.gamma[species]) / (1j * self.hbar)

    def measure(self, species):
        return np.trace(self.test[species] @ self.gamma[species])

    def velocity(self, species):
        """R_α"""
        phi = {m: 1j * m * v for m, v in self.phi[species].items()}
        middle = self.hbar * (self.n[:, None] + self.n) / 2
        weight = self.momentum(species)
        overlaps = self.overlaps(weight * self.p) - middle * self.overlaps(weight)
        return -np.trace(2 * np.pi * self.multiplication(phi) * overlaps @ self.gamma[species])

    def force(self, a, b):
        """R̃_αβ and F_αβ"""
        modes = {m: v * self.density(b, m) for m, v in self.potentials[a][b].items()}
        forces = self.product(self.phi[a], self.smoothed_force(modes))
        classical = -np.trace(self.operator(forces, self.slope(a)) @ self.gamma[a])
        return self.commutator(a, self.multiplication(modes)) - classical, classical

    def force_correlation(self, a):
        """The exchange part of R̃_αα."""
        gamma, exchange, classical = self.gamma[a], 0, 0
        for m, v in self.potentials[a][a].items():
            e = self.shift(m)
            exchange = exchange + v / self.total * e @ gamma @ e.T
            forces = self.product(self.phi[a], self.smoothed_force({m: v / self.total}))
            moved = self.operator(forces, self.slope(a))
            classical = classical + np.trace(moved @ gamma @ e.T @ gamma)
        return -self.commutator(a, exchange) - classical

    def pair(self, a, b):
        """R̂_αβ"""
        total = 0
        for m, v in self.potentials[a][b].items():
            e = self.shift(m)
            one, two = self.test[a] @ e @ self.gamma[a], self.test[b] @ e.T @ self.gamma[b]
            total += v * (np.trace(one) * np.trace(two)).imag
        return 2 * total

    def pair_correlation(self, a):
        """The exchange part of R̂_αα."""
        total = 0
        for m, v in self.potentials[a][a].items():
            e = self.shift(m)
            one, two = self.test[a] @ e @ self.gamma[a], self.test[a] @ e.T @ self.gamma[a]
            total -= v * np.trace(one @ two).imag
        return 2 * total

    def spectator(self):
        """R̃_12 where a particle of species 2 is in the measure, too."""
        gamma, modes = self.gamma[1], {}
        for m, v in self.potentials[0][1].items():
            modes[m] = -v / self.total * np.trace(self.test[1] @ gamma @ self.shift(m).T @ gamma)
        forces = self.product(self.phi[0], self.smoothed_force(modes))
        classical = -np.trace(self.operator(forces, self.slope(0)) @ self.gamma[0])
        return self.commutator(0, self.multiplication(modes)) - classical


def printed(**values):
    for name, value in values.items():
        print(f"    {name:12} {float(np.real(value))}")


if __name__ == "__main__":
    print("WeakResiduesTests.reference")
    for occupation, count in (("sea", 17), ("gaussian", 33)):
        r = Residues(count, occupation, GaussianWindow())
        print(f"  {occupation}, N = {2 * count}")
        printed(
            R_1=r.velocity(0), R_2=r.velocity(1), R̃_11=r.force(0, 0)[0], R̃_12=r.force(0, 1)[0], R̃_21=r.force(1, 0)[0],
            exchange=r.force_correlation(0), R̂_12=r.pair(0, 1), R̂_11=r.pair(0, 0), R̂_exchange=r.pair_correlation(0),
            spectator=r.spectator(), F_11=r.force(0, 0)[1], F_12=r.force(0, 1)[1], F_21=r.force(1, 0)[1],
            M_1=r.measure(0), M_2=r.measure(1))
    print("WeakResiduesTests.otherWindows")
    cosine, narrow = Residues(17, "sea", CosineWindow(2.5, 2)), Residues(33, "sea", GaussianWindow(0.7))
    print("  cos² of radius 2.5, N = 34")
    printed(
        R_1=cosine.velocity(0), R̃_11=cosine.force(0, 0)[0], exchange=cosine.force_correlation(0), R̂_12=cosine.pair(0, 1))
    print("  Gaussian of width 0.7, N = 66")
    printed(R_1=narrow.velocity(0), R̃_12=narrow.force(0, 1)[0], R̂_exchange=narrow.pair_correlation(0))
    print("WeakResiduesTests.narrowTestFunctions")
    twins = [(0.3, 0.25, 0.0), (0.3, 0.25, 0.5)]
    attraction = [[{1: 0.5, -1: 0.5}, {1: -0.6, -1: -0.6}], [{1: -0.6, -1: -0.6}, {}]]
    for count, width, window in (
        (5, 0.005, GaussianWindow()), (9, 0.005, GaussianWindow()), (17, 0.005, GaussianWindow()),
        (5, 0.0005, GaussianWindow()), (5, 0.02, CosineWindow(2.5, 2)), (5, 0.002, CosineWindow(2.5, 6)),
        (5, 0.05, GaussianWindow(12)), (3, 0.3, CosineWindow(14, 3))):
        r = Residues(
            count, "sea", window, cutoff=2 * count + 30, profiles=twins, potentials=attraction,
            waves=[[(1, 0.6, 0.4)], [(1, -0.5, -0.3)]], centres=[0.1, 0.1], widths=[width, width])
        name = f"Gaussian {window.width}" if isinstance(window, GaussianWindow) else f"cosine {window.y[-1]:.1f}"
        print(f"  N = {2 * count}, width {width}, {name}")
        printed(
            R_1=r.velocity(0), R̃_11=r.force(0, 0)[0], R̃_12=r.force(0, 1)[0], exchange=r.force_correlation(0),
            R̂_12=r.pair(0, 1), F_11=r.force(0, 0)[1])
