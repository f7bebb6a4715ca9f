#!/usr/bin/env python3
"""The Vlasov equations of S species on the Fourier lattice, all modes stored and every sum written out.

    vlasov_lattice.py           prints the values pinned in DysonJetsTests (d = 1) and QuantumLatticeTests (d = 2, Moyal)

With f_α(n, ξ) on |n_i| ≤ n_max and ξ = κΔt/(2m_α)·g, |g_i| ≤ G_α, zero outside of both,

    ∂_t f_α = (κ/m_α) n·∂_ξ f_α + Σ_β Σ_m V̂_αβ(m) κ_ħ(κm·ξ) f_β(−m, 0) f_α(n + m, ξ),     κ_0(x) = x,
                                                                                       κ_ħ(x) = (2/ħ) sin(ħx/2).

Half a time step shifts ξ by whole points, n of them; Lawson's fourth-order Runge–Kutta method does the rest. The jets
f^(j) are the coefficients of λ^j for V = λV: the product becomes Σ_{a+b=j−1} f_β^(b) f_α^(a).
"""

import itertools

import numpy as np


class Lattice:
    """Modes and points of every species; `points[α]` is G_α."""

    def __init__(self, dimension, kappa, modes, extent, step, masses):
        self.dimension, self.kappa, self.modes, self.step = dimension, kappa, modes, step
        self.spacings = [kappa * step / (2 * mass) for mass in masses]
        self.points = [round(extent / spacing) for spacing in self.spacings]

    def shape(self, species):
        """(2 n_max + 1, …, 2G + 1, …)"""
        return (2 * self.modes + 1,) * self.dimension + (2 * self.points[species] + 1,) * self.dimension

    def grids(self, species):
        """Arrays of the components n_1 … n_d, ξ_1 … ξ_d that broadcast over a shape."""
        d = self.dimension
        axes = [np.arange(-self.modes, self.modes + 1)] * d
        axes += [np.arange(-self.points[species], self.points[species] + 1) * self.spacings[species]] * d
        return np.meshgrid(*axes, indexing="ij", sparse=True)


def moved(array, axis, by):
    """b[i] = a[i + by] along one axis, zero where i + by is outside."""
    result = np.zeros_like(array)
    length = array.shape[axis]
    if abs(by) < length:
        source, target = [slice(None)] * array.ndim, [slice(None)] * array.ndim
        source[axis] = slice(max(by, 0), length + min(by, 0))
        target[axis] = slice(max(-by, 0), length + min(-by, 0))
        result[tuple(target)] = array[tuple(source)]
    return result


def transported(lattice, species, array, halves):
    """Free flight for `halves` half time steps of an array [order, n…, g…]: f(n, ξ + halves·n·spacing)."""
    d, result = lattice.dimension, np.zeros_like(array)
    for n in itertools.product(range(-lattice.modes, lattice.modes + 1), repeat=d):
        place = (slice(None),) + tuple(component + lattice.modes for component in n)
        part = array[place]
        for axis in range(d):
            part = moved(part, 1 + axis, halves * n[axis])
        result[place] = part
    return result


class Vlasov:
    """V[α][β] = {m: V̂}, with both signs of every m; f[α] has the shape (orders, n…, g…).

    One order is the full equation, more are its jets.
    """

    def __init__(self, lattice, potentials, hbar, initial, orders=None):
        self.lattice, self.potentials, self.hbar = lattice, potentials, hbar
        self.is_full = orders is None
        self.values = []
        for species, data in enumerate(initial):
            array = np.zeros((1 if orders is None else orders,) + lattice.shape(species), complex)
            array[0] = data
            self.values.append(array)

    def forces(self, values):
        """The sum over β and m of the equation."""
        lattice, d, result = self.lattice, self.lattice.dimension, []
        for species, own in enumerate(values):
            grids = lattice.grids(species)
            total = np.zeros_like(own)
            for other, theirs in enumerate(values):
                origin = (lattice.points[other],) * d
                for m, coefficient in self.potentials[species][other].items():
                    if max(map(abs, m)) > lattice.modes:
                        continue
                    phase = lattice.kappa * sum(m[i] * grids[d + i] for i in range(d))
                    kernel = phase if self.hbar is None else 2 / self.hbar * np.sin(self.hbar * phase / 2)
                    field = theirs[(slice(None),) + tuple(lattice.modes - m[i] for i in range(d)) + origin]
                    shifted = own
                    for axis in range(d):
                        shifted = moved(shifted, 1 + axis, m[axis])
                    for j in range(len(own)):
                        pairs = [(0, 0)] if self.is_full else [(a, j - 1 - a) for a in range(j)]
                        for a, b in pairs:
                            total[j] += coefficient * field[b] * kernel * shifted[a]
            result.append(total)
        return result

    def advance(self):
        """One step of Lawson's method."""
        h, indices = self.lattice.step, range(len(self.values))

        def flight(values, halves):
            return [transported(self.lattice, i, values[i], halves) for i in indices]

        start = self.values
        k1 = self.forces(start)
        k1_half, middle = flight(k1, 1), flight(start, 1)
        k2 = self.forces([middle[i] + h / 2 * k1_half[i] for i in indices])
        k3 = self.forces([middle[i] + h / 2 * k2[i] for i in indices])
        k3_half, end = flight(k3, 1), flight(middle, 1)
        k4 = self.forces([end[i] + h * k3_half[i] for i in indices])
        k1_full, k2_half = flight(k1_half, 1), flight(k2, 1)
        self.values = [
            end[i] + h / 6 * (k1_full[i] + 2 * k2_half[i] + 2 * k3_half[i] + k4[i]) for i in indices
        ]

    def value(self, species, order, n, g):
        """f_α^(j)(n, ξ = g·spacing)"""
        place = tuple(self.lattice.modes + i for i in n) + tuple(self.lattice.points[species] + i for i in g)
        return self.values[species][(order,) + place]


