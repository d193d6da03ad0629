"""Hostile input through the front door: refused clearly or stored safely, and nothing of it is executed or told on."""

from __future__ import annotations

import gzip
import io
import json
import math
import os
import sqlite3
import tarfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codestory.graph import embedded
from tests.e2e.conftest import Service, write

ANSWER_WITHIN = 30.0

# --- archives --------------------------------------------------------------------------------------------------------


def tarred(*entries: tuple[str, bytes, str], content: bytes = b"x\n") -> bytes:
    """Entries are name, type and link target."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, kind, target in entries:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, target
            info.size = len(content) if kind == tarfile.REGTYPE else 0
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def plain(name: str) -> tuple[str, bytes, str]:
    return (name, tarfile.REGTYPE, "")


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x\n")
    return buffer.getvalue()


def bomb() -> bytes:
    """120 MB of zeros in about as many kilobytes."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        for number in range(15):
            info = tarfile.TarInfo(f"zeros-{number}")
            info.size = 8_000_000
            archive.addfile(info, io.BytesIO(bytes(8_000_000)))
    return gzip.compress(content.getvalue(), 6)


def nested() -> bytes:
    return tarred(plain("ok.py"), plain("/".join(["d"] * 3000) + "/deep.py"))


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "traversal": (lambda: tarred(plain("ok.py"), plain("a/../../evil.py")), "evil.py"),
    "absolute path": (lambda: tarred(plain("ok.py"), plain("/tmp/codestory-evil.py")), "codestory-evil.py"),
    "traversal in a zip": (lambda: zipped("ok.py", "../evil.py"), "evil.py"),
    "drive letter": (lambda: zipped("ok.py", "C:\\evil.py"), "evil.py"),
    "backslashes": (lambda: zipped("ok.py", "..\\..\\evil.py"), "evil.py"),
    "link that escapes": (lambda: tarred(plain("ok.py"), ("link", tarfile.SYMTYPE, "../../etc/passwd")), "link"),
    "link to the root": (lambda: tarred(plain("ok.py"), ("link", tarfile.SYMTYPE, "/etc")), "link"),
    "file below a link": (lambda: tarred(("d", tarfile.SYMTYPE, "/tmp"), plain("d/evil.py")), "d"),
    "hard link out": (lambda: tarred(plain("ok.py"), ("hard", tarfile.LNKTYPE, "../../etc/passwd")), "hard"),
    "device": (lambda: tarred(plain("ok.py"), ("null", tarfile.CHRTYPE, "")), "null"),
    "pipe": (lambda: tarred(plain("ok.py"), ("pipe", tarfile.FIFOTYPE, "")), "pipe"),
    "bomb": (bomb, "zeros"),
    "three thousand folders in each other": (nested, "d/d"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_an_upload_that_attacks_is_refused_with_the_entry_named(service: Service, kind: str) -> None:
    make, named = HOSTILE[kind]
    began = time.monotonic()
    answer = service.http.post("/v1/repositories", content=make())
    assert time.monotonic() - began < ANSWER_WITHIN
    assert answer.status_code == 400, (kind, answer.text)
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert named in answer.json()["detail"], answer.json()
    assert not Path("/tmp/codestory-evil.py").exists()


def test_an_archive_that_attacks_fails_its_job_with_the_entry_named(service: Service, tmp_path: Path) -> None:
    jobs: dict[str, str] = {}
    for kind in ("absolute path", "link that escapes", "device", "bomb", "three thousand folders in each other"):
        file = tmp_path / f"{kind.replace(' ', '-')}.tar.gz"
        file.write_bytes(HOSTILE[kind][0]())
        jobs[kind] = service.start(file, source_type="archive", steps=["filesystem"])
    for kind, job_id in jobs.items():
        job = service.wait(job_id)
        assert job["status"] == "FAILED", kind
        assert HOSTILE[kind][1] in job["error"], job["error"]
    assert not list(tmp_path.rglob("evil*"))


def test_odd_names_are_stored_as_what_they_are(service: Service, tmp_path: Path) -> None:
    odd = [
        "new\nline.py",
        "tab\tand 'quote'.py",
        'double".py',
        "`tick`.py",
        "$param {x}.py",
        "ünï.py",
        " lead.py",
        "-rf",
    ]
    source = tmp_path / "odd"
    write(source, dict.fromkeys(odd, "def f(): pass\n"))
    raw = os.fsencode(source) + b"/not-utf8-\xff\xfe.py"
    Path(os.fsdecode(raw)).write_bytes(b"x = 1\n")
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", errors="surrogateescape") as archive:
        archive.add(source, "odd")
    answer = service.http.post("/v1/repositories", content=buffer.getvalue())
    assert answer.status_code == 201, answer.text
    job = service.ingest(answer.json()["snapshot"], source_type="snapshot", repository="odd names")
    assert job["status"] == "COMPLETED", job
    paths = {row["p"] for row in service.query("MATCH (f:File {repository: 'odd names'}) RETURN f.path AS p")}
    expected = {name.replace("\n", "\\x0a").replace("\t", "\\x09") for name in odd}
    assert paths == {*expected, "not-utf8-\\xff\\xfe.py"}


# --- git URLs --------------------------------------------------------------------------------------------------------

REFUSED_AT_ONCE = (
    "https://user:hunter2-secret@github.com/o/r",
    "https://hunter2-secret@github.com/o/r",
    "file:///etc",
    "ext::sh -c touch% /tmp/codestory-evil",
    "--upload-pack=touch /tmp/codestory-evil",
)
REFUSED_BY_THE_JOB = (
    "http://127.0.0.1:1/o/r",
    "http://localhost:22/o/r",
    "http://[::1]/o/r",
    "http://[::ffff:127.0.0.1]/o/r",
    "http://169.254.169.254/latest/meta-data",
    "http://10.0.0.1/o/r",
    "http://192.168.1.1/o/r.git",
    "http://172.16.0.1/o/r",
    "http://100.64.0.1/o/r",
    "http://2130706433/o/r",
    "http://0x7f000001/o/r",
    "http://0/o/r",
    "https://-oProxyCommand=touch/o/r",
    "ssh://-oProxyCommand=touch%20evil/o/r",
    "git://127.0.0.1/o/r",
    "https://",
)


@pytest.mark.parametrize("url", REFUSED_AT_ONCE)
def test_a_git_url_with_credentials_or_commands_is_refused_and_not_repeated(service: Service, url: str) -> None:
    answer = service.http.post("/v1/ingest", json={"source_type": "git_url", "source": url})
    assert answer.status_code == 400, answer.text
    assert "hunter2" not in answer.text
    assert not Path("/tmp/codestory-evil").exists()


def test_git_urls_that_reach_inside_fail_their_jobs(service: Service) -> None:
    jobs: dict[str, str] = {}
    for number, url in enumerate(REFUSED_BY_THE_JOB):
        body = {"source_type": "git_url", "source": url, "repository": f"inside-{number}", "steps": ["filesystem"]}
        answer = service.http.post("/v1/ingest", json=body)
        assert answer.status_code in (202, 400), (url, answer.text)
        if answer.status_code == 202:
            jobs[url] = answer.json()["job_id"]
    assert len(jobs) > 8
    for url, job_id in jobs.items():
        job = service.wait(job_id)
        assert job["status"] == "FAILED", url
        # Refused for what it is, not because nobody happened to listen there.
        assert "refused" not in (job["error"] or "").lower() or "address" in job["error"], (url, job["error"])
        assert "the source could not be read" not in job["error"], (url, job["error"])


# --- Cypher ----------------------------------------------------------------------------------------------------------

INJECTION = "x'}) DETACH DELETE n //"


def test_cypher_in_names_is_stored_and_not_executed(service: Service, tmp_path: Path) -> None:
    victim = service.ingest(write(tmp_path / "victim", {"v.py": "def keep(): pass\n"}), repository="victim")
    assert victim["status"] == "COMPLETED", victim
    before = service.digest("victim")
    source = write(
        tmp_path / "inject",
        {
            "x'}) DETACH DELETE n --.py": 'def f():\n    """`}) MATCH (n) DETACH DELETE n //"""\n',
            "`n`) DELETE n.py": "class A:\n    '''$repository'''\n",
            "README.md": f"# `{INJECTION}`\n\n`MATCH (n) DETACH DELETE n`\n\n## {INJECTION}\n",
        },
    )
    name = "r' }) MATCH (n) DETACH DELETE n RETURN `"
    job = service.ingest(source, repository=name)
    assert job["status"] == "COMPLETED", job
    assert service.digest("victim") == before
    files = service.query("MATCH (f:File {repository: $r}) RETURN f.name AS name", r=name)
    assert {row["name"] for row in files} == {path.name for path in source.iterdir()}
    titles = service.query("MATCH (s:Section {repository: $r}) RETURN s.title AS title", r=name)
    assert any("DETACH DELETE n" in row["title"] for row in titles), titles
    stats = service.http.get("/v1/graph/stats", params={"repository": name})
    assert stats.json()["nodes"]["File"] == 3


@pytest.mark.parametrize(
    "query",
    [
        "MATCH (n) DETACH DELETE n",
        "CREATE (n:Evil) RETURN n",
        "MATCH (n) SET n.evil = 1 RETURN n",
        "MATCH (n) /* */ REMOVE n.name RETURN n",
        "CALL { CREATE (n:Evil) RETURN n } RETURN n",
        "UNWIND [1] AS x MERGE (n:Evil {id: x}) RETURN n",
        "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
        "RETURN 1; CREATE (n:Evil)",
        "DROP CONSTRAINT x",
        "MATCH (n) FOREACH (x IN [1] | SET n.evil = x)",
    ],
)
def test_a_query_that_is_not_read_only_is_refused(service: Service, query: str) -> None:
    answer = service.http.post("/v1/graph/query", json={"query": query})
    assert answer.status_code == 400, answer.text
    assert service.query("MATCH (n:Evil) RETURN count(n) AS n") == [{"n": 0}]


# --- bodies ----------------------------------------------------------------------------------------------------------


def refused(answer: httpx.Response) -> dict[str, Any]:
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.text[:300])
    assert answer.headers["content-type"].startswith("application/problem+json"), answer.headers
    return answer.json()


