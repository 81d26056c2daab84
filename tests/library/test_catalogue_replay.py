"""Replay: recorded checks run again with another version, and exactly what changes is listed."""

import json

import pytest
import shapely

from geo_toolkit.catalogue import Records
from geo_toolkit.cli.app import run
from geo_toolkit.errors import LayerError
from geo_toolkit.workspace import Workspace

ROLE = "ecological_red_line"


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")  # 2026-09-21


@pytest.fixture
def deliver(city, tmp_path):
    sender = type(city)(tmp_path / "sender")

    def make(features, name="delivery"):
        sender.layer(name, "any", features)
        return sender.root / "layers" / "test" / f"{name}.geojson"

    return make


@pytest.fixture
def line(city, rectangle):
    """A red line of 1 km² that covers everything."""
    city.layer("line", ROLE, [("a", rectangle(0, 0, 1000))], coverage="all")
    city.layer("other", "school", [("s", rectangle(9000, 0, 10))], coverage="all")
    city.rule("R", ROLE).rule("S", "school").scope("schools", "school")
    return city.open()


def recorded(ws, plots, *boxes, **options):
    return [ws.check(plots(box), **options).document["check_id"] for box in boxes]


def test_exactly_what_changes_is_listed(line, plots, deliver, rectangle):
    kept, cut, freed, outside = recorded(
        line, plots, rectangle(100, 100, 100), rectangle(750, 0, 200), rectangle(900, 500, 90),
        rectangle(3000, 0, 100),
    )  # fmt: skip
    recorded(line, plots, rectangle(900, 0, 50), scope="schools")  # does not ask for the line
    smaller = deliver([("a", rectangle(0, 0, 850, 1000))])
    line.layers["line"].update(smaller, note="n", override="批复", secrecy="public")
    found = line.replay("line")
    assert (found.from_version, found.to_version, found.checks) == (0, 1, 4)
    assert set(found.changed_checks) == {cut, freed}
    by = {site.check_id: site for site in found.changed}
    assert (by[freed].verdict_before, by[freed].verdict_after) == ("prohibited", "clear")
    assert (by[cut].verdict_before, by[cut].verdict_after) == ("prohibited", "prohibited")
    assert by[cut].overlap_before_m2 == pytest.approx(40_000, rel=1e-5)
    assert by[cut].overlap_after_m2 == pytest.approx(20_000, rel=1e-5)
    assert {kept, outside}.isdisjoint(found.changed_checks)
    back = line.replay("line", 1, 0)
    assert {s.verdict_after for s in back.changed if s.check_id == freed} == {"prohibited"}
    assert len(Records(line.root / ".geo_toolkit").ids()) == 5  # a replay records nothing


def test_a_layer_added_later_is_compared_with_its_absence(line, plots, deliver, rectangle):
    (inside,) = recorded(line, plots, rectangle(5000, 5000, 100))
    line.layers.add(
        "more", deliver([("m", rectangle(5000, 5000, 500))]), role=ROLE, evidence="official",
        secrecy="public",
    )  # fmt: skip
    found = line.replay("more")
    assert (found.from_version, found.to_version) == (None, 1)
    (site,) = found.changed
    assert (site.check_id, site.verdict_before, site.verdict_after) == (
        inside, "clear", "prohibited",
    )  # fmt: skip
    with pytest.raises(LayerError, match=r"no version 7; known: 1"):
        line.replay("more", 0, 7)


def test_a_check_is_run_again_as_it_was_asked(line, plots, deliver, rectangle):
    """The day, the project type, several sites and the land taken are those of the record."""
    sites = plots(rectangle(100, 100, 200), rectangle(3000, 0, 100))
    land = plots(rectangle(120, 120, 50), rectangle(3000, 0, 50))
    done = line.check(sites, land_take=land, project_type="logistics", lang="en")
    back = line.records.sites(done.document["check_id"])
    assert back.frame.index.tolist() == sites.frame.index.tolist()
    assert shapely.equals_identical(
        back.frame.geometry.to_numpy(), sites.frame.geometry.to_numpy()
    ).all()
    line.layers["line"].update(
        deliver([("a", rectangle(0, 0, 140, 1000))]), note="n", override="r", secrecy="public"
    )
    (site,) = line.replay("line").changed
    # Overlap is with the land taken: 50 by 50 m before, 20 by 50 m after.
    assert site.overlap_before_m2 == pytest.approx(2500, rel=1e-5)
    assert site.overlap_after_m2 == pytest.approx(1000, rel=1e-5)


def test_the_command(line, plots, deliver, rectangle, capsys):
    recorded(line, plots, rectangle(900, 500, 90))
    delivery = deliver([("a", rectangle(0, 0, 850, 1000))])
    line.layers["line"].update(delivery, note="n", override="r", secrecy="public")
    root = str(line.root)
    assert run(("layers", "replay", "line", "--workspace", root, "--format", "json")) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["from"], answer["to"], answer["checks"]) == (0, 1, 1)
    assert len(answer["changed_checks"]) == 1
    assert run(("layers", "replay", "line", "--workspace", root)) == 0
    out = capsys.readouterr().out
    assert "重算1项核查，1项结论或面积有变化" in out
    assert run(("layers", "replay", "line", "--to", "5", "--workspace", root)) == 2
    assert "no version 5" in capsys.readouterr().err


@pytest.mark.slow
def test_five_hundred_checks_list_exactly_the_planted_37(
    line, plots, deliver, rectangle, record_property
):
    planted = set()
    for n in range(500):
        if n < 37:  # in the strip that the new version gives up
            box = rectangle(860 + n * 3, 10 + n * 20, 25)
            planted.add(line.check(plots(box)).document["check_id"])
        elif n < 250:
            line.check(plots(rectangle(10 + n * 3, 10 + n * 3, 25)))
        else:
            line.check(plots(rectangle(2000 + n * 20, -9000 + n * 30, 25)))
    line.layers["line"].update(
        deliver([("a", rectangle(0, 0, 850, 1000))]), note="n", override="r", secrecy="public"
    )
    found = Workspace.open(line.root).replay("line", 0, 1)
    assert found.checks == 500
    assert set(found.changed_checks) == planted
    assert len(found.changed) == 37
    record_property("checks", found.checks)
    record_property("changed", len(found.changed))
