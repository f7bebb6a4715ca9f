"""The bounds of dyson-remainder's default, certified: what the data-aware one costs beside the four that know the masses alone."""

import json
import subprocess

from harness import ENVIRONMENT, Row, binary, main


def rows():
    command = [str(binary("benchmark-bounds"))]
    ours = json.loads(subprocess.run(command, env=ENVIRONMENT, check=True, capture_output=True, text=True).stdout)
    yield Row(
        "five bounds in balls, L = 12, 20 points and times", ours["five"], ours["four"],
        peer_name="ours, the four without data-aware", at_least=1 / 3,
    )  # fmt: skip


if __name__ == "__main__":
    main(rows)
