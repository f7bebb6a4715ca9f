#!/usr/bin/env python3
"""Remainder bounds of random models to 60 digits, by other methods than the project's.

    bounds.py MODELS [SEED]     prints one document per line: a configuration with the values of the bounds

A line is a YAML flow mapping (JSON with unquoted decimals) that the project's own readers read: `model`, `initial`,
`points`, `time`, `orders`, and beside them

    values:  {paper: […], first-moment: […], branching: […], multi-type: […]}     of |Δ_1|, |Δ_2|, …, in the range of a Double
    radius:  the blow-up time of the multi-type majorant for the species of the point, to 1e-11, null where
             there is none; absent where the integration of this program fails (segments of size 1e-170)

`paper` is absent where a mass is not 1. What differs from the library:

  moments of |V̂|     tables: 24-point Gauss–Legendre rules between the breaks and the zeros of V̂, whose nodes are
                     computed here; bumps: the tanh-sinh rule, no gamma function
  −log cos           Bernoulli numbers
  multi-type         Picard's iteration on truncated polynomials, e^s by its Taylor series in powers of polynomials
  exp of a series    the same Taylor series
  blow-up time       DOP853 (SciPy) and Gauss–Jacobi rules

Everything but the blow-up time is computed with 90 digits from the decimals as they are printed.
"""

import random
import sys

import mpmath
from mpmath import mp, mpf

mp.dps = 90


# Decimals as text


