#!/usr/bin/env python3
"""Exact dynamics of two species of fermions on the plane waves |n| ≤ cutoff, as sparse matrices over occupations.

    fermions.py                 prints the values pinned in PropagatorTests, MomentBoundTests, HartreeFockTests and
                                HierarchyIdentityTests

    H = Σ_α Σ_n (ħ²n²/2) a*_n a_n + (1/2N) Σ_α Σ_m v_{αα,m} Σ_{k,l} a*_{k+m} a*_{l−m} a_l a_k
        + (1/N) Σ_m v_{12,m} ρ_1(m) ρ_2(−m),            ρ(m) = Σ_k a*_{k+m} a_k,      ħ = 1/N.

A state is a matrix Ψ[s_1, s_2] over the occupations of both species. Time evolution is SciPy's expm_multiply.
"""

import itertools
from functools import cache

import numpy as np
import scipy.sparse as sparse
from reference_model import (
    EXACT_PROFILES, POTENTIALS, CosineWindow, GaussianWindow, coefficients, orthonormalised, wave_numbers,
)
from scipy.sparse.linalg import expm_multiply


class Waves:
    """Occupations of the plane waves and a_n between them."""

    def __init__(self, cutoff):
        self.cutoff, self.n = cutoff, np.arange(-cutoff, cutoff + 1)

    @cache
    def occupations(self, count):
        """{(i_1 < … < i_count): index}"""
        return {s: i for i, s in enumerate(itertools.combinations(range(len(self.n)), count))}

    @cache
    def annihilator(self, i, count):
        """a_i from count to count − 1 particles."""
        fewer, entries = self.occupations(count - 1), []
        for s, column in self.occupations(count).items():
            if i in s:
                place = s.index(i)
                entries.append(((-1.0) ** place, fewer[s[:place] + s[place + 1 :]], column))
        signs, rows, columns = zip(*entries) if entries else ((), (), ())
        return sparse.csr_matrix((signs, (rows, columns)), (len(fewer), len(self.occupations(count))))

    @cache
    def density(self, m, count):
        """ρ(m) = Σ_k a*_{k+m} a_k"""
        size = len(self.occupations(count))
        result = sparse.csr_matrix((size, size))
        if count > 0:
            for i in range(max(0, -m), min(len(self.n), len(self.n) - m)):
                result = result + self.annihilator(i + m, count).T @ self.annihilator(i, count)
        return result

    def one_particle(self, values, count):
        """Σ_n values_n a*_n a_n"""
        return sparse.diags([float(sum(values[i] for i in s)) for s in self.occupations(count)])


class Fermions:
    """Two species of N_1 and N_2 particles."""

    def __init__(self, particles, cutoff, scale=1.0):
        self.particles, self.total, self.waves = particles, sum(particles), Waves(cutoff)
        self.hbar = 1 / self.total
        self.potentials = [[{m: scale * v for m, v in p.items()} for p in row] for row in POTENTIALS]
        sizes = [len(self.waves.occupations(n)) for n in particles]
        self.kinetic = [self.waves.one_particle((self.hbar * self.waves.n) ** 2 / 2, n) for n in particles]
        alone = [self.kinetic[a] + self.repulsion(a) for a in (0, 1)]
        hamiltonian = sparse.kron(alone[0], sparse.eye(sizes[1])) + sparse.kron(sparse.eye(sizes[0]), alone[1])
        for m, v in self.potentials[0][1].items():
            hamiltonian = hamiltonian + v / self.total * sparse.kron(
                self.waves.density(m, particles[0]), self.waves.density(-m, particles[1]))
        self.hamiltonian, self.sizes = hamiltonian.tocsr(), sizes

    def repulsion(self, species):
        """(1/2N) Σ_m v_m Σ_{k,l} a*_{k+m} a*_{l−m} a_l a_k = (1/2N) Σ_m v_m (ρ(m)ρ(−m) − Σ_l a*_l a_l of l − m inside)"""
        count, waves = self.particles[species], self.waves
        size = len(waves.occupations(count))
        result = sparse.csr_matrix((size, size))
        for m, v in self.potentials[species][species].items():
            inside = abs(waves.n - m) <= waves.cutoff
            result = result + v / (2 * self.total) * (
                waves.density(m, count) @ waves.density(-m, count) - waves.one_particle(inside, count))
        return result

    def slater(self):
        """The product of the Slater determinants of EXACT_PROFILES."""
        factors = []
        for profile, count in zip(EXACT_PROFILES, self.particles):
            k = wave_numbers(count, self.total, "sea")
            c = orthonormalised(coefficients(profile, k, self.hbar, self.waves.cutoff))
            factors.append(np.array([np.linalg.det(c[list(s)]) for s in self.waves.occupations(count)]))
        return np.outer(*factors)

    def applied(self, psi):
        return (self.hamiltonian @ psi.ravel()).reshape(psi.shape)

    def evolved(self, psi, time):
        return expm_multiply(-1j * time / self.hbar * self.hamiltonian, psi.ravel()).reshape(psi.shape)

    def energy(self, psi):
        return float(np.vdot(psi, self.applied(psi)).real)

    def kinetic_energy(self, psi):
        """⟨K_1⟩/N"""
        return float(np.vdot(psi, self.kinetic[0] @ psi).real / self.total)

    def density_matrix(self, psi):
        """γ[n, n'] = ⟨a*_{n'} a_n⟩ of the first species."""
        images = [self.waves.annihilator(i, self.particles[0]) @ psi for i in range(len(self.waves.n))]
        return np.array([[np.vdot(right, left) for right in images] for left in images])


