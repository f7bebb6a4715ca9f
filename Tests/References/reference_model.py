"""The model and the orbitals that the fermion tests and the Vlasov limit share (no program of its own).

Λ = 2π, κ = 1, V(x) = Σ_m v_|m| e^{imx}; orbitals on the circle with θ = x + amp·sin(x − φ),

    ψ_k(x) = √(θ'(x)/Λ) exp(ikθ(x) + i(eps/ħ) cos(x − φ)),   k from −⌊(n − 1)/2⌋ on (sea) or Gaussian quantiles.
"""

import numpy as np
from scipy.special import ndtri

PERIOD = 2 * np.pi


def even(values):
    """{m: v_|m|}"""
    return {sign * m: v for m, v in enumerate(values) for sign in ((1, -1) if m else (1,))}


V11, V12, V22 = even([0.3, 0.5, 0.2]), even([-0.2, -0.6, 0.1]), even([0.1, 0.4, -0.15])
POTENTIALS = [[V11, V12], [V12, V22]]
# (amp, eps, φ) of both species: of the exact states, and of Hartree–Fock and the Vlasov limit
EXACT_PROFILES = [(0.3, 0.3, 0.0), (-0.2, -0.2, 0.0)]
PROFILES = [(0.3, 0.25, 0.0), (-0.2, -0.15, 0.5)]


def wave_numbers(count, total, occupation):
    """k of the occupied orbitals; the Gaussian has peak 0.8, and equal neighbours are moved outwards from the middle."""
    if occupation == "sea":
        return np.arange(count) - (count - 1) // 2
    width = count / total / (0.8 * np.sqrt(2 * np.pi))
    k = np.rint(width * ndtri((np.arange(count) + 0.5) / count) * total).astype(int)
    for i in range(count // 2 + 1, count):
        k[i] = max(k[i], k[i - 1] + 1)
    for i in reversed(range(count // 2)):
        k[i] = min(k[i], k[i + 1] - 1)
    return k


def coefficients(profile, k, hbar, cutoff, points=4096):
    """⟨e^{inx}/√Λ, ψ_k⟩ for |n| ≤ cutoff by the trapezoidal rule: a column for every k."""
    amplitude, momentum, phase = profile
    x = np.arange(points) * PERIOD / points
    slope, theta = 1 + amplitude * np.cos(x - phase), x + amplitude * np.sin(x - phase)
    orbitals = np.sqrt(slope / PERIOD) * np.exp(1j * (np.outer(k, theta) + momentum / hbar * np.cos(x - phase)))
    waves = np.exp(-1j * np.outer(np.arange(-cutoff, cutoff + 1), x)) / np.sqrt(PERIOD)
    return waves @ orbitals.T * PERIOD / points


def orthonormalised(c):
    """Löwdin: c (c*c)^{−1/2}"""
    left, _, right = np.linalg.svd(c, full_matrices=False)
    return left @ right


class GaussianWindow:
    """f = (πs²)^{−1/4} exp(−y²/2s²)"""

    def __init__(self, width=1.0):
        self.width = width

    def transform(self, k):
        """f̂(k) = ∫ f e^{−iky} dy"""
        return (4 * np.pi * self.width**2) ** 0.25 * np.exp(-((self.width * k) ** 2) / 2)

    def derivative(self, k):
        return -(self.width**2) * k * self.transform(k)

    def smoothing(self, v):
        """∫ f² e^{ivy} dy"""
        return np.exp(-((self.width * v) ** 2) / 4)


class CosineWindow:
    """f = c cos^r(πy/2R) on |y| < R, its transforms by a Gauss–Legendre rule."""

    def __init__(self, radius, power):
        nodes, weights = np.polynomial.legendre.leggauss(400)
        self.y, self.weights = radius * nodes, radius * weights
        shape = np.cos(np.pi * nodes / 2) ** power
        self.f = shape / np.sqrt((shape**2) @ self.weights)

    def transform(self, k):
        return np.cos(np.multiply.outer(k, self.y)) @ (self.weights * self.f)

    def derivative(self, k):
        return -np.sin(np.multiply.outer(k, self.y)) @ (self.weights * self.y * self.f)

    def smoothing(self, v):
        return np.cos(np.multiply.outer(v, self.y)) @ (self.weights * self.f**2)
