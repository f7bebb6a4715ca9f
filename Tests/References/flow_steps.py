"""Integrators in time of the Vlasov flow on a ξ grid that is chosen by itself, in the interaction picture with sixteen-point shifts.

d = 1, cosine potential V = 0.5, σ = 0.8, |ξ| ≤ 12, n ≤ 12, to T = 2: the largest error of a density against the finest run of the table,
and the right sides it took (of extrapolated schemes without those they share). The table of Papers/errors.md; some ten minutes.
"""

import numpy as np
from scipy.integrate._ivp import dop853_coefficients as dop853

V, SIGMA, EXTENT, MODES, END = 0.5, 0.8, 12.0, 12, 2.0


def lagrange(half: int, theta: float) -> np.ndarray:
    nodes = range(1 - half, half + 1)
    return np.array([np.prod([(theta - j) / (k - j) for j in nodes if j != k]) for k in nodes])


def shifted(row: np.ndarray, shift: float) -> np.ndarray:
    """w(g + s): through the eight points on each side, near the ends through as many as there are on the shorter one."""
    count, cell = len(row), int(np.floor(shift + 1e-9))
    theta, result = shift - cell, np.zeros_like(row)
    if abs(theta) < 1e-9:
        low, high = max(0, -cell), min(count, count - cell)
        if high > low:
            result[low:high] = row[low + cell : high + cell]
        return result
    for g in range(count):
        half = min(8, g + cell + 1, count - 1 - g - cell)
        if half > 0:
            result[g] = lagrange(half, theta) @ row[g + cell - half + 1 : g + cell + half + 1]
    return result


class Flow:
    def __init__(self, spacing: float):
        self.half, self.spacing, self.sides = round(EXTENT / spacing), spacing, 0
        self.xi = np.arange(-self.half, self.half + 1) * spacing
        self.data = np.zeros((2 * MODES + 1, len(self.xi)), complex)
        for n, weight in ((0, 1.0), (1, 0.25), (-1, 0.25)):
            self.data[MODES + n] = weight * np.exp(-((SIGMA * self.xi) ** 2) / 2)

    def moved(self, w: np.ndarray, time: float) -> np.ndarray:
        return np.array([shifted(w[MODES + n], n * time / self.spacing) for n in range(-MODES, MODES + 1)])

    def rate(self, y: np.ndarray, time: float) -> np.ndarray:
        self.sides += 1
        w, force = self.moved(y, time), np.zeros_like(y)
        for m in (1, -1):
            low, high = max(0, -m), min(len(w), len(w) - m)
            force[low:high] += V * w[MODES - m, self.half] * m * self.xi * w[low + m : high + m]
        return self.moved(force, -time)


def midpoint(flow: Flow, y: np.ndarray, step: float, divisions: tuple) -> np.ndarray:
    first, result = flow.rate(y, 0), 0
    for n in divisions:
        weight = np.prod([n * n / (n * n - k * k) for k in divisions if k != n])
        before, now, h = y, y + step / n * first, step / n
        for j in range(1, n):
            before, now = now, before + 2 * h * flow.rate(now, j * h)
        result = result + weight * now
    return flow.moved(result, step)


def runge_kutta(flow: Flow, y: np.ndarray, step: float, tableau: tuple) -> np.ndarray:
    a, b, c = tableau
    rates: list = []
    for i in range(len(b)):
        stage = y + step * sum((a[i][j] * rates[j] for j in range(i) if a[i][j]), np.zeros_like(y))
        rates.append(flow.rate(stage, c[i] * step))
    return flow.moved(y + step * sum(w * k for w, k in zip(b, rates)), step)


def densities(scheme, method, spacing: float, step: float) -> tuple[np.ndarray, int]:
    flow = Flow(spacing)
    y = flow.data
    for _ in range(round(END / step)):
        y = scheme(flow, y, step, method)
    return y[:, flow.half], flow.sides


RK4 = ([[], [0.5], [0, 0.5], [0, 0, 1]], [1 / 6, 1 / 3, 1 / 3, 1 / 6], [0, 0.5, 0.5, 1])
DOP853 = (dop853.A[:12, :12], dop853.B[:12], dop853.C[:12])
CANDIDATES = (
    ("RK4", runge_kutta, RK4, (0.25, 0.125, 0.0625)),
    ("midpoint {2,4,6}", midpoint, (2, 4, 6), (1, 0.5)),
    ("midpoint {2,4,6,8}", midpoint, (2, 4, 6, 8), (1, 0.5, 0.25)),
    ("midpoint {2,4,6,8,10}", midpoint, (2, 4, 6, 8, 10), (1, 0.5)),
    ("DOP853", runge_kutta, DOP853, (1, 0.5, 0.25)),
)

if __name__ == "__main__":
    exact, _ = densities(midpoint, (2, 4, 6, 8), 0.125, 0.125)
    for name, scheme, method, steps in CANDIDATES:
        for step in steps:
            found, sides = densities(scheme, method, 0.25, step)
            print(f"{name}, H = {step}: {np.abs(found - exact).max():.1e}, {sides} right sides", flush=True)
    for spacing in (0.5, 0.4, 0.3, 0.25):
        found, _ = densities(midpoint, (2, 4, 6, 8), spacing, 0.25)
        print(f"Δξ = {spacing}: {np.abs(found - exact).max():.1e}")
