#!/usr/bin/env bash
# An example for a cluster with Slurm: dyson-trees on four nodes, one rank a node, all cores of a node as threads.
# Build first, on a login node:  swift build -c release --traits MPI --scratch-path .build-mpi
# One run, or one sweep (`sweep:` in the configuration; the ranks share the samples of every member, one after the other):
#                                sbatch scripts/slurm-dyson-trees.sh config.yaml results/run
# Many configurations, each a job of its own (task i takes the i-th, its results go to results/runs/NAME):
#                                sbatch --array=0-2 --nodes=1 scripts/slurm-dyson-trees.sh a.yaml b.yaml c.yaml results/runs
# A job that runs into its time limit is sent SIGTERM two minutes before, writes a checkpoint and ends with 130;
# submitted again it continues, and keeps the members of a sweep that are finished. The results do not depend on the
# numbers of nodes and threads, bit for bit.
#SBATCH --job-name=dyson-trees
#SBATCH --nodes=4
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=64
#SBATCH --time=04:00:00
#SBATCH --signal=TERM@120
set -euo pipefail
usage() {
  echo "usage: sbatch [--array=0-N] $0 CONFIG.yaml… OUTPUT" >&2
  exit 64
}
[ "$#" -ge 2 ] || usage
output=${*: -1}
configurations=("${@:1:$#-1}")
task=${SLURM_ARRAY_TASK_ID:-}
if [ -n "$task" ]; then
  [ "$task" -lt "${#configurations[@]}" ] || usage
  output=$output/$(basename "${configurations[$task]}" .yaml)
else
  [ "${#configurations[@]}" -eq 1 ] || usage
  task=0
fi
cd "${SLURM_SUBMIT_DIR:-.}"
srun .build-mpi/release/dyson-trees --config "${configurations[$task]}" --output "$output" --resume \
  --threads "${SLURM_CPUS_PER_TASK:-1}"
