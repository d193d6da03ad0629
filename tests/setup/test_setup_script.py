"""Set-up from a bare checkout, with interpreters and installers that stand in for the real ones."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REAL = getattr(sys, "_base_executable", sys.executable)
TOOLS = (
    *("sh", "cat", "cksum", "dirname", "grep", "kill", "make", "mkdir", "mv", "rm", "sleep", "touch", "tr", "awk"),
    *("env", "find"),
)
# Creates environments without pip, which takes a tenth of the time; the installer is a stand-in anyway.
WORKING = f"""#!/bin/sh
if [ "$1 $2" = "-m venv" ]; then shift 2; exec {REAL} -m venv --without-pip "$@"; fi
exec {REAL} "$@"
"""
SHIM = "#!/bin/sh\necho 'pyenv: python3: command not found' >&2\nexit 127\n"
NO_VENV = f'#!/bin/sh\nif [ "$1 $2" = "-m venv" ]; then exit 1; fi\nexec {REAL} "$@"\n'
UV = f"""#!/bin/sh
if [ "$1" = --version ]; then echo 'uv 1'; exit 0; fi
if [ "$1" = python ]; then exit 2; fi
if [ "$1" = venv ]; then for last; do :; done; exec {REAL} -m venv --without-pip "$last"; fi
exit 2
"""


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


class Checkout:
    """A small project with the real scripts, in a folder whose name has a space."""

    def __init__(self, tmp: Path) -> None:
        self.root = tmp / "my project"
        self.home = tmp / "home"
        self.bin = tmp / "bin"
        self.log = tmp / "installed.log"
        self.home.mkdir()
        self.root.mkdir()
        shutil.copytree(ROOT / "scripts", self.root / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(ROOT / ".ci", self.root / ".ci")
        shutil.copy(ROOT / "Makefile", self.root)
        (self.root / "pyproject.toml").write_text('[project]\nname = "tiny"\nversion = "1"\n')
        (self.root / "requirements.txt").write_text("")
        tools = tmp / "tools"
        tools.mkdir()
        for name in TOOLS:
            (tools / name).symlink_to(shutil.which(name) or f"/missing/{name}")
        self.installer = script(tmp / "installer", f'#!/bin/sh\necho "$VIRTUAL_ENV|$*" >>{self.log}\n')
        self.path = [str(self.bin), str(tools)]

    def provide(self, name: str, text: str = WORKING, *, folder: Path | None = None) -> Path:
        return script((folder or self.bin) / name, text)

    def run(self, *command: str, code: int = 0, cwd: str = "/", **settings: str) -> str:
        """Run with a bare environment; returns standard error."""
        environment = {
            "PATH": ":".join(self.path),
            "HOME": str(self.home),
            "SETUP_PIP": str(self.installer),
            "SETUP_PREFIXES": "",
            **settings,
        }
        result = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
        assert result.returncode == code, result.stdout + result.stderr
        return result.stderr

    def set_up(self, code: int = 0, **settings: str) -> str:
        return self.run(str(self.root / "scripts" / "setup.sh"), code=code, **settings)

    @property
    def installs(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []

    @property
    def python(self) -> Path:
        return self.root / ".venv" / "bin" / "python"


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_a_shim_that_fails_is_passed_over(checkout: Checkout, tmp_path: Path) -> None:
    checkout.provide("python3.13", SHIM)
    checkout.provide("python3", SHIM)
    good = checkout.provide("python3.13", folder=tmp_path / "later")
    checkout.path.append(str(good.parent))
    assert f"at {good}" in checkout.set_up()
    assert (
        subprocess.run([checkout.python, "-c", "import sys; sys.exit(sys.prefix == sys.base_prefix)"]).returncode == 0
    )
    assert checkout.installs == [
        f"{checkout.root}/.venv|install --quiet --constraint scripts/constraints.txt --editable .[local,dev]"
    ]


def test_an_interpreter_that_is_too_old_is_passed_over(checkout: Checkout) -> None:
    old = f'#!/bin/sh\nif [ "$3" = -c ]; then exec {REAL} -c "import sys; sys.version_info = (3, 12, 0)\n$4"; fi\n'
    checkout.provide("python3", old)
    checkout.set_up(code=1)
    good = checkout.provide("python")
    assert f"at {good}" in checkout.set_up()


def test_pyenv_versions_are_found_although_none_is_selected(checkout: Checkout) -> None:
    checkout.provide("python3", SHIM)
    good = checkout.provide("python", folder=checkout.home / ".pyenv" / "versions" / "3.13.9" / "bin")
    assert f"at {good}" in checkout.set_up()


def test_a_second_run_installs_nothing_and_says_nothing(checkout: Checkout) -> None:
    checkout.provide("python3.13")
    checkout.set_up()
    assert checkout.set_up() == ""
    assert len(checkout.installs) == 1


@pytest.mark.parametrize("file", ["requirements.txt", "pyproject.toml", "scripts/constraints.txt"])
def test_a_changed_requirement_is_installed_into_the_same_environment(checkout: Checkout, file: str) -> None:
    checkout.provide("python3.13")
    checkout.set_up()
    (checkout.root / ".venv" / "kept").touch()
    with (checkout.root / file).open("a") as stream:
        stream.write("# changed\n")
    checkout.set_up()
    assert len(checkout.installs) == 2
    assert (checkout.root / ".venv" / "kept").exists()


def test_a_moved_checkout_is_set_up_again(checkout: Checkout) -> None:
    checkout.provide("python3.13")
    checkout.set_up()
    checkout.root = checkout.root.rename(checkout.root.with_name("moved project"))
    checkout.set_up()
    assert len(checkout.installs) == 2


def test_an_interrupted_set_up_starts_afresh(checkout: Checkout) -> None:
    checkout.provide("python3.13")
    killing = script(checkout.bin / "killing", "#!/bin/sh\ntouch .venv/half-written\nkill -9 $PPID\n")
    checkout.set_up(code=-9, SETUP_PIP=str(killing))
    assert (checkout.root / ".venv" / "half-written").exists()
    assert "interrupted" in checkout.set_up()
    assert not (checkout.root / ".venv" / "half-written").exists()
    assert len(checkout.installs) == 1
    assert checkout.set_up() == ""


def test_a_failed_installation_is_tried_again_in_the_same_environment(checkout: Checkout) -> None:
    checkout.provide("python3.13")
    failing = script(checkout.bin / "failing", "#!/bin/sh\necho 'no route to index' >&2\nexit 1\n")
    message = checkout.set_up(code=1, SETUP_PIP=str(failing))
    assert "no route to index" in message
    assert "PIP_INDEX_URL" in message
    (checkout.root / ".venv" / "kept").touch()
    assert "interrupted" not in checkout.set_up()
    assert (checkout.root / ".venv" / "kept").exists()


def test_an_environment_without_its_configuration_is_never_installed_into(checkout: Checkout) -> None:
    # Its python would be the interpreter that it links to.
    checkout.provide("python3.13")
    checkout.python.parent.mkdir(parents=True)
    checkout.python.symlink_to(REAL)
    checkout.set_up()
    assert (checkout.root / ".venv" / "pyvenv.cfg").exists()
    assert len(checkout.installs) == 1


def test_no_interpreter_gives_instructions_for_every_system(checkout: Checkout) -> None:
    checkout.provide("python3", SHIM)
    message = checkout.set_up(code=1)
    for advice in ("apt-get install python3.13", "brew install python@3.13", "wsl --install", "uv python install 3.13"):
        assert advice in message
    assert not (checkout.root / ".venv").exists()
    assert checkout.installs == []


def test_a_named_interpreter_that_does_not_fit_is_refused(checkout: Checkout) -> None:
    checkout.provide("python3.13")
    shim = checkout.provide("mine", SHIM)
    assert f"PYTHON={shim} is not a working Python" in checkout.set_up(code=1, PYTHON=str(shim))
    assert checkout.installs == []


def test_an_interpreter_without_venv_says_which_package_to_install(checkout: Checkout) -> None:
    checkout.provide("python3.13", NO_VENV)
    message = checkout.set_up(code=1)
    assert f"python{sys.version_info[0]}.{sys.version_info[1]}-venv" in message


def test_uv_makes_the_environment_when_the_interpreter_cannot(checkout: Checkout) -> None:
    checkout.provide("python3.13", NO_VENV)
    checkout.provide("uv", UV)
    checkout.set_up()
    assert checkout.python.exists()
    assert len(checkout.installs) == 1


def test_uv_fetches_an_interpreter_when_there_is_none(checkout: Checkout) -> None:
    checkout.provide("uv", UV, folder=checkout.home / ".local" / "bin")
    assert "fetched by uv" in checkout.set_up()
    assert len(checkout.installs) == 1


def test_two_set_ups_at_once_install_once(checkout: Checkout) -> None:
    checkout.provide("python3.13")
    command = [str(checkout.root / "scripts" / "setup.sh")]
    environment = {
        "PATH": ":".join(checkout.path),
        "HOME": str(checkout.home),
        "SETUP_PIP": str(checkout.installer),
        "SETUP_PREFIXES": "",
    }
    running = [subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) for _ in range(2)]
    assert [process.wait() for process in running] == [0, 0]
    assert len(checkout.installs) == 1


def test_make_sets_up_from_any_folder_and_with_spaces_in_the_path(checkout: Checkout) -> None:
    checkout.provide("python3.13")
    checkout.run("make", "-f", str(checkout.root / "Makefile"), "setup")
    checkout.run("make", "-C", str(checkout.root), "setup")
    assert checkout.installs == [
        f"{checkout.root}/.venv|install --quiet --constraint scripts/constraints.txt --editable .[local,dev]"
    ]


def test_make_alone_explains_every_goal(checkout: Checkout) -> None:
    environment = os.environ | {"PATH": ":".join(checkout.path)}
    shown = subprocess.run(["make"], cwd=checkout.root, env=environment, capture_output=True, text=True, check=True)
    goals = (checkout.root / "Makefile").read_text().split(".PHONY:")[1].splitlines()[0].split()
    assert {"run", "test", "serve", "check", "bench", "soak", "clean"} <= set(goals)
    for goal in goals:
        assert f"make {goal} " in shown.stdout.replace("\x1b[1m", "").replace("\x1b[0m", " ")


def test_continuous_integration_runs_the_tests_through_make(checkout: Checkout) -> None:
    script(checkout.bin / "make", f'#!/bin/sh\necho "$PWD|$*" >>{checkout.log}\n')
    checkout.run(str(checkout.root / ".ci" / "run"))
    assert checkout.installs == [f"{checkout.root}|test"]


@pytest.mark.parametrize("given", ["", "other repo", "archive file.zip", "https://example.com/x.git"])
def test_run_names_the_repository_by_its_full_path(checkout: Checkout, tmp_path: Path, given: str) -> None:
    script(checkout.python, f'#!/bin/sh\necho "$PWD|$*" >>{checkout.log}\n')
    (tmp_path / "other repo").mkdir()
    (tmp_path / "archive file.zip").touch()
    checkout.path += ["/usr/bin", "/bin"]
    checkout.run(str(checkout.root / "scripts" / "run.sh"), cwd=str(tmp_path), REPO=given)
    full = given if "://" in given else str(tmp_path / given) if given else str(checkout.root)
    assert checkout.installs == [f"{checkout.root}|-m codestory.cli demo {full}"]
