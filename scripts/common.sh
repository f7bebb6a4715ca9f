# What the scripts share: where the project is, how it is built, how a script speaks.
# Sourced by setup, reproduce, test and benchmark; it changes nothing by itself.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck disable=SC2034  # used by the scripts that source this file
python="$root/.venv/bin/python"

say() { printf '\033[1m==> %s\033[0m\n' "$*" >&2; }

fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# A bad command line: exit code 64, as the experiments do.
misuse() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 64
}

# The flags that tune the build to this processor. They stay out of Package.swift (unsafe flags would bar the
# package from being a dependency) and out of `.build`, where a plain `swift build -c release` puts the portable one.
native_flags() {
  case $(uname -m) in
    x86_64 | i?86) printf '%s\n' -Xcc -march=native ;;
    *) printf '%s\n' -Xcc -mcpu=native ;;
  esac
}

# swift_release COMMAND SCRATCH ARGUMENT…: `swift build` or `swift test`, optimised, import rule enforced, in its own
# scratch path. Tests see public declarations only, so both commands share one compilation of every module.
swift_release() {
  local command=$1 scratch=$2
  shift 2
  local flags=()
  mapfile -t flags < <(native_flags)
  [ "$command" = test ] && flags+=(--disable-testable-imports)
  (cd "$root" && swift "$command" -c release "${flags[@]}" --scratch-path "$scratch" \
    --explicit-target-dependency-import-check error "$@")
}

# The experiments that exist: the folders of experiments/ that hold a program.
experiment_names() {
  local main
  for main in "$root"/experiments/*/main.swift; do
    [ -f "$main" ] && basename "$(dirname "$main")"
  done
  return 0
}

# The library modules: the folders of Sources/ that have a page in the documentation.
library_names() {
  local catalogue
  for catalogue in "$root"/Sources/*/*.docc; do basename "$catalogue" .docc; done
}

# draw NAME RESULTS FIGURES: the figures of one experiment; a run without a figure script draws nothing.
draw() {
  local script="$root/scripts/figures/$1.py"
  [ -f "$script" ] || return 0
  "$python" "$script" "$2" "$3"
}
