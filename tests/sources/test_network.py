"""Which addresses and URLs are let through."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestory.exceptions import ConfigurationError, SourceError
from codestory.sources import SourceLimits
from codestory.sources.network import check_url, is_public


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
        *("169.254.169.254", "100.64.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1"),
        *("255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "64:ff9b::7f00:1", "64:ff9b:1::10.0.0.1"),
        *("2002:7f00:1::", "2002:a00:1::1", "::127.0.0.1", "2001:0:0:0:0:0:80ff:fffe"),
    ],
)
def test_addresses_inside_networks_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["140.82.121.3", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4, network="10.0.0.0/8") | st.ip_addresses(v=4, network="127.0.0.0/8"))
def test_no_form_of_a_private_address_is_public(address: object) -> None:
    assert not is_public(str(address))
    assert not is_public(f"::ffff:{address}")
    assert not is_public(f"64:ff9b::{address}")


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("http://user:password@host.example/x", "credentials"),
        ("https://token@host.example/x", "credentials"),
        ("https://@host.example/x", "credentials"),
        ("file:///etc/passwd", "local_path"),
        ("ssh://git@host.example/x", "credentials"),
        ("ssh://host.example/x", "https URL"),
        ("git://host.example/x", "https URL"),
        ("git@host.example:x/y", "not an https"),
        ("ext::sh -c whoami", "space"),
        ("ftp://host.example/x", "not an https"),
        ("/etc/passwd", "not an https"),
        ("https://-oProxyCommand=x/y", "host name"),
        ("https:///x", "host name"),
        ("https://host.example", "no repository"),
        ("https://host.example/", "no repository"),
        ("https://host.example/x\n", "control"),
        ("https://host.example\\@evil.example/x", "backslash"),
        ("https://host.example:99999/x", "cannot be understood"),
        ("https://[::1/x", "cannot be understood"),
        ("https://ho%73t.example/x", "host name"),
        ("--upload-pack=touch /tmp/x", "space"),
        ("", "not an https"),
    ],
)
def test_urls_that_are_refused(url: str, text: str) -> None:
    with pytest.raises(SourceError, match=text) as caught:
        check_url(url)
    assert "password" not in str(caught.value)
    assert "token@" not in str(caught.value)


@given(st.text(max_size=60))
def test_any_text_is_an_acceptable_url_or_a_clear_refusal(text: str) -> None:
    try:
        assert check_url(text).startswith(("http://", "https://", "HTTP", "Http", "hTTP")) or "://" in text
    except SourceError as error:
        assert str(error)


@pytest.mark.parametrize("value", ["x", "-1", "0", "1.5", "²"])
def test_a_limit_that_is_no_number_is_a_configuration_error(value: str) -> None:
    with pytest.raises(ConfigurationError, match="CODESTORY_MAX_SOURCE_FILES"):
        SourceLimits.from_environment({"CODESTORY_MAX_SOURCE_FILES": value})
