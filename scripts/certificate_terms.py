"""The terms of the Dyson series of one product of states, in balls: nodes, polynomials in time with what is cut off kept apart
(Papers/certified-remainder.md). What check-certificate.py compares with."""

import math

from flint import acb, arb, arb_poly

from certificate_bounds import UP, exp_series, top, wide

PI = arb.pi


class Terms:
    """A function of time on a panel, t = middle + half x, is a pair: arb_poly in x, and a float >= the distance."""

    def __init__(self, model, states, J, points, times, error=1e-18, K=40):
        self.M, self.J, self.K, self.points = model, J, K, points
        self.args = sorted({(p["species"], p["xi"], p["mode"]) for q in points for p in q["particles"]})
        digits, last = -math.log(error), max(float(t) for t in times)
        reach = max([abs(a[2]) for a in self.args] + [model.top])
        far = max(abs(float(a[1])) for a in self.args)
        self.rules, self.nodes, fastest = [], [[] for _ in model.S], 1e-3
        for a in model.S:
            for s in states[a]:
                w, sigma, u = model.n[a] * arb(s["weight"]), arb(s["sigma"]), arb(s["drift"])
                waves = [(x["m"], arb(x["amplitude"]), arb(x["phase"])) for x in s["waves"]]
                speed = float(model.kappa * sigma / model.mass[a])
                h = 2 * math.pi / ((reach + J * model.top) * speed * last + far * float(sigma) + math.sqrt(2 * digits + 16))
                h = math.floor(h * 256) / 256
                R = math.ceil(math.sqrt(2 * digits) / h)
                N = reach + J * model.top + max([abs(x[0]) for x in waves] + [0]) + 1
                self.rules.append((a, sigma, h, R, top(w) * (1 + sum(top(x[1]) for x in waves)) * UP))
                fastest = max(fastest, max(model.top, 1) * (abs(float(u)) + 5 * float(sigma)) * speed / float(sigma))
                for i in range(N):
                    q = 2 * PI() * i / N  # kappa q
                    wq = w * (1 + sum((x[1] * (x[0] * q + x[2]).cos() for x in waves), arb(0))) / N
                    for j in range(-R, R + 1):
                        x = arb(h) * j
                        self.nodes[a].append((q, u + sigma * x, wq * h * (-x * x / 2).exp() / (2 * PI()).sqrt()))
        self.panel = K / 7 / ((J + 1) * fastest)
        self.rho_max = [[[0.0] * J for _ in model.modes] for _ in model.S]
        # P_1 ... P_J, Q_1 ... Q_J of every node at the end of the last panel, and what they may be off by.
        self.state = [[([arb(0)] * J, [0.0] * J, [arb(0)] * J, [0.0] * J) for _ in n] for n in self.nodes]

    def cut(self, p):
        c = p.coeffs()
        if len(c) <= self.K + 1:
            return p, 0.0
        return arb_poly(c[: self.K + 1]), top(sum((abs(x) for x in c[self.K + 1 :]), arb(0)))

    def integral(self, p, r, factor, start, off):
        """start +- off + factor int_{-1}^x (p +- r)"""
        q = p.integral() * factor
        q, e = self.cut(q - q(arb(-1)) + start)
        return q, (off + 2 * top(factor) * r + 2 * e) * UP

    def free(self, omega, middle, half):
        """cos, sin of omega t: Taylor's series of e^{i omega half x}, whose rest is below twice its first term."""
        a, z = omega * half, (acb(0, 1) * omega * middle).exp()
        co, size = [], top(a)
        for k in range(self.K + 1):
            co.append(z)
            z = z * acb(0, 1) * a / (k + 1)
        if not size < self.K / 2:
            raise ValueError("panels too long")
        rest = 2 * math.exp((self.K + 1) * math.log(size + 1e-300) - math.lgamma(self.K + 2)) * UP
        return arb_poly([c.real for c in co]), arb_poly([c.imag for c in co]), rest

    def rule_error(self, a, growth, size):
        """What the rules in p of species a err by of |f| <= size e^{growth sigma b} in the strip (growth without sigma)."""
        total = 0.0
        for s, sigma, h, R, height in self.rules:
            if s != a:
                continue
            A, full, x = growth * top(sigma) * UP, 2 * math.pi / h, R * h
            b = full - A
            if b < 0.5:
                return math.inf
            total += height * size * (2 * math.exp(-b * b / 2) / (1 - math.exp(-full * b))
                                      + 2 * math.exp(-x * x / 2) / (math.sqrt(2 * math.pi) * x))
        return total * (1 + 1e-6) + 1e-290

    def majorant(self, t):
        """zeta_{m,j}(t), p_j(t), q_j(t) of the strips (0 <= b), by powers of t^2 at t, from rho_max."""
        M = self.M
        z = [[[[1.0]] for _ in M.modes] for _ in M.S]
        q, p, qs = [[[]] for _ in M.S], [[0.0] for _ in M.S], [[0.0] for _ in M.S]
        for j in range(1, self.J + 1):
            for a in M.S:
                f, mass = [0.0] * j, float(M.mass[a]) / UP
                for mi, m in enumerate(M.modes):
                    for b in M.S:
                        g = M.g(a, b, m)
                        for i in range(j if g is not None else 0):
                            for k, x in enumerate(z[a][mi][j - 1 - i]):
                                f[k] += top(g) * self.rho_max[b][mi][i] * x
                p[a].append(sum(x * t / (2 * k + 1) for k, x in enumerate(f)) * UP)
                q[a].append([0.0] + [x * t * t / ((2 * k + 1) * (2 * k + 2) * mass) * UP for k, x in enumerate(f)])
                qs[a].append(sum(q[a][j]) * UP)
                for mi, m in enumerate(M.modes):
                    new = [0.0] * (j + 1)
                    for i in range(1, j + 1):
                        for k, x in enumerate(q[a][i]):
                            for l, y in enumerate(z[a][mi][j - i]):
                                new[k + l] += top(M.kappa * m) * i / j * x * y * UP
                    z[a][mi].append(new)
        return [[[sum(x) * UP for x in zm] for zm in za] for za in z], p, qs

    def advance(self, t0, t1):
        M, J, K = self.M, self.J, self.K
        middle, half, end = (t0 + t1) / 2, (t1 - t0) / 2, top(t1)
        waves = [[] for _ in M.S]  # node, mode, order: (re, im, rest)
        rho = [[[] for _ in M.modes] for _ in M.S]
        self.path = [[([], []) for _ in n] for n in self.nodes]
        for a in M.S:
            for q, p, w in self.nodes[a]:
                row = []
                for m in M.modes:
                    x, y, r = self.free(M.kappa * m * p / M.mass[a], middle, half)
                    c, s = (m * q).cos(), (m * q).sin()
                    row.append([(x * c - y * s, y * c + x * s, r)])
                waves[a].append(row)

        def gather(j):
            z = self.majorant(end)[0]
            for a in M.S:
                for mi, m in enumerate(M.modes):
                    x, y, r = arb_poly([0]), arb_poly([0]), 0.0
                    for (q, p, w), row in zip(self.nodes[a], waves[a]):
                        x, y, r = x + row[mi][j][0] * w, y + row[mi][j][1] * w, r + top(w) * row[mi][j][2]
                    speed = top(M.kappa / M.mass[a]) * (m + j * M.top) * end * UP
                    r = r * UP + self.rule_error(a, speed, z[a][mi][j])
                    rho[a][mi].append((x, y, r))
                    size = sum(top(abs(c)) for c in x.coeffs()) + sum(top(abs(c)) for c in y.coeffs()) + r
                    self.rho_max[a][mi][j] = max(self.rho_max[a][mi][j], size * UP)

        if J:
            gather(0)
        for j in range(1, J + 1):
            z, ps, qs = self.majorant(end)
            for a in M.S:
                force = []  # g_{m,i}: (re, im, rest, size)
                for mi, m in enumerate(M.modes):
                    row = []
                    for i in range(j):
                        x, y, r, size = arb_poly([0]), arb_poly([0]), 0.0, 0.0
                        for b in M.S:
                            g = M.g(a, b, m)
                            if g is not None:
                                x, y, r = x + rho[b][mi][i][0] * g, y - rho[b][mi][i][1] * g, r + top(g) * rho[b][mi][i][2]
                                size += top(g) * self.rho_max[b][mi][i]
                        row.append((x, y, r * UP, size * UP))
                    force.append(row)
                for k, row in enumerate(waves[a]):
                    f, r = arb_poly([0]), 0.0
                    for mi in range(len(M.modes)):
                        for i in range(j):
                            (gx, gy, gr, size), (x, y, e) = force[mi][i], row[mi][j - 1 - i]
                            f += gx * y + gy * x
                            # |fg - pq| <= |f||g - q| + |f - p|(|g| + |g - q|)
                            r += size * e + gr * (z[a][mi][j - 1 - i] + e)
                    P, eP, Q, eQ = self.state[a][k]
                    pj, rp = self.integral(f, r * UP, half, P[j - 1], eP[j - 1])
                    qj, rq = self.integral(pj, rp, half / M.mass[a], Q[j - 1], eQ[j - 1])
                    self.path[a][k][0].append((pj, rp))
                    self.path[a][k][1].append((qj, rq))
                    if j == J:
                        continue
                    for mi, m in enumerate(M.modes):
                        x, y, r = arb_poly([0]), arb_poly([0]), 0.0
                        for i in range(1, j + 1):
                            (u, e), (zx, zy, ez) = self.path[a][k][1][i - 1], row[mi][j - i]
                            x, y = x - u * zy * i, y + u * zx * i
                            r += i * (qs[a][i] * ez + e * (z[a][mi][j - i] + ez))
                        factor = M.kappa * m / j
                        (x, e), (y, d) = self.cut(x * factor), self.cut(y * factor)
                        row[mi].append((x, y, (top(factor) * r + e + d) * UP))
            if j < J:
                gather(j)
        one = arb(1)
        for a in M.S:
            self.state[a] = [([p(one) for p, _ in P], [r for _, r in P], [q(one) for q, _ in Q], [r for _, r in Q])
                             for P, Q in self.path[a]]

    def values(self, t):
        """D_0 ... D_J at the points at t."""
        M, J, one = self.M, self.J, {}
        _, ps, qs = self.majorant(top(t))
        for arg in self.args:
            a, xi, eta = arg[0], arb(arg[1]), M.kappa * arg[2]
            moved = xi - eta * t / M.mass[a]
            sums = [acb(0)] * (J + 1)
            for (q, p, w), (P, eP, Q, eQ) in zip(self.nodes[a], self.state[a]):
                ph = [acb(0)] + [acb(0, 1) * (moved * (P[i] + arb(0, eP[i])) + eta * (Q[i] + arb(0, eQ[i]))) for i in range(J)]
                e = exp_series(ph, acb(1))
                z = (acb(0, 1) * (xi * p + arg[2] * q)).exp() * w
                sums = [s + x * z for s, x in zip(sums, e)]
            eps = [1.0]
            for j in range(1, J + 1):
                eps.append(sum((top(moved) * ps[a][i] + top(eta) * qs[a][i]) * eps[j - i] * i / j for i in range(1, j + 1)) * UP)
            one[arg] = [wide(s, self.rule_error(a, (top(xi) + j * M.top * top(M.kappa / M.mass[a]) * top(t)) * UP, eps[j]))
                        for j, s in enumerate(sums)]
        result = []
        for point in self.points:
            total = [acb(1)] + [acb(0)] * J
            for p in point["particles"]:
                f = one[(p["species"], p["xi"], p["mode"])]
                total = [sum((total[i] * f[j - i] for i in range(j + 1)), acb(0)) for j in range(J + 1)]
            result.append(total)
        return result
