"""The model of a certificate and the five bounds of |Delta_L| in balls (Papers/branching-majorant.md, Papers/data-aware-majorant.md):
what check-certificate.py compares with."""

import math

from flint import acb, arb, arb_poly

UP = 1 + 1e-9  # more than the roundings of any sum here of floats >= 0


def top(x):
    """A float >= |x|."""
    y = float(x.abs_upper())
    return y * UP + 1e-290 if y == y else math.inf


def ball(x):
    return arb(x[0], x[1]) if isinstance(x, list) else arb(x)


def wide(z, r):
    e = arb(0, r)
    return acb(z.real + e, z.imag + e)


def exp_series(a, one):
    """Coefficients of exp(sum_i a_i l^i), a_0 = 0."""
    e = [one]
    for j in range(1, len(a)):
        e.append(sum((a[i] * e[j - i] * i for i in range(1, j + 1)), one * 0) * (arb(1) / j))
    return e


class Model:
    def __init__(self, c):
        m = c["model"]
        self.kappa = 2 * arb.pi() / arb(m["length"])
        self.n = [arb(s["fraction"]) for s in m["species"]]
        self.mass = [arb(s["mass"]) for s in m["species"]]
        self.S = range(len(self.n))
        self.v = {}
        for p in m["potentials"]:
            for e in p["modes"]:
                self.v[(min(p["between"]), max(p["between"]), e["m"])] = ball(e["coefficient"])
        self.modes = sorted({m for (_, _, m), x in self.v.items() if m > 0 and x != 0})
        self.top = max(self.modes, default=0)
        self.data = [(arb(i["weight"]), i["states"]) for i in c["initial"]]
        self.unit_mass = all(float(s["mass"]) == 1 for s in m["species"])
        # Sum |a| <= 1 in every Gaussian: the data are nonnegative, and the bounds of Papers/branching-majorant.md apply.
        self.positive = all(
            w >= 0 and all(arb(g["weight"]) >= 0 and sum((abs(arb(x["amplitude"])) for x in g["waves"]), arb(0)) <= 1
                           for s in states for g in s) for w, states in self.data)

    def g(self, a, b, m):
        """2 kappa m v_{ab,m}"""
        v = self.v.get((min(a, b), max(a, b), m))
        return None if v is None else 2 * self.kappa * m * v


def bounds(M, point, t, J):
    k, parts = M.kappa, [(p["species"], abs(arb(p["xi"])), arb(p["xi"]), p["mode"]) for p in point["particles"]]
    r, B, least = len(parts), k * M.top, min(M.mass, key=float)
    ends = [abs(xi - k * m * t / M.mass[a]) for a, _, xi, m in parts]
    C = max((x for _, x, _, _ in parts), key=float)
    D = max((k * abs(m) for _, _, _, m in parts), key=float)
    mass = math.prod((M.n[a] for a, _, _, _ in parts), start=arb(1))
    g = lambda a, b: [(m, abs(M.g(a, b, m))) for m in M.modes if M.g(a, b, m) is not None]
    total = lambda a, b: sum((x for _, x in g(a, b)), arb(0))
    rate = max((sum((M.n[b] * total(a, b) for b in M.S), arb(0)) for a in M.S), key=float)
    result = {}

    def product(factor, start, step, first):
        x, out = first, []
        for i in range(J):
            x = x * factor * t * (start + step(i)) / (i + 1)
            out.append(x)
        return out

    def majorant(S, n, masses, pairs, owner):
        """[l^j] of prod n exp sum m {(b/t)|xi| + (b' - b/t)|xi - eta t/m|}"""
        h = [[arb(0)] for _ in S]
        for j in range(1, J + 1):
            E = {(a, m): exp_series([k * m * x for x in h[a]], arb(1)) for a in S for m in M.modes}
            new = [t * t / (masses[a] * 2 * j * (2 * j - 1)) * sum((n[b] * x * sum((E[a, m][i] * E[b, m][j - 1 - i] for i in range(j)), arb(0))
                                                                  for b in S for m, x in pairs(a, b)), arb(0)) for a in S]
            for a in S:
                h[a].append(new[a])
        ph = [sum((masses[owner(a)] / t * h[owner(a)][j] * (x + (2 * j - 1) * y) for (a, x, _, _), y in zip(parts, ends)), arb(0)) for j in range(J + 1)]
        return [mass * x for x in exp_series(ph, arb(1))[1:]]

    if M.positive:
        if M.unit_mass:
            Q = max((total(a, b) for a in M.S for b in M.S), key=float)
            result["paper"] = product(4 * Q, r * (C + D * t), lambda i: (r + i) * B * t if i else arb(0), arb(1))
        result["first-moment"] = product(rate, r * (C + D * t / least), lambda i: 2 * i * B * t / least, mass)
        result["branching"] = majorant([0], [arb(1)], [least], lambda a, b: [(M.top, rate)], lambda a: 0)
        result["multi-type"] = majorant(M.S, M.n, M.mass, g, lambda a: a)
    terms = [arb(0)] * (J + 1)
    for w, states in M.data:
        for j, x in enumerate(data_aware(M, states, parts, ends, t, J)):
            terms[j] += abs(w) * x
    return result, terms


