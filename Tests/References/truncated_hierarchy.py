#!/usr/bin/env python3
"""The classical hierarchy in d = 1, cut after rank R, in full storage: every tuple of species has its own array.

    truncated_hierarchy.py      prints the closure errors pinned in TruncatedHierarchyClosureTests

With w(n_1 … n_r; ξ_1 … ξ_r) of the species (α_1 … α_r),

    ∂_t w = Σ_i κ n_i ∂_{ξ_i} w + Σ_i Σ_β Σ_m V̂_{α_iβ}(m) κm ξ_i w(…, n_i + m, …; new particle of β at n = −m, ξ = 0),

and at r = R the new marginal is replaced: by 0, by Π w_1 (factorised), or for R = 2 by w_2w_1 + w_2w_1 + w_2w_1 − 2w_1w_1w_1
(cumulant). Lawson's fourth-order Runge–Kutta method, as in vlasov_lattice.py, which also evolves the exact solution of
product data. The error of an order is the largest |difference| over all modes and points.
"""

import itertools
from functools import reduce

import numpy as np
from vlasov_lattice import Lattice, Vlasov, even, maxwellian, moved


def outer(factors):
    """[n_1 … n_r, ξ_1 … ξ_r] of the product of one-particle arrays [n, ξ]."""
    r = len(factors)
    product = reduce(lambda a, b: np.tensordot(a, b, 0), factors)
    return product.transpose([2 * i for i in range(r)] + [2 * i + 1 for i in range(r)])


class Hierarchy:
    """arrays[(α_1, …, α_r)][n_1 … n_r, ξ_1 … ξ_r], r ≤ R, all tuples of species."""

    def __init__(self, lattice, potentials, components, rank, closure):
        """components: [(weight, [f_1, f_2, …])]"""
        self.lattice, self.potentials, self.rank, self.closure = lattice, potentials, rank, closure
        self.species = range(len(potentials))
        self.tuples = [t for r in range(1, rank + 1) for t in itertools.product(self.species, repeat=r)]
        self.arrays = {t: sum(w * outer([f[a] for a in t]) for w, f in components) for t in self.tuples}

    def with_new_particle(self, arrays, t, beta, m):
        """w of (t, β) at n_{r+1} = −m, ξ_{r+1} = 0."""
        r, mode, origin = len(t), self.lattice.modes - m, self.lattice.points[beta]
        if r < self.rank:
            full = arrays[t + (beta,)]
            return full[(slice(None),) * r + (mode,) + (slice(None),) * r + (origin,)]
        if self.closure == "zero":
            return np.zeros_like(arrays[t])
        density = arrays[(beta,)][mode, origin]
        product = outer([arrays[(a,)] for a in t]) * density
        if self.closure == "factorised":
            return product
        assert self.closure == "cumulant" and r == 2
        one, two = (arrays[(a, beta)][:, mode, :, origin] for a in t)
        return (
            arrays[t] * density + outer([one, arrays[(t[1],)]]) + outer([arrays[(t[0],)], two]) - 2 * product
        )

    def forces(self, arrays):
        kappa, result = self.lattice.kappa, {}
        for t in self.tuples:
            r, total = len(t), np.zeros_like(arrays[t])
            for beta in self.species:
                for m in {m for a in t for (m,) in self.potentials[a][beta]}:
                    added = self.with_new_particle(arrays, t, beta, m)
                    for i, alpha in enumerate(t):
                        xi = np.arange(-self.lattice.points[alpha], self.lattice.points[alpha] + 1)
                        xi = (xi * self.lattice.spacings[alpha]).reshape([-1 if a == r + i else 1 for a in range(2 * r)])
                        total += self.potentials[alpha][beta].get((m,), 0) * kappa * m * xi * moved(added, i, m)
            result[t] = total
        return result

    def flight(self, arrays, halves):
        """w(n, ξ + halves·n·spacing) in every argument."""
        result = {}
        for t, array in arrays.items():
            r = len(t)
            for i in range(r):
                rows = [
                    moved(np.take(array, [n + self.lattice.modes], axis=i), r + i, halves * n)
                    for n in range(-self.lattice.modes, self.lattice.modes + 1)
                ]
                array = np.concatenate(rows, axis=i)
            result[t] = array
        return result

    def advance(self):
        """One step of Lawson's method."""
        h = self.lattice.step

        def plus(a, factor, b):
            return {t: a[t] + factor * b[t] for t in self.tuples}

        k1 = self.forces(self.arrays)
        k1_half, middle = self.flight(k1, 1), self.flight(self.arrays, 1)
        k2 = self.forces(plus(middle, h / 2, k1_half))
        k3 = self.forces(plus(middle, h / 2, k2))
        end = self.flight(middle, 1)
        k4 = self.forces(plus(end, h, self.flight(k3, 1)))
        sum_of_middle = self.flight(plus(k2, 1, k3), 1)
        self.arrays = plus(plus(plus(end, h / 6, self.flight(k1_half, 1)), h / 3, sum_of_middle), h / 6, k4)