def decimal(rng, low, high, digits=3):
    """A random decimal in [low, high] with so many digits after the point."""
    scale = 10**digits
    number = rng.randint(round(low * 1000) * scale // 1000, round(high * 1000) * scale // 1000)
    sign = "-" if number < 0 else ""
    return f"{sign}{abs(number) // scale}.{abs(number) % scale:0{digits}d}"


def written(x, digits):
    """The number x rounded to so many significant digits."""
    return mpmath.nstr(x, digits, strip_zeros=False, min_fixed=-30, max_fixed=30)


# Quadrature rules


def legendre_rule(n):
    """Nodes and weights on [0, 1]."""
    nodes = []
    for i in range(n):
        x = mp.cos(mp.pi * (mpf(i) + mpf(3) / 4) / (n + mpf(1) / 2))
        for _ in range(9):
            p, q = mpf(1), mpf(0)
            for k in range(1, n + 1):
                p, q = ((2 * k - 1) * x * p - (k - 1) * q) / k, p
            slope = n * (x * p - q) / (x * x - 1)
            x -= p / slope
        nodes.append(((1 + x) / 2, 1 / ((1 - x * x) * slope * slope)))
    return nodes


def tanh_sinh_rule(step=mpf(1) / 48):
    """(1 − x, x, weight) on [0, 1], for an integrand with algebraic ends."""
    rule = []
    k = -int(mpf(6) / step)
    while k <= 6 / step:
        u = mp.pi / 2 * mp.sinh(k * step)
        near = 1 / (1 + mp.exp(2 * u))  # 1 − x
        weight = step * mp.pi * mp.cosh(k * step) * near * (1 - near)
        if weight > mpf(10) ** -100:
            rule.append((near, 1 / (1 + mp.exp(-2 * u)), weight))
        k += 1
    return rule


LEGENDRE = legendre_rule(24)
TANH_SINH = tanh_sinh_rule()


# Potentials: (text of the configuration, value at a radius, moments on R^d, B, sup |ηV̂|, radial pieces)


class Bump:
    def __init__(self, strength, limit, power):
        self.strength, self.limit, self.power = mpf(strength), mpf(limit), mpf(power)
        self.entry = f"kind: bump, strength: {strength}, bandlimit: {limit}, power: {power}"
        self.bandlimit = self.limit if self.strength != 0 else mpf(0)
        self.samples = None

    def value(self, r):
        if r >= self.limit:
            return mpf(0)
        return self.strength * ((self.limit - r) * (self.limit + r) / self.limit**2) ** self.power

    def moment(self, n):
        """∫_0^B |V̂| r^{n−1} dr"""
        if self.samples is None:
            self.samples = [(x, w * (y * (2 - y)) ** self.power) for y, x, w in TANH_SINH]
        return abs(self.strength) * self.limit**n * mp.fsum(w * x ** (n - 1) for x, w in self.samples)

    def supremum(self):
        # Of log r + p log(1 − r²), where its derivative 1/r − 2pr/(1 − r²) vanishes, by bisection and Newton.
        low, high = mpf(0), mpf(1)
        for _ in range(20):
            middle = (low + high) / 2
            low, high = (middle, high) if 1 - middle**2 > 2 * self.power * middle**2 else (low, middle)
        r = (low + high) / 2
        for _ in range(8):
            r -= (1 - r**2 - 2 * self.power * r**2) / (-2 * r - 4 * self.power * r)
        return abs(self.strength) * self.limit * r * (1 - r**2) ** self.power

    def pieces(self):
        return [(0.0, float(self.limit))]


class Table:
    def __init__(self, radii, values):
        self.radii, self.values = [mpf(r) for r in radii], [mpf(v) for v in values]
        self.entry = f"kind: tabulated, eta: [{', '.join(radii)}], values: [{', '.join(values)}]"
        if self.radii[0] > 0:
            self.radii, self.values = [mpf(0)] + self.radii, self.values[:1] + self.values
        last = max((i for i, v in enumerate(self.values) if v != 0), default=-1)
        self.bandlimit = self.radii[min(last + 1, len(self.radii) - 1)] if last >= 0 else mpf(0)

    def value(self, r):
        if r >= self.radii[-1]:  # V̂ counts as its last sample to 1e-12 beyond it
            return self.values[-1] if r <= self.radii[-1] * mpf("1.000000000001") else mpf(0)
        i = max(i for i, a in enumerate(self.radii) if a <= r)
        a, b = self.radii[i : i + 2]
        return ((b - r) * self.values[i] + (r - a) * self.values[i + 1]) / (b - a)

    def signed_pieces(self):
        """(a, b, V̂(a), V̂(b)) without a change of sign inside."""
        for a, b, u, v in zip(self.radii, self.radii[1:], self.values, self.values[1:]):
            if u * v < 0:
                root = (a * v - b * u) / (v - u)
                yield a, root, u, mpf(0)
                yield root, b, mpf(0), v
            else:
                yield a, b, u, v

    def moment(self, n):
        return mp.fsum(
            (b - a) * w * (a + (b - a) * x) ** (n - 1) * abs(u + (v - u) * x)
            for a, b, u, v in self.signed_pieces()
            for x, w in LEGENDRE
        )

    def supremum(self):
        best = mpf(0)
        for a, b, u, v in self.signed_pieces():
            best = max(best, abs(a * u), abs(b * v))
            if u != v:
                # r(c + sr) = s(r + c/2s)² − c²/4s
                s = (v - u) / (b - a)
                c = u - s * a
                if a < -c / (2 * s) < b:
                    best = max(best, abs(c * c / (4 * s)))
        return best

    def pieces(self):
        return [(float(a), float(b)) for a, b, u, v in self.signed_pieces() if u != 0 or v != 0]


class Trigonometric:
    def __init__(self, modes):
        self.modes = modes
        entries = ", ".join(f"{{m: [{', '.join(map(str, m))}], coefficient: {c}}}" for m, c in modes)
        self.entry = f"kind: trigonometric, modes: [{entries}]"

    def weights(self, d, kappa):
        total = {}
        for m, c in self.modes:
            square = sum(i * i for i in m)
            if square and mpf(c) != 0:
                total[square] = total.get(square, mpf(0)) + 2 * abs(mpf(c))
        return total


def lattice_weights(potential, d, kappa):
    """Σ |v_m| for each |m|² ≠ 0."""
    if isinstance(potential, Trigonometric):
        return potential.weights(d, kappa)
    reach = int(mp.floor(potential.bandlimit / kappa * (1 + mpf(10) ** -9)))
    axis = range(-reach, reach + 1)
    counts = {}
    for a in axis:
        for b in axis if d > 1 else [0]:
            for c in axis if d > 2 else [0]:
                counts[a * a + b * b + c * c] = counts.get(a * a + b * b + c * c, 0) + 1
    total = {}
    for square, count in counts.items():
        value = abs(potential.value(kappa * mp.sqrt(square)))
        if square and value != 0:
            total[square] = count * kappa**d * value
    return total


# Polynomials in λ, truncated


def product(a, b):
    n = len(a)
    return [mp.fsum(a[i] * b[k - i] for i in range(k + 1)) for k in range(n)]


def exponential(f):
    """exp f, f_0 = 0, as Σ f^k/k!."""
    n = len(f)
    result, power = [mpf(1)] + [mpf(0)] * (n - 1), [mpf(1)] + [mpf(0)] * (n - 1)
    for k in range(1, n):
        power = [x / k for x in product(power, f)]
        result = [x + y for x, y in zip(result, power)]
    return result


class Model:
    """The constants of one model and the bounds at one point."""

    def __init__(self, d, length, masses, fractions, potentials):
        self.d, self.kappa = d, None if length is None else 2 * mp.pi / mpf(length)
        self.masses, self.fractions = [mpf(m) for m in masses], [mpf(n) for n in fractions]
        self.potentials = potentials
        self.count = len(masses)
        self.area = [mpf(2), 2 * mp.pi, 4 * mp.pi][d - 1]
        self.cache, self.weight_cache = {}, {}

    def potential(self, a, b):
        return self.potentials.get((min(a, b), max(a, b)))

    def weights(self, a, b):
        key = (min(a, b), max(a, b))
        if key not in self.weight_cache:
            potential = self.potential(a, b)
            self.weight_cache[key] = {} if potential is None else lattice_weights(potential, self.d, self.kappa)
        return self.weight_cache[key]

    def moment(self, q, a, b):
        key = (q, min(a, b), max(a, b))
        if key not in self.cache:
            potential = self.potential(a, b)
            if potential is None:
                self.cache[key] = mpf(0)
            elif self.kappa is None:
                self.cache[key] = self.area * potential.moment(self.d + q)
            else:
                self.cache[key] = mp.fsum(
                    w * (self.kappa * mp.sqrt(s)) ** q for s, w in self.weights(a, b).items()
                )
        return self.cache[key]

    def bandlimit(self, a, b):
        potential = self.potential(a, b)
        if potential is None:
            return mpf(0)
        if self.kappa is None:
            return potential.bandlimit
        return self.kappa * mp.sqrt(max(self.weights(a, b), default=0))

    def rate(self, a):
        return mp.fsum(self.fractions[b] * self.moment(1, a, b) for b in range(self.count))

    def pairs(self):
        return [(a, b) for a in range(self.count) for b in range(a, self.count)]

    def values(self, point, time, orders):
        """All bounds; `point` is a list of (species, ξ, η)."""
        t = abs(mpf(time))
        mass = mp.fprod(self.fractions[s] for s, _, _ in point)
        norm = lambda x: mp.sqrt(mp.fsum(c * c for c in x))
        starts = [norm(xi) for _, xi, _ in point]
        drifts = [norm(eta) for _, _, eta in point]
        ends = [
            norm([x - e * mpf(time) / self.masses[s] for x, e in zip(xi, eta)]) for s, xi, eta in point
        ]
        least = min(self.masses)
        rate = max(self.rate(a) for a in range(self.count))
        limit = max(self.bandlimit(a, b) for a, b in self.pairs())
        r = len(point)
        result = {}

        if all(m == 1 for m in self.masses):
            if self.kappa is None:
                volume = [mpf(2), mp.pi, 4 * mp.pi / 3][self.d - 1]
                present = [p for p in self.potentials.values()]
                strength = volume * limit**self.d * max((p.supremum() for p in present), default=mpf(0))
            else:
                strength = max(self.moment(1, a, b) for a, b in self.pairs())
            result["paper"] = [
                (4 * strength * t) ** n
                / mp.factorial(n)
                * mp.fprod(
                    (max(starts) + max(drifts) * t) * r + (0 if i == 0 else (r + i) * limit * t)
                    for i in range(n)
                )
                for n in range(1, orders + 1)
            ]

        result["first-moment"] = [
            mass
            * (rate * t) ** n
            / mp.factorial(n)
            * mp.fprod(r * (max(starts) + max(drifts) * t / least) + 2 * i * limit * t / least for i in range(n))
            for n in range(1, orders + 1)
        ]

        # b = −(1/B) log cos(t √(λMB/m)) with the Taylor coefficients of log cos from Bernoulli numbers.
        closed = [mpf(0)] + [
            2 ** (2 * j - 1) * (2 ** (2 * j) - 1) * abs(mp.bernoulli(2 * j)) / (j * mp.factorial(2 * j))
            * (rate / least) ** j * limit ** (j - 1)
            for j in range(1, orders + 1)
        ]
        result["branching"] = self.exponentiated(
            [closed] * self.count, [least] * self.count, point, starts, ends, t, orders, mass
        )
        series = self.multi_type(orders)
        result["multi-type"] = self.exponentiated(
            series, self.masses, point, starts, ends, t, orders, mass
        )
        return result

    @staticmethod
    def exponentiated(series, masses, point, starts, ends, t, orders, mass):
        exponent = [mpf(0)] * (orders + 1)
        for (species, _, _), start, end in zip(point, starts, ends):
            for j in range(1, orders + 1):
                c = series[species][j]
                slope, chord = 2 * j * c * t ** (2 * j - 1), c * t ** (2 * j - 1)  # b′ and b/t
                exponent[j] += masses[species] * (chord * start + (slope - chord) * end)
        return [mass * x for x in exponential(exponent)[1:]]

    def multi_type(self, orders):
        """c_{α,j} by Picard's iteration: each pass makes one more order right."""
        n = orders + 1
        b = [[mpf(0)] * n for _ in range(self.count)]
        for _ in range(orders):
            force = {}
            for a, c in self.pairs():
                s = [x + y for x, y in zip(b[a], b[c])]
                if self.potential(a, c) is None:
                    force[a, c] = [mpf(0)] * n
                elif self.kappa is None:
                    total, power = [mpf(0)] * n, [mpf(1)] + [mpf(0)] * orders
                    for q in range(n):
                        weight = self.moment(q + 1, a, c) / mp.factorial(q)
                        total = [x + weight * y for x, y in zip(total, power)]
                        power = product(power, s)
                    force[a, c] = total
                else:
                    total = [mpf(0)] * n
                    for square, weight in self.weights(a, c).items():
                        radius = self.kappa * mp.sqrt(square)
                        e = exponential([radius * x for x in s])
                        total = [x + weight * radius * y for x, y in zip(total, e)]
                    force[a, c] = total
            b = [
                [mpf(0)]
                + [
                    mp.fsum(self.fractions[c] * force[min(a, c), max(a, c)][j - 1] for c in range(self.count))
                    / (self.masses[a] * 2 * j * (2 * j - 1))
                    for j in range(1, n)
                ]
                for a in range(self.count)
            ]
        return b

    def blow_up(self, species):
        """The blow-up time in Doubles, by DOP853 in the variable log of the remaining time's estimate."""
        import numpy as np
        from scipy.integrate import solve_ivp
        from scipy.special import roots_jacobi, roots_legendre

        reached = set(species)
        while True:
            more = {b for a in reached for b in range(self.count) if self.moment(1, a, b) > 0} - reached
            if not more:
                break
            reached |= more
        members = sorted(reached)
        rules = {}
        for a in members:
            for b in members:
                potential = self.potential(a, b)
                if potential is None or self.moment(1, a, b) == 0:
                    rules[a, b] = (np.zeros(1), np.zeros(1))
                elif self.kappa is not None:
                    items = self.weights(a, b).items()
                    r = np.array([float(self.kappa * mp.sqrt(s)) for s, _ in items])
                    rules[a, b] = (r, r * np.array([float(w) for _, w in items]))
                elif isinstance(potential, Bump):
                    # (1 − x)^p is the weight of the rule.
                    p, limit = float(potential.power), float(potential.limit)
                    x, w = roots_jacobi(120, p, 0)
                    y = (1 + x) / 2
                    weight = w / 2 ** (p + 1) * (1 + y) ** p * abs(float(potential.strength))
                    rules[a, b] = (limit * y, float(self.area) * weight * limit * (limit * y) ** self.d)
                else:
                    r, w = [], []
                    x, g = roots_legendre(60)
                    for low, high, u, v in potential.signed_pieces():
                        z = (1 + x) / 2
                        r.append(float(low) + (float(high) - float(low)) * z)
                        w.append(g / 2 * float(high - low) * np.abs(float(u) + float(v - u) * z))
                    r, w = np.concatenate(r), np.concatenate(w)
                    rules[a, b] = (r, float(self.area) * w * r**self.d)
        if all(np.all(w == 0) for _, w in rules.values()):
            return None
        top = {pair: r[w > 0].max() if np.any(w > 0) else 0.0 for pair, (r, w) in rules.items()}
        n = len(members)
        fractions = [float(self.fractions[a]) for a in members]
        masses = [float(self.masses[a]) for a in members]

        # The time runs slower where the solution grows: dt = ds/(1 + rate), and T is the limit of t + 2/rate.
        def right_side(_, y):
            b, v = y[:n], y[n : 2 * n]
            force = []
            for i, a in enumerate(members):
                total = 0.0
                for j, c in enumerate(members):
                    r, w = rules[a, c]
                    total += fractions[j] * float(np.dot(w, np.exp(r * (b[i] + b[j]))))
                force.append(total / masses[i])
            rate = max(top[a, c] * (v[i] + v[j]) for i, a in enumerate(members) for j, c in enumerate(members))
            slow = 1 / (unit + rate)
            return np.concatenate([v * slow, np.array(force) * slow, [slow]])

        unit = max(
            float(self.rate(a) * self.bandlimit(a, b) / self.masses[a]) for a in members for b in members
        ) ** 0.5
        y = np.zeros(2 * n + 1)
        for _ in range(60):
            solution = solve_ivp(right_side, (0, 2), y, method="DOP853", rtol=3e-14, atol=1e-30)
            y = solution.y[:, -1]
            b, v, t = y[:n], y[n : 2 * n], y[-1]
            rate = max(top[a, c] * (v[i] + v[j]) for i, a in enumerate(members) for j, c in enumerate(members))
            if solution.success and rate * t > 3e11:
                return t + 2 / rate
        return "unknown"


# Random models


def random_model(rng):
    d = rng.choice([1, 1, 2, 3])
    torus = rng.random() < 0.55
    count = rng.choice([1, 2, 2, 3])
    edge = rng.choice(["0.5", "1", "0.75", "1.1", "0.9", "0.7000000000000000000000001"])
    length = None
    if torus:
        if rng.random() < 0.5:
            # Some |κm| falls on a number that tables have a break at or bumps end at, up to the digits of Λ.
            square = rng.choice([1, 2, 4] if d > 1 else [1, 4])
            length = written(2 * mp.pi * mp.sqrt(square) / mpf(edge), rng.choice([6, 12, 15, 16, 17, 18, 25, 35]))
        else:
            length = decimal(rng, 3, 8, rng.choice([3, 20]))
    kappa = None if length is None else 2 * mp.pi / mpf(length)
    largest = 1.6 if kappa is None else min(1.6, 3.2 * float(kappa))

    if rng.random() < 0.15 and count == 3:
        fractions = ["0.3333333333333"] * 3
    else:
        parts, left = [], 1000
        for i in range(count - 1):
            part = rng.randint(50, left - 50 * (count - i))
            parts.append(part)
            left -= part
        fractions = [f"0.{p:03d}" if p < 1000 else "1" for p in parts + [left]]
    unit = rng.random() < 0.5
    masses = [rng.choice(["1", "1.0", "1.000"]) if unit else decimal(rng, 0.3, 4, rng.choice([2, 20])) for _ in fractions]

    def coefficient(size=0.6):
        return decimal(rng, -size, size, rng.choice([1, 3, 3, 17, 30]))

    def table():
        breaks = {mpf(0): "0"}
        for _ in range(rng.randint(1, 3)):
            text = decimal(rng, 0.1, largest, rng.choice([2, 3, 20]))
            breaks[mpf(text)] = text
        if mpf(edge) < largest and rng.random() < 0.7:
            breaks[mpf(edge)] = edge
            if rng.random() < 0.6:
                # A steep segment behind (or before) the break.
                width = mpf(10) ** -rng.choice([2, 6, 9, 12, 15])
                near = mpf(edge) + width * rng.choice([1, -1])
                breaks[near] = written(near, 25)
        radii = [text for _, text in sorted(breaks.items())]
        if rng.random() < 0.2 and len(radii) > 2:
            radii = radii[1:]
        doubles = [float(r) for r in radii]
        if len(radii) < 2 or any(a >= b for a, b in zip(doubles, doubles[1:])):
            return table()
        values = [coefficient() if rng.random() < 0.9 else decimal(rng, -50, 50, 1) for _ in radii]
        if rng.random() < 0.4:
            values[-1] = "0"
        if rng.random() < 0.1:
            values = [v if mpf(v) == 0 else v + "e-170" for v in values]
        return Table(radii, values)

    def bump():
        limit = edge if mpf(edge) < largest and rng.random() < 0.5 else decimal(rng, 0.4, largest, rng.choice([2, 20]))
        power = rng.choice([
            decimal(rng, 0.01, 1, 3), decimal(rng, 0.1, 4, 3), decimal(rng, 0.1, 4, 20), "0.5", "1", "2", "3.5", "4.0",
            "2.0000000000000000000001",
        ])
        return Bump(coefficient(), limit, power)

    def trigonometric():
        modes = {}
        for _ in range(rng.randint(1, 3)):
            m = tuple(rng.randint(-2, 2) for _ in range(d))
            if tuple(-i for i in m) not in modes:
                modes[m] = coefficient()
        return Trigonometric(list(modes.items()))

    potentials = {}
    for a in range(count):
        for b in range(a, count):
            if a == b or rng.random() < 0.8:
                kinds = [table, table, bump] + ([trigonometric] if torus else [])
                potentials[a, b] = rng.choice(kinds)()
    model = Model(d, length, masses, fractions, potentials)

    point = []
    for _ in range(rng.randint(1, 3)):
        species = rng.randrange(count)
        digits = rng.choice([1, 3, 25])
        xi = [decimal(rng, -1.5, 1.5, digits) if rng.random() < 0.85 else "0" for _ in range(d)]
        if torus:
            mode = [rng.randint(-2, 2) for _ in range(d)]
            eta, exact = [written(kappa * n, 18) if n else "0" for n in mode], [kappa * n for n in mode]
        else:
            eta = [decimal(rng, -1.5, 1.5, digits) for _ in range(d)]
            exact = [mpf(e) for e in eta]
        point.append((species, xi, eta, [mpf(x) for x in xi], exact))
    time = decimal(rng, 0.05, 2, rng.choice([1, 3, 3, 19]))

    hbar = rng.choice([None, None, "0.1", "0.5"])
    weights = rng.choice([["1"], ["1"], ["0.3", "0.7"], ["0.3333333333333"] * 3, ["0.5", "0.5000000000009"], ["0.1", "0.2", "0.7"]])
    domain = "{kind: space}" if length is None else f"{{kind: torus, length: {length}}}"
    names = ["a", "b", "c"][:count]
    listed = lambda items: "[" + ", ".join(items) + "]"
    species = listed(f"{{name: {n}, fraction: {f}, mass: {m}}}" for n, f, m in zip(names, fractions, masses))
    pairs = listed(f"{{between: [{names[a]}, {names[b]}], {p.entry}}}" for (a, b), p in potentials.items())
    kernel = "{kind: classical}" if hbar is None else f"{{kind: moyal, hbar: {hbar}}}"
    state = "{kind: gaussian, sigma: %s, drift: %s, width: %s, centre: %s}" % tuple(
        listed([x] * d) for x in ("0.8", "0.1", "1.0", "0.0")
    )
    components = listed(
        "{" + ", ".join([f"weight: {w}"] + [f"{n}: {state}" for n in names]) + "}" for w in weights
    )
    particles = listed(
        f"{{species: {names[s]}, xi: {listed(xi)}, eta: {listed(eta)}}}" for s, xi, eta, _, _ in point
    )
    text = (
        f"model: {{dimension: {d}, domain: {domain}, species: {species}, potentials: {pairs}, kernel: {kernel}}}, "
        f"initial: {{kind: mixture, components: {components}}}, points: [{{particles: {particles}}}], time: {time}"
    )
    weight = mp.fsum(mpf(w) for w in weights)
    return text, model, [(s, xi, eta) for s, _, _, xi, eta in point], time, weight


def printed(row):
    """The values as text, up to the first that a Double cannot hold."""
    texts = []
    for x in row:
        if x != 0 and not mpf(10) ** -290 < x < mpf(10) ** 300:
            break
        texts.append(mpmath.nstr(x, 60, min_fixed=0, max_fixed=0))
    return texts


def document(seed, with_radius=True):
    rng = random.Random(seed)
    text, model, point, time, weight = random_model(rng)
    orders = rng.choice([2, 4, 6, 8, 10])
    values = model.values(point, time, orders)
    rows = ", ".join(f"{name}: [{', '.join(printed(weight * x for x in row))}]" for name, row in values.items())
    radius = model.blow_up({s for s, _, _ in point}) if with_radius else None
    last = "" if radius == "unknown" else f", radius: {'null' if radius is None else repr(float(radius))}"
    return f"{{seed: {seed}, {text}, orders: {orders}, values: {{{rows}}}{last}}}"


def main():
    count = int(sys.argv[1])
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    for seed in range(first, first + count):
        print(document(seed), flush=True)


if __name__ == "__main__":
    main()