def dynamics():
    print("PropagatorTests.referenceDynamics, t = 1")
    for particles, cutoff in (([2, 2], 6), ([3, 3], 5), ([3, 2], 6)):
        system = Fermions(particles, cutoff)
        start = system.slater()
        end = system.evolved(start, 1)
        gamma = system.density_matrix(end)
        print(f"  {particles}, |n| ≤ {cutoff}: energy {system.energy(start)}")
        print(f"    kinetic {[system.kinetic_energy(start), system.kinetic_energy(end)]}")
        print(f"    overlap {float(abs(np.vdot(start, end)))}, density mode {complex(np.trace(gamma, -1))}")
        print(f"    occupations {[float(x) for x in np.linalg.eigvalsh(gamma)[::-1][:5]]}")


def kinetic_rate():
    print("MomentBoundTests.referenceRate: 3 + 2 particles, |n| ≤ 6, from t = 0.4 on")
    system = Fermions([3, 2], 6)
    psi = system.evolved(system.slater(), 0.4)
    rate = 2 / system.hbar * np.vdot(system.kinetic[0] @ psi, system.applied(psi)).imag / system.total
    print(f"  d/dt ⟨K_1⟩/N = {float(rate)}")
    # Lemma 2.3 with N_α − 1 of the N_α partners of the own species: √(2⟨K⟩/N) and sup |V'| (on a fine grid).
    x = np.arange(4096) * 2 * np.pi / 4096
    slopes = [max(abs(sum(1j * m * v * np.exp(1j * m * x) for m, v in system.potentials[0][b].items()))) for b in (0, 1)]
    c = np.sqrt(3 / 5) * (slopes[0] * 2 / 5 + slopes[1] * 2 / 5)
    first = system.kinetic_energy(psi)
    for time in (0, 0.2, 0.4, 0.6):
        if time > 0:
            psi = system.evolved(psi, 0.2)
        print(f"  {time}: {system.kinetic_energy(psi)}, limit {float((np.sqrt(first) + c * time / np.sqrt(2)) ** 2)}")


def mean_field():
    from hartree_fock import HartreeFock

    print("HartreeFockTests.distanceFromExactStates: 2 + 2 particles, |n| ≤ 8")
    for scale in (1.0, 0.3):
        system, field = Fermions([2, 2], 8, scale), HartreeFock([2, 2], 31, scale)
        psi, state = system.slater(), []
        for profile in EXACT_PROFILES:
            c = orthonormalised(coefficients(profile, wave_numbers(2, 4, "sea"), 0.25, 8))
            state.append(np.pad(c, ((23, 23), (0, 0))))
        print(f"  scale {scale}: energy {system.energy(psi)}")
        for step in range(5):
            psi, state = system.evolved(psi, 0.2), field.evolved(state, 0.2)
            gamma = np.pad(system.density_matrix(psi), 23)
            difference = gamma - state[0] @ state[0].conj().T
            distance = abs(np.linalg.eigvalsh(difference)).sum() / 2
            print(f"    t = {0.2 * (step + 1):.1f}: {float(distance)}, {float(abs(np.trace(difference, -1)) / 2)}")


