"""Shapefiles: encodings without a .cpg, missing parts, and archives that mean harm."""

import struct
import zipfile
from hashlib import sha256

import geopandas as gpd
import pytest
import shapely

from geo_toolkit.boundary import archive, read_sites
from geo_toolkit.errors import BoundaryError, NotAvailable, OptionError

BOX = shapely.box(35605200, 3409250, 35605400, 3409400)


def frame(geometry=BOX, crs=4523, **columns):
    columns = columns or {"项目名称": ["南充物流地块"], "用途": ["物流仓储"], "面积": [1.5]}
    return gpd.GeoDataFrame(columns, geometry=[geometry], crs=crs)


@pytest.fixture
def parts(tmp_path):
    """Return a function that writes a shapefile and gives its parts as bytes by suffix."""

    def write(plots=None, *, encoding="GBK", without=()):
        folder = tmp_path / "written"
        folder.mkdir(exist_ok=True)
        (frame() if plots is None else plots).to_file(folder / "a.shp", encoding=encoding)
        found = {p.suffix: p.read_bytes() for p in sorted(folder.iterdir())}
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
        return {suffix: found[suffix] for suffix in found if suffix not in without}

    return write


@pytest.fixture
def pack(tmp_path):
    """Return a function that packs named bytes into a zip archive."""

    def write(entries, name="plot.zip"):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for entry, content in entries.items():
                archive.writestr(entry, content)
        return path

    return write


def under(stem, content):
    return {f"{stem}{suffix}": value for suffix, value in content.items()}


def test_gbk_without_cpg_is_detected(parts, pack):
    path = pack(under("地块", parts(without=(".cpg",))))
    sites = read_sites(path)
    assert sites.frame.loc["plot#1", "name"] == "南充物流地块"
    assert sites.frame.loc["plot#1", "attributes"] == {
        "项目名称": "南充物流地块",
        "用途": "物流仓储",
        "面积": 1.5,
    }
    source = sites.inputs[0]
    assert source.encoding == "GB18030"
    assert source.encoding_basis.startswith("detected (no .cpg; 5 texts are valid GB18030")
    assert (source.crs, source.crs_basis) == ("EPSG:4523", "declared (its .prj)")
    assert source.sha256 == sha256(path.read_bytes()).hexdigest()


def test_utf8_without_cpg_is_detected(parts, pack):
    plots = frame(名称=["南充市高坪区物流仓储用地地块"])
    source = read_sites(pack(under("a", parts(plots, encoding="UTF-8", without=(".cpg",)))))
    assert source.inputs[0].encoding == "UTF-8"
    assert source.frame["name"].tolist() == ["南充市高坪区物流仓储用地地块"]


def test_cpg_and_option(parts, pack):
    path = pack(under("a", parts()))
    assert read_sites(path).inputs[0].encoding_basis == "declared (.cpg)"
    assert read_sites(path, encoding="gb18030").inputs[0].encoding_basis == "declared (.cpg)"
    with pytest.raises(OptionError, match=r"expected GBK, which its \.cpg says, got --encoding"):
        read_sites(path, encoding="utf-8")
    bare = pack(under("a", parts(without=(".cpg",))))
    assert read_sites(bare, encoding="gbk").inputs[0].encoding_basis == (
        "assumed by option --encoding"
    )
    with pytest.raises(BoundaryError, match=r"\.dbf: expected text in utf-8"):
        read_sites(bare, encoding="utf-8")


@pytest.mark.parametrize("text", ["936", "ANSI 936", "OEM 936", "cp936", "GB2312"])
def test_names_of_gbk_in_a_cpg(parts, pack, text):
    path = pack(under("a", {**parts(), ".cpg": text}))
    assert read_sites(path).frame["name"].tolist() == ["南充物流地块"]


def test_a_cpg_that_is_wrong_or_unknown_is_refused(parts, pack):
    with pytest.raises(BoundaryError, match=r"\.dbf: expected text in UTF-8 .*correct the \.cpg"):
        read_sites(pack(under("a", {**parts(), ".cpg": "UTF-8"})))
    with pytest.raises(BoundaryError, match=r"\.cpg: expected UTF-8, GBK"):
        read_sites(pack(under("a", {**parts(), ".cpg": "KOI8-R"})))


def test_language_byte_of_gbk_counts(parts, pack):
    content = parts(without=(".cpg",))
    dbf = bytearray(content[".dbf"])
    dbf[29] = 0x4D
    source = read_sites(pack(under("a", {**content, ".dbf": bytes(dbf)}))).inputs[0]
    assert source.encoding_basis == "declared (language byte of the .dbf)"