def data_aware(M, states, parts, ends, t, J):
    """A_0 ... A_J of one product; a polynomial in e^{i theta} of order j is kept times e^{i j m_V theta}."""
    V, k = M.top, M.kappa
    reach = max([abs(x["m"]) for s in states for g in s for x in g["waves"]] + [0])
    leaf = []
    for a in M.S:
        co = [arb(0)] * (2 * reach + 1)
        # sup over xi of the sum of the streams is at most the sum of their moduli, equal for one stream.
        for s in states[a]:
            modes = {0: acb(1)}
            for x in s["waves"]:
                z = (acb(0, 1) * arb(x["phase"])).exp() * arb(x["amplitude"]) / 2
                modes[-x["m"]] = modes.get(-x["m"], acb(0)) + z
                modes[x["m"]] = modes.get(x["m"], acb(0)) + acb(z.real, -z.imag)
            for n, z in modes.items():
                co[n + reach] += M.n[a] * abs(arb(s["weight"])) * abs(z)
        leaf.append(arb_poly(co))
    b = [[arb_poly([0])] for _ in M.S]
    E = {(a, m): [arb_poly([1])] for a in M.S for m in M.modes}
    c = {(a, m): [] for a in M.S for m in M.modes + [-m for m in M.modes]}
    at = lambda p, n: p[n] if 0 <= n <= p.degree() else arb(0)
    for j in range(1, J + 1):
        for a in M.S:
            for m in M.modes:
                p = leaf[a] * E[a, m][j - 1]
                for s in (m, -m):
                    c[a, s].append(at(p, -s + reach + (j - 1) * V))
        for a in M.S:
            f = arb_poly([0])
            for m in M.modes:
                for s in (m, -m):
                    for i in range(j):
                        x = sum((abs(M.g(a, e, m)) / 2 * c[e, s][j - 1 - i] for e in M.S if M.g(a, e, m) is not None), arb(0))
                        f += arb_poly([0] * ((j - i) * V - s) + [x]) * E[a, m][i]
            b[a].append(f * (t * t / (M.mass[a] * 2 * j * (2 * j - 1))))
        for a in M.S:
            for m in M.modes:
                E[a, m].append(sum((b[a][i] * E[a, m][j - i] * i for i in range(1, j + 1)), arb_poly([0])) * (k * m / j))
    total = [arb(1)] + [arb(0)] * J
    for (a, x, _, n), y in zip(parts, ends):
        ph = [b[a][j] * (M.mass[a] / t * (x + (2 * j - 1) * y)) for j in range(J + 1)]
        e = exp_series(ph, arb_poly([1]))
        f = [at(leaf[a] * e[j], n + reach + j * V) for j in range(J + 1)]
        total = [sum((total[i] * f[j - i] for i in range(j + 1)), arb(0)) for j in range(J + 1)]
    return total
