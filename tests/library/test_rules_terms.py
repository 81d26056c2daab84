"""English of what rules cite: from the rule itself, from the table of terms, or by numbers."""

import pytest

from geo_toolkit.errors import DefinitionError
from geo_toolkit.rules import load_rules
from geo_toolkit.rules.terms import article_in_english

RULE = """\
[[rule]]
id = "R"
title_zh = "规则"
title_en = "rule"
subjects = ["*"]
role = "wetland"
relation = "within_distance"
distance_m = 5
severity = "prohibited"
valid_from = 2020-01-01
confidence = "confirmed"
authority_zh = "甲部门、乙部门"
baseline_zh = "岸线"
citation = {title = "湿地法", article = "第一百二十条第二款第三项", year = 2020}
[[rule.exception]]
when = "consent"
severity = "conditional"
text_zh = "已经同意"
"""
TERMS = """\
[title]
"湿地法" = "Wetland Law"
[authority]
"甲部门" = "authority A"
"乙部门" = "authority B"
[baseline]
"岸线" = "shoreline"
[exception]
"已经同意" = "consented"
"""


@pytest.fixture
def load(tmp_path):
    """Return a function that loads one rule with a table of terms, or without."""

    def make(terms=TERMS, rule=RULE):
        (tmp_path / "siting").mkdir(exist_ok=True)
        (tmp_path / "siting" / "a.toml").write_text(rule, encoding="utf-8")
        if terms is not None:
            (tmp_path / "terms.toml").write_text(terms, encoding="utf-8")
        return load_rules(tmp_path).rule("R")

    return make


def test_a_rule_gets_its_english_with_the_chinese_title_beside(load):
    rule = load()
    assert rule.citation.text("en") == "Wetland Law《湿地法》(2020), Art. 120 para. 2 item 3"
    assert rule.citation.text("zh") == "《湿地法》（2020）第一百二十条第二款第三项"
    assert rule.authority("en") == "authority A, authority B"
    assert (rule.baseline("en"), rule.baseline("zh")) == ("shoreline", "岸线")
    assert rule.exceptions[0].text("en") == "consented"


def test_without_terms_it_stays_chinese(load):
    rule = load(None)
    assert rule.citation.text("en") == str(rule.citation)
    assert (rule.authority("en"), rule.baseline("en")) == ("甲部门、乙部门", "岸线")
    assert rule.exceptions[0].text("en") == "已经同意"


def test_what_a_rule_says_itself_wins(load):
    own = RULE.replace('baseline_zh = "岸线"', 'baseline_zh = "岸线"\nbaseline_en = "the bank"')
    assert load(rule=own).baseline("en") == "the bank"


def test_an_authority_is_english_whole_or_not_at_all(load):
    assert load(TERMS.replace('"乙部门" = "authority B"\n', "")).authority("en") == "甲部门、乙部门"


@pytest.mark.parametrize(
    ("article", "english"),
    [
        ("第一条", "Art. 1"),
        ("第十条", "Art. 10"),
        ("第二十条", "Art. 20"),
        ("第一百零五条", "Art. 105"),
        ("第一百一十条", "Art. 110"),
        ("第三十五条第一款第二项", "Art. 35 para. 1 item 2"),
        ("第十条、第十六条", "Art. 10, Art. 16"),
        ("条文编号待核", "article number to be verified"),
        ("第十七条（条文编号待核）", "Art. 17 (article number to be verified)"),
        ("长江办〔2022〕7号", ""),
        ("", ""),
    ],
)
def test_articles_by_their_numbers(article, english):
    assert article_in_english(article) == english


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ("[titel]\n", "titel"),
        ("[title]\na = 3\n", "expected Chinese text = English text"),
        ("title = 3\n", "expected Chinese text = English text"),
        ("[title\n", "terms.toml"),
    ],
)
def test_a_wrong_table_is_refused(load, terms, message):
    with pytest.raises(DefinitionError, match=r"terms\.toml") as refused:
        load(terms)
    assert message in str(refused.value)
