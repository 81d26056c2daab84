"""Local parameters: worked here by PROJ, in the library by its own code; never shown anywhere."""

import numpy as np
import pytest
import shapely
from pyproj import Transformer

from geo_toolkit.boundary import read_sites
from geo_toolkit.boundary.datum_params import read_parameters
from geo_toolkit.errors import BoundaryError, DefinitionError, NotAvailable, OptionError
from geo_toolkit.geodesy import Datum

# invented values, of usual size
SEVEN = {
    "dx_m": 12.5, "dy_m": -101.25, "dz_m": -45.75,
    "rx_s": 1.5, "ry_s": -0.75, "rz_s": 2.25, "scale_ppm": -3.5,
}  # fmt: skip
FOUR = {"dx_m": 21.5, "dy_m": 98.25, "rotation_s": 1.25, "scale_ppm": 2.5}
ELLIPSOIDS = {"xian80": "+a=6378140 +rf=298.257", "beijing54": "+a=6378245 +rf=298.3"}
HEAD = "[属性描述]\n坐标系={system}\n几度分带=3\n带号=35\n[地块坐标]\n,,DK01,甲,面,,,,@\n"
RING = [(3409400.0, 35605200.0), (3409400.0, 35605400.0), (3409250.0, 35605400.0)]


def parameters(path, **values):
    lines = [f"{k} = {v!r}".replace("'", '"') for k, v in values.items()]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def seven(path, source="xian80", convention="position_vector", **changes):
    named = {"source": source, "method": "bursa_wolf", "convention": convention}
    return parameters(path, **named, **{**SEVEN, **changes})


def four(path, **changes):
    named = {"source": "xian80", "method": "planar", "from_crs": "EPSG:2359", "to_crs": "EPSG:4523"}
    return parameters(path, **{**named, **FOUR, **changes})


def write(path, system="1980西安坐标系", ring=RING):
    points = "".join(f"J{n},1,{x:.3f},{y:.3f}\n" for n, (x, y) in enumerate([*ring, ring[0]], 1))
    path.write_text(HEAD.format(system=system) + points, encoding="gbk")
    return path


@pytest.mark.parametrize("source", ["xian80", "beijing54"])
@pytest.mark.parametrize("convention", ["position_vector", "coordinate_frame"])
def test_seven_parameters_agree_with_proj(tmp_path, source, convention):
    ours = read_parameters(seven(tmp_path / "p.toml", source, convention))
    pipeline = (
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
        f"+step +proj=cart {ELLIPSOIDS[source]} "
        "+step +proj=helmert +x=12.5 +y=-101.25 +z=-45.75 +rx=1.5 +ry=-0.75 +rz=2.25 +s=-3.5 "
        f"+convention={convention} +step +inv +proj=cart +ellps=GRS80 "
        "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
    )
    lon, lat = np.array([105.5, 106.1, 106.9]), np.array([30.5, 31.0, 31.8])
    expected = Transformer.from_pipeline(pipeline).transform(lon, lat, np.zeros(3))
    moved = ours.to_cgcs2000(shapely.points(lon, lat), file="plot.txt")
    # 1e-8 degrees is a millimetre: PROJ turns by the angles, ours by their first order
    assert pytest.approx(np.array(expected[:2]), abs=1e-8) == shapely.get_coordinates(moved).T


def test_seven_parameters_of_a_survey_text(tmp_path):
    """The plot is found where the same vertices, moved by PROJ, lie."""
    sites = read_sites(write(tmp_path / "a.txt"), datum_params=seven(tmp_path / "p.toml"))
    to_degrees = Transformer.from_crs(2359, 4610, always_xy=True)
    lon, lat = to_degrees.transform(35605200.0, 3409400.0)
    ours = read_parameters(tmp_path / "p.toml")
    moved = ours.to_cgcs2000(np.array([shapely.Point(lon, lat)]), file="a.txt")[0]
    assert sites.frame.geometry.iloc[0].exterior.coords[0] == pytest.approx(moved.coords[0])
    source = sites.inputs[0]
    assert (source.crs, source.datum) == ("EPSG:2359", Datum.XIAN80)
    assert "brought from Xian 1980 to CGCS2000 by 7 local parameters (p.toml)" in source.warnings[0]
    assert "Xian 1980转换为CGCS2000" in source.warning_texts("zh")[0]


def test_four_parameters_on_paper(tmp_path):
    """A shift alone, in metres north and east, of zone 35 to zone 35."""
    p = four(tmp_path / "p.toml", rotation_s=0, scale_ppm=0)
    sites = read_sites(write(tmp_path / "a.txt"), datum_params=p)
    moved = sites.frame.geometry.to_crs(4523).iloc[0].exterior.coords[0]
    assert moved == pytest.approx((35605200 + 98.25, 3409400 + 21.5), abs=1e-4)


