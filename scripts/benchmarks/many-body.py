"""The many-body side: exact dynamics against QuSpin, a Hartree–Fock step against the same algorithm in NumPy, a Husimi
grid against QuTiP's qfunc.

Exact: (4,4) fermions, ten steps of 0.1, the same Hamiltonian from the same Slater state; QuSpin assembles a sparse matrix
and evolves with its parallel expm_multiply. Hartree–Fock: one Strang step with exchange by RK4, every product a zgemm on
both sides. Husimi: Σ |⟨α|ψ_i⟩|² of N orbitals on a grid; QuTiP gets the same number of orthonormal vectors in as many
levels as our orbitals have modes, a tenth of them (its time is linear in their number), the ratio per orbital.
"""

import json
import subprocess
import sys

from harness import ENVIRONMENT, PEER_UNSET, Row, binary, main

CUTOFF = 7  # 15 plane waves, dimension 1 863 225; 13 give 511 225

QUSPIN = """
import json, sys, time
import numpy as np
from quspin.basis import spinful_fermion_basis_1d
from quspin.operators import hamiltonian
from quspin.tools.evolution import expm_multiply_parallel
cutoff, steps = int(sys.argv[1]), int(sys.argv[2])
L, N, hbar = 2 * cutoff + 1, 8, 1 / 8
potentials = {"11": [0.3, 0.5, 0.2], "22": [0.1, 0.4, -0.15], "12": [-0.2, -0.6, 0.1]}
start = time.perf_counter()
basis = spinful_fermion_basis_1d(L, Nf=(4, 4))
kinetic = [[hbar**2 * (i - cutoff) ** 2 / 2, i] for i in range(L)]
static = [["n|", kinetic], ["|n", kinetic]]
for pair, v in potentials.items():
    for m in range(-2, 3):
        terms = []
        for i in range(L):
            for j in range(L):
                if not (0 <= i + m < L and 0 <= j - m < L):
                    continue
                if pair == "12":
                    terms.append([v[abs(m)] / N, i + m, i, j - m, j])
                elif i != j and i + m != j - m:
                    # a*_{i+m} a*_{j-m} a_j a_i
                    terms.append([v[abs(m)] / (2 * N), i + m, j - m, j, i])
        if terms:
            static.append([{"12": "+-|+-", "11": "++--|", "22": "|++--"}[pair], terms])
H = hamiltonian(static, [], basis=basis, dtype=np.float64, check_symm=False, check_herm=False, check_pcon=False)
matrix = H.tocsr()
build = time.perf_counter() - start
psi = np.random.default_rng(1).normal(size=basis.Ns) + 0j
psi /= np.linalg.norm(psi)
expO = expm_multiply_parallel(matrix, a=-1j * 0.1 / hbar, dtype=np.complex128)
work = np.zeros(2 * basis.Ns, dtype=np.complex128)
start = time.perf_counter()
for _ in range(steps):
    expO.dot(psi, work_array=work, overwrite_v=True)
evolution = time.perf_counter() - start
print(json.dumps({"build": build, "evolution": evolution, "dimension": int(basis.Ns), "nonzeros": int(matrix.nnz),
                  "norm": float(np.linalg.norm(psi))}))
"""

NUMPY_HARTREE_FOCK = """
import json, sys, time
import numpy as np
N, G = int(sys.argv[1]), int(sys.argv[2])
n1, hbar = N // 2, 1 / N
x = 2 * np.pi * np.arange(G) / G
k = np.fft.fftfreq(G, 1 / G)
V = {(0, 0): [0.3, 0.5, 0.2], (1, 1): [0.1, 0.4, -0.15], (0, 1): [-0.2, -0.6, 0.1], (1, 0): [-0.2, -0.6, 0.1]}
def orbitals(amp, phase, eps):
    theta = x + amp * np.sin(x - phase)
    ks = np.arange(n1) - (n1 - 1) // 2
    rows = np.sqrt(1 + amp * np.cos(x - phase)) * np.exp(1j * ks[:, None] * theta + 1j * eps / hbar * np.cos(x - phase))
    return rows / np.sqrt(2 * np.pi)
P = [orbitals(0.3, 0.0, 0.25), orbitals(-0.2, 0.5, -0.15)]
dx = 2 * np.pi / G
waves = {m: np.exp(1j * m * x) for m in (1, 2)}
def kinetic(p, t):
    return np.fft.ifft(np.exp(-0.5j * t * hbar * k**2) * np.fft.fft(p, axis=1), axis=1)
def kick(P, t):
    r = [np.fft.fft((abs(p) ** 2).sum(0)) * dx / N for p in P]
    U = [sum(V[a, b][0] * r[b][0].real + sum(2 * V[a, b][m] * (r[b][m] * waves[m]).real for m in (1, 2)) for b in (0, 1))
         for a in (0, 1)]
    return [np.exp(-1j * t / hbar * U[a]) * P[a] for a in (0, 1)]
def exchange(p, v):
    out = v[0] * p
    for m in (1, 2):
        moved = waves[m] * p
        c = p @ moved.conj().T * dx
        out += v[m] * (c @ moved + c.conj().T @ (waves[m].conj() * p))
    return out * (1j / (hbar * N))
def rk4(p, v, t):
    a = exchange(p, v); b = exchange(p + t / 2 * a, v); c = exchange(p + t / 2 * b, v); d = exchange(p + t * c, v)
    return p + t / 6 * (a + 2 * b + 2 * c + d)
def step(P, t):
    P = kick([kinetic(p, t / 2) for p in P], t / 2)
    P = kick([rk4(P[a], V[a, a], t) for a in (0, 1)], t / 2)
    return [kinetic(p, t / 2) for p in P]
P = step(P, 0.025)
best = float("inf")
for _ in range(3):
    start = time.perf_counter()
    P = step(P, 0.025)
    best = min(best, time.perf_counter() - start)
c = np.fft.fft(P[0], axis=1)
K = hbar**2 / 2 * (k**2 @ (abs(c) ** 2).sum(0)) * dx / G
print(json.dumps({"step": best, "kinetic": float(K)}))
"""

