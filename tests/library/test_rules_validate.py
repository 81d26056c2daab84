"""``rules validate``: every fault at once."""

import pytest

from geo_toolkit.rules import load_rules, validate_folder, validate_rules

RULE = """\
[[rule]]
id = "{id}"
title_zh = "规则"
title_en = "rule"
subjects = ["*"]
role = "{role}"
relation = "overlaps"
severity = "prohibited"
valid_from = {day}
confidence = "confirmed"
citation = {{title = "法"}}
"""


@pytest.fixture
def write(tmp_path):
    def _write(*rules, scope_roles=()):
        (tmp_path / "siting").mkdir(exist_ok=True)
        text = "".join(RULE.format(id=i, role=r, day=d) for i, r, d in rules)
        (tmp_path / "siting" / "a.toml").write_text(text, encoding="utf-8")
        if scope_roles:
            roles = ", ".join(f'"{role}"' for role in scope_roles)
            scope = (
                f'[[scope]]\nid = "s"\ntitle_zh = "范围"\ntitle_en = "scope"\nroles = [{roles}]\n'
            )
            (tmp_path / "scopes.toml").write_text(scope, encoding="utf-8")
        return tmp_path

    return _write


def test_nothing_wrong_gives_nothing(write):
    folder = write(("A", "wetland", "2020-01-01"), scope_roles=["wetland"])
    assert validate_folder(folder, []) == []


def test_a_role_that_no_layer_can_serve_is_named_with_the_nearest(write):
    book = load_rules(write(("A", "wetlands", "2020-01-01")))
    (fault,) = validate_rules(book, [])
    assert str(fault) == (
        "a.toml rule 'A' key 'role': no layer serves the role 'wetlands'; did you mean 'wetland'?"
    )


def test_a_role_of_ones_own_is_fine_once_a_layer_serves_it(write):
    book = load_rules(write(("A", "bird_flyway", "2020-01-01")))
    assert len(validate_rules(book, [])) == 1
    assert validate_rules(book, ["bird_flyway"]) == []


def test_a_scope_that_could_never_be_clear_is_named(write):
    book = load_rules(write(("A", "wetland", "2020-01-01"), scope_roles=["heritage", "xyzzy"]))
    assert [str(fault) for fault in validate_rules(book, [])] == [
        "scopes.toml scope 's' key 'roles': no rule asks about 'heritage', so the scope is never "
        "clear; add a rule",
        "scopes.toml scope 's' key 'roles': no layer serves the role 'xyzzy'; add a layer with "
        "that role",
    ]


def test_every_fault_is_listed_not_only_the_first(write):
    folder = write(
        ("A", "wetland", "2020-01-01"),
        ("A", "wetland", "2021-01-01"),
        ("B", "wetlands", "2020-01-01"),
        ("C", "wetland", '"2020"'),
        ("D", "", "2020-01-01"),
    )
    found = [(fault.entry, fault.key) for fault in validate_folder(folder, [])]
    assert sorted(found) == [
        ("rule 'A'", "valid_from"),
        ("rule 'B'", "role"),
        ("rule 'C'", "valid_from"),
        ("rule 'D'", "role"),
    ]
