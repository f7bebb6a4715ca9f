#!/usr/bin/env python3
"""1-Wasserstein distances of histograms on a cylinder by the linear program over all pairs of cells (POT, ot.emd2).

    transport.py                prints the distances pinned in PhaseSpaceDistanceTests

Cells of [0, Λ) × [−P, P] are points at their centres, positions the slow index; the position's distance goes around the
circle. Random masses are those of x ← 6364136223846793005x + 1442695040888963407 mod 2⁶⁴, (x >> 11)·2⁻⁵³.
"""

import numpy as np
import ot

# seed, positions, momenta, Λ, P, threshold below which a mass is zero
PAIRS = [
    (1, 8, 12, 2 * np.pi, 1.2, 0), (2, 16, 16, 2 * np.pi, 1.2, 0), (3, 24, 10, 3, 2, 0.7), (4, 32, 32, 2 * np.pi, 1.2, 0.5),
    (5, 1, 40, 1, 1, 0), (6, 40, 1, 2, 0.5, 0), (7, 9, 2, 5, 4, 0.3), (8, 20, 25, 1, 30, 0.9),
]


def centres(positions, momenta, period, momentum):
    q = (np.arange(positions) + 0.5) * period / positions
    p = -momentum + (np.arange(momenta) + 0.5) * 2 * momentum / momenta
    return q, p


def costs(q, p, period, metric="euclidean"):
    """The ground metric between all cells."""
    dq, dp = abs(q[:, None] - q), abs(p[:, None] - p)
    dq = np.minimum(dq, period - dq)[:, None, :, None]
    dp = dp[None, :, None, :]
    distance = np.hypot(dq, dp) if metric == "euclidean" else dq + dp
    return np.ascontiguousarray(distance.reshape(len(q) * len(p), -1))


def distance(a, b, cost):
    """W_1 of two arrays of masses, which are normalised; cells without mass are left out of the program."""
    a, b = a.ravel() / a.sum(), b.ravel() / b.sum()
    rows, columns = a > 0, b > 0
    part = np.ascontiguousarray(cost[np.ix_(rows, columns)])
    return float(ot.emd2(a[rows], b[columns], part, numItermax=10**8))


def random_masses(state, count, threshold):
    masses = []
    for _ in range(count):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        value = (state >> 11) * 2.0**-53
        masses.append(0.0 if value < threshold else value)
    return state, np.array(masses)


if __name__ == "__main__":
    print("PhaseSpaceDistanceTests.agreesWithPOT: seed, euclidean, taxicab")
    for seed, positions, momenta, period, momentum, threshold in PAIRS:
        state, a = random_masses(seed, positions * momenta, threshold)
        state, b = random_masses(state, positions * momenta, threshold)
        grid = centres(positions, momenta, period, momentum)
        print(f"  {seed}", *(distance(a, b, costs(*grid, period, metric)) for metric in ("euclidean", "taxicab")))
    print("PhaseSpaceDistanceTests.smooth: 64 × 64")
    q, p = centres(64, 64, 2 * np.pi, 1.2)
    Q, P = np.meshgrid(q, p, indexing="ij")
    a = np.exp(-((P - 0.3 * np.cos(Q)) ** 2) / 0.2) * (1 + 0.3 * np.cos(Q))
    b = np.exp(-((P + 0.25 * np.sin(2 * Q)) ** 2) / 0.25) * (1 - 0.4 * np.cos(Q - 1))
    print(f"  {distance(a, b, costs(q, p, 2 * np.pi))}")
