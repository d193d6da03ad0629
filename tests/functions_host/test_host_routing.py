"""Route templates: what matches, and which one wins."""

from __future__ import annotations

import pytest

from functions_host.exceptions import HostError
from functions_host.routing import Route, RouteTable


def find(
    templates: list[str], path: str, method: str = "GET", prefix: str = "api"
) -> tuple[str, dict[str, str]] | None:
    table = RouteTable((Route(template, template, frozenset({"GET"}), "anonymous") for template in templates), prefix)
    found = table.find(method, path)
    return None if found is None else (found[0].template, found[1])


@pytest.mark.parametrize(
    ("template", "path", "expected"),
    [
        ("a", "/api/a", {}),
        ("a", "/api/A/", {}),
        ("/a/{b}", "/api/a/x%20y", {"b": "x y"}),
        ("{a}/{b?}", "/api/x", {"a": "x"}),
        ("{a}/{b=5}", "/api/x", {"a": "x", "b": "5"}),
        ("{a}.{ext}", "/api/x.y.z", {"a": "x.y", "ext": "z"}),
        ("{*rest}", "/api/x/y", {"rest": "x/y"}),
        ("{*rest}", "/api", {}),
        ("{a:int}", "/api/-12", {"a": "-12"}),
        ("{a:long}", "/api/9223372036854775807", {"a": "9223372036854775807"}),
        ("{a:bool}", "/api/True", {"a": "True"}),
        ("{a:guid}", "/api/0b2f3c4e-1111-2222-3333-444455556666", {"a": "0b2f3c4e-1111-2222-3333-444455556666"}),
        ("{a:datetime}", "/api/2026-01-31", {"a": "2026-01-31"}),
        ("{a:decimal}", "/api/1.5", {"a": "1.5"}),
        ("{a:alpha:minlength(2)}", "/api/ab", {"a": "ab"}),
        ("{a:length(2,3)}", "/api/abc", {"a": "abc"}),
        ("{a:range(1,5)}", "/api/5", {"a": "5"}),
        (r"{a:regex(^\d{{3}}$)}", "/api/x", None),
        (r"{a:regex(^\d{3}$)}", "/api/123", {"a": "123"}),
        ("{a:int}", "/api/x", None),
        ("{a:int}", "/api/2147483648", None),
        ("{a:alpha}", "/api/a1", None),
        ("{a:min(3)}", "/api/2", None),
        ("{a:max(3)}", "/api/4", None),
        ("{a:maxlength(2)}", "/api/abc", None),
        ("{a:length(2)}", "/api/abc", None),
        ("{a:guid}", "/api/1", None),
        ("{a}", "/api/x/y", None),
        ("a", "/other/a", None),
    ],
)
def test_a_template_matches(template: str, path: str, expected: dict[str, str] | None) -> None:
    found = find([template], path)
    assert found == (None if expected is None else (template, expected))


def test_the_most_specific_template_wins() -> None:
    templates = ["{*rest}", "{name}", "{number:int}", "fixed", "fixed/{id}", "{a}/{b}"]
    assert find(templates, "/api/fixed") == ("fixed", {})
    assert find(templates, "/api/7") == ("{number:int}", {"number": "7"})
    assert find(templates, "/api/x") == ("{name}", {"name": "x"})
    assert find(templates, "/api/fixed/1") == ("fixed/{id}", {"id": "1"})
    assert find(templates, "/api/x/1") == ("{a}/{b}", {"a": "x", "b": "1"})
    assert find(templates, "/api/x/1/2") == ("{*rest}", {"rest": "x/1/2"})


def test_the_method_has_to_fit_and_the_prefix_may_be_empty() -> None:
    assert find(["a"], "/api/a", "POST") is None
    assert find(["a"], "/a", prefix="") == ("a", {})
    assert find([""], "/", prefix="") == ("", {})


@pytest.mark.parametrize("template", ["{a:colour}", "{a:min(x)}", "{1a}", "{}"])
def test_a_template_that_is_wrong_is_refused(template: str) -> None:
    with pytest.raises(HostError, match="function f"):
        RouteTable([Route("f", template, frozenset(), "anonymous")], "")
