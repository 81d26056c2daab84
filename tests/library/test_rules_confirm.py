"""Writing ``rules/confirmations.toml``."""

import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo_toolkit.errors import OptionError, UnknownName
from geo_toolkit.rules import confirm_rule, load_rules

RULES = """\
[[rule]]
id = "R-{n}"
title_zh = "规则"
title_en = "rule"
subjects = ["*"]
role = "wetland"
relation = "overlaps"
severity = "prohibited"
valid_from = 2020-01-01
confidence = "{confidence}"
citation = {{title = "湿地法", article = "第一条"}}
"""
DAY = date(2026, 11, 1)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "siting").mkdir()
    text = "".join(
        RULES.format(n=n, confidence=c) for n, c in enumerate(["recall", "press", "confirmed"])
    )
    (tmp_path / "siting" / "a.toml").write_text(text, encoding="utf-8")
    return tmp_path


def written(folder):
    return tomllib.loads((folder / "confirmations.toml").read_text(encoding="utf-8"))


def test_a_confirmation_settles_the_rule_and_changes_the_hash(folder):
    before = load_rules(folder)
    assert not before.rule("R-0").is_settled
    confirmation = confirm_rule(folder, "R-0", "张三", "国家法律法规数据库", DAY)
    after = load_rules(folder)
    assert after.rule("R-0").is_settled
    assert after.rule("R-0").confirmation == confirmation
    assert not after.rule("R-1").is_settled
    assert after.sha256 != before.sha256


def test_a_second_confirmation_replaces_the_first_and_order_does_not_matter(folder):
    confirm_rule(folder, "R-1", "甲", "一", DAY)
    confirm_rule(folder, "R-0", "乙", "二", DAY)
    confirm_rule(folder, "R-1", "丙", "三", date(2026, 11, 2))
    found = written(folder)["confirmation"]
    assert [(c["rule_id"], c["by"], c["date"]) for c in found] == [
        ("R-0", "乙", DAY),
        ("R-1", "丙", date(2026, 11, 2)),
    ]
    first = (folder / "confirmations.toml").read_bytes()
    (folder / "confirmations.toml").unlink()
    confirm_rule(folder, "R-1", "丙", "三", date(2026, 11, 2))
    confirm_rule(folder, "R-0", "乙", "二", DAY)
    assert (folder / "confirmations.toml").read_bytes() == first
    assert b"\r" not in first


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    by=st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip),
    source=st.text(
        st.sampled_from("\"'\\\n\r\t\0\x7f\x85\u2028\u202e#[]={}$u字🙂"), min_size=1
    ).filter(str.strip),
)
def test_hostile_text_is_read_back_identical(folder, by, source):
    confirm_rule(folder, "R-0", by, source, DAY)
    (entry,) = written(folder)["confirmation"]
    assert (entry["by"], entry["source"]) == (by, source)
    confirmation = load_rules(folder).rule("R-0").confirmation
    assert (confirmation.by, confirmation.source) == (by, source)
    assert sorted(path.name for path in folder.iterdir()) == ["confirmations.toml", "siting"]


def refused(folder, error, *, rule_id="R-0", by="张三", source="库"):
    with pytest.raises(error) as caught:
        confirm_rule(folder, rule_id, by, source, DAY)
    assert not (folder / "confirmations.toml").exists()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_an_unknown_rule_is_refused(folder):
    text = refused(folder, UnknownName, rule_id="R-9")
    assert text.startswith("no rule 'R-9' in rules/siting/; did you mean ")


def test_confirmed_law_needs_no_confirmation(folder):
    text = refused(folder, OptionError, rule_id="R-2")
    assert text == (
        "rule 'R-2' is confirmed law as it stands (《湿地法》第一条); there is nothing to confirm"
    )


def test_blank_and_broken_text_is_refused(folder):
    assert refused(folder, OptionError, by=" \n").startswith("--by: expected a name or source")
    text = refused(folder, OptionError, source="\ud800")
    assert text.startswith("--source: expected text, got characters that are not Unicode")


