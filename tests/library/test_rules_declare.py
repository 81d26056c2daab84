"""The file of ``--declare``: what it may say, and every wrong word refused with its key."""

from datetime import date

import pytest

from geo_toolkit.errors import DefinitionError, OptionError, UnknownName
from geo_toolkit.rules import NATURES, Declaration, read_declaration


@pytest.fixture
def declare(tmp_path):
    def _declare(text):
        path = tmp_path / "d.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return _declare


FULL = """
nature = "expand"
activity_class = 5
height_m = 24.0
height_datum = "ground"
industries = ["物流"]
chainage_origin_m = 12000.0
[[crossing]]
at_m = 3250.0
structure = "bridge"
[[approval]]
kind = "recognition_opinion"
number = "川府函〔2026〕1号"
date = 2026-05-01
area_ha = 0.5
[[override]]
rule_id = "YZ-1"
outcome = "clear"
reason = "岸线以河道管理范围线为准，实测1200米"
by = "李四"
"""


@pytest.mark.parametrize("nature", NATURES)
def test_a_nature_is_read(declare, nature):
    assert read_declaration(declare(f'nature = "{nature}"')).nature == nature


def test_nothing_declared(declare):
    assert read_declaration(declare("# nothing\n")) == Declaration()


def test_everything_declared(declare):
    said = read_declaration(declare(FULL))
    assert (said.activity_class, said.height_m, said.height_datum) == (5, 24.0, "ground")
    assert said.approvals[0].date == date(2026, 5, 1)
    assert said.crossings[0].structure == "bridge"
    assert said.overrides[0].by == "李四"


def test_parts_are_bound_to_the_only_site(declare):
    said = read_declaration(declare(FULL)).for_sites(["plot#1"])
    assert {p.site for p in (*said.approvals, *said.overrides, *said.crossings)} == {"plot#1"}


def test_with_several_sites_each_part_must_name_one(declare):
    said = read_declaration(declare(FULL))
    with pytest.raises(OptionError, match=r"crossing names no site.*has 2"):
        said.for_sites(["plot#1", "plot#2"])


def test_a_site_that_is_not_in_the_check(declare):
    said = read_declaration(declare('site = "plot#9"'))
    with pytest.raises(UnknownName, match="plot#9"):
        said.for_sites(["plot#1"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('natur = "new"', "d.toml key 'natur': unknown key; did you mean 'nature'"),
        ("hight_m = 3", "d.toml key 'hight_m': unknown key; did you mean 'height"),
        ('nature = "rebuilt"', "no nature 'rebuilt'; did you mean 'rebuild'?"),
        ("nature = 1", "d.toml key 'nature': expected text in quotes, got 1"),
        ("nature = new", "d.toml key 'nature': expected valid TOML, got "),
        ("nature = " + "[" * 5000, "d.toml"),
        ("activity_class = 11", "d.toml key 'activity_class'"),
        ("activity_class = 5.0", "d.toml key 'activity_class'"),
        ("height_m = 24.0", "height_m goes with height_datum"),
        ('height_m = 24.0\nheight_datum = "wgs84"', "d.toml key 'height_datum': expected one of"),
        ('[[crossing]]\nat_m = -1.0\nstructure = "bridge"', "d.toml key 'crossing.0.at_m'"),
        ('[[crossing]]\nat_m = 1.0\nstructure = "ferry"', "d.toml key 'crossing.0.structure'"),
        ('[[approval]]\nkind = "consent"\nnumber = "1"', "d.toml key 'approval.0.date'"),
        ('[[override]]\nrule_id = "Y"\noutcome = "clear"\nreason = " "\nby = "x"',
         "d.toml key 'override.0.reason': expected text that is not blank"),
        ('[[override]]\nrule_id = "Y"\noutcome = "ok"\nreason = "r"\nby = "x"',
         "d.toml key 'override.0.outcome'"),
    ],
)  # fmt: skip
def test_a_wrong_declaration_is_refused_in_one_line(declare, text, expected):
    with pytest.raises(DefinitionError) as caught:
        read_declaration(declare(text))
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_or_not_utf8_is_refused(tmp_path):
    with pytest.raises(DefinitionError, match=r"^none\.toml: cannot be read \(No such file"):
        read_declaration(tmp_path / "none.toml")
    (tmp_path / "gbk.toml").write_bytes('nature = "新建"'.encode("gbk"))
    with pytest.raises(DefinitionError, match="UTF-8"):
        read_declaration(tmp_path / "gbk.toml")