def errors(lattice, potentials, components, rank, closure, steps, tuples):
    """The largest differences from the exact solution, a sum of products of Vlasov flows."""
    hierarchy = Hierarchy(lattice, potentials, components, rank, closure)
    flows = [(weight, Vlasov(lattice, potentials, None, data)) for weight, data in components]
    for _ in range(steps):
        hierarchy.advance()
        for _, flow in flows:
            flow.advance()
    exact = {t: sum(w * outer([flow.values[a][0] for a in t]) for w, flow in flows) for t in tuples}
    return [float(abs(hierarchy.arrays[t] - exact[t]).max()) for t in tuples]


def few_points():
    """One species, V = cos x, σ = 1, amplitude 0.3, κ = 1, |n| ≤ 1, Δt = 1, one step, |ξ| ≤ 3.5 and 4."""
    print("TruncatedHierarchyClosureTests.fewPoints")
    for extent in (3.5, 4):
        lattice = Lattice(1, 1, 1, extent, 1, [1])
        data = [(1, [maxwellian(lattice, 0, 1, [1], [0], [((1,), 0.3, 0)])])]
        for closure, rank in (("cumulant", 2), ("factorised", 3)):
            error = errors(lattice, [[even({(1,): 0.5})]], data, rank, closure, 1, [(0,) * rank])[0]
            print(f"  {2 * lattice.points[0] + 1} points, {closure} at rank {rank}: {error:.3e}")


def mixture():
    """±0.8 cos x, fractions 0.4 and 0.6, two components, κ = 1, |n| ≤ 4, |ξ| ≤ 5, Δt = 0.25, t = 1, rank 2."""
    print("TruncatedHierarchyClosureTests.mixtureErrors, orders (1, 0), (0, 1), (2, 0), (1, 1), (0, 2)")
    lattice = Lattice(1, 1, 4, 5, 0.25, [1, 1])
    like, unlike = even({(1,): 0.4}), even({(1,): -0.4})
    components = [
        (
            weight,
            [
                maxwellian(lattice, a, fraction, [width], [drifts[a]], [((1,), amplitudes[a], 0)])
                for a, (fraction, width) in enumerate([(0.4, 0.9), (0.6, 0.7)])
            ],
        )
        for weight, amplitudes, drifts in [(0.55, [0.25, -0.3], [0.1, 0]), (0.45, [-0.2, 0.35], [0.2, -0.15])]
    ]
    for closure in ("zero", "factorised", "cumulant"):
        found = errors(
            lattice, [[like, unlike], [unlike, like]], components, 2, closure, 4, [(0,), (1,), (0, 0), (0, 1), (1, 1)])
        print(f"  {closure}: " + ", ".join(f"{e:.3e}" for e in found))


if __name__ == "__main__":
    few_points()
    mixture()