def test_four_parameters_turn_and_scale(tmp_path):
    sites = read_sites(write(tmp_path / "a.txt"), datum_params=four(tmp_path / "p.toml"))
    # the plane turns about its origin, 35 605 km away: only an unprefixed zone keeps that small
    turn, k = np.radians(1.25 / 3600), 1 + 2.5e-6
    x, y = RING[0]
    north = 21.5 + k * (x * np.cos(turn) - y * np.sin(turn))
    east = 98.25 + k * (x * np.sin(turn) + y * np.cos(turn))
    moved = sites.frame.geometry.to_crs(4523).iloc[0].exterior.coords[0]
    assert moved == pytest.approx((east, north), abs=1e-3)


@pytest.mark.parametrize(("system", "code"), [("1980西安坐标系", 2359), ("北京54", 2401 + 10)])
def test_datums_without_parameters_are_refused(tmp_path, system, code):
    with pytest.raises(NotAvailable, match="give them with --datum-params FILE"):
        read_sites(write(tmp_path / "a.txt", system))
    source = "xian80" if code == 2359 else "beijing54"
    sites = read_sites(
        write(tmp_path / "a.txt", system), datum_params=seven(tmp_path / "p.toml", source)
    )
    assert sites.inputs[0].crs == f"EPSG:{code}"


def test_parameters_that_do_not_belong(tmp_path):
    with pytest.raises(OptionError, match=r"expected parameters of Beijing 1954 .*those of Xian"):
        read_sites(write(tmp_path / "a.txt", "北京54"), datum_params=seven(tmp_path / "p.toml"))
    plain = write(tmp_path / "b.txt", "2000国家大地坐标系")
    with pytest.raises(
        OptionError, match="expected no --datum-params, since its datum is cgcs2000"
    ):
        read_sites(plain, datum_params=tmp_path / "p.toml")


def test_parameters_that_move_too_far(tmp_path):
    wrong = seven(tmp_path / "p.toml", dx_m=9876.5)
    with pytest.raises(BoundaryError, match="by less than 2 km, got more; check their units") as no:
        read_sites(write(tmp_path / "a.txt"), datum_params=wrong)
    assert "9876" not in str(no.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"source": "cgcs2000"}, "key 'source': expected xian80 or beijing54, got another"),
        ({"convention": "other"}, "key 'convention': expected position_vector or coordinate_frame"),
        ({"rx_s": 1234.5}, "key 'rx_s': expected a number of at most 60 in size, got another"),
        ({"rx_s": float("nan")}, "key 'rx_s': expected a number of at most 60 in size"),
        ({"rx_s": "1.5"}, "key 'rx_s': expected a number of at most 60 in size, got no number"),
        ({"secret": 4321.5}, "key 'secret': expected no such key, got another; keep to"),
    ],
)
def test_faults_name_the_key_and_never_the_value(tmp_path, changes, message):
    named = {"source": "xian80", "method": "bursa_wolf", "convention": "position_vector"}
    path = parameters(tmp_path / "p.toml", **{**named, **SEVEN, **changes})
    with pytest.raises(DefinitionError) as caught:
        read_parameters(path)
    assert f"p.toml {message}" in str(caught.value)
    assert not any(str(value) in str(caught.value) for value in (1234.5, 4321.5, 101.25))


def test_files_that_are_none(tmp_path):
    with pytest.raises(DefinitionError, match=r"p.toml: expected a readable file"):
        read_parameters(tmp_path / "p.toml")
    (tmp_path / "p.toml").write_bytes(b"\xff\xfe = 1")
    with pytest.raises(DefinitionError, match=r"p.toml: expected TOML in UTF-8"):
        read_parameters(tmp_path / "p.toml")
    parameters(tmp_path / "p.toml", source="xian80", method="planar", from_crs="EPSG:4523")
    with pytest.raises(DefinitionError, match=r"key 'dx_m': expected a number .*got none"):
        read_parameters(tmp_path / "p.toml")
    four(tmp_path / "p.toml", from_crs="EPSG:4523")
    with pytest.raises(DefinitionError, match="key 'from_crs': expected a projected system on xi"):
        read_parameters(tmp_path / "p.toml")


def test_nothing_shows_the_values(tmp_path, caplog, capfd):
    with caplog.at_level("DEBUG"):
        ours = read_parameters(seven(tmp_path / "p.toml"))
        sites = read_sites(write(tmp_path / "a.txt"), datum_params=tmp_path / "p.toml")
    shown = f"{ours!r} {sites.inputs!r} {caplog.text} {capfd.readouterr()}"
    assert not any(str(value) in shown for value in SEVEN.values() if abs(value) > 10)
