"""The quick way and the careful way through a survey text: one answer, one refusal."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_toolkit.boundary import read_sites, survey_text
from geo_toolkit.boundary.survey_quick import parse_quick
from geo_toolkit.errors import GeoToolkitError

HEAD = [
    "[属性描述]",
    "坐标系=2000国家大地坐标系",
    "几度分带=3",
    "带号=35",
    "计量单位=米",
    "[地块坐标]",
]
BASE_N, BASE_E = 3409000.0, 35605000.0


def plot_lines(n, stated="", fields=("面", "", "用途", "0508"), count=""):
    return f"{count},{stated},DK{n},地块{n},{','.join(fields)},@"


def square(n, ring=1, size=40.0, north=0.0, east=0.0, *, closed=True):
    x, y = BASE_N + north, BASE_E + 100 * n + east
    corners = [(x, y), (x, y + size), (x + size, y + size), (x + size, y)]
    corners += corners[:1] if closed else []
    return [f"J{k},{ring},{a:.3f},{b:.3f}" for k, (a, b) in enumerate(corners, start=1)]


def outcome(path):
    """Return all that is told of a file, or the refusal."""
    try:
        sites = read_sites(path)
    except GeoToolkitError as error:
        return type(error).__name__, str(error)
    source = replace(sites.inputs[0], path=path)
    rows = [[r["name"], r["attributes"], str(r["stated_area_ha"]), r.geometry.wkb_hex]
            for _, r in sites.frame.iterrows()]  # fmt: skip
    return rows, source, [str(r) for r in source.repairs], source.warning_texts("zh")


def both_ways(path, text, monkeypatch_way):
    path.write_bytes(text.encode("gb18030"))
    quick = outcome(path)
    with monkeypatch_way() as patch:
        patch.setattr(survey_text, "parse_quick", lambda _text, _file: None)
        careful = outcome(path)
    return quick, careful


PLOTS = {
    "plain": [plot_lines(1, "0.16", count=5), *square(1)],
    "several": [plot_lines(1), *square(1), plot_lines(2, "1600"), *square(2)],
    "open": [plot_lines(1), *square(1, closed=False), plot_lines(2), *square(2)],
    "hole": [plot_lines(1), *square(1), *square(1, 2, 10, 5, 5)],
    "one number, two rings": [plot_lines(1), *square(1), *square(1, 1, 10, 5, 5)],
    "wrong counts": [plot_lines(1, count=9), *square(1), plot_lines(2, count=4), *square(2)],
    "repeated point": [plot_lines(1), *square(1)[:2], *square(1)[1:]],
    "8 fields": [plot_lines(1, fields=("面", "", "用途")), *square(1)],
    "12 fields": [plot_lines(1, fields=("面", "", "用途", "1", "a", "b", "c")), *square(1)],
    "spaces": [f" {line} " for line in [plot_lines(1, " 0.16 "), *square(1)]],
    "other zeros": [plot_lines(1, count=5), *square(1)[:-1], "J1,1,3409000,35605100.0"],
    "two points": [plot_lines(1), *square(1)[:2]],
    "there and back": [plot_lines(1), *square(1)[:2], square(1)[0]],
    "bow-tie": [plot_lines(1), *(square(1)[k] for k in (0, 2, 1, 3, 0))],
    "no points": [plot_lines(1), plot_lines(2), *square(2)],
    "blank line": [plot_lines(1), *square(1)[:3], "", *square(1)[3:]],
    "swapped": [plot_lines(1), *(re.sub(r"([^,]*),([^,]*)$", r"\2,\1", s) for s in square(1))],
    "same outline twice": [plot_lines(1), *square(1), *square(1, 2)],
    "scattered": [plot_lines(1), *square(1, closed=False), *square(1, 2, 5, 5, 5), "J9,1,1,1"],
    "wide digits": [plot_lines(1), *(line.replace("0", "０") for line in square(1))],
    "a section among the points": [plot_lines(1), *square(1), "[J9,1,3409000.000,35605100.000"],
}


@pytest.mark.parametrize("name", PLOTS)
def test_both_ways_agree(tmp_path, name):
    text = "\n".join([*HEAD, *PLOTS[name], ""])
    quick, careful = both_ways(tmp_path / "plot.txt", text, pytest.MonkeyPatch.context)
    assert quick == careful


@pytest.mark.parametrize("name", ["plain", "several", "open", "hole", "wrong counts", "12 fields",
                                  "repeated point", "swapped"])  # fmt: skip
def test_the_quick_way_is_taken(name):
    assert parse_quick("\n".join([*HEAD, *PLOTS[name], ""]), "plot.txt") is not None


PIECES = st.sampled_from(
    ["", " ", ",", "@", "nan", "1e999", "-0", "+1", "1_0", "０", "，", "[", "\t", "\u3000", "36",
     "线", "\n", "\r", "\x0b", "\x85", "\u2028", "\ufeff", "1e7", "3409000.000", "J1,1,"]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(
    names=st.lists(st.sampled_from(sorted(PLOTS)), min_size=1, max_size=3),
    changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 3), PIECES), max_size=3),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    head=st.lists(st.sampled_from(HEAD), min_size=3, max_size=6, unique=True),
)
def test_random_texts_agree(tmp_path_factory, names, changes, end, head):
    """One damaged place or more: the same sites, or the same refusal in the same words."""
    text = "\n".join([*head, *(line for name in names for line in PLOTS[name]), ""])
    for share, cut, piece in changes:
        at = int(share * len(text))
        text = text[:at] + piece + text[at + cut :]
    path = tmp_path_factory.getbasetemp() / "quick.txt"
    text = text.replace("\n", end)
    quick, careful = both_ways(path, text, pytest.MonkeyPatch.context)
    assert quick == careful
