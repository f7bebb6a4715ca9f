#!/usr/bin/env python3
"""1-Wasserstein distances of Husimi measures of Hartree–Fock states from the solution of the Vlasov equations.

    vlasov_limit.py             prints the table pinned in VlasovLimitTests

The sea of reference_model.py at t = 1, first species, on 28 × 28 cells of |p| ≤ 1.2, window of width 1: hartree_fock.py for
N = 10 … 130, vlasov_characteristics.py run backwards from 24 × 24 points of every cell, transport.py between the two.
"""

import numpy as np
from hartree_fock import HartreeFock
from reference_model import GaussianWindow
from transport import centres, costs, distance
from vlasov_characteristics import Characteristics

CELLS, MOMENTUM, PERIOD = 28, 1.2, 2 * np.pi


def coarse(values):
    """Sums over the cells."""
    fine = values.shape[0] // CELLS
    return values.reshape(CELLS, fine, CELLS, fine).sum((1, 3))


def vlasov(points=24):
    """Masses of the cells by midpoints."""
    flow = Characteristics("sea", 192, 120)
    flow.advance(1, tolerance=1e-10)
    q, p = centres(CELLS * points, CELLS * points, PERIOD, MOMENTUM)
    Q, P = np.meshgrid(q, p, indexing="ij")
    origin_density = flow.density(((Q.ravel(), P.ravel()), ((), ())))[0]
    return coarse(origin_density.reshape(Q.shape))


def husimi(c, n, hbar, q, p):
    """m(q, p) = Σ_j |⟨f_{q,p}, ψ_j⟩|²"""
    result, waves = np.empty((len(q), len(p))), np.exp(1j * np.outer(q, n))
    for k, momentum in enumerate(p):
        g = hbar**0.25 / np.sqrt(2 * np.pi) * GaussianWindow().transform((momentum - hbar * n) / np.sqrt(hbar))
        result[:, k] = (abs(waves @ (g[:, None] * c)) ** 2).sum(1)
    return result


if __name__ == "__main__":
    print("VlasovLimitTests.sea: N, W_1")
    q, p = centres(CELLS, CELLS, PERIOD, MOMENTUM)
    cost, limit = costs(q, p, PERIOD), vlasov()
    for count in (5, 9, 17, 33, 65):
        system = HartreeFock([count, count], cutoff=max(40, 3 * count))
        state = system.evolved(system.start(), 1, tolerance=1e-9)
        fine = centres(4 * CELLS, 4 * CELLS, PERIOD, MOMENTUM)
        measure = husimi(state[0], system.n, system.hbar, *fine)
        print(f"  {2 * count}: {distance(coarse(measure), limit, cost):.4f}", flush=True)