def test_bytes_that_tell_nothing_are_refused(parts, pack):
    plots = frame(name=["café"])
    with pytest.raises(BoundaryError, match=r"expected text in GBK or UTF-8.*--encoding"):
        read_sites(pack(under("a", parts(plots, encoding="ISO-8859-1", without=(".cpg",)))))


def test_folder_and_shp_and_upper_case(parts, tmp_path):
    folder = tmp_path / "送审"
    folder.mkdir()
    content = parts()
    for suffix, value in content.items():
        (folder / f"地块{suffix.upper()}").write_bytes(value)
    for path in (folder, folder / "地块.SHP"):
        sites = read_sites(path)
        assert sites.frame["name"].tolist() == ["南充物流地块"]
        joined = b"".join(content[s] for s in (".cpg", ".dbf", ".prj", ".shp", ".shx"))
        assert sites.inputs[0].sha256 == sha256(joined).hexdigest()
    with pytest.raises(BoundaryError, match=r"expected the \.shp of a shapefile"):
        read_sites(folder / "地块.DBF")


def test_parts_whose_names_differ_in_case(parts, pack):
    content = parts()
    entries = {f"{'A' if s == '.dbf' else 'a'}{s}": value for s, value in content.items()}
    assert read_sites(pack(entries)).frame["name"].tolist() == ["南充物流地块"]


@pytest.mark.parametrize(
    ("without", "message"),
    [
        (".shx", "expected a shapefile with its .shx (index), got none with .shx; send all parts"),
        (".dbf", "expected a shapefile with its .dbf (attributes), got none with .dbf"),
        (".prj", "expected a shapefile with its .prj (coordinate system), got none with .prj; "
         "send the .prj, or name the system with --crs"),
        (".shp", "expected a shapefile (.shp with .shx, .dbf and .prj) in the archive"),
    ],
)  # fmt: skip
def test_missing_parts(parts, pack, without, message):
    with pytest.raises(BoundaryError) as caught:
        read_sites(pack(under("a", parts(without=(without,)))))
    assert f"plot.zip: {message}" in str(caught.value)


def test_crs_option_stands_in_for_a_missing_prj(parts, pack):
    path = pack(under("a", parts(without=(".prj",))))
    source = read_sites(path, crs="EPSG:4523").inputs[0]
    assert source.crs_basis == "assumed by option --crs EPSG:4523"


def test_crs_against_the_prj_is_refused(parts, pack):
    path = pack(under("a", parts()))
    with pytest.raises(OptionError, match=r"EPSG:4523 .*its \.prj says, got --crs EPSG:4545"):
        read_sites(path, crs="EPSG:4545")
    assert read_sites(path, crs="EPSG:4523").inputs[0].crs_basis == "declared (its .prj)"


def test_old_prj_names(parts, pack):
    """Round-trip test 7 of FORMATS §10: a Zone_35 .prj is EPSG:4523."""
    content = parts()
    assert b"CGCS2000_3_Degree_GK_Zone_35" in content[".prj"]
    assert read_sites(pack(under("a", content))).inputs[0].crs == "EPSG:4523"


@pytest.mark.parametrize(("crs", "error"), [(2359, NotAvailable), (2411, NotAvailable)])
def test_other_datums_in_the_prj(parts, pack, crs, error):
    with pytest.raises(error, match="--datum-params"):
        read_sites(pack(under("a", parts(frame(crs=crs)))))


@pytest.mark.parametrize(
    ("prj", "message"),
    [
        ("", "got an empty .prj"),
        ("not a system", ".prj: expected a known coordinate system, got 'not a system'"),
        ('GEOGCS["GCS_User",DATUM["D_Unknown",SPHEROID["WGS_1984",6378137,298.257223563]],'
         'PRIMEM["Greenwich",0],UNIT["Degree",0.0174532925199433]]', "of another datum"),
        ('LOCAL_CS["工程坐标",UNIT["metre",1]]', "expected a projected system in metres"),
    ],
)  # fmt: skip
def test_prj_that_does_not_help(parts, pack, prj, message):
    with pytest.raises(BoundaryError) as caught:
        read_sites(pack(under("a", {**parts(), ".prj": prj})))
    assert message in str(caught.value)


def test_several_shapefiles_need_a_layer(parts, pack):
    content = parts()
    path = pack({**under("一期/甲", content), **under("二期/乙", content)})
    with pytest.raises(BoundaryError, match=r"expected one shapefile, got 一期/甲, 二期/乙; c"):
        read_sites(path)
    assert len(read_sites(path, layer="乙")) == 1
    with pytest.raises(BoundaryError, match="expected a shapefile '丙'"):
        read_sites(path, layer="丙")


