"""docs/check-result.schema.json: valid itself, true of a document, and strict where it must be."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import jsonschema
import pytest

from geo_toolkit.rules import NATURES, PROJECT_TYPES, Confidence, Relation, Severity
from geo_toolkit.siting import SCHEMA, VERDICTS
from geo_toolkit.siting.words import OUTCOME_WORDS

ROOT = Path(__file__).parents[2]
PUBLISHED = json.loads((ROOT / "docs" / "check-result.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(
    PUBLISHED, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)


@pytest.fixture
def document():
    path = Path(__file__).with_name("report_document.json")
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(PUBLISHED)


def test_a_document_satisfies_it(document):
    VALIDATOR.validate(document)


def test_keys_may_be_added_everywhere(document):
    grown = copy.deepcopy(document)
    grown["new"] = grown["sites"][0]["new"] = grown["sites"][0]["findings"][0]["new"] = 1
    VALIDATOR.validate(grown)


def test_no_key_of_the_contract_may_be_left_out(document):
    for key in document:
        VALIDATOR.validate(document)
        assert not VALIDATOR.is_valid({k: v for k, v in document.items() if k != key}), key
    for part in ("roles", "findings"):
        for key in document["sites"][0][part][0]:
            shrunk = copy.deepcopy(document)
            del shrunk["sites"][0][part][0][key]
            assert not VALIDATOR.is_valid(shrunk), f"{part}.{key}"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema",), "geo-toolkit/check/2"),
        (("as_of",), "2026/11/24"),
        (("sites", 0, "verdict"), "ok"),
        (("sites", 0, "verdict"), None),
        (("sites", 0, "reason_code"), "because"),
        (("sites", 0, "roles", 0, "overlap_share"), 1.0000001),
        (("sites", 0, "roles", 0, "overlap_m2"), -1),
        (("sites", 0, "findings", 0, "outcome"), "maybe"),
        (("sites", 0, "id"), "plot"),
        (("inputs", 0, "file"), "C:\\plots\\plot.txt"),
        (("layers", 0, "sha256"), "none"),
        (("sites",), []),
    ],
)
def test_what_the_contract_excludes_is_refused(document, path, value):
    spot = document
    for step in path[:-1]:
        spot = spot[step]
    spot[path[-1]] = value
    assert not VALIDATOR.is_valid(document)


def test_its_words_are_those_of_the_code():
    finding = PUBLISHED["$defs"]["finding"]["properties"]
    assert PUBLISHED["properties"]["schema"]["const"] == SCHEMA
    assert tuple(PUBLISHED["$defs"]["verdict"]["enum"]) == VERDICTS
    assert PUBLISHED["properties"]["project_type"]["enum"] == list(PROJECT_TYPES)
    assert PUBLISHED["properties"]["nature"]["enum"] == list(NATURES)
    assert set(finding["outcome"]["enum"]) == set(OUTCOME_WORDS)
    assert finding["severity"]["enum"] == [severity.value for severity in Severity]
    assert finding["confidence"]["enum"] == [confidence.value for confidence in Confidence]
    assert finding["relation"]["enum"] == [relation.value for relation in Relation]
