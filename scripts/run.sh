#!/bin/sh
# Ingests REPO (a folder, an archive, a git URL; default: this repository) and shows what is in the graph.
set -eu
unset CDPATH

root=$(cd -- "$(dirname -- "$0")/.." && pwd -P)
repo=${REPO:-$root}
if [ -d "$repo" ]; then
    repo=$(cd -- "$repo" && pwd)
elif [ -e "$repo" ]; then
    repo=$(cd -- "$(dirname -- "$repo")" && pwd)/$(basename -- "$repo")
fi
cd -- "$root"
exec .venv/bin/python -m codestory.cli demo "$repo"