def test_names_in_gbk_without_the_utf8_flag(parts, pack):
    path = pack(under("AB", parts()))
    raw = path.read_bytes().replace(b"AB.", "甲".encode("gbk") + b".")
    path.write_bytes(raw)
    assert next(e.name for e in archive.list_entries(path)).startswith("甲.")
    assert len(read_sites(path, layer="甲")) == 1


@pytest.mark.parametrize(
    "name", ["../evil.txt", "/etc/evil", "..\\evil.txt", "C:\\evil", "a/../../b"]
)
def test_paths_outside_are_refused(parts, pack, tmp_path, name):
    path = pack({**under("a", parts()), name: b"x"})
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(BoundaryError, match=r"plot.zip: expected entries inside the archive, got"):
        read_sites(path)
    assert sorted(tmp_path.rglob("*")) == before


def test_links_are_refused(tmp_path):
    path = tmp_path / "plot.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("a.shp")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(BoundaryError, match="a symbolic link"):
        read_sites(path)


def test_bombs_are_refused(pack):
    with pytest.raises(BoundaryError, match="expected a compression of at most 200 to 1"):
        read_sites(pack({"a.shp": bytes(50_000_000)}))
    with pytest.raises(BoundaryError, match="expected at most 1000 entries, got 1001"):
        read_sites(pack({f"{n}.txt": b"" for n in range(1001)}))


def test_encrypted_entries_are_refused(parts, pack):
    path = pack(under("a", parts()))
    raw = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := raw.find(mark, at + 1)) >= 0:
            raw[at + offset] |= 1
    path.write_bytes(raw)
    with pytest.raises(BoundaryError, match="archive without password"):
        read_sites(path)


def test_other_archives_are_named(pack):
    with pytest.raises(NotAvailable, match="an Office document"):
        read_sites(pack({"[Content_Types].xml": "x"}))
    with pytest.raises(BoundaryError, match="expected well-formed XML, got broken or cut XML"):
        read_sites(pack({"doc.kml": "x"}))
    with pytest.raises(BoundaryError, match=r"got \.docx; pack the parts"):
        read_sites(pack({"a.docx": "x"}))
    with pytest.raises(BoundaryError, match=r"got nothing; pack"):
        read_sites(pack({}))


@pytest.mark.parametrize("keep", [30, 200, 0.5, 0.9])
def test_cut_archives_are_refused(parts, pack, keep):
    path = pack(under("a", parts()))
    raw = path.read_bytes()
    path.write_bytes(raw[: keep if keep > 1 else int(len(raw) * keep)])
    with pytest.raises(BoundaryError, match=r"plot.zip: expected a whole zip archive"):
        read_sites(path)


@pytest.mark.parametrize(
    ("suffix", "keep"), [(".shp", 60), (".shp", 140), (".dbf", 20), (".dbf", 60)]
)
def test_cut_parts_are_refused(parts, pack, suffix, keep):
    content = parts()
    with pytest.raises(BoundaryError) as caught:
        read_sites(pack(under("a", {**content, suffix: content[suffix][:keep]})))
    assert "\n" not in str(caught.value)


def test_damaged_entry_is_refused(parts, pack):
    path = pack(under("a", parts()))
    raw = bytearray(path.read_bytes())
    at = raw.find(b"a.shp") + len("a.shp") + 10
    raw[at : at + 10] = b"\xff" * 10
    path.write_bytes(raw)
    with pytest.raises(BoundaryError, match=r"plot.zip a.shp: expected a whole zip archive"):
        read_sites(path)


def test_not_a_number_is_refused_with_its_place(parts, pack):
    content = parts()
    shp = bytearray(content[".shp"])
    first_point = 100 + 8 + 44 + 4  # headers, then type, box, counts and one part index
    struct.pack_into("<d", shp, first_point + 16, float("nan"))
    with pytest.raises(BoundaryError, match=r"feature 1 point 2: expected finite coordinates"):
        read_sites(pack(under("a", {**content, ".shp": bytes(shp)})))


def test_lines_are_refused(parts, pack):
    plots = frame(shapely.LineString([(35605200, 3409250), (35605400, 3409400)]))
    with pytest.raises(BoundaryError, match="feature 1: expected a polygon, got a line"):
        read_sites(pack(under("a", parts(plots))))


def test_holes_stay_holes(parts, pack):
    hole = shapely.box(35605260, 3409310, 35605320, 3409350)
    sites = read_sites(pack(under("a", parts(frame(BOX.difference(hole))))))
    assert sites.frame.geometry.to_crs(4523).iloc[0].area == pytest.approx(30_000 - 2_400)


def test_nothing_is_said_on_the_console(parts, pack, capfd):
    content = parts()
    with pytest.raises(BoundaryError):
        read_sites(pack(under("a", {**content, ".shp": content[".shp"][:140]})))
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")
