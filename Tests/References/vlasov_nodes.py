#!/usr/bin/env python3
"""Vlasov solutions by nodes and Taylor series: the values pinned in VlasovNodesTests.

    vlasov_nodes.py

The nodes of the initial density (equal steps in q, Gauss–Legendre in p over ±9σ) move in the field of all of them. Order by
order in the time since the last step, with q = Σ q_j s^j, p = Σ p_j s^j, z_m = e^{iκmq} and ρ_m = Σ w z_m,

    (j + 1) p_{j+1} = [s^j] Σ_β Σ_{m>0} 2κm v_m Im(conj(ρ_m) z_m),   (j + 1) q_{j+1} = p_j / mass,
    k z_{m,k} = iκm Σ_{j=1}^{k} j q_j z_{m,k−j}.

Then w(ξ, κn) = Σ w e^{i(ξp + κnq)}. Two sizes of everything are printed; they agree to all digits that are pinned.
"""

import numpy as np


class Species:
    """Fraction, mass and beams (weight, σ, u, [(mode, amplitude, phase)])."""

    def __init__(self, fraction, mass, beams):
        self.fraction, self.mass, self.beams = fraction, mass, beams

    def nodes(self, kappa, positions, momenta):
        x, g = np.polynomial.legendre.leggauss(momenta)
        q = 2 * np.pi / kappa * np.arange(positions) / positions
        found = []
        for weight, sigma, drift, waves in self.beams:
            wave = 1 + sum(a * np.cos(kappa * m * q + phase) for m, a, phase in waves)
            bell = g * 9 * np.exp(-(9 * x) ** 2 / 2) / np.sqrt(2 * np.pi)
            w = self.fraction * weight * np.outer(wave / positions, bell)
            Q, P = np.meshgrid(q, drift + 9 * sigma * x, indexing="ij")
            found.append((Q.ravel(), P.ravel(), w.ravel()))
        return [np.concatenate(part) for part in zip(*found)]


def solve(kappa, species, potentials, time, positions, momenta, steps, order):
    """potentials[α][β] = {m: v_m}, m > 0. Returns w(α, ξ, n)."""
    nodes = [one.nodes(kappa, positions, momenta) for one in species]
    modes = sorted({m for row in potentials for v in row for m in v})
    h = time / steps
    for _ in range(steps):
        q = [[one[0]] for one in nodes]
        p = [[one[1]] for one in nodes]
        z = [{m: [np.exp(1j * kappa * m * one[0])] for m in modes} for one in nodes]
        rho = [{m: [np.sum(one[2] * z[a][m][0])] for m in modes} for a, one in enumerate(nodes)]
        for j in range(order):
            for a, one in enumerate(species):
                force = 0.0
                for b in range(len(species)):
                    for m, v in potentials[a][b].items():
                        product = sum(np.conj(rho[b][m][i]) * z[a][m][j - i] for i in range(j + 1))
                        force = force + 2 * kappa * m * v * np.imag(product)
                p[a].append(force / (j + 1))
                q[a].append(p[a][j] / one.mass / (j + 1))
            for a, one in enumerate(nodes):
                for m in modes:
                    total = sum(i * q[a][i] * z[a][m][j + 1 - i] for i in range(1, j + 2))
                    z[a][m].append(1j * kappa * m * total / (j + 1))
                    rho[a][m].append(np.sum(one[2] * z[a][m][j + 1]))
        powers = [h**j for j in range(order + 1)]
        nodes = [
            [sum(c * s for c, s in zip(q[a], powers)), sum(c * s for c, s in zip(p[a], powers)), one[2]]
            for a, one in enumerate(nodes)
        ]
    return lambda a, xi, n: np.sum(nodes[a][2] * np.exp(1j * (xi * nodes[a][1] + kappa * n * nodes[a][0])))


def show(title, kappa, species, potentials, time, places, sizes):
    print(title)
    solutions = [solve(kappa, species, potentials, time, *size) for size in sizes]
    for place in places:
        values = [complex(w(*place)) for w in solutions]
        print(f"  {place}: {values[0]!r}, {abs(values[1] - values[0]):.1e}")


if __name__ == "__main__":
    show(
        "two species, κ = 2π/5, masses 1 and 2.5, t = 2.5",
        2 * np.pi / 5,
        [
            Species(0.4, 1, [(1, 0.9, 0.2, [(1, 0.4, 0.3), (2, 0.2, 1.1)])]),
            Species(0.6, 2.5, [(0.3, 0.7, 0.8, [(1, -0.3, 0)]), (0.7, 0.7, -0.8, [(1, -0.3, 0)])]),
        ],
        [[{1: 0.35, 2: -0.15}, {1: -0.5}], [{1: -0.5}, {1: 0.2, 3: 0.1}]],
        2.5,
        [(0, 0.0, 1), (0, 1.5, -2), (0, -4.0, 3), (1, 0.5, 0), (1, -2.0, 1), (1, 3.0, 4)],
        [(96, 220, 40, 18), (72, 180, 60, 16)],
    )
    show(
        "attraction: V = −2 cos q, σ = 0.5, amplitude 0.3, t = 4",
        1.0,
        [Species(1, 1, [(1, 0.5, 0, [(1, 0.3, 0)])])],
        [[{1: -1.0}]],
        4.0,
        [(0, 0.0, 1), (0, 2.0, 1), (0, 0.0, 4)],
        [(160, 320, 80, 18), (128, 260, 100, 16)],
    )