def maxwellian(lattice, species, mass, widths, drifts, waves):
    """mass·Π exp(iuξ − σ²ξ²/2) of the density 1 + Σ a cos(κm·q + φ), waves = [(m, a, φ)]."""
    d, grids = lattice.dimension, lattice.grids(species)
    profile = mass
    for axis in range(d):
        xi = grids[d + axis]
        profile = profile * np.exp(1j * drifts[axis] * xi - (widths[axis] * xi) ** 2 / 2)
    result = np.zeros(lattice.shape(species), complex)
    for m, weight in [((0,) * d, 1)] + [
        (tuple(sign * i for i in m), a / 2 * np.exp(-1j * sign * phi)) for m, a, phi in waves for sign in (1, -1)
    ]:
        place = tuple(lattice.modes + i for i in m)
        result[place] += weight * profile.reshape(profile.shape[d:])
    return result


def even(modes):
    """{m: v} with −m beside m."""
    return {tuple(sign * i for i in m): v for m, v in modes.items() for sign in (1, -1)}


def printed(title, jets, flow, entries):
    print(title)
    for species, n, g in entries:
        print(f"  species {species}, n = {n}, g = {g}")
        for order in range(len(jets.values[species])):
            print(f"    order {order}: {complex(jets.value(species, order, n, g))}")
        print(f"    flow:    {complex(flow.value(species, 0, n, g))}")


def line():
    """DysonJetsTests: κ = 1.25, fractions 0.3 and 0.7, |n| ≤ 9, |ξ| ≤ 9, Δt = 0.1, t = 1."""
    lattice = Lattice(1, 1.25, 9, 9, 0.1, [1, 1])
    first, second, third = (
        even({(1,): 0.35, (2,): -0.15}), even({(1,): -0.5}), even({(1,): 0.2, (2,): 0.25}),
    )
    potentials = [[first, second], [second, third]]
    data = [
        maxwellian(lattice, 0, 0.3, [0.9], [0.2], [((1,), 0.4, 0)]),
        maxwellian(lattice, 1, 0.7, [0.7], [-0.3], [((1,), -0.25, 0)]),
    ]
    jets, flow = Vlasov(lattice, potentials, None, data, orders=5), Vlasov(lattice, potentials, None, data)
    for _ in range(10):
        jets.advance()
        flow.advance()
    printed(
        "DysonJetsTests.independentProgram", jets, flow,
        [(0, (1,), (0,)), (1, (1,), (12,)), (0, (2,), (-7,)), (1, (-1,), (5,))],
    )


def plane():
    """QuantumLatticeTests: Λ = 5, ħ = 0.7, masses 1 and 2, fractions 0.4 and 0.6, |n| ≤ 2, |ξ| ≤ 1.5, Δt = 0.2, t = 0.8."""
    lattice = Lattice(2, 2 * np.pi / 5, 2, 1.5, 0.2, [1, 2])
    first, second, third = (
        even({(1, 0): 0.45, (1, -1): -0.3}), even({(1, 0): -0.35, (0, 1): 0.25}), even({(1, 1): 0.3}),
    )
    potentials = [[first, second], [second, third]]
    data = [
        maxwellian(lattice, 0, 0.4, [0.9, 0.7], [0.2, -0.1], [((1, 0), 0.4, 0.3), ((1, 1), 0.25, 1.1)]),
        maxwellian(lattice, 1, 0.6, [0.6, 0.8], [-0.3, 0.15], [((0, 1), -0.3, 0.5)]),
    ]
    jets, flow = Vlasov(lattice, potentials, 0.7, data, orders=4), Vlasov(lattice, potentials, 0.7, data)
    for _ in range(4):
        jets.advance()
        flow.advance()
    printed(
        "QuantumLatticeTests.independentProgram", jets, flow,
        [
            (0, (1, 0), (0, 0)), (1, (0, 1), (3, -2)), (0, (1, -1), (-2, 1)), (1, (-1, 0), (5, 4)),
            (1, (2, 1), (-6, 2)),
        ],
    )


if __name__ == "__main__":
    line()
    plane()