class Identity:
    """Every term of the hierarchy (3.5) of Husimi measures at points z of the first species and y of the second,

        ∂_t m + Σ p·∂_q m = ∇·R + Σ_j Σ_β ∂_{p_j}(F_j^β + R̃_j^β) + R̂,

    from the vectors a(f_1) … a(f_k) b(g_1) … b(g_l) Ψ with coherent states f of points. Ψ is cut at |n| ≤ cutoff and H
    is not, so that HΨ is taken with two more modes on each side.
    """

    def __init__(self, small, psi, window):
        more = 2
        self.system = Fermions(small.particles, small.waves.cutoff + more)
        self.hbar, self.waves, self.window = small.hbar, self.system.waves, window
        places = [
            [self.waves.occupations(n)[tuple(i + more for i in s)] for s in small.waves.occupations(n)]
            for n in small.particles
        ]
        self.psi = np.zeros(self.system.sizes, complex)
        self.psi[np.ix_(*places)] = psi
        self.rate = -1j / self.hbar * self.system.applied(self.psi)

    def coherent(self, point, shift=0.0, kind="value"):
        """⟨e_{n+shift}, f_{q,p}⟩ conjugated, or its derivatives "q", "qq", "p"."""
        q, p = point
        n = self.waves.n + shift
        argument = (p - self.hbar * n) / np.sqrt(self.hbar)
        phase = np.exp(1j * (n - p / self.hbar) * q) / np.sqrt(2 * np.pi)
        value = self.hbar**0.25 * self.window.transform(argument) * phase
        if kind == "p":
            return self.hbar**-0.25 * self.window.derivative(argument) * phase - 1j * q / self.hbar * value
        return value * (1j * (n - p / self.hbar)) ** kind.count("q")

    def annihilated(self, psi, first, second):
        """Vectors of one species after those of the other."""
        counts = list(self.system.particles)
        for f in first:
            psi = sum(f[i] * (self.waves.annihilator(i, counts[0]) @ psi) for i in range(len(f)))
            counts[0] -= 1
        for g in second:
            psi = sum(g[i] * (self.waves.annihilator(i, counts[1]) @ psi.T).T for i in range(len(g)))
            counts[1] -= 1
        return psi

    def terms(self, z, y):
        points, hbar = [z, y], self.hbar
        vectors = [[self.coherent(x) for x in points[a]] for a in (0, 1)]
        particles = [(a, j) for a in (0, 1) for j in range(len(points[a]))]

        def image(psi, replaced):
            lists = [[replaced.get((a, j), v) for j, v in enumerate(vectors[a])] for a in (0, 1)]
            return self.annihilated(psi, *lists)

        phi = image(self.psi, {})
        derivative = 2 * np.vdot(phi, image(self.rate, {})).real
        transport = residue = 0.0
        for a, j in particles:
            point = points[a][j]
            once, twice = (image(self.psi, {(a, j): self.coherent(point, kind=k)}) for k in ("q", "qq"))
            transport += point[1] * 2 * np.vdot(phi, once).real
            residue += hbar * np.vdot(twice, phi).imag
        forces, whole = [], []
        nodes, weights = np.polynomial.legendre.leggauss(24)
        nodes, weights = (nodes + 1) / 2, weights / 2
        for a, j in particles:
            point = points[a][j]
            by_momentum = image(self.psi, {(a, j): self.coherent(point, kind="p")})
            for b in (0, 1):
                left = self.system.particles[b] - len(points[b])
                classical = total = 0
                for m, v in self.system.potentials[a][b].items() if left > 0 else ():
                    if m == 0:
                        continue
                    rho = self.waves.density(-m, left)
                    others = (lambda x: rho @ x) if b == 0 else (lambda x: (rho @ x.T).T)
                    factor = 1j * m * v / self.system.total
                    smooth = self.window.smoothing(m * np.sqrt(hbar)) * np.exp(1j * m * point[0])
                    classical += factor * smooth * (np.vdot(by_momentum, others(phi)) + np.vdot(phi, others(by_momentum)))
                    for s, weight in zip(nodes, weights):
                        right, left_side = (
                            [image(self.psi, {(a, j): self.coherent(point, shift, k)}) for k in ("value", "p")]
                            for shift in (m * s, -m * (1 - s)))
                        total += factor * weight * (
                            np.vdot(left_side[1], others(right[0])) + np.vdot(left_side[0], others(right[1])))
                forces.append(float(np.real(classical)))
                whole.append(float(np.real(total)))
        pairs = 0
        for (a, i), (b, j) in itertools.permutations(particles, 2):
            for m, v in self.system.potentials[a][b].items():
                moved = {(a, i): self.coherent(points[a][i], m), (b, j): self.coherent(points[b][j], -m)}
                pairs += v * np.vdot(phi, image(self.psi, moved)).imag
        values = [float(x) for x in (np.vdot(phi, phi).real, derivative, transport, residue, pairs)]
        defect = derivative + transport - residue - sum(whole) - pairs
        return values, whole, forces, float(defect)


def hierarchy():
    print("HierarchyIdentityTests.referenceTerms: m, ∂_t m, transport, ∇·R, R̂; forces whole; classical")
    z, y = [(0.7, 0.2), (2.1, -0.35)], [(4.0, 0.1), (5.5, -0.3)]
    gauss, cosine = GaussianWindow(), CosineWindow(2.5, 4)
    cases = [([2, 2], 4, 0.5, gauss, order) for order in ((1, 0), (0, 1), (1, 1), (2, 0))]
    cases += [([2, 2], 4, 0.5, cosine, (1, 1)), ([3, 2], 3, 0.5, gauss, (2, 1)), ([3, 2], 3, 0.5, cosine, (1, 1))]
    for particles, cutoff, time, window, (k, l) in cases + [([2, 2], 4, 0, gauss, (0, 2))]:
        system = Fermions(particles, cutoff)
        psi = system.evolved(system.slater(), time)
        values, whole, forces, defect = Identity(system, psi, window).terms(z[:k], y[:l])
        print(f"  {particles}, |n| ≤ {cutoff}, t = {time}, {type(window).__name__}, order {(k, l)}: closes to {defect:.0e}")
        print(f"    {values}\n    {whole}\n    {forces}")


if __name__ == "__main__":
    dynamics()
    kinetic_rate()
    mean_field()
    hierarchy()
