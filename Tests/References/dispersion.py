"""Roots of the dispersion relation by another method: the susceptibilities as integrals over momentum, not from the plasma function.

    D(ω) = det(δ − χ v),   χ_α = n_α ∫ k g_α'(p) dp / (k p/m_α − ω),

with the integral over the real line for Im ω > 0 and, continued below, over a line of real parts at Im p = −Y m_α/k (k > 0) that passes
beneath the pole; mpmath, 30 digits, secant method. Maxima of growth rates as
roots of two or three real equations; cold data from the polynomial. Prints the constants of DispersionTests and DispersionCurveTests.

    python Tests/References/dispersion.py
"""

from mpmath import mp, mpc, mpf, exp, findroot, matrix, det, pi, quad, sqrt

mp.dps = 30


def susceptibility(n, m, k, omega, streams):
    """χ of Σ w Gauss(u, σ)."""
    shift = 0
    height = omega.imag * m / k  # Im of the pole
    if height < mpf(1) / 2:
        shift = height - 1
    total = mpc(0)
    for weight, drift, sigma in streams:

        def integrand(x):
            p = mpc(x, shift)
            g = exp(-((p - drift) ** 2) / (2 * sigma**2)) / (sigma * sqrt(2 * pi))
            return k * (-(p - drift) / sigma**2) * g / (k * p / m - omega)

        pole = omega.real * m / k
        reach = [drift + sigma * j for j in range(-16, 17, 2)]
        total += weight * quad(integrand, sorted(reach + ([pole] if reach[0] < pole < reach[-1] else [])))
    return n * total


def root(k, species, coupling, guess):
    """The root near a guess."""
    k = mpf(k)
    size = len(species)

    def function(omega):
        omega = mpc(omega)
        chi = [susceptibility(mpf(n), mpf(m), k, omega, streams) for n, m, streams in species]
        return det(
            matrix([[(1 if a == b else 0) - chi[a] * coupling(a, b, k) for b in range(size)] for a in range(size)])
        )

    return findroot(function, (mpc(guess), mpc(guess) * (1 + mpf(10) ** -4)), solver="secant", tol=1e-40)


def gauss(drift=0, sigma=1, weight=1):
    return (mpf(weight), mpf(drift), mpf(sigma))


def show(name, value):
    print(f"{name}: {mp.nstr(value.real, 20)} {mp.nstr(value.imag, 20)}", flush=True)


def main():
    electrons = [(1, 1, [gauss()])]
    for k, guess in [("0.25", 1.1057 - 0.00216j), ("0.3", 1.16 - 0.0126j), ("0.35", 1.22 - 0.0343j),
                     ("0.4", 1.285 - 0.066j), ("0.5", 1.4157 - 0.1534j), ("1", 2.0459 - 0.8513j)]:  # fmt: skip
        show(f"electrons, v = 1/k^2, k = {k}", root(k, electrons, lambda a, b, k: 1 / k**2, guess))
    for drift, guess in [("2.4", 0.22584j), ("3", 0.28451j)]:
        half = mpf(1) / 2
        streams = [(1, 1, [gauss(drift, 1, half), gauss("-" + drift, 1, half)])]
        show(f"streams of drift ±{drift}, k = 0.2", root("0.2", streams, lambda a, b, k: 1 / k**2, guess + 1e-9))
    # Electrons and ions of charge ∓1 and n = 1/2 each, masses 1 and M, v = ±2/k² (ω_p = 1 of the electrons), T_e/T_i given, σ_e = 1.
    for ratio, mass, guess in [(10, 1836, 0.00229 - 6.3e-5j), (1, 1836, 0.0030 - 0.0013j), (2, 1836, 0.0029 - 0.0007j),
                               (4, 1836, 0.0028 - 0.00034j), (20, 1836, 0.0025 - 3.4e-5j), (10, 100, 0.0098 - 0.0003j)]:  # fmt: skip
        sigma = sqrt(mpf(mass) / ratio)
        pair = [(mpf(1) / 2, 1, [gauss()]), (mpf(1) / 2, mass, [gauss(0, sigma)])]
        value = root("0.1", pair, lambda a, b, k: (2 if a == b else -2) / k**2, guess)
        show(f"ion acoustic, mass ratio {mass}, T_e/T_i = {ratio}, k = 0.1", value)
        print("   -gamma/omega", mp.nstr(-value.imag / value.real, 12))
    # Three species of masses 1, 2, 5 without symmetry.
    three = [(mpf("0.5"), 1, [gauss("0.3", 1)]), (mpf("0.3"), 2, [gauss("-0.4", "1.5")]), (mpf("0.2"), 5, [gauss(0, 2)])]
    table = [["3", "-1", "0.5"], ["-1", "4", "-0.7"], ["0.5", "-0.7", "2"]]
    show("three species, k = 0.7", root("0.7", three, lambda a, b, k: mpf(table[a][b]), 1.2 - 0.3j))
    maxima()


def maxima():
    """Largest growth rates along k."""
    for drift, guess in [("2.4", ("0.2", "0.2258")), ("3", ("0.2", "0.2845"))]:
        u = mpf(drift)

        # ω = iγ: D = 1 + ∫_0^∞ t e^{−γt − k²t²/2} cos(kut) dt is real; ∂D/∂k = 0 at fixed γ.
        def equations(k, gamma):
            def integral(function):
                return quad(lambda t: function(t) * exp(-gamma * t - (k * t) ** 2 / 2), [0, 10, 20, 40, 80])

            value = 1 + integral(lambda t: t * mp.cos(k * u * t))
            slope = integral(lambda t: -t * (k * t**2 * mp.cos(k * u * t) + u * t * mp.sin(k * u * t)))
            return value, slope

        k, gamma = findroot(equations, tuple(mpf(x) for x in guess), tol=1e-26)
        print(f"streams of drift ±{drift}, maximum: k {mp.nstr(k, 20)} gamma {mp.nstr(gamma, 20)}", flush=True)
    for mass in (1836, 100):
        # 1 = 1/(ω − k)² + 1/Mω²; differentiated along the branch, ω' = 1/(1 + (ω − k)³/Mω³): Im ω' = 0.
        def cold(k, real, imaginary):
            omega = mpc(real, imaginary)
            relation = 1 - 1 / (omega - k) ** 2 - 1 / (mass * omega**2)
            slope = 1 / (1 + (omega - k) ** 3 / (mass * omega**3))
            return relation.real, relation.imag, slope.imag

        rate = mpf(mass) ** (-mpf(1) / 3) * mpf("0.687")
        k, real, imaginary = findroot(cold, (mpf(1), rate / sqrt(3), rate), tol=1e-26)
        print(f"cold, mass ratio {mass}, maximum: k {mp.nstr(k, 20)} omega {mp.nstr(real, 20)} {mp.nstr(imaginary, 20)}")


if __name__ == "__main__":
    main()
