"""A page stands alone: the check that finds what leaves it, and its policy."""

import base64
import hashlib

import pytest

from geo_toolkit.errors import NotAvailable
from geo_toolkit.webmap.offline import content_security_policy, require_no_foreign_address


@pytest.mark.parametrize(
    "html",
    [
        '<img src="https://a.example/1.png">',
        '<img src="//a.example/1.png">',
        '<img srcset="data:,x 1x, http://a.example/2.png 2x">',
        '<link rel="stylesheet" href="http://a.example/s.css">',
        '<link rel="stylesheet" href="style.css">',
        "<style>p {background: url( 'https://a.example/b.png' )}</style>",
        "<style>@import 'https://a.example/s.css';</style>",
        '<p style="background: url(https://a.example/b.png)"></p>',
        '<svg><image xlink:href="https://a.example/i.svg"/></svg>',
        '<form action="https://a.example/"></form>',
        '<object data="https://a.example/o"></object>',
        "<script>x = '<a href=\"https://a.example\">'</script>",
        "<script src='/static/leaflet.js'></script>",
    ],
)
def test_what_leaves_a_page_is_refused(html):
    with pytest.raises(NotAvailable, match="expected no address outside it"):
        require_no_foreign_address(html, served=False)


@pytest.mark.parametrize(
    "html",
    [
        '<a href="#top">x</a><img src="data:image/png;base64,AA==">',
        '<style>p {fill: url(#hatch); background: url("data:,")}</style>',
        '<script type="application/json">{"note": "see https://a.example"}</script>',
        "<p>见 https://a.example</p>",
    ],
)
def test_what_stays_in_a_page_is_allowed(html):
    require_no_foreign_address(html, served=False)


def test_a_served_page_may_load_from_its_own_host_only():
    require_no_foreign_address('<script src="/static/leaflet.js"></script>', served=True)
    with pytest.raises(NotAvailable):
        require_no_foreign_address('<script src="//cdn.example/l.js"></script>', served=True)


def test_the_policy_allows_each_script_by_its_hash():
    html = "<style>p{}</style><script>a=1</script><script type='application/json'>{}</script>"
    digest = base64.b64encode(hashlib.sha256(b"a=1").digest()).decode()
    policy = content_security_policy(html, served=False)
    assert f"script-src 'sha256-{digest}';" in policy
    assert policy.count("sha256-") == 2
    assert policy.startswith("default-src 'none'; ")
    assert "'self'" not in policy
    assert "unsafe" not in policy


def test_the_policy_of_a_served_page_names_its_own_host():
    policy = content_security_policy("<script>a=1</script>", served=True)
    assert "script-src 'self' 'sha256-" in policy