def test_a_folder_that_cannot_be_written_is_refused_with_a_remedy(folder, monkeypatch):
    def fail(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", fail)
    text = refused(folder, OptionError)
    assert text == (
        "rules/confirmations.toml: cannot be written (Permission denied); make a workspace of "
        "your own with 'geo-toolkit init DIR' and confirm there"
    )
    assert [path.name for path in folder.iterdir()] == ["siting"]


def versions(folder, first, second):
    old = RULES.format(n=5, confidence=first).replace("citation", "valid_to = 2026-03-14\ncitation")
    new = RULES.format(n=5, confidence=second).replace("2020-01-01", "2026-03-15")
    (folder / "siting" / "b.toml").write_text(old + new, encoding="utf-8")


def test_only_the_open_version_of_an_id_is_confirmed(folder):
    versions(folder, "confirmed", "recall")
    confirmation = confirm_rule(folder, "R-5", "张三", "库", date(2026, 3, 1))
    assert confirmation.valid_from == date(2026, 3, 15)
    old, new = load_rules(folder).versions("R-5")
    assert old.confirmation is None
    assert new.confirmation == confirmation


def test_of_two_open_versions_the_one_in_force_on_the_date_is_confirmed(folder):
    versions(folder, "recall", "press")
    confirm_rule(folder, "R-5", "张三", "库", date(2026, 3, 14))
    old, new = load_rules(folder).versions("R-5")
    assert old.is_settled
    assert not new.is_settled
    with pytest.raises(OptionError, match=r"expected a date on which .* got 2019-01-01"):
        confirm_rule(folder, "R-5", "张三", "库", date(2019, 1, 1))


SURFACES = """\
[[surface_set]]
id = "code4"
title_zh = "四"
title_en = "four"
strip_half_width_m = 140
strip_beyond_end_m = 60
[[surface_set.surface]]
kind = "inner_horizontal"
title_zh = "内水平面"
title_en = "inner horizontal surface"
height_m = 45
radius_m = 4000
confidence = "recall"
[[surface_set.surface]]
kind = "conical"
title_zh = "锥形面"
title_en = "conical surface"
slope = 0.05
height_m = 100
confidence = "confirmed"
"""


@pytest.fixture
def with_surfaces(folder):
    (folder / "obstacle_surfaces.toml").write_text(SURFACES, encoding="utf-8")
    rule = RULES.format(n="H", confidence="confirmed")
    rule = rule.replace('"wetland"', '"runway"').replace('"overlaps"', '"below_height"')
    (folder / "siting" / "h.toml").write_text(rule, encoding="utf-8")
    return folder


def test_the_numbers_of_a_surface_are_confirmed_by_set_and_kind(with_surfaces):
    (before,) = load_rules(with_surfaces).rule("R-H").surfaces
    assert [part.is_settled for part in before.surface] == [False, True]
    done = confirm_rule(with_surfaces, "code4.inner_horizontal", "李四", "MH 5001-2021", DAY)
    assert done.valid_from is None
    (after,) = load_rules(with_surfaces).rule("R-H").surfaces
    assert [part.is_settled for part in after.surface] == [True, True]
    assert after.surface[0].confirmation == done
    assert len(after.confirmed().surface) == 2


def test_confirming_a_rule_keeps_the_surfaces_and_the_other_way_round(with_surfaces):
    confirm_rule(with_surfaces, "code4.inner_horizontal", "李四", "MH 5001-2021", DAY)
    confirm_rule(with_surfaces, "R-0", "张三", "公报", DAY)
    confirm_rule(with_surfaces, "code4.inner_horizontal", "王五", "MH 5001-2021", DAY)
    found = written(with_surfaces)["confirmation"]
    assert [(c["rule_id"], c["by"]) for c in found] == [
        ("R-0", "张三"),
        ("code4.inner_horizontal", "王五"),
    ]


def test_a_surface_that_is_confirmed_or_unknown_is_refused(with_surfaces):
    with pytest.raises(OptionError, match="its numbers are confirmed as they stand"):
        confirm_rule(with_surfaces, "code4.conical", "李四", "MH 5001-2021", DAY)
    with pytest.raises(UnknownName):
        confirm_rule(with_surfaces, "code4.approach", "李四", "MH 5001-2021", DAY)
    assert not (with_surfaces / "confirmations.toml").exists()
