"""The file of ``--declare``: what works, and what is refused by name."""

import pytest

from geo_toolkit.errors import DefinitionError, NotAvailable, UnknownName
from geo_toolkit.rules import NATURES, Declaration, read_declaration


@pytest.fixture
def declare(tmp_path):
    def _declare(text):
        path = tmp_path / "d.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return _declare


@pytest.mark.parametrize("nature", NATURES)
def test_a_nature_is_read(declare, nature):
    assert read_declaration(declare(f'nature = "{nature}"')) == Declaration(nature, True)


def test_without_a_nature_new_is_assumed_and_said_to_be(declare):
    assert read_declaration(declare("# nothing\n")) == Declaration("new", False)


@pytest.mark.parametrize(
    "text",
    [
        "activity_class = 5",
        "height_m = 24.0",
        'height_datum = "1985"',
        'industries = ["物流"]',
        "chainage_origin_m = 0.0",
        'site = "plot#2"',
        '[[crossing]]\nat_m = 3250.0\nstructure = "bridge"',
        '[[approval]]\nkind = "consent"\nnumber = "1"',
        '[[override]]\nrule_id = "YZ-1"\noutcome = "clear"',
    ],
)
def test_what_does_not_work_yet_is_refused_by_name(declare, text):
    key = text.strip("[").split("]")[0].split(" ")[0]
    with pytest.raises(NotAvailable) as caught:
        read_declaration(declare('nature = "new"\n' + text))
    assert str(caught.value) == (
        f"d.toml key '{key}': is not in this version; remove it, or check without it"
    )


@pytest.mark.parametrize(
    ("text", "error", "expected"),
    [
        ('natur = "new"', DefinitionError, "d.toml key 'natur': unknown key; did you mean 'nature"),
        ("hight_m = 3", DefinitionError, "d.toml key 'hight_m': unknown key; did you mean 'height"),
        (
            'nature = "rebuilt"',
            UnknownName,
            "no nature 'rebuilt' in d.toml key 'nature'; did you mean 'rebuild'?",
        ),
        (
            "nature = 1",
            DefinitionError,
            "d.toml key 'nature': expected one of new, expand, rebuild in quotes, got 1",
        ),
        ("nature = new", DefinitionError, "d.toml key 'nature': expected valid TOML, got "),
        ("nature = " + "[" * 5000, DefinitionError, "d.toml"),
    ],
)
def test_a_wrong_declaration_is_refused_in_one_line(declare, text, error, expected):
    with pytest.raises(error) as caught:
        read_declaration(declare(text))
    assert str(caught.value).startswith(expected)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_or_not_utf8_is_refused(tmp_path):
    with pytest.raises(DefinitionError, match=r"^none\.toml: cannot be read \(No such file"):
        read_declaration(tmp_path / "none.toml")
    (tmp_path / "gbk.toml").write_bytes('nature = "新建"'.encode("gbk"))
    with pytest.raises(DefinitionError, match=r"^gbk\.toml: expected UTF-8, got another encoding"):
        read_declaration(tmp_path / "gbk.toml")
