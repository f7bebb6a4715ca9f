"""The default job of dyson-remainder with all five bounds, certified, beside the same with the four that know the masses alone."""

import json
import subprocess

from harness import ENVIRONMENT, Row, binary, main, run_experiment

FOUR = "bounds: [paper, first-moment, branching, multi-type]\n"


def rows():
    command = [str(binary("benchmark-bounds"))]
    alone = json.loads(subprocess.run(command, env=ENVIRONMENT, check=True, capture_output=True, text=True).stdout)
    default = subprocess.run(
        [str(binary("dyson-remainder")), "--dump-config"], env=ENVIRONMENT, check=True, capture_output=True, text=True
    ).stdout
    without = "".join(line for line in default.splitlines(keepends=True) if not line.startswith("bounds:"))
    five = run_experiment("dyson-remainder", default, repeats=2)
    four = run_experiment("dyson-remainder", without + FOUR, repeats=2)
    yield Row(
        "dyson-remainder's default with five bounds in balls", five.seconds, four.seconds,
        peer_name="ours, four bounds", at_least=1 / 3,
        notes={"five bounds alone, s": alone["five"], "four alone, s": alone["four"]},
    )  # fmt: skip


if __name__ == "__main__":
    main(rows)
