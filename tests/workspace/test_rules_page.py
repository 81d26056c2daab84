"""docs/rules.md: made from the rules and the list of provisions, and never behind them."""

import re
import runpy
import tomllib
from pathlib import Path

import pytest

from geo_toolkit.rules import PROJECT_TYPES, Rule, load_rules

ROOT = Path(__file__).parents[2]
CONTENT = ROOT / "tools" / "content"
PAGE = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def provisions():
    sections = tomllib.loads((CONTENT / "provisions.toml").read_text(encoding="utf-8"))["section"]
    return [row for section in sections for row in section["provision"]]


@pytest.fixture(scope="module")
def book():
    return load_rules(ROOT / "rules")


def test_the_page_is_what_its_script_writes_today():
    written = runpy.run_path(str(CONTENT / "rules_page.py"))["page_text"]()
    assert written == PAGE, "run: python tools/content/rules_page.py"


def test_every_rule_stands_under_some_provision(provisions, book):
    named = {rule for row in provisions for rule in row.get("rules", [row["id"]])}
    assert {rule.id for rule in book.rules} <= named


def test_every_provision_is_listed_once_with_a_state_and_a_reason(provisions, book):
    ids = [row["id"] for row in provisions]
    assert len(ids) == len(set(ids))
    known = {rule.id for rule in book.rules}
    for row in provisions:
        assert row["state"] in ("computed", "input", "not")
        if row["state"] == "computed":
            assert set(row.get("rules", [row["id"]])) <= known, row["id"]
        else:
            assert row["why_zh"], row["id"]
            assert row["why_en"], row["id"]
            assert row["confidence"], row["id"]


def test_no_number_of_a_theme_is_missing(provisions):
    """The provisions are numbered through: ERL-1 to 6, PBF-1 to 6 and so on."""
    last = {
        "ERL": 6, "PBF": 6, "UDB": 5, "YZ": 7, "NL": 8, "JL": 4, "DW": 4, "NR": 3, "NP": 1,
        "WL": 3, "SC": 3, "AG": 2, "FR": 1, "RW": 7, "HW": 6, "AP": 8, "HC": 5, "ZC": 1, "RV": 5,
        "WW": 3, "SL": 8, "GH": 2, "PL": 6, "EL": 2, "MT": 3, "CR": 3, "LV": 1,
    }  # fmt: skip
    ids = {row["id"] for row in provisions}
    assert {f"{theme}-{n}" for theme, end in last.items() for n in range(1, end + 1)} <= ids


def test_the_tests_that_it_names_are_there(book):
    cases = (ROOT / "tests" / "library" / "test_rules_cases.py").read_text(encoding="utf-8")
    versions = {f"{rule.id}@{rule.valid_from}" for rule in book.rules}
    for test in ("test_hit", "test_just_misses"):
        assert f"def {test}(name)" in cases
        assert set(re.findall(rf"`{test}\[([^\]]+)\]`", PAGE)) - {"编号@施行日期"} == versions
    for path in re.findall(r"`(tests/[^`]+)`", PAGE):
        assert (ROOT / path).is_file(), path


def test_the_matrix_has_every_rule_and_every_type(book):
    matrix = PAGE.split("## 项目类型与规则")[1].split("\n## ")[0]
    head = next(line for line in matrix.splitlines() if line.startswith("| 规则 "))
    assert [cell.strip() for cell in head.split("|")[3:-1]] == list(PROJECT_TYPES)
    assert set(re.findall(r"^\| `([^`]+)`", matrix, re.M)) == {rule.id for rule in book.rules}


def test_every_key_of_a_rule_is_explained():
    keys = {field.alias or name for name, field in Rule.model_fields.items()}
    filled_in = {"surfaces", "confirmation"}
    spoken_of = {"id", "title_zh", "title_en", "citation", "exception"}
    table = PAGE.split("## 规则的写法")[1]
    assert {key for key in keys - filled_in - spoken_of if f"`{key}`" not in table} == set()