def test_yaml_whose_aliases_explode_is_refused_quickly(service: Service) -> None:
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    itself = "steps: &s\n  - *s\n"
    merge = "a: &a {k: 1}\n" + "\n".join(f"b{n}: {{<<: [{', '.join(['*a'] * 500)}]}}" for n in range(300))
    for text in ("\n".join(lines), itself, merge, "[" * 20_000, "? " * 5_000, "!!python/object/apply:os.system [id]"):
        began = time.monotonic()
        answer = service.http.post("/v1/config/validate", content=text, headers={"content-type": "text/yaml"})
        refused(answer)
        assert time.monotonic() - began < ANSWER_WITHIN


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"[" * 100_000 + b"]" * 100_000, id="one hundred thousand lists"),
        pytest.param(b'{"a":' * 60 + b"1" + b"}" * 60, id="sixty objects"),
        pytest.param(b'{"source_type": "local_path", "source": "' + b"a" * 2_000_000 + b'"}', id="two megabytes"),
        pytest.param(b'{"source": 1' + b"0" * 50_000 + b"}", id="a number of fifty thousand digits"),
        pytest.param(b'\xff\xfe{"a": 1}', id="not UTF-8"),
        pytest.param(b'{"source_type": "local_path", "source": "\\ud800"}', id="half a surrogate pair"),
        pytest.param(b'{"countdown": NaN, "source_type": "local_path", "source": "/x"}', id="not a number"),
        pytest.param(b'{"countdown": 1e999, "source_type": "local_path", "source": "/x"}', id="infinity"),
        pytest.param(b'{"eta": "9999-12-31T23:59:59+00:00", "source_type": "local_path", "source": "/x"}', id="year"),
        pytest.param(b'{"eta": "0001-01-01T00:00:00+14:00", "source_type": "local_path", "source": "/x"}', id="year 0"),
        pytest.param(b'{"source_type": "local_path", "source": "/x", "repository": "a\\u0000b"}', id="zero byte"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_a_body_beyond_all_sense_is_refused(service: Service, body: bytes) -> None:
    began = time.monotonic()
    answer = service.http.post("/v1/ingest", content=body, headers={"content-type": "application/json"})
    refused(answer)
    assert time.monotonic() - began < ANSWER_WITHIN


def test_unknown_and_missing_keys_are_named_on_every_route_that_takes_a_body(service: Service) -> None:
    wrong = {"colour": "red"}
    for method, path in (
        ("POST", "/v1/ingest"), ("POST", "/v1/ingest/plan"), ("POST", "/v1/ingest/update"), ("POST", "/v1/graph/query"),
        ("POST", "/v1/ingest/purge"), ("PUT", "/v1/ingest/resource_status"), ("POST", "/v1/schedules"),
        ("POST", "/v1/config/validate"),
    ):  # fmt: skip
        for body in (wrong, [], None, 7, "x"):
            answer = service.http.request(method, path, json=body)
            problem = refused(answer)
            assert problem["detail"], path


@pytest.mark.parametrize(
    "part", ['"tags": ["\\ud800"]', '"options": {"\\ud800": 1}', '"config": {"ignore_patterns": ["\\udfff"]}']
)
def test_half_a_character_is_refused_before_it_can_spoil_the_list_of_jobs(service: Service, part: str) -> None:
    body = f'{{"source_type": "local_path", "source": "/tmp", "repository": "half-a-character", {part}}}'
    assert "not valid Unicode" in refused(service.http.post("/v1/ingest", content=body))["detail"]
    page = service.http.get("/v1/ingest", params={"repository": "half-a-character"})
    assert (page.status_code, page.json()["total"]) == (200, 0)


def test_a_schedule_for_a_day_that_does_not_exist_is_refused(service: Service) -> None:
    request = {"source_type": "local_path", "source": "/tmp"}
    body = {"name": "never", "request": request, "cron": "0 0 0 30 2 *"}
    assert "would never fire" in refused(service.http.post("/v1/schedules", json=body))["problems"][0]


def test_a_query_parameter_that_no_database_can_hold_is_refused(service: Service) -> None:
    body = {"query": "RETURN $x AS x", "parameters": {"x": 2**64}}
    assert "cannot be sent" in refused(service.http.post("/v1/graph/query", json=body))["detail"]
    assert service.query("RETURN 1 AS x") == [{"x": 1}]


def test_a_body_larger_than_the_host_reads_is_refused(service: Service) -> None:
    try:
        answer = service.http.post("/v1/ingest", content=b" " * (101 * 1024 * 1024))
    except httpx.TransportError:
        return  # The connection is closed while the body is still under way; nothing else is allowed to happen.
    assert answer.status_code == 413


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
KEYS = (
    "branch", "repository", "steps", "dependencies", "config", "options", "strict_parameters", "priority", "eta",
    "countdown", "update", "full", "tags", "description", "created_by",
)  # fmt: skip
STEP_NAMES = st.sampled_from(["filesystem", "syntax", "summarizer", "documentation-grapher", "nonsense", ""])
TYPES = st.sampled_from(["local_path", "git_url", "github_url", "github_repo", "archive", "snapshot", "ftp"])
BODIES = st.fixed_dictionaries(
    {"source_type": TYPES | ANYTHING, "source": st.text(max_size=60) | ANYTHING},
    optional={
        **dict.fromkeys(KEYS, ANYTHING),
        "steps": st.lists(STEP_NAMES | ANYTHING, max_size=4),
        "config": st.dictionaries(st.sampled_from(["steps", "retry", "resources", "filesystem"]) | st.text(max_size=9),
                                  ANYTHING, max_size=4),
        "repository": st.text(max_size=30),
    },
)  # fmt: skip


def encoded(body: Any) -> bytes:
    return json.dumps(body).encode("utf-8", "surrogatepass")


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=BODIES | ANYTHING)
def test_whatever_is_posted_is_accepted_or_refused_but_never_breaks_the_service(service: Service, body: Any) -> None:
    if isinstance(body, dict):
        # Dry runs change nothing, and a start in the far future lets nothing run on while the next body comes.
        body = {**body, "dry_run": True}
    answer = service.http.post("/v1/ingest", content=encoded(body), headers={"content-type": "application/json"})
    if answer.status_code == 202:
        job_id = answer.json()["job_id"]
        assert service.http.get(f"/v1/ingest/{job_id}").status_code == 200
        service.http.post(f"/v1/ingest/{job_id}/cancel")
    else:
        refused(answer)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.dictionaries(st.sampled_from(["query", "parameters", "timeout", "limit", "x"]), ANYTHING, max_size=4))
