"""The model of a certificate and the five bounds of |Delta_L| in balls (Papers/branching-majorant.md, Papers/data-aware-majorant.md):
what check-certificate.py compares with."""

import math

from flint import acb, arb, arb_mat, arb_poly

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
        self.uppers = {}
        self.data = [(arb(i["weight"]), i["states"]) for i in c["initial"]]
        self.unit_mass = all(float(s["mass"]) == 1 for s in m["species"])
        # Sum |a| <= 1 in every Gaussian: the data are nonnegative, and the bounds of Papers/branching-majorant.md apply.
        self.positive = all(
            w >= 0 and all(arb(g["weight"]) >= 0 and sum((abs(arb(x["amplitude"])) for x in g["waves"]), arb(0)) <= 1
                           for s in states for g in s) for w, states in self.data)

    def upper(self, index):
        """The upper solution of one product of the data, made once."""
        if index not in self.uppers:
            self.uppers[index] = UpperSolution(self, self.data[index][1])
        return self.uppers[index]

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
    if t == 0:
        names = ["first-moment", "branching", "multi-type"] * M.positive + ["paper"] * (M.positive and M.unit_mass)
        return {name: [arb(0)] * J for name in names}, [arb(0)] * (J + 1), arb(0)

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
            E = {(a, m): exp_series([k * m * x for x in h[a]], arb(1)) for a in S for m in {M.top, *M.modes}}
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
    terms, tail = [arb(0)] * (J + 1), arb(0)
    for index, (w, states) in enumerate(M.data):
        own = data_aware(M, states, parts, ends, t, J)
        terms = [x + abs(w) * y for x, y in zip(terms, own)]
        tail += abs(w) * M.upper(index).tail(parts, ends, t, own)
    return result, terms, tail


def leaves(M, states):
    """a_alpha(n) >= sup over xi of |f_alpha(xi, kappa n)|: the sum of the streams' moduli."""
    result = []
    for a in M.S:
        leaf = {}
        for s in states[a]:
            modes = {0: acb(1)}
            for x in s["waves"]:
                z = (acb(0, 1) * arb(x["phase"])).exp() * arb(x["amplitude"]) / 2
                modes[-x["m"]] = modes.get(-x["m"], acb(0)) + z
                modes[x["m"]] = modes.get(x["m"], acb(0)) + acb(z.real, -z.imag)
            for n, z in modes.items():
                leaf[n] = leaf.get(n, arb(0)) + M.n[a] * abs(arb(s["weight"])) * abs(z)
        result.append(leaf)
    return result


def data_aware(M, states, parts, ends, t, J):
    """A_0 ... A_J of one product; a polynomial in e^{i theta} of order j is kept times e^{i j m_V theta}."""
    V, k, data = M.top, M.kappa, leaves(M, states)
    reach = max(abs(n) for leaf in data for n in leaf)
    leaf = [arb_poly([d.get(n, arb(0)) for n in range(-reach, reach + 1)]) for d in data]
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


class UpperSolution:
    """b and w = t b' - b of the data-aware equation at l = 1 from above, modes folded modulo Q, at increasing times (Proposition 11
    there). Floats raised by UP; exponentials of even sequences by cosine sums in balls."""

    Q = 25

    def __init__(self, M, states):
        self.M, self.data, Q = M, [{n: top(x) for n, x in leaf.items()} for leaf in leaves(M, states)], self.Q
        cosines = [(2 * arb.pi() * k / Q).cos() for k in range(Q)]
        self.cosine = arb_mat([[cosines[k * n % Q] for n in range(Q)] for k in range(Q)])
        self.mass, self.states = [float(m) / UP for m in M.mass], []
        x, v, w = ([[0.0] * Q for _ in M.S] for _ in range(3))
        force, t = self.force(x), 0.0
        unit = math.sqrt(max(sum(f) for f in force) * top(M.kappa) * M.top)
        while unit > 0 and len(self.states) < 400:
            h = 0.05 / max(top(M.kappa) * M.top * max(map(sum, v)), unit)
            step = self.step(x, v, force, h) or self.step(x, v, force, h / 4)
            if step is None or step[2] * 1e4 < t:
                break
            x, new, h = step
            w = [[(z + h * (t * UP * (f + g) / 2 + h * (f / 6 + g / 3))) * UP for z, f, g in zip(*r)] for r in zip(w, force, new)]
            v = [[(y + h * (f + g) / 2) * UP for y, f, g in zip(*r)] for r in zip(v, force, new)]
            force, t = new, t + h
            self.states.append((t / UP, x, w))

    def exponential(self, x):
        values = self.cosine * arb_mat([[arb(y)] for y in x])
        values = self.cosine * arb_mat([[values[k, 0].exp()] for k in range(self.Q)])
        return [top(values[k, 0]) / self.Q * UP for k in range(self.Q)]

    def force(self, x):
        """F(x), from above."""
        M, Q = self.M, self.Q
        E = {(a, m): self.exponential([top(M.kappa * m) * y for y in x[a]]) for a in M.S for m in M.modes}
        result = [[0.0] * Q for _ in M.S]
        for a in M.S:
            for b in M.S:
                for m in M.modes:
                    if (g := M.g(a, b, m)) is not None:
                        for s in (m, -m):
                            c = top(g) / 2 * sum(y * E[b, m][(-s - n) % Q] for n, y in self.data[b].items()) / self.mass[a]
                            result[a] = [(f + c * E[a, m][(n + s) % Q]) * UP for n, f in enumerate(result[a])]
        return result

    def step(self, x, v, force, h):
        """Upper bounds at the end of a step, and F there."""
        image = lambda new: [[(y + h * (u + h * (f / 3 + g / 6))) * UP for y, u, f, g in zip(*r)] for r in zip(x, v, force, new)]
        guess = image(self.force(image(force)))
        for _ in range(12):
            guess = [[y + (z - y) * 1.003 + 1e-7 * z + 1e-12 * sum(r) for y, z in zip(q, r)] for q, r in zip(x, guess)]
            if not max(map(max, guess)) < 100:
                return None
            new = self.force(guess)
            value = image(new)
            if all(y <= z for r in zip(value, guess) for y, z in zip(*r)):
                return value, new, h
            guess = value
        return None

    def tail(self, parts, ends, t, terms):
        """An upper bound of the sum over j > J of A_j; infinite where t is beyond all states."""
        best, J = arb("inf"), len(terms) - 1
        for S, x, w in self.states[::3]:
            if not S > top(t) * (1 + 1e-3):
                continue
            R, G = (arb(S) / t) ** 2, arb(1)
            for (a, xi, _, n), end in zip(parts, ends):
                p, q = top(self.M.mass[a] / t * xi), top(self.M.mass[a] / t * end)
                E = self.exponential([(p * y + q * z) * UP for y, z in zip(x[a], w[a])])
                G *= arb(sum(y * E[(n - k) % self.Q] for k, y in self.data[a].items()) * UP)
            rest = (G - sum((y * R**j for j, y in enumerate(terms)), arb(0))) / R ** (J + 1)
            if top(rest) < top(best):
                best = arb(top(rest))
        return best
