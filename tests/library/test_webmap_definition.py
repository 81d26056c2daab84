"""Map definitions: what is read, and one line for each thing that is wrong."""

import pytest

from geo_toolkit.errors import DefinitionError, UnknownName
from geo_toolkit.webmap import load_maps, read_map

GROUPED = """
title_zh = "总图"
title_en = "Overview"
subtitle_zh = "{parks} 个园区"
off = ["rivers"]
[[group]]
title_zh = "底图"
title_en = "Base"
layers = ["counties", "rivers"]
[[group]]
title_zh = "园区"
layers = ["parks"]
"""


@pytest.fixture
def write(tmp_path):
    def make(text, name="overview.toml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return make


def test_groups_give_the_drawing_order(write):
    found = read_map(write(GROUPED))
    assert found.id == "overview"
    assert found.layer_ids == ("counties", "rivers", "parks")
    assert found.title("en") == "Overview"
    assert [group.title("en") for group in found.group] == ["Base", "园区"]
    assert found.basemap == "none"


def test_the_subtitle_counts_features(write):
    assert read_map(write(GROUPED)).subtitle("zh", {"parks": 16}) == "16 个园区"


def test_maps_come_in_the_order_of_their_ids(write, tmp_path):
    for name in ("b.toml", "a.toml"):
        write('title_zh = "图"\nlayers = ["x"]\n', name)
    assert list(load_maps(tmp_path)) == ["a", "b"]
    assert load_maps(tmp_path / "none") == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title_zh = ", "overview.toml: not valid TOML"),
        ('layers = ["a"]', "overview.toml key 'title_zh': Field required; correct it"),
        ('title_zh = "图"', "expected either layers or [[group]]"),
        ('title_zh = "图"\nlayers = ["a"]\n[[group]]\nlayers = ["b"]', "expected either layers"),
        ('title_zh = "图"\nlayers = ["a", "a"]', "layer 'a' is named twice"),
        ('title_zh = "图"\nlayers = ["a"]\noff = ["b"]', "'b' is not a layer of this map"),
        ('title_zh = "图"\nlayers = ["a"]\nsubtitle_zh = "{b}"', "'b' is not a layer of this map"),
        ('title_zh = "图"\nlayers = ["a"]\ncolour = "red"', "key 'colour': Extra inputs"),
        ('title_zh = "图"\nlayers = [1]', "key 'layers.0'"),
        ('id = "other"\ntitle_zh = "图"\nlayers = ["a"]', "expected 'overview' (the file's name)"),
    ],
)
def test_a_wrong_definition_is_refused_in_one_line(write, text, message):
    with pytest.raises(DefinitionError) as caught:
        read_map(write(text))
    assert message in str(caught.value)
    assert str(caught.value).startswith("overview.toml")


def test_other_encodings_are_refused(tmp_path):
    path = tmp_path / "overview.toml"
    path.write_bytes('title_zh = "总图"\nlayers = ["a"]\n'.encode("gb18030"))
    with pytest.raises(DefinitionError, match=r"overview\.toml: expected UTF-8; save it as UTF-8"):
        read_map(path)


@pytest.mark.parametrize("name", ["none", "osm", "amap", "tianditu_img", "tiles/base", "b.pmtiles"])
def test_a_basemap_is_read(write, name):
    assert read_map(write(f'title_zh = "图"\nbasemap = "{name}"\nlayers = ["a"]')).basemap == name


def test_a_missing_layer_is_named_with_the_nearest(write):
    found = read_map(write('title_zh = "图"\nlayers = ["park"]'))
    with pytest.raises(UnknownName) as caught:
        found.require_layers(["parks", "rivers"])
    assert str(caught.value) == (
        "no layer 'park' in layers/ (map 'overview'); did you mean 'parks'?"
    )
