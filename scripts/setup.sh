#!/bin/sh
# Makes .venv with everything the project needs; does nothing, quickly, when it is up to date.
#
#   PYTHON          interpreter to use instead of looking for one
#   SETUP_EXTRAS    extras of pyproject.toml to install (default: local,dev)
#   SETUP_PIP       installer to call instead of the environment's pip, for example "uv pip"
#   SETUP_PREFIXES  folders beside PATH to look for Python in, separated by colons
set -eu
unset CDPATH

ROOT=$(cd -- "$(dirname -- "$0")/.." && pwd -P)
cd -- "$ROOT"
VENV=.venv
STAMP=$VENV/.setup-complete
WORK=.setup
BEGUN=$WORK/begun
LOCK=$WORK/lock
TOOLS=$WORK/uv
EXTRAS=${SETUP_EXTRAS:-local,dev}

. scripts/find_python.sh

say() { printf 'setup: %s\n' "$*" >&2; }

fail() {
    printf '\nsetup: %s\n' "$1" >&2
    cat >&2
    rm -f "$BEGUN"  # ended in good order: only a kill leaves the mark
    exit 1
}

# A half-made environment runs the interpreter that it links to: installing would then go into that one.
is_environment() {
    [ -f "$VENV/pyvenv.cfg" ] && "$VENV/bin/python" -I -c '
import pathlib, sys
sys.exit(pathlib.Path(sys.prefix).resolve() != pathlib.Path(sys.argv[1]).resolve())' "$VENV" 2>/dev/null
}

# What the environment was made from; any difference means that it has to be brought up to date. The root
# is part of it because scripts in an environment name their interpreter by its full path.
fingerprint() {
    is_environment || return 1
    version=$(python_version "$VENV/bin/python") || return 1
    { printf '%s\n' "$version" "$ROOT" "$EXTRAS"; cat pyproject.toml requirements.txt scripts/constraints.txt; } | cksum
}

is_current() { [ -f "$STAMP" ] && [ "$(cat "$STAMP")" = "$(fingerprint)" ]; }

take_lock() {
    mkdir -p "$WORK"
    printf '*\n' >"$WORK/.gitignore"
    until mkdir "$LOCK" 2>/dev/null; do
        holder=$(cat "$LOCK/pid" 2>/dev/null || true)
        if [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null; then
            rm -rf "$LOCK"
            continue
        fi
        [ "${waiting:-}" ] || say "another set-up is running here (process ${holder:-unknown}); waiting for it"
        waiting=yes
        sleep 1
    done
    printf '%s\n' "$$" >"$LOCK/pid"
    trap 'rm -rf "$LOCK"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
}

explain_no_python() {
    if [ -n "${PYTHON:-}" ]; then
        fail "PYTHON=$PYTHON is not a working Python 3.13 or newer." <<EOF
Point PYTHON at an interpreter that prints 3.13 or more for: $PYTHON --version
or unset it to let set-up look for one.
EOF
    fi
    fail "Python 3.13 or newer is needed, and none was found that runs." <<EOF
Looked for python3.13, python3.14, python3 and python on PATH, in pyenv's versions, and through uv;
then tried to fetch one with uv. Install it in one of these ways and run the same command again:

  any system      curl -LsSf https://astral.sh/uv/install.sh | sh && uv python install 3.13
  Debian 13, Ubuntu 25.04 or newer
                  sudo apt-get update && sudo apt-get install python3.13 python3.13-venv
  older Ubuntu    sudo add-apt-repository ppa:deadsnakes/ppa && sudo apt-get update \\
                    && sudo apt-get install python3.13 python3.13-venv
  macOS           brew install python@3.13
  Windows         wsl --install, then the line for Ubuntu inside WSL
  pyenv           pyenv install 3.13

If it is installed somewhere unusual, name it: make PYTHON=/path/to/python3.13 ...
EOF
}

# uv from the package index, into a folder of our own, with whatever pip there is.
fetch_uv() {
    { on_path python3; on_path python; } | while IFS= read -r python; do
        say "fetching uv with $python"
        if "$python" -m pip install --quiet --disable-pip-version-check --target "$TOOLS" uv >/dev/null 2>&1; then
            find_uv && break
        fi
    done | grep .
}

# $1: an interpreter, or a version for uv to find or download. --seed puts pip into the environment.
make_venv_with_uv() {
    uv=$(find_uv) || uv=$(fetch_uv) || return 1
    "$uv" venv --quiet --seed --clear --python "$1" "$VENV" >&2
}

make_venv() {
    if python=$(find_python); then
        say "using Python $(python_version "$python") at $python"
        if "$python" -m venv --clear "$VENV" >/dev/null 2>&1; then return; fi
        say "$python cannot make virtual environments by itself; trying uv"
        make_venv_with_uv "$python" && return
        rm -rf "$VENV"
        minor=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        fail "$python cannot make a virtual environment: its venv or ensurepip module is missing." <<EOF
Install it and run the same command again:

  Debian, Ubuntu, WSL   sudo apt-get install python$minor-venv
  any system            install uv: curl -LsSf https://astral.sh/uv/install.sh | sh
EOF
    elif [ -z "${PYTHON:-}" ] && make_venv_with_uv 3.13 && python_version "$VENV/bin/python" >/dev/null; then
        say "using Python $(python_version "$VENV/bin/python"), fetched by uv"
    else
        rm -rf "$VENV"
        explain_no_python
    fi
}

install() {
    # Unquoted on purpose: SETUP_PIP may hold a command with arguments.
    # shellcheck disable=SC2086
    if [ -n "${SETUP_PIP:-}" ]; then
        VIRTUAL_ENV=$ROOT/$VENV $SETUP_PIP install --quiet --constraint scripts/constraints.txt --editable ".[$EXTRAS]"
    else
        "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
            --constraint scripts/constraints.txt --editable ".[$EXTRAS]"
    fi
}

is_usable() {
    is_environment && python_version "$VENV/bin/python" >/dev/null || return 1
    [ -n "${SETUP_PIP:-}" ] || "$VENV/bin/python" -m pip --version >/dev/null 2>&1
}

if is_current; then exit 0; fi
take_lock
if is_current; then exit 0; fi

if [ -n "${PYTHON:-}" ]; then
    python=$(find_python) || explain_no_python
    if [ "$(python_version "$python")" != "$(python_version "$VENV/bin/python")" ]; then rm -rf "$VENV"; fi
fi
if [ -e "$BEGUN" ]; then
    # Packages may be half written, which no later install would notice.
    say "an earlier set-up was interrupted; starting afresh"
    rm -rf "$VENV"
fi
touch "$BEGUN"  # before the environment is touched, and outside of it
rm -f "$STAMP"
if ! is_usable; then make_venv; fi
if ! is_usable; then fail "$VENV was made but does not work." <<EOF
Remove it (rm -rf "$ROOT/$VENV") and run the same command again.
EOF
fi
say "installing the packages into $VENV (some minutes the first time)"
if ! install; then
    fail "installing the packages failed; the reason is above." <<EOF
Most often the package index cannot be reached: check the network, or the proxy (HTTPS_PROXY) and index
(PIP_INDEX_URL) settings. Then run the same command again; what is already there is kept.
EOF
fi
fingerprint >"$STAMP.new"
mv "$STAMP.new" "$STAMP"
rm -f "$BEGUN"
say "done"