def test_whatever_is_asked_of_the_graph_is_answered_or_refused(service: Service, body: dict[str, Any]) -> None:
    answer = service.http.post("/v1/graph/query", content=encoded(body))
    if answer.status_code != 200:
        refused(answer)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=80) | st.binary(max_size=60).map(lambda raw: raw.decode("latin-1")) | ANYTHING.map(str))
def test_whatever_is_given_as_configuration_is_valid_or_refused(service: Service, text: str) -> None:
    answer = service.http.post("/v1/config/validate", content=text.encode("utf-8", "surrogatepass"))
    if answer.status_code != 200:
        refused(answer)


def test_every_query_parameter_with_nonsense_in_it_is_refused_or_ignored(service: Service) -> None:
    for path in ("/v1/ingest", "/v1/executions", "/v1/ingest/nope/events", "/v1/graph/digest"):
        for name in ("limit", "offset", "status", "sort_by", "after", "wait", "repository", "since"):
            for value in ("-1", "1e9", "NaN", "'; DROP TABLE", "%00", "9" * 400, "", "ü\n"):
                answer = service.http.get(path, params={name: value})
                assert answer.status_code < 500, (path, name, value, answer.text)


@pytest.mark.parametrize("job_id", ["..%2f..", "%00", "@job@x", "a:b", "x" * 5000, "%F0%9F%98%80", "'--", "a%0ab"])
def test_a_strange_job_id_is_not_found(service: Service, job_id: str) -> None:
    for method, path in (("GET", ""), ("GET", "/events"), ("POST", "/cancel"), ("POST", "/retry")):
        answer = service.http.request(method, f"/v1/ingest/{job_id}{path}", json={} if method == "POST" else None)
        assert answer.status_code in (400, 404, 414), (method, path, answer.status_code, answer.text[:200])


