"""Reading ``rules/``: what is accepted, and each refusal with its one line."""

import re
from datetime import date

import pytest

from geo_toolkit.errors import DefinitionError
from geo_toolkit.rules import FULL, ClassDistances, Relation, load_rules

RULE = """\
[[rule]]
id = "YZ-1"
title_zh = "岸线一公里"
title_en = "One kilometre of the shoreline"
subjects = ["chemical"]
except_subjects = []
natures = ["new", "expand"]
role = "river_shoreline"
where = {column = "class", in = ["main"]}
relation = "within_distance"
distance_m = 1000
severity = "prohibited"
valid_from = 2021-03-01
valid_to = 2099-12-31
confidence = "confirmed"
baseline_zh = "岸线"
authority_zh = "水行政主管部门"
[rule.citation]
title = "长江保护法"
article = "第二十六条"
year = 2020
"""
SCOPE = """\
[[scope]]
id = "red_line"
title_zh = "红线"
title_en = "Red line"
roles = ["ecological_red_line"]
"""
CONFIRMATION = """\
[[confirmation]]
rule_id = "YZ-1"
by = "张三"
source = "国家法律法规数据库"
date = 2026-11-01
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "siting").mkdir()
    return tmp_path


@pytest.fixture
def write(folder):
    def _write(rules=RULE, *, name="theme.toml", scopes=None, confirmations=None):
        (folder / "siting" / name).write_text(rules, encoding="utf-8")
        if scopes is not None:
            (folder / "scopes.toml").write_text(scopes, encoding="utf-8")
        if confirmations is not None:
            (folder / "confirmations.toml").write_text(confirmations, encoding="utf-8")
        return folder

    return _write


def refusal(folder):
    with pytest.raises(DefinitionError) as caught:
        load_rules(folder)
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_the_rule_of_the_design_is_read_whole(write):
    (rule,) = load_rules(write()).rules
    assert rule.id == "YZ-1"
    assert rule.where.column == "class"
    assert rule.where.values == ("main",)
    assert rule.relation is Relation.WITHIN_DISTANCE
    assert rule.distance_m == 1000.0
    assert rule.valid_from == date(2021, 3, 1)
    assert str(rule.citation) == "《长江保护法》（2020）第二十六条"


def test_distances_by_class_are_read(write):
    by_class = 'distance_m = {by = "class", expressway = 30, "国道" = 20}'
    (rule,) = load_rules(write(RULE.replace("distance_m = 1000", by_class))).rules
    assert isinstance(rule.distance_m, ClassDistances)
    assert rule.distance_m.distances_m == {"expressway": 30.0, "国道": 20.0}
    assert rule.largest_distance_m == 30.0


@pytest.mark.parametrize("content", [None, "", "# nothing yet\n"])
def test_no_rules_is_not_a_fault(tmp_path, content):
    if content is not None:
        (tmp_path / "siting").mkdir()
        (tmp_path / "siting" / "empty.toml").write_text(content, encoding="utf-8")
        (tmp_path / "scopes.toml").write_text(content, encoding="utf-8")
    book = load_rules(tmp_path / "missing" if content is None else tmp_path)
    assert book.rules == ()
    assert dict(book.scopes) == {"full": FULL}


def test_a_byte_order_mark_and_windows_line_ends_are_read(folder):
    text = "\ufeff" + RULE.replace("\n", "\r\n")
    (folder / "siting" / "a.toml").write_bytes(text.encode("utf-8"))
    assert load_rules(folder).rules[0].id == "YZ-1"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "distance_m = 1000",
            "distanse_m = 1000",
            "theme.toml rule 'YZ-1' key 'distanse_m': unknown key; did you mean 'distance_m'?",
        ),
        (
            "distance_m = 1000",
            'distance_m = "1 km"',
            "theme.toml rule 'YZ-1' key 'distance_m': expected a number, got '1 km'; correct it",
        ),
        (
            "distance_m = 1000",
            "distance_m = true",
            "theme.toml rule 'YZ-1' key 'distance_m': expected a number, got True; correct it",
        ),
        (
            "distance_m = 1000",
            "distance_m = nan",
            "key 'distance_m': expected a finite number, got nan; correct it",
        ),
        (
            "distance_m = 1000",
            "distance_m = -5",
            "key 'distance_m': expected a number of 0 or more, got -5; correct it",
        ),
        (
            "distance_m = 1000",
            "distance_m = {expressway = 30}",
            "key 'distance_m.by': expected this key, got none; add it",
        ),
        (
            "distance_m = 1000",
            'distance_m = {by = "class", expressway = "30"}',
            "key 'distance_m.expressway': expected a number, got '30'; correct it",
        ),
        (
            "distance_m = 1000",
            "",
            "rule 'YZ-1': relation within_distance needs distance_m",
        ),
        (
            'relation = "within_distance"\ndistance_m = 1000',
            'relation = "along_line"',
            "rule 'YZ-1': along_line needs line_role and upstream_m or downstream_m; correct it",
        ),
        (
            'severity = "prohibited"',
            'severity = "prohibited"\nline_role = "river"',
            "line_role goes with along_line, or with below_height and distance_m",
        ),
        (
            'severity = "prohibited"',
            'severity = "forbidden"',
            "key 'severity': expected one of 'prohibited', 'restricted', 'conditional' or "
            "'advisory', got 'forbidden'; correct it",
        ),
        (
            'natures = ["new", "expand"]',
            'natures = ["renew"]',
            "key 'natures.0': expected one of 'new', 'expand' or 'rebuild', got 'renew'",
        ),
        ('natures = ["new", "expand"]', "natures = []", "key 'natures': expected at least one"),
        ('subjects = ["chemical"]', "subjects = []", "key 'subjects': expected at least one entry"),
        (
            'subjects = ["chemical"]',
            'subjects = "chemical"',
            "key 'subjects': expected a list in square brackets, got 'chemical'; correct it",
        ),
        (
            'subjects = ["chemical"]',
            'subjects = ["chemicals"]',
            "rule 'YZ-1': no project type 'chemicals'; did you mean 'chemical'?",
        ),
        ("except_subjects = []", 'except_subjects = ["*"]', "no project type '*'"),
        ('role = "river_shoreline"\n', "", "key 'role': expected this key, got none; add it"),
        ('role = "river_shoreline"', 'role = ""', "key 'role': expected text that is not empty"),
        (
            "valid_from = 2021-03-01",
            'valid_from = "2021-03-01"',
            "key 'valid_from': expected a date such as 2026-03-15, without quotes, "
            "got '2021-03-01'; correct it",
        ),
        (
            "valid_from = 2021-03-01",
            "valid_from = 20210301",
            "key 'valid_from': expected a date such as 2026-03-15, without quotes, got 20210301",
        ),
        (
            "valid_from = 2021-03-01",
            "valid_from = 2021-03-01T00:00:00",
            "key 'valid_from': expected a date such as 2026-03-15",
        ),
        (
            "valid_to = 2099-12-31",
            "valid_to = 2020-12-31",
            "rule 'YZ-1': valid_to 2020-12-31 is before valid_from 2021-03-01; correct it",
        ),
        ("year = 2020", 'year = "2020"', "key 'citation.year': expected a whole number"),
        ("year = 2020", "page = 3", "key 'citation.page': unknown key; remove it"),
        ('in = ["main"]', "in = []", "key 'where.in': expected at least one entry, got []"),
        ('id = "YZ-1"', 'id = "YZ 1"', "key 'id': expected letters, digits, '_', '.' and '-' only"),
        ("[[rule]]", "[[rules]]", "theme.toml key 'rules': unknown key; did you mean 'rule'?"),
        (
            "confidence =",
            'confirmation = "me"\nconfidence =',
            "rule 'YZ-1' key 'confirmation': unknown key",
        ),
    ],
)
def test_a_wrong_rule_is_refused_in_one_line(write, old, new, expected):
    assert old in RULE
    assert expected in refusal(write(RULE.replace(old, new)))


def test_a_day_that_does_not_exist_names_rule_and_key(write):
    text = refusal(write(RULE.replace("2021-03-01", "2021-02-30")))
    assert text.startswith("theme.toml rule 'YZ-1' key 'valid_from': expected valid TOML, got ")
    assert "line 13" in text


def test_a_single_table_is_refused(write):
    text = refusal(write("[rule]\nid = 'a'\n"))
    assert text == "theme.toml key 'rule': expected tables headed [[rule]]; correct it"


def test_a_rule_without_id_is_named_by_its_position(write):
    text = refusal(write(RULE + RULE.replace('id = "YZ-1"\n', "")))
    assert text.startswith("theme.toml rule 2 key 'id': expected this key")


def test_text_in_another_encoding_is_refused(folder):
    (folder / "siting" / "a.toml").write_bytes(RULE.encode("gbk"))
    text = refusal(folder)
    assert text.startswith("a.toml: expected UTF-8, got another encoding at byte ")
    assert text.endswith("save it as UTF-8")


def test_further_faults_are_counted(write):
    wrong = RULE.replace("distance_m", "distanse_m")
    text = refusal(write(wrong + wrong.replace("YZ-1", "YZ-2")))
    assert text.endswith("(1 more: geo-toolkit rules validate)")


def test_two_rules_of_one_id_in_force_together_are_refused(write):
    write()
    text = refusal(write(RULE.replace("2021-03-01", "2099-12-31"), name="later.toml"))
    assert text.startswith(
        "later.toml rule 'YZ-1' key 'valid_from': expected an id of its own or a date after "
        "2099-12-31, got 2099-12-31: theme.toml has the same id in force from 2021-03-01"
    )


def test_an_article_and_its_successor_may_share_an_id(write):
    old = RULE.replace("2099-12-31", "2026-03-14")
    new = RULE.replace("2021-03-01", "2026-03-15")
    book = load_rules(write(new + old))
    assert [rule.valid_from.year for rule in book.rules] == [2021, 2026]
    assert book.rule("YZ-1", date(2026, 3, 14)).valid_from == date(2021, 3, 1)
    assert book.rule("YZ-1", date(2026, 3, 15)).valid_from == date(2026, 3, 15)


def test_an_open_ended_article_overlaps_every_later_one(write):
    old = RULE.replace("valid_to = 2099-12-31\n", "")
    new = RULE.replace("2021-03-01", "2050-01-01")
    assert "to further notice" in refusal(write(old + new))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("roles =", "role =", "scopes.toml scope 'red_line' key 'role': unknown key; did you mean"),
        ('id = "red_line"', 'id = "full"', "key 'id': the scope 'full' is there already"),
        ('roles = ["ecological_red_line"]', "", "key 'roles': expected a list of roles, got none"),
        ('roles = ["ecological_red_line"]', "roles = []", "key 'roles': expected at least one"),
        ('roles = ["ecological_red_line"]', 'roles = ["a", "b", "a"]', "names 'a' twice"),
        ('title_zh = "红线"\n', "", "scope 'red_line' key 'title_zh': expected this key"),
        ("[[scope]]", "[[scopes]]", "scopes.toml key 'scopes': unknown key; did you mean 'scope'?"),
    ],
)
def test_a_wrong_scope_is_refused(write, old, new, expected):
    assert expected in refusal(write(scopes=SCOPE.replace(old, new)))


def test_a_scope_twice_is_refused(write):
    assert "the scope 'red_line' is there already" in refusal(write(scopes=SCOPE + SCOPE))


def test_a_confirmation_reaches_its_rule(write):
    rule = load_rules(
        write(RULE.replace('"confirmed"', '"recall"'), confirmations=CONFIRMATION)
    ).rule("YZ-1")
    assert rule.is_settled
    assert rule.confirmation.by == "张三"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            '"YZ-1"',
            '"YZ-2"',
            "confirmations.toml confirmation 'YZ-2': no rule 'YZ-2' in rules/siting/; "
            "did you mean 'YZ-1'?",
        ),
        ("张三", " ", "confirmation 'YZ-1' key 'by': expected text that is not blank, got ' '"),
        ("date =", "day =", "confirmation 'YZ-1' key 'day': unknown key; did you mean"),
        (
            "by =",
            "valid_from = 2020-01-01\nby =",
            "expected valid_from = 2021-03-01, got 2020-01-01; correct it",
        ),
    ],
)
def test_a_wrong_confirmation_is_refused(write, old, new, expected):
    assert expected in refusal(write(confirmations=CONFIRMATION.replace(old, new)))


def test_a_second_confirmation_of_a_rule_is_refused(write):
    text = refusal(write(confirmations=CONFIRMATION * 2))
    assert "expected one confirmation of a rule, got a second; remove one" in text


def test_a_confirmation_must_say_which_version_it_means(write):
    both = RULE.replace("2099-12-31", "2026-03-14") + RULE.replace("2021-03-01", "2026-03-15")
    text = refusal(write(both, confirmations=CONFIRMATION))
    assert "expected valid_from = 2021-03-01 or 2026-03-15, got None; correct it" in text


def test_the_confirmation_of_a_rule_that_cannot_be_read_is_not_a_second_fault(write):
    wrong = RULE.replace("distance_m", "distanse_m")
    assert "more:" not in refusal(write(wrong, confirmations=CONFIRMATION))


def test_the_hash_ignores_order_spacing_and_comments(tmp_path):
    other = RULE.replace("YZ-1", "YZ-2")
    head, citation = RULE.split("[rule.citation]")
    first, *keys = head.splitlines()
    turned = "\n".join([first, *reversed(keys), "[rule.citation]"]) + citation
    variants = {
        "one": {"a.toml": RULE + other},
        "two": {"b.toml": other, "c.toml": "# why\n\n" + RULE.replace(" = ", "   =  ")},
        "three": {"a.toml": other + turned.replace("= 1000", "= 1_000.0")},
    }
    found = set()
    for name, files in variants.items():
        (tmp_path / name / "siting").mkdir(parents=True)
        for file, text in files.items():
            (tmp_path / name / "siting" / file).write_text(text, encoding="utf-8")
        found.add(load_rules(tmp_path / name).sha256)
    assert len(found) == 1
    assert re.fullmatch(r"[0-9a-f]{64}", found.pop())


@pytest.mark.parametrize("change", ["distance", "confirmation", "scope"])
def test_the_hash_changes_with_what_is_decided(folder, write, change):
    before = load_rules(write()).sha256
    if change == "distance":
        write(RULE.replace("1000", "1001"))
    elif change == "confirmation":
        write(confirmations=CONFIRMATION)
    else:
        write(scopes=SCOPE)
    assert load_rules(folder).sha256 != before
