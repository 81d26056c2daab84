"""Decoding: what the bytes say, and where they do not say enough."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_toolkit.boundary.encoding import decode_text, detect_legacy, family_of
from geo_toolkit.errors import BoundaryError, OptionError

COMMON = "南充市高坪区物流仓储用地项目名称地块编号面积单位建设工程有限公司"


@given(st.lists(st.text(alphabet=COMMON, min_size=1, max_size=20), min_size=1, max_size=10))
def test_chinese_field_values_in_gbk(texts):
    """Field values in GBK are told, or refused where the bytes hold for both: never mistaken."""
    samples = [text.encode("gbk") for text in texts]
    try:
        name, basis = detect_legacy(samples, file="a.zip")
    except BoundaryError:
        return
    assert name == "GB18030"
    assert basis.startswith("detected (no .cpg; ")


@given(st.lists(st.text(alphabet=COMMON, min_size=2, max_size=20), min_size=1, max_size=10))
def test_chinese_field_values_in_utf8(texts):
    try:
        name, _ = detect_legacy([text.encode() for text in texts], file="a.zip")
    except BoundaryError:
        return
    assert name == "UTF-8"


def test_field_names_cut_within_a_character():
    assert detect_legacy(["项目名称".encode()[:10], "地块".encode()], file="a")[0] == "UTF-8"
    assert detect_legacy(["项目名称用途".encode("gbk")[:9]], file="a")[0] == "GB18030"


def test_ascii_needs_no_guess():
    assert detect_legacy([b"NAME", b"plot"], file="a") == ("UTF-8", "detected (ASCII only)")
    decoded = decode_text(b"plot", file="a", option=None)
    assert (decoded.encoding, decoded.basis) == ("UTF-8", "detected (ASCII only)")


def test_western_and_traditional_text_is_not_guessed():
    for text, encoding in (("café", "latin-1"), ("營山縣國土資源", "big5")):
        with pytest.raises(BoundaryError, match="--encoding"):
            detect_legacy([text.encode(encoding)], file="a")


def test_traditional_text_is_read_when_named():
    raw = "營山縣".encode("big5")
    assert decode_text(raw, file="a", option="big5").text == "營山縣"


@pytest.mark.parametrize("name", ["rot13", "base64", "latin-1", "", "utf-7", "a\0b"])
def test_unknown_encodings(name):
    with pytest.raises(OptionError, match="expected gbk, gb18030, utf-8, utf-16 or big5"):
        family_of(name)
