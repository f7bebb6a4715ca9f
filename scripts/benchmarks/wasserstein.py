"""Exact W1 of two smooth phase-space histograms on torus × line: ours with its dual certificate against POT's emd2.

Times run from the masses to the value (POT: cost matrix included); memory is what the computation adds to the peak of
its process. POT runs in a process of its own, so that its peak is its own; one thread each.
"""

import json
import subprocess
import sys

from harness import ENVIRONMENT, PEER_UNSET, Row, binary, main

CELLS = 64

PEER = """
import json, resource, sys, time
import numpy as np, ot
n, metric = int(sys.argv[1]), sys.argv[2]
period, extent = 2 * np.pi, 1.2
q = (np.arange(n) + 0.5) * period / n
p = -extent + (np.arange(n) + 0.5) * 2 * extent / n
Q, P = np.meshgrid(q, p, indexing="ij")
a = np.exp(-((P - 0.3 * np.cos(Q)) ** 2) / 0.2) * (1 + 0.3 * np.cos(Q))
b = np.exp(-((P + 0.25 * np.sin(2 * Q)) ** 2) / 0.25) * (1 - 0.4 * np.cos(Q - 1))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.perf_counter()
dq = np.abs(q[:, None] - q[None, :])
dq = np.minimum(dq, period - dq)
dp = np.abs(p[:, None] - p[None, :])
if metric == "euclidean":
    cost = np.sqrt(dq[:, None, :, None] ** 2 + dp[None, :, None, :] ** 2).reshape(n * n, n * n)
else:
    cost = (dq[:, None, :, None] + dp[None, :, None, :]).reshape(n * n, n * n)
value = ot.emd2((a / a.sum()).ravel(), (b / b.sum()).ravel(), cost, numItermax=10**8)
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"seconds": seconds, "value": float(value), "bytes": (peak - before) * 1024}))
"""


def measured(command: list[str], environment: dict[str, str]) -> dict:
    return json.loads(subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout)


def rows():
    alone = {**ENVIRONMENT, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    theirs = {key: value for key, value in alone.items() if key not in PEER_UNSET}
    for metric in ("euclidean", "taxicab"):
        ours = measured([str(binary("benchmark-wasserstein")), str(CELLS), metric, "1"], alone)
        peer = measured([sys.executable, "-c", PEER, str(CELLS), metric], theirs)
        yield Row(
            f"W1, {CELLS} × {CELLS}, {metric}, gap included",
            ours["seconds"],
            peer["seconds"],
            peer_name="POT, emd2",
            at_least=2,
            notes={
                "memory ratio (at least 10)": peer["bytes"] / max(1, ours["bytes"]),
                "our MB": ours["bytes"] / 1e6,
                "gap": ours["gap"],
                "difference of the values": abs(ours["value"] - peer["value"]),
            },
        )
    large = measured([str(binary("benchmark-wasserstein")), "128", "euclidean", "2"], ENVIRONMENT)
    yield Row(
        "W1, 128 × 128, euclidean, gap included",
        large["seconds"],
        notes={"our MB": large["bytes"] / 1e6, "gap": large["gap"], "rounds": large["rounds"]},
    )


if __name__ == "__main__":
    main(rows)
