# Finds an interpreter that really runs Python 3.13 or newer; sourced by setup.sh.
# shellcheck shell=sh

# Where installers put Python without putting it on PATH of every shell.
FRAMEWORKS=/Library/Frameworks/Python.framework/Versions
PREFIXES=${SETUP_PREFIXES-/usr/local/bin:/opt/homebrew/bin:$FRAMEWORKS/3.13/bin:$FRAMEWORKS/3.14/bin}

# Prints the version of a working, fitting interpreter; fails for anything else. Every candidate is run,
# because a name on PATH proves nothing: a pyenv shim exists for versions that are not selected.
python_version() {
    "$1" -I -S -c '
import sys
fits = sys.version_info >= (3, 13) and sys.version_info.releaselevel == "final" and sys.maxsize > 2**32
if not fits or "t" in getattr(sys, "abiflags", ""):  # free-threaded builds have few wheels
    sys.exit(1)
print("%d.%d.%d" % sys.version_info[:3])' </dev/null 2>/dev/null
}

# Every executable called $1 on PATH, not only the first: a broken one may hide a good one.
on_path() (
    IFS=:
    for directory in $PATH; do
        if [ -x "${directory:-.}/$1" ]; then printf '%s\n' "${directory:-.}/$1"; fi
    done
)

in_pyenv() {
    for root in "${PYENV_ROOT:-}" "${HOME:-}/.pyenv"; do
        for python in "$root"/versions/$1/bin/python; do
            if [ -x "$python" ]; then printf '%s\n' "$python"; fi
        done
    done
}

# uv on PATH or where its own installers put it.
find_uv() {
    for uv in "$(command -v uv || true)" "${HOME:-}/.local/bin/uv" "${HOME:-}/.cargo/bin/uv" "$TOOLS/bin/uv"; do
        if [ -n "$uv" ] && "$uv" --version >/dev/null 2>&1; then
            printf '%s\n' "$uv"
            return 0
        fi
    done
    return 1
}

# One candidate a line, the best first: 3.13 and 3.14 have wheels for everything, later ones may not.
candidates() {
    for minor in 13 14; do
        on_path "python3.$minor"
        in_pyenv "3.$minor*"
        printf '%s\n' "$PREFIXES" | tr ':' '\n' | while IFS= read -r prefix; do
            if [ -x "$prefix/python3.$minor" ]; then printf '%s\n' "$prefix/python3.$minor"; fi
        done
    done
    on_path python3
    on_path python
    in_pyenv '*'
    if uv=$(find_uv); then "$uv" python find --no-project '>=3.13' 2>/dev/null || true; fi
}

# Prints the path of the interpreter to use. With PYTHON set, that one and no other.
find_python() {
    if [ -n "${PYTHON:-}" ]; then
        chosen=$(command -v "$PYTHON") && python_version "$chosen" >/dev/null && printf '%s\n' "$chosen"
        return
    fi
    candidates | while IFS= read -r candidate; do
        if python_version "$candidate" >/dev/null; then
            printf '%s\n' "$candidate"
            break
        fi
    done | grep .
}
