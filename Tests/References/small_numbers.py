#!/usr/bin/env python3
"""Single numbers that tests pin, with what they are.

    small_numbers.py            prints those of CertifiedPotentialTests, DysonTreesTests, DeterminantTests,
                                NormalQuantileTests and TreeSumTests
"""

from fractions import Fraction

import mpmath
import numpy as np
from mpmath import mpf

mpmath.mp.dps = 60


def break_of_a_table():
    """v_1 = κ V̂(κ), κ = 2π/Λ, of the table (0, ½), (1, ½), (1 + 10⁻⁹, 1000)."""
    print("CertifiedPotentialTests.atomsBesideABreak")
    for length in ("6.283185307179587", "6.283185307179586"):
        kappa = 2 * mpmath.pi / mpf(length)
        value = mpf(1) / 2 + max(kappa - 1, 0) / mpf("1e-9") * mpf("999.5")
        print(f"  Λ = {length}: κ − 1 = {mpmath.nstr(kappa - 1, 3)}, v_1 = {mpmath.nstr(kappa * value, 20)}")


def euler():
    """Σ (−1)^j j! x^j at x = ½ is the expansion of ∫_0^∞ e^{−t}/(1 + t/2) dt."""
    print("PadeResummationTests.eulerSeries")
    print(" ", mpmath.nstr(mpmath.quad(lambda t: mpmath.exp(-t) / (1 + t / 2), [0, 1, 10, mpmath.inf]), 15))


def hilbert():
    """1/det of Hilbert's matrix by elimination in fractions, and its condition number in the 2-norm."""
    print("DeterminantTests.hilbert")
    for n in range(3, 9):
        rows = [[Fraction(1, i + j + 1) for j in range(n)] for i in range(n)]
        determinant = Fraction(1)
        for k in range(n):
            determinant *= rows[k][k]
            for row in rows[k + 1 :]:
                factor = row[k] / rows[k][k]
                row[:] = [a - factor * b for a, b in zip(row, rows[k])]
        condition = np.linalg.cond([[1 / (i + j + 1) for j in range(n)] for i in range(n)])
        print(f"  n = {n}: {1 / determinant}, condition {condition:.5g}")


def quantiles():
    """x with erf(x/√2) = 2u − 1"""
    print("NormalQuantileTests.published")
    for u in ("0.975", "0.75"):
        print(f"  {u}: {mpmath.nstr(mpmath.sqrt(2) * mpmath.erfinv(2 * mpf(u) - 1), 17)}")


if __name__ == "__main__":
    break_of_a_table()
    euler()
    hilbert()
    quantiles()
    print("TreeSumTests: 4π =", mpmath.nstr(4 * mpmath.pi, 55))
