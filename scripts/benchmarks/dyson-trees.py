"""Trees of order 4 in three dimensions: ours against the same sampling in NumPy, one thread each.

Both draw species, |η| and parents from the same distributions, directions with density ∝ |cos|, times as order statistics
(see Sources/DysonSeries/DysonTrees.swift). Ours also grows each tree with all its reflections, which share their first
steps; NumPy grows every tree for itself, all trees of a block at once, in the block size that is fastest for it. A second
row gives the plain Monte Carlo of (5.7), everything uniform, at equal
error: (seconds per tree) × (variance per tree).
"""

import json
import math
import subprocess
import time

import numpy as np
from harness import ENVIRONMENT, Row, binary, main

TREES, ORDER, TIME, B = 1_000_000, 4, 1.0, 1.5
STRENGTH = np.array([[1.0, -0.7], [-0.7, 0.8]])
SIGMA2, WIDTH2 = np.array([1.0, 0.36]), np.array([0.64, 1.21])
DRIFT = np.array([[0.2, 0.0, 0.0], [-0.3, 0.0, 0.1]])
CENTRE = np.array([[0.0, 0.0, 0.0], [0.5, 0.0, 0.0]])
XI, ETA = np.array([0.7, -0.2, 0.1]), np.array([0.4, 0.1, -0.3])


def leaves(xi: np.ndarray, eta: np.ndarray, species: np.ndarray) -> np.ndarray:
    """exp of the Gaussian exponents, one exponential per tree."""
    quadratic = np.zeros(xi.shape[2])
    phase = np.zeros(xi.shape[2])
    for x, e, s in zip(xi, eta, species):
        quadratic += SIGMA2[s] * (x * x).sum(0) + WIDTH2[s] * (e * e).sum(0)
        phase += (DRIFT.T[:, s] * x).sum(0) + (CENTRE.T[:, s] * e).sum(0)
    size = np.exp(-0.5 * quadratic)
    return size * np.cos(phase) + 1j * (size * np.sin(phase))


