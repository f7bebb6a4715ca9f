#!/usr/bin/env bash
# An example for a cluster with Slurm: dyson-trees on four nodes, one rank a node, all cores of a node as threads.
# Build first, on a login node:  swift build -c release --traits MPI --scratch-path .build-mpi
# Submit:                        sbatch scripts/slurm-dyson-trees.sh config.yaml results/run
# A job that runs into its time limit is sent SIGTERM two minutes before, writes a checkpoint and ends with 130;
# submitted again it continues. The results do not depend on the numbers of nodes and threads, bit for bit.
#SBATCH --job-name=dyson-trees
#SBATCH --nodes=4
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=64
#SBATCH --time=04:00:00
#SBATCH --signal=TERM@120
set -euo pipefail
if [ "$#" -ne 2 ]; then
  echo "usage: sbatch $0 CONFIG.yaml OUTPUT" >&2
  exit 64
fi
cd "${SLURM_SUBMIT_DIR:-.}"
srun .build-mpi/release/dyson-trees --config "$1" --output "$2" --resume --threads "${SLURM_CPUS_PER_TASK:-1}"