QUTIP = """
import json, sys, time
import numpy as np, qutip
orbitals, levels, grid = (int(a) for a in sys.argv[1:4])
rng = np.random.default_rng(1)
vectors = np.linalg.qr(rng.normal(size=(levels, orbitals)) + 1j * rng.normal(size=(levels, orbitals)))[0]
axis = np.linspace(-5, 5, grid)
start = time.perf_counter()
m = 0
for i in range(orbitals):
    m = m + qutip.qfunc(qutip.Qobj(vectors[:, i]), axis, axis)
print(json.dumps({"seconds": time.perf_counter() - start, "max": float(np.max(m))}))
"""


def measured(command: list[str], threads: int, peer: bool = False) -> dict:
    environment = {**ENVIRONMENT, "OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads)}
    if peer:
        environment = {key: value for key, value in environment.items() if key not in PEER_UNSET}
    return json.loads(subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout)


def ours(*arguments: object) -> dict:
    return measured([str(binary("benchmark-many-body")), *map(str, arguments), "2"], 2)


def peer(program: str, *arguments: object) -> dict:
    return measured([sys.executable, "-c", program, *map(str, arguments)], 2, peer=True)


def rows():
    steps = 10
    mine = ours("exact", CUTOFF, steps)
    theirs = peer(QUSPIN, CUTOFF, steps)
    assert mine["dimension"] == theirs["dimension"], "not the same space"
    notes = {"dimension": mine["dimension"], "vectors in memory (at most 12)": mine["vectors"], "error": mine["error"]}
    yield Row(
        f"exact (4,4), {steps} steps of 0.1, build and evolution",
        mine["build"] + mine["evolution"],
        theirs["build"] + theirs["evolution"],
        peer_name="QuSpin",
        at_least=10,
        notes=notes,
    )
    yield Row(
        f"exact (4,4), {steps} steps of 0.1, evolution alone",
        mine["evolution"],
        theirs["evolution"],
        peer_name="QuSpin, expm_multiply_parallel",
        at_least=3,
        notes={"nonzeros of QuSpin's matrix": theirs["nonzeros"]},
    )
    for particles, points in ((256, 1024), (512, 2048)):
        mine = ours("hartree-fock", particles, points)
        theirs = peer(NUMPY_HARTREE_FOCK, particles, points)
        # Four steps on our side, four on theirs: the kinetic energies are those of one algorithm.
        assert abs(mine["kinetic"] - theirs["kinetic"]) < 1e-8 * abs(theirs["kinetic"]), "not the same algorithm"
        yield Row(
            f"Hartree–Fock step, N = {particles}, {points} points",
            mine["step"],
            theirs["step"],
            peer_name="NumPy, same algorithm",
            at_least=2,
        )
    orbitals, grid = 256, 200
    mine = ours("husimi", orbitals, grid)
    share = orbitals // 10
    theirs = peer(QUTIP, share, mine["modes"], grid)
    yield Row(
        f"Husimi grid {grid} × {grid}, {orbitals} orbitals, per orbital",
        mine["seconds"] / orbitals,
        theirs["seconds"] / share,
        peer_name="QuTiP, qfunc",
        at_least=10,
        notes={"modes": mine["modes"], "our seconds for all orbitals": mine["seconds"]},
    )


if __name__ == "__main__":
    main(rows)