# --- secrets ---------------------------------------------------------------------------------------------------------

SECRET = "s3cr3t-hunter2-9f8e7d6c5b4a"


def test_a_secret_in_a_request_is_found_nowhere_afterwards(own_service: Service, tmp_path: Path) -> None:
    source = write(tmp_path / "repo", {"a.py": "x = 1\n"})
    own_service.http.headers["authorization"] = f"Bearer {SECRET}"
    url = f"https://someone:{SECRET}@github.com/o/r.git"
    answers = [
        own_service.http.post("/v1/ingest", json={"source_type": "git_url", "source": url}),
        own_service.http.post(f"/v1/ingest?code={SECRET}", json={"colour": 1}),
        own_service.http.get("/v1/ingest", params={"code": SECRET}),
        own_service.http.get("/v1/executions", params={"code": SECRET}),
    ]
    body = {
        "source_type": "local_path", "source": str(source), "repository": "secretive", "steps": ["filesystem"],
        "options": {"api_key": SECRET, "password": SECRET},
        "description": f"clone with token={SECRET} from {url}", "created_by": f"Authorization: Bearer {SECRET}",
    }  # fmt: skip
    answers.append(own_service.http.post("/v1/ingest", json=body, headers={"x-correlation-id": f"password={SECRET}"}))
    started = answers[-1]
    assert started.status_code == 202, started.text
    job_id = started.json()["job_id"]
    assert own_service.wait(job_id)["status"] == "COMPLETED"
    for path in (f"/v1/ingest/{job_id}", f"/v1/ingest/{job_id}/events", "/v1/ingest", f"/v1/executions/{job_id}",
                 "/v1/executions", "/metrics", "/v1/ingest/health"):  # fmt: skip
        answers.append(own_service.http.get(path))
    bad = own_service.http.post("/v1/ingest", json={**body, "config": {"retry": {"password": SECRET}}})
    answers.append(bad)
    # Nobody changes the files any more while they are read.
    own_service.local.stop()
    embedded.stop(own_service.home / "graph")
    for answer in answers:
        assert SECRET not in answer.text, (answer.request.url.path, answer.text[:600])
    found = [str(path.relative_to(own_service.home)) for path in files_with(own_service.home, SECRET)]
    assert found == []


def files_with(home: Path, text: str) -> list[Path]:
    """Every file below ``home`` that holds ``text``: blobs, logs, run history, the hub's database, the graph."""
    needle = text.encode()
    for database in home.rglob("*.db"):
        with sqlite3.connect(database) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
    files = [path for path in home.rglob("*") if path.is_file() and not path.is_symlink()]
    assert any(path.suffix == ".db" for path in files)
    assert any(path.suffix == ".log" for path in files)
    return [path for path in files if needle in path.read_bytes()]


def test_numbers_that_json_cannot_carry_do_not_reach_an_answer(service: Service) -> None:
    answer = service.http.post("/v1/graph/query", json={"query": "RETURN 1.0 / 0.0 AS x"})
    if answer.status_code == 200:
        parsed = json.loads(answer.text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
        assert not any(isinstance(v, float) and math.isinf(v) for v in parsed["rows"][0].values())
    else:
        refused(answer)
