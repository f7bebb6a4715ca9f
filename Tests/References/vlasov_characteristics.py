#!/usr/bin/env python3
"""The two-species Vlasov equations in d = 1 by characteristics: quadrature nodes and the adaptive DOP853.

    vlasov_characteristics.py   prints the values pinned in VlasovCharacteristicsTests

    q' = p,     p' = −Σ_β V'_αβ * ρ_β,     ρ̂_β(m) = Σ_nodes w e^{−imq}

The initial density m(q, p) = profile((p + eps·sin(q − φ))/θ'(q)) of reference_model.py's orbitals at ħ → 0 is constant along
them. Nodes are equidistant in θ and Gauss–Legendre in p/θ', so that both rules converge faster than any power.
"""

import numpy as np
from reference_model import PROFILES, POTENTIALS
from scipy.integrate import solve_ivp

GAUSSIAN_WIDTH = 0.5 / (0.8 * np.sqrt(2 * np.pi))


def profile(occupation, u):
    """m of u = (p − S')/θ'"""
    if occupation == "sea":
        return (abs(u) < 0.25) * 1.0
    return 0.8 * np.exp(-((u / GAUSSIAN_WIDTH) ** 2) / 2)


class Characteristics:
    """Nodes of both species, and any points that are carried along."""

    def __init__(self, occupation, positions=256, momenta=160, reach=9.0):
        self.occupation, self.time = occupation, 0.0
        u, weights = np.polynomial.legendre.leggauss(momenta)
        extent = 0.25 if occupation == "sea" else reach * GAUSSIAN_WIDTH
        weights = extent * weights * profile(occupation, extent * u)
        self.state, self.weights = [], []
        for amplitude, momentum, phase in PROFILES:
            theta = (np.arange(positions) + 0.5) * 2 * np.pi / positions
            x = theta.copy()
            for _ in range(80):  # θ(x) = x + amp·sin(x − φ), inverted by Newton's method
                x -= (x + amplitude * np.sin(x - phase) - theta) / (1 + amplitude * np.cos(x - phase))
            p = np.outer(1 + amplitude * np.cos(x - phase), extent * u) - momentum * np.sin(x - phase)[:, None]
            self.state.append((np.repeat(x, momenta), p.ravel()))
            # dq dp/2π = dθ du/2π, and ∫∫ m dq dp/2π = ½ for each species
            self.weights.append(np.tile(weights, positions) / positions)

    def mode(self, species, m, q=None):
        """ρ̂(m)"""
        return self.weights[species] @ np.exp(-1j * m * (self.state[species][0] if q is None else q))

    def kinetic(self, species):
        return float(self.weights[species] @ self.state[species][1] ** 2 / 2)

    def advance(self, time, points=((), ()), tolerance=1e-12):
        """Moves all nodes by a time, which may be negative, and carries points (species 0, species 1) along."""
        points = [(np.array(x[0], float), np.array(x[1], float)) if len(x) else (np.empty(0),) * 2 for x in points]
        parts = [self.state[0], self.state[1], points[0], points[1]]
        sizes = [len(q) for q, _ in parts]
        cuts = np.cumsum([size for size in sizes for _ in (0, 1)])[:-1]

        def derivative(t, y):
            split = np.split(y, cuts)
            modes = [{m: self.mode(b, m, split[2 * b]) for m in (1, 2)} for b in (0, 1)]
            result = []
            for i in range(4):
                q, p, a = split[2 * i], split[2 * i + 1], i % 2
                force = np.zeros_like(q)
                for m in (1, 2):
                    total = sum(POTENTIALS[a][b][m] * modes[b][m] for b in (0, 1))
                    force += 2 * (1j * m * total * np.exp(1j * m * q)).real
                result += [p, -force]
            return np.concatenate(result)

        start = np.concatenate([x for part in parts for x in part])
        end = solve_ivp(
            derivative, (0, time), start, "DOP853", rtol=tolerance, atol=1e-2 * tolerance, t_eval=[time])
        assert end.success
        split = np.split(end.y[:, -1], cuts)
        self.state = [(split[0], split[1]), (split[2], split[3])]
        self.time += time
        return [(split[4], split[5]), (split[6], split[7])]

    def density(self, points):
        """m at the present time at points of both species; the nodes end where they began."""
        origins = self.advance(-self.time, points)
        return [
            profile(self.occupation, (p + momentum * np.sin(q - phase)) / (1 + amplitude * np.cos(q - phase)))
            for (amplitude, momentum, phase), (q, p) in zip(PROFILES, origins)
        ]


if __name__ == "__main__":
    print("VlasovCharacteristicsTests.reference, t = 1")
    for occupation in ("sea", "gaussian"):
        flow = Characteristics(occupation)
        flow.advance(1)
        print(f"  {occupation}: kinetic {[flow.kinetic(a) for a in (0, 1)]}")
        for a in (0, 1):
            print(f"    species {a}: modes {[complex(flow.mode(a, m)) for m in (1, 2)]}")
    print("VlasovCharacteristicsTests.origins, species 0 of the sea, from t = 1")
    flow = Characteristics("sea")
    flow.advance(1)
    q, p = flow.advance(-1, (([0.3, 1.1, 2.9, 4.4, 5.7], [0.1, -0.2, 0.05, 0.3, -0.1]), ()))[0]
    print(f"  q {q.tolist()}\n  p {p.tolist()}")
