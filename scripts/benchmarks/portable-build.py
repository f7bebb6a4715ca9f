"""A plain `swift build -c release`, as a package that depends on this one gets it, against the build for this processor.

Every experiment on its default, one run of each in turn, the same configuration and threads; processor time, since that is
what a build decides. The target is a third: the plain build takes at most three times as long.
"""

import os
import pathlib
import subprocess

from harness import ENVIRONMENT, Row, binary, main, run_experiment

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PLAIN = ["swift", "build", "-c", "release"]
AT_LEAST = 1 / 3


def plain_binaries() -> pathlib.Path:
    """Where the plain build is, made if need be."""
    environment = {key: value for key, value in ENVIRONMENT.items() if key != "VLASOV_STRICT"}
    subprocess.run(PLAIN, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    where = subprocess.check_output([*PLAIN, "--show-bin-path"], cwd=ROOT, env=environment, text=True)
    return pathlib.Path(where.strip())


def rows():
    plain = plain_binaries()
    for main_file in sorted((ROOT / "experiments").glob("*/main.swift")):
        name = main_file.parent.name
        configuration = subprocess.check_output([str(binary(name)), "--dump-config"], text=True, env=ENVIRONMENT)
        threads = ["--threads", str(os.cpu_count())]
        ours = run_experiment(name, configuration, *threads, binaries=plain)
        tuned = run_experiment(name, configuration, *threads)
        yield Row(
            f"plain build, {name}, default, processor time", ours.processor_seconds, tuned.processor_seconds,
            peer_name="built for this processor", at_least=AT_LEAST,
        )  # fmt: skip


if __name__ == "__main__":
    main(rows)
