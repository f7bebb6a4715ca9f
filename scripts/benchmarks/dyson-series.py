"""Vlasov flow and Dyson jets on the Fourier lattice: ours against NumPy with the same algorithm, and the machine's limits.

The peer stores all modes, shifts by slicing, and multiplies the orders by tensordot (BLAS). A step is Lawson's RK4.
"""

import json
import subprocess
import time

import numpy as np
from harness import ENVIRONMENT, Row, binary, main

THREADS = 2
MODES, EXTENT, STEP, ORDERS = 14, 16.0, 0.05, 12
POTENTIALS = ((0.5, -0.4), (-0.4, 0.3))


class NumpyLattice:
    """Both species on the full lattice; `orders` = 0 is the nonlinear flow."""

    def __init__(self, orders: int):
        self.orders = orders
        self.spacing = STEP / 2
        self.half = round(EXTENT / self.spacing)
        self.xi = np.arange(-self.half, self.half + 1) * self.spacing
        self.modes = np.arange(-MODES, MODES + 1)
        self.state = np.zeros((max(1, orders), 2, len(self.modes), len(self.xi)), complex)
        for species, (sigma, amplitude) in enumerate(((1.0, 0.3), (0.6, -0.2))):
            profile = 0.5 * np.exp(-0.5 * (sigma * self.xi) ** 2)
            self.state[0, species, MODES] = profile
            self.state[0, species, MODES + 1] = self.state[0, species, MODES - 1] = amplitude / 2 * profile

    def transport(self, w: np.ndarray, halves: int) -> np.ndarray:
        out = np.zeros_like(w)
        points = w.shape[-1]
        for index, mode in enumerate(self.modes):
            shift = int(mode) * halves
            if shift >= 0:
                out[..., index, : points - shift] = w[..., index, shift:]
            else:
                out[..., index, -shift:] = w[..., index, : points + shift]
        return out

    def force(self, w: np.ndarray) -> np.ndarray:
        total = np.zeros_like(w)
        length = w.shape[0]
        for species in range(2):
            for mode in (-1, 1):
                field = sum(POTENTIALS[species][b] * mode * w[:, b, MODES - mode, self.half] for b in range(2))
                moved = np.zeros_like(w[:, species])
                if mode > 0:
                    moved[:, :-1] = w[:, species, 1:]
                else:
                    moved[:, 1:] = w[:, species, :-1]
                if self.orders == 0:
                    total[:, species] += field[0] * moved
                else:
                    toeplitz = np.zeros((length, length), complex)
                    for j in range(1, length):
                        toeplitz[j, :j] = field[:j][::-1]
                    total[:, species] += np.tensordot(toeplitz, moved, (1, 0))
        return total * self.xi

    def step(self) -> None:
        h, w, move = STEP, self.state, self.transport
        k1 = self.force(w)
        half = move(w, 1)
        k2 = self.force(half + h / 2 * move(k1, 1))
        k3 = self.force(half + h / 2 * k2)
        k4 = self.force(move(half, 1) + h * move(k3, 1))
        self.state = move(w, 2) + h / 6 * (move(k1, 2) + 2 * move(k2 + k3, 1) + k4)

    def seconds(self, steps: int) -> float:
        self.step()
        best = float("inf")
        for _ in range(3):
            start = time.perf_counter()
            for _ in range(steps):
                self.step()
            best = min(best, (time.perf_counter() - start) / steps)
        return best


def ours(*arguments: str) -> dict:
    command = [str(binary("benchmark-dyson-series")), str(THREADS), *arguments]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True, env=ENVIRONMENT).stdout)


def exponent(entries: list[dict]) -> float:
    """The slope of log seconds against log x."""
    return float(np.polyfit(np.log([e["x"] for e in entries]), np.log([e["seconds"] for e in entries]), 1)[0])


def traffic(entry: dict) -> float:
    """Bytes of a step by the kernel's own count: sixteen streams of the state."""
    return 16 * entry["stateBytes"]


def flops(entry: dict, orders: int) -> float:
    """Flops of the matrix products of a step: four stages, 2 species × (n_max + 1) rows × L × 2L × 2P × 2."""
    return 4 * 2 * (MODES + 1) * orders * 2 * orders * 2 * entry["points"] * 2


def rows():
    measured = ours()
    entries = measured["entries"]
    select = lambda kind: [entry for entry in entries if entry["kind"] == kind]  # noqa: E731
    flow, jets = select("flow")[0], select("jets")[0]
    sixteen = next(entry for entry in select("orders") if entry["x"] == 16)
    yield Row(
        "Vlasov flow, d = 1 default, one step", flow["seconds"], NumpyLattice(0).seconds(10), "NumPy, same algorithm", 30
    )
    yield Row(
        f"Dyson jets, L = {ORDERS}, d = 1 default, one step", jets["seconds"], NumpyLattice(ORDERS).seconds(2),
        "NumPy, same algorithm", 30,
        notes={
            "exponent in L (4 … 32)": exponent(select("orders")),
            "exponent in modes (7 … 28)": exponent(select("modes")),
            "exponent in ξ points": exponent(select("extent")),
        },
    )  # fmt: skip
    by_flops = flops(sixteen, 16) / sixteen["seconds"] / measured["zgemm"]
    by_bytes = traffic(sixteen) / sixteen["seconds"] / measured["triad"]
    limit, share, target = ("zgemm", by_flops, 0.5) if by_flops >= by_bytes else ("triad", by_bytes, 0.6)
    yield Row(
        "Dyson jets, L = 16, against the machine", sixteen["seconds"], limit=limit, limit_share=share,
        limit_at_least=target,
        notes={
            "share of zgemm": by_flops, "share of triad": by_bytes, "triad GB/s": measured["triad"] / 1e9,
            "zgemm GF/s": measured["zgemm"] / 1e9,
        },
    )  # fmt: skip
    nodes = ours("nodes", "0.05", "0.025")
    coarse, fine = nodes["lattices"]
    yield Row(
        "the main job to t = 2, L = 12, by nodes", nodes["seconds"], fine["seconds"], "the lattice, its step halved", 3,
        notes={
            "error of the nodes": nodes["error"], "error of that lattice": fine["error"],
            "its distance from the nodes": fine["distance"], "seconds of the default lattice": coarse["seconds"],
            "its error": coarse["error"],
        },
    )  # fmt: skip
    memory = ours("memory")
    yield Row(
        "d = 3, 7³ modes × 33³ ξ points, flow and L = 4 jets, one step", memory["secondsPerStep"],
        notes={"peak GiB (limit 8)": memory["peakBytes"] / 2**30},
    )  # fmt: skip


if __name__ == "__main__":
    main(rows)
