#!/usr/bin/env bash
# An example for a cluster with Slurm: vlasov-flow on four nodes, two ranks a node (one a socket), the cores of a socket as threads.
# The ranks have the modes of the lattice together, in blocks of n_1 = 0 … lattice.modes: no more of them than there are such
# slabs, and blocks wider than the potential's modes (Papers/several-machines.md).
# Build first, on a login node:  swift build -c release --traits MPI --scratch-path .build-mpi
#                                sbatch scripts/slurm-vlasov-flow.sh config.yaml results/run
# A job that runs into its time limit is sent SIGTERM two minutes before, writes a checkpoint and ends with 130; submitted again,
# with any numbers of nodes, ranks and threads, it continues. The results do not depend on these numbers, bit for bit.
#SBATCH --job-name=vlasov-flow
#SBATCH --nodes=4
#SBATCH --ntasks-per-node=2
#SBATCH --cpus-per-task=32
#SBATCH --time=04:00:00
#SBATCH --signal=TERM@120
set -euo pipefail
if [ "$#" -ne 2 ]; then
  echo "usage: sbatch $0 CONFIG.yaml OUTPUT" >&2
  exit 64
fi
cd "${SLURM_SUBMIT_DIR:-.}"
srun --cpu-bind=sockets .build-mpi/release/vlasov-flow --config "$1" --output "$2" --resume \
  --threads "${SLURM_CPUS_PER_TASK:-1}"
