# The programs and their figures, without a compiler: a stage that builds, and a small one that runs.
#
#     docker build -t vlasov-hierarchy .
#     docker run --rm -v "$PWD:/work" vlasov-hierarchy vlasov-flow --output first
#     docker run --rm -v "$PWD:/work" vlasov-hierarchy figures vlasov-flow first

FROM swift:6.2-bookworm AS build
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# Debian keeps no old versions to pin; the release does it.
# hadolint ignore=DL3008
RUN apt-get update -q && apt-get install -y -q --no-install-recommends \
      libopenblas-dev libgsl-dev libfftw3-dev libhdf5-dev libflint-dev libflint-arb-dev liblemon-dev \
      pkg-config g++ git ca-certificates python3 \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN swift build -c release -Xswiftc -static-stdlib \
    && mkdir -p /programs \
    && for main in experiments/*/main.swift; do \
         cp ".build/release/$(basename "$(dirname "$main")")" /programs/; \
       done

FROM debian:bookworm-slim
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# hadolint ignore=DL3008
RUN apt-get update -q && apt-get install -y -q --no-install-recommends \
      libopenblas0-pthread libgsl27 libfftw3-double3 libhdf5-103-1 libhdf5-hl-100 libflint17 libflint-arb2 \
      python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/vlasov-hierarchy
COPY scripts/requirements.txt scripts/
RUN python3 -m venv .venv && .venv/bin/pip install --no-cache-dir -q -r scripts/requirements.txt
COPY scripts/results.py scripts/
COPY scripts/figures scripts/figures
COPY --from=build /programs /usr/local/bin
# The script's own variables.
# hadolint ignore=SC2016
RUN printf '%s\n' '#!/bin/sh' 'set -eu' 'name=$1' 'shift' \
      'exec /opt/vlasov-hierarchy/.venv/bin/python "/opt/vlasov-hierarchy/scripts/figures/$name.py" "$@"' \
      > /usr/local/bin/figures && chmod +x /usr/local/bin/figures
ENV MPLCONFIGDIR=/tmp/matplotlib
WORKDIR /work
CMD ["vlasov-flow", "--help"]
