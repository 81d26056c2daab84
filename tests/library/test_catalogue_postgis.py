"""PostGIS on loopback: a version written whole into a table, a table read by window as a layer."""

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geo_toolkit.catalogue import postgis
from geo_toolkit.catalogue.content import content_of_version
from geo_toolkit.catalogue.diff import compare
from geo_toolkit.cli.app import run
from geo_toolkit.errors import LayerError, NotAvailable

pytestmark = pytest.mark.slow
psycopg = postgis.psycopg
ROLE = "ecological_red_line"
EXTENSION = Path("/usr/share/postgresql")


def tools():
    """The folder of PostgreSQL's programs, where PostGIS is installed for it."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        control = EXTENSION / folder.parent.name / "extension" / "postgis.control"
        if (folder / "initdb").is_file() and control.is_file():
            return folder
    return None


def as_owner(command, owner):
    """A server refuses to run as root: root runs it as another user."""
    return ["runuser", "-u", owner, "--", *map(str, command)] if owner else list(map(str, command))


@pytest.fixture(scope="module")
def server():
    """A PostgreSQL with PostGIS on loopback, stopped at the end; its URL."""
    if psycopg is None:
        pytest.skip("psycopg is missing: pip install 'geo-toolkit[postgis]'")
    programs = tools()
    if programs is None:
        pytest.skip("postgresql-15-postgis-3 is missing")
    owner = "postgres" if os.geteuid() == 0 else None
    home = Path(tempfile.mkdtemp(prefix="pg-"))
    if owner:
        shutil.chown(home, owner)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
    make = ["-U", "app", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    subprocess.run(as_owner([programs / "initdb", "-D", home / "db", *make], owner), **quiet)
    start = ["-D", home / "db", "-w", "-l", home / "log", "-o", options, "start"]
    subprocess.run(as_owner([programs / "pg_ctl", *start], owner), **quiet)
    url = f"postgresql://app@127.0.0.1:{port}/postgres"
    try:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE EXTENSION postgis")
        yield url
    finally:
        subprocess.run(
            as_owner([programs / "pg_ctl", "-D", home / "db", "-m", "fast", "stop"], owner),
            **quiet,
        )
        shutil.rmtree(home, ignore_errors=True)


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
def line(city, rectangle, deliver):
    """A layer with a published version of 100 squares, some with names."""
    squares = [
        (f"s{n:02d}", rectangle(200 * (n % 10), 200 * (n // 10), 100),
         {"HXMC": f"片区{n}" if n % 2 else None, "area": n * 1.5, "n": n})
        for n in range(100)
    ]  # fmt: skip
    city.layer("line", ROLE, squares, coverage="all").rule("R", ROLE)
    ws = city.open()
    changed = [
        ("s00", rectangle(0, 0, 110, 100), {"HXMC": None, "area": 0.0, "n": 0}),
        *squares[1:],
    ]
    ws.layers["line"].update(deliver(changed), note="n", secrecy="public", document="1号")
    return ws


def test_a_version_read_back_equals_it(line, server):
    table, version = line.layers["line"].publish(f"{server}#plan.red_line")
    assert (version.number, table.label.endswith("/postgres#plan.red_line")) == (1, True)
    back, total = postgis.read_table(table)
    assert total == 100
    assert back.crs.to_epsg() == 4490
    stored = content_of_version(line.layers.store.file_of(version))
    same = compare(stored, back.drop(columns="version"), key="id", crs=line.topology_crs)
    assert same.is_empty
    assert back["version"].unique().tolist() == [1]
    assert shapely.equals_identical(
        stored.geometry.to_numpy(), back.sort_values("id").geometry.to_numpy()
    ).all()
    with psycopg.connect(server) as connection:
        (comment,) = connection.execute(
            "SELECT obj_description('plan.red_line'::regclass)"
        ).fetchone()
        (indexes,) = connection.execute(
            "SELECT count(*) FROM pg_indexes "
            "WHERE tablename = 'red_line' AND indexdef LIKE '%gist%'"
        ).fetchone()
    assert version.sha256 in comment
    assert "document 1号" in comment
    assert indexes == 1


def test_the_next_version_takes_its_place_in_one_transaction(line, server, monkeypatch):
    entry = line.layers["line"]
    entry.publish(f"{server}#public.turns", version=0)
    table, _ = entry.publish(f"{server}#public.turns")
    assert postgis.read_table(table)[0]["version"].unique().tolist() == [1]
    with psycopg.connect(server) as connection:
        connection.execute("CREATE VIEW public.seen AS SELECT id, version FROM public.turns")

    def fail(*_arguments):
        raise psycopg.errors.DiskFull("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(postgis, "_describe", fail)
        with pytest.raises(LayerError, match="the database refuses"):
            entry.publish(f"{server}#public.turns", version=0)
    assert postgis.read_table(table)[0]["version"].unique().tolist() == [1]
    entry.publish(f"{server}#public.turns", version=0)
    with psycopg.connect(server) as connection:  # a view on the table stays
        rows = connection.execute("SELECT DISTINCT version FROM public.seen").fetchall()
    assert rows == [(0,)]


def test_what_is_not_this_layers_is_left_alone(line, server):
    with psycopg.connect(server) as connection:
        connection.execute("CREATE TABLE public.theirs (x integer)")
    with pytest.raises(LayerError, match=r"#public.theirs: expected a table of layer line"):
        line.layers["line"].publish(f"{server}#theirs")
    for name in ("a.b;c", "drop table", "1x"):
        with pytest.raises(LayerError, match="name one"):
            line.layers["line"].publish(f"{server}#{name}")


def with_source(city, source, *, crs="EPSG:4490"):
    path = city.root / "layers" / "test" / "line.toml"
    text = path.read_text(encoding="utf-8").replace('"line.geojson"', f'"{source}"')
    path.write_text(text.replace('"EPSG:4490"', f'"{crs}"'), encoding="utf-8")
    (city.root / "layers" / "test" / "line.geojson").unlink()
    return city.open()


def test_a_table_answers_a_check_as_the_file_did(city, server, plots, rectangle, monkeypatch):
    squares = [
        (f"s{n:04d}", rectangle(400 * (n % 50) - 9000, 400 * (n // 50) - 9000, 100))
        for n in range(2000)
    ]
    city.layer("line", ROLE, squares, coverage="all").rule("R", ROLE)
    city.rule("D", ROLE, "within_distance", distance_m=350)
    sites = plots(rectangle(0, 0, 150), rectangle(-11_000, 0, 50))
    before = city.open().check(sites, record=False).document
    frame = gpd.read_file(city.root / "layers" / "test" / "line.geojson").set_crs(
        4490, allow_override=True
    )
    frame = frame.to_crs(4544)  # metres: the box is asked in the table's own system
    with psycopg.connect(server) as connection:
        connection.execute("CREATE TABLE public.squares (id text, geom geometry(Polygon, 4544))")
        for key, shape in zip(frame["id"], frame.geometry, strict=True):
            connection.execute(
                "INSERT INTO public.squares VALUES (%s, ST_GeomFromWKB(%s, 4544))",
                (key, shapely.to_wkb(shape)),
            )
    ws = with_source(city, f"{server}#public.squares", crs="EPSG:4544")
    read = []
    original = postgis.read_table

    def counted(table, windows=None):
        found = original(table, windows)
        read.append((windows is not None, len(found[0])))
        return found

    monkeypatch.setattr("geo_toolkit.catalogue.reading.read_table", counted)
    after = ws.check(sites, record=False).document
    assert all(is_window for is_window, _ in read)
    assert max(count for _, count in read) < 2000
    assert after["layers"][0]["features"] == 2000
    for old, new in zip(before["sites"], after["sites"], strict=True):
        assert (old["verdict"], old["complete"]) == (new["verdict"], new["complete"])
        for a, b in zip(old["roles"], new["roles"], strict=True):
            assert a["overlap_m2"] == pytest.approx(b["overlap_m2"], abs=0.01)
            assert a["nearest_m"] == pytest.approx(b["nearest_m"], abs=0.01)
    whole = ws.layers["line"].read()
    assert len(whole.frame) == 2000
    assert ws.layers["line"].read() is whole  # kept while the table has not changed
    with psycopg.connect(server) as connection:
        connection.execute("DELETE FROM public.squares WHERE id = 's0000'")
    assert len(ws.layers["line"].read().frame) == 1999


def test_a_database_that_does_not_answer_clears_nothing(city, plots, rectangle):
    if psycopg is None:
        pytest.skip("psycopg is missing: pip install 'geo-toolkit[postgis]'")
    city.layer("line", ROLE, [("a", rectangle(0, 0, 10))], coverage="all").rule("R", ROLE)
    ws = with_source(city, "postgresql://app:secret@127.0.0.1:1/gis#public.x")
    document = ws.check(plots(rectangle(500, 0, 10)), record=False).document
    assert document["sites"][0]["verdict"] == "undetermined"
    fault = document["layers"][0]["fault"]
    assert "127.0.0.1/gis#public.x" in fault
    assert "secret" not in fault


def test_the_command_and_secrecy(line, server, capsys):
    root = str(line.root)
    code = run(("layers", "publish", "line", f"{server}#public.cli", "--workspace", root))
    out, err = capsys.readouterr()
    assert (code, err) == (0, "")
    assert "图层line第1版已写入" in out
    assert "app@" not in out
    entry = line.layers["line"]
    entry.update(
        line.root / "layers" / "test" / "line.geojson", note="n", secrecy="verdict_only",
        override="r",
    )  # fmt: skip
    with pytest.raises(NotAvailable, match="verdict_only"):
        entry.publish(f"{server}#public.cli")


def test_without_the_driver_it_is_named(monkeypatch):
    monkeypatch.setattr(postgis, "psycopg", None)
    with pytest.raises(NotAvailable, match="psycopg"):
        postgis.read_table(postgis.parse_source("postgresql://host/db#t"))