def start(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    xi = np.zeros((ORDER + 1, 3, n))
    eta = np.zeros((ORDER + 1, 3, n))
    xi[0], eta[0] = XI[:, None], ETA[:, None]
    return xi, eta, np.zeros((ORDER + 1, n), np.intp)


def grow(xi: np.ndarray, eta: np.ndarray, species: np.ndarray, m: int, choice: tuple, kick: np.ndarray, t: np.ndarray) -> None:
    parent, beta, trees = choice
    xi[parent, :, trees] += (kick * t).T
    eta[parent, :, trees] += kick.T
    xi[m + 1], eta[m + 1], species[m + 1] = -kick * t, -kick, beta


# |η|: inverse of the distribution function of (1 − r²/B²)² r³ on 256 cells, as ours.
_fine = np.linspace(0.0, B, 65537)
_density = (1 - _fine**2 / B**2) ** 2 * _fine**3
_cumulative = np.concatenate([[0.0], np.cumsum((_density[1:] + _density[:-1]) / 2 * np.diff(_fine))])
MOMENT = 2 * math.pi * _cumulative[-1]  # ∫|cos|dω ∫|V̂|r³dr for strength 1
EDGES = np.interp(np.linspace(0, 1, 257), _cumulative / _cumulative[-1], _fine)
WIDTHS = np.diff(EDGES)
RATE = 0.5 * np.abs(STRENGTH) * MOMENT
TOTAL = RATE.sum(1)
FIRST = RATE[:, 0] / TOTAL


def importance(n: int, random: np.random.Generator) -> np.ndarray:
    """The values z of n trees by our algorithm."""
    xi, eta, species = start(n)
    trees = np.arange(n)
    weight = np.full(n, TIME**ORDER / math.factorial(ORDER))
    t = np.full(n, TIME)
    u = random.random((ORDER, 5, n))
    for m in range(ORDER):
        t = t * u[m, 0] ** (1 / (ORDER - m))
        drift = xi[: m + 1] - eta[: m + 1] * t
        distance = np.sqrt((drift * drift).sum(1))
        cumulative = np.cumsum(distance * TOTAL[species[: m + 1]], axis=0)
        target = u[m, 1] * cumulative[-1]
        parent = (cumulative[:-1] < target).sum(0)
        below = np.where(parent > 0, cumulative[np.maximum(parent - 1, 0), trees], 0.0)
        alpha = species[parent, trees]
        part = (target - below) / (cumulative[parent, trees] - below)
        beta = (part >= FIRST[alpha]).astype(np.intp)
        level = 256 * u[m, 2]
        cell = level.astype(np.intp)
        r = EDGES[cell] + (level - cell) * WIDTHS[cell]
        factor = 256 * WIDTHS[cell] * (1 - r**2 / B**2) ** 2 * r**3 * (2 * math.pi / MOMENT)
        signed = 2 * u[m, 3] - 1
        cosine = np.copysign(np.sqrt(np.abs(signed)), signed)
        rim = np.sqrt(1 - np.abs(signed))
        phi = 2 * math.pi * u[m, 4]
        p, q = rim * np.cos(phi), rim * np.sin(phi)
        x, y, z = drift[parent, :, trees].T / distance[parent, trees]
        pole = np.copysign(1.0, z)
        a = -1 / (pole + z)
        b = x * y * a
        kick = np.empty((3, n))
        kick[0] = r * (cosine * x + p * (1 + pole * x * x * a) + q * b)
        kick[1] = r * (cosine * y + p * pole * b + q * (pole + y * y * a))
        kick[2] = r * (cosine * z - p * pole * x - q * y)
        weight *= cumulative[-1] * factor * np.sign(STRENGTH[alpha, beta]) * np.sign(signed)
        grow(xi, eta, species, m, (parent, beta, trees), kick, t)
    return 0.5 * weight * leaves(xi, eta, species)


def plain(n: int, random: np.random.Generator) -> np.ndarray:
    """The same with everything uniform: η in the ball, parents, species, sorted times."""
    xi, eta, species = start(n)
    trees = np.arange(n)
    weight = np.full(n, TIME**ORDER / math.factorial(ORDER) * (4 / 3 * math.pi * B**3) ** ORDER)
    times = TIME * np.sort(random.random((ORDER, n)), axis=0)[::-1]
    for m in range(ORDER):
        t = times[m]
        parent, beta = random.integers(0, m + 1, n), random.integers(0, 2, n)
        cosine, phi = 2 * random.random(n) - 1, 2 * math.pi * random.random(n)
        r = B * np.cbrt(random.random(n))
        rim = r * np.sqrt(1 - cosine * cosine)
        kick = np.stack([rim * np.cos(phi), rim * np.sin(phi), r * cosine])
        drift = xi[parent, :, trees].T - eta[parent, :, trees].T * t
        weight *= (m + 1) * 2 * STRENGTH[species[parent, trees], beta] * (1 - (r / B) ** 2) ** 2 * (kick * drift).sum(0)
        grow(xi, eta, species, m, (parent, beta, trees), kick, t)
    return weight * 0.5 ** (ORDER + 1) * leaves(xi, eta, species)


def measure(algorithm, random: np.random.Generator, trees: int) -> tuple[float, float]:
    """Seconds per tree in the fastest block size, and the standard deviation of z."""
    best = math.inf
    for block in (1024, 4096, 16384, 65536):
        begin = time.perf_counter()
        for _ in range(max(1, trees // block)):
            algorithm(block, random)
        best = min(best, (time.perf_counter() - begin) / (max(1, trees // block) * block))
    return best, float(np.std(algorithm(trees, random)))


def rows():
    random = np.random.default_rng(1)
    command = [str(binary("benchmark-dyson-trees")), str(TREES), str(ORDER)]
    ours = json.loads(subprocess.run(command, env=ENVIRONMENT, check=True, capture_output=True, text=True).stdout)
    same, deviation = measure(importance, random, 1 << 18)
    uniform, uniform_deviation = measure(plain, random, 1 << 18)
    drawn = ours["pseudorandom"]
    our_deviation = drawn["standardError"] * math.sqrt(drawn["samples"])
    count = drawn["samples"]
    yield Row(
        f"trees, d = 3, j = {ORDER}, {TREES} of them", ours["sobol"]["one"], same * ours["sobol"]["samples"],
        peer_name="NumPy, same sampling", at_least=20,
        notes={
            "trees per second": count / ours["sobol"]["one"],
            "pseudo-random, ratio": same * count / drawn["one"],
            "two threads, speed-up": ours["sobol"]["one"] / ours["sobol"]["two"],
            "error at equal trees, ours / NumPy": our_deviation / deviation,
        },
    )  # fmt: skip
    variance_ratio = (uniform_deviation / our_deviation) ** 2
    yield Row(
        f"trees, d = 3, j = {ORDER}, to equal error", drawn["one"], uniform * count * variance_ratio,
        peer_name="NumPy, uniform sampling", notes={"variance ratio": variance_ratio},
    )  # fmt: skip
    yield Row(
        f"trees at finite N, 2 + 2 particles, j = {ORDER}", ours["sobol"]["finite"], ours["sobol"]["one"],
        peer_name="ours, N = ∞", at_least=0.5,
    )  # fmt: skip


if __name__ == "__main__":
    main(rows)
