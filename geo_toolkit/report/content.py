"""A finished check as a report: every section, table and sentence, before any file format."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from geo_toolkit.report.annex import points_blocks
from geo_toolkit.report.blocks import Paragraph, Report, Section, Table, Verdict
from geo_toolkit.report.conclusions import overall_sentence, role_sentences
from geo_toolkit.report.figure_limits import THREE_LINES
from geo_toolkit.report.labels import CAVEAT
from geo_toolkit.report.measures import sites_by_rank
from geo_toolkit.report.method import method_paragraphs
from geo_toolkit.report.notices import warning_lines
from geo_toolkit.report.numbers import area_text
from geo_toolkit.report.office_tables import (
    advice_table,
    approved_table,
    land_class_table,
    previous_table,
    zoning_table,
)
from geo_toolkit.report.phrases import phrase
from geo_toolkit.report.project import project_table, signature_table, site_table
from geo_toolkit.report.result_tables import (
    crossing_table,
    detail_table,
    distance_table,
    sliver_table,
    summary_table,
)
from geo_toolkit.report.source_tables import (
    basis_table,
    input_table,
    layer_table,
    not_examined_table,
    override_table,
)
from geo_toolkit.report.terrain_tables import height_table, slope_table
from geo_toolkit.report.text import literal
from geo_toolkit.rules import role_title
from geo_toolkit.siting.words import VERDICT_SIGNS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from geo_toolkit.report.blocks import Block, Figure
    from geo_toolkit.siting import CheckResult

__all__ = ["MOST_SITES", "build_report"]

MOST_SITES = 20
"""Sites of one check that are set out one by one."""

Record = dict[str, Any]  # JSON values


def build_report(result: CheckResult, figures: Sequence[Figure] = ()) -> Report:
    """Return the report of a check in the language of the check.

    Parameters
    ----------
    figures
        As ``draw_figures`` returns them; without any the section is left out.
    """
    document, lang = result.document, result.lang
    number = _Numbering(lang)
    sites = sites_by_rank(document["sites"])
    detailed = sites[::-1][:MOST_SITES]
    parts: list[tuple[str, list[Block]]] = [
        ("head", _head(result, sites, number)),
        ("basis", _basis(document, number)),
        ("data", _data(document, number)),
        ("method", list(method_paragraphs(document))),
        ("results", _results(result, detailed, number)),
        ("figures", list(figures)),
        ("conclusion", _conclusion(result, detailed)),
        ("not_examined", _not_examined(document, number)),
        ("caveats", _caveats(document)),
        ("signature", [signature_table(lang)]),
        ("annex", points_blocks(result, [site["id"] for site in detailed], number)),
    ]
    present = [(key, blocks) for key, blocks in parts if blocks]
    sections = tuple(
        Section(key, _heading(place, key, lang), tuple(blocks))
        for place, (key, blocks) in enumerate(present)
    )
    fields = report_fields(document)
    return Report(lang, fields["title"], fields, sections, document["generated_at"])


def report_fields(document: Record) -> dict[str, str]:
    """Return the short texts that a template may place where it likes."""
    lang = document["language"]
    named = [site["name"] or "" for site in document["sites"]]
    first = next((name for name in named if name), "") or phrase("unnamed", lang)
    name = literal(first, lang, limit=60)
    if len(named) > 1:
        name = phrase("title_more", lang, name=name, n=len(named))
    matter = _matter(document["scope"]["roles"], lang)
    edition = phrase(f"edition_{document['audience']}", lang)
    heads = (
        ("report_number", document["check_id"]),
        ("report_date", document["generated_at"][:10]),
        ("edition", edition),
    )
    colon = ": " if lang == "en" else "："
    headline = "　".join(f"{phrase(key, lang)}{colon}{text}" for key, text in heads)
    return {
        "title": phrase("title", lang, name=name, matter=matter),
        "project_name": name,
        "report_number": document["check_id"],
        "report_date": document["generated_at"][:10],
        "as_of": document["as_of"],
        "edition": edition,
        "scope": literal(document["scope"]["title"], lang, limit=60),
        "workspace": literal(document["workspace_title"], lang, limit=60),
        "toolkit": f"geo-toolkit {document['toolkit_version']}",
        "headline": headline,
    }


class _Numbering:
    """Captions numbered through the report."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._last = 0

    def caption(self, key: str, **words: str) -> str:
        """Return the next caption, with the words that its phrase has places for."""
        self._last += 1
        said = phrase(key, self._lang, **words)
        return phrase("t_number", self._lang, n=self._last, caption=said)

    def unless_none(self, key: str, site: str, make: Callable[[str], Table | None]) -> list[Table]:
        """Return a table with the next caption; where there is none, no number is used up."""
        table = make(self.caption(key, site=site))
        if table is None:
            self._last -= 1
            return []
        return [table]


def _matter(roles: Sequence[str], lang: str) -> str:
    if len(roles) == 1:
        return role_title(roles[0], lang)
    if set(roles) == set(THREE_LINES):
        return phrase("matter_three_lines", lang)
    return phrase("matter_all", lang)


def _heading(place: int, key: str, lang: str) -> str:
    text = phrase(f"h_{key}", lang)
    if key == "annex":
        return text
    return f"{place + 1}. {text}" if lang == "en" else f"{'一二三四五六七八九十'[place]}、{text}"


def _head(result: CheckResult, sites: list[Record], number: _Numbering) -> list[Block]:
    document, lang = result.document, result.lang
    blocks: list[Block] = []
    for site in sites[::-1][:3]:
        sign = VERDICT_SIGNS[site["verdict"]]
        open_roles = sum(not role["complete"] for role in site["roles"])
        state = phrase("state_complete", lang)
        if open_roles:
            state = phrase("state_incomplete", lang, n=open_roles)
        name = literal(site["name"] or site["id"], lang, limit=40)
        area = area_text(site["area_m2"], lang)
        said = phrase("verdict_rest", lang, name=name, area=area, state=state)
        blocks.append(Verdict(sign.icon, sign.word(lang), sign.color, said))
    blocks.append(project_table(document, number.caption("t_project")))
    if len(sites) > 1:
        blocks.append(site_table(sites, lang, number.caption("t_sites")))
    return blocks


def _basis(document: Record, number: _Numbering) -> list[Block]:
    lang = document["language"]
    intro = Paragraph(phrase("basis_intro", lang, day=document["as_of"]))
    table = basis_table(document, number.caption("t_basis", day=document["as_of"]))
    return [intro, table] if table.rows else [intro]


def _data(document: Record, number: _Numbering) -> list[Block]:
    lang = document["language"]
    missing = dict.fromkeys(
        role["role"]
        for site in document["sites"]
        for role in site["roles"]
        if role["reason_code"] == "no_layer"
    )
    said = phrase("no_missing_layers", lang)
    if missing:
        titles = phrase("c_list", lang).join(role_title(role, lang) for role in missing)
        said = phrase("missing_layers", lang, roles=titles)
    blocks: list[Block] = [input_table(document, number.caption("t_inputs"))]
    if document["layers"]:
        blocks.append(layer_table(document, number.caption("t_layers")))
    return [*blocks, Paragraph(said)]


def _results(result: CheckResult, sites: list[Record], number: _Numbering) -> list[Block]:
    lang = result.lang
    blocks: list[Block] = []
    for site in sites:
        name = _site_word(result.document, site, lang)
        blocks.append(summary_table(result, site, number.caption("t_summary", site=name)))
        details = number.unless_none("t_detail", name, partial(detail_table, result, site))
        blocks += details or [Paragraph(phrase("no_overlap", lang), "note")]
        for key, make in (
            ("t_slivers", partial(sliver_table, result, site)),
            ("t_distances", partial(distance_table, result, site)),
            ("t_heights", partial(height_table, site, lang)),
            ("t_slope", partial(slope_table, site, lang)),
            ("t_crossings", partial(crossing_table, site, lang)),
            ("t_land_class", partial(land_class_table, site, lang)),
            ("t_zoning", partial(zoning_table, site, lang)),
            ("t_advice", partial(advice_table, _advised(result.document, site), lang)),
        ):
            blocks += number.unless_none(key, name, make)
    total = len(result.document["sites"])
    if total > len(sites):
        more = phrase("sites_more", lang, shown=len(sites), total=total)
        blocks.append(Paragraph(more, "note"))
    for key, of_check in (
        ("t_overrides", override_table),
        ("t_approved", approved_table),
        ("t_previous", previous_table),
    ):
        blocks += number.unless_none(key, "", partial(of_check, result.document))
    return blocks


def _advised(document: Record, site: Record) -> Record:
    """Return the site with its advice in the internal edition alone."""
    return site if document["audience"] == "internal" else {**site, "advice": None}


def _site_word(document: Record, site: Record, lang: str) -> str:
    if len(document["sites"]) == 1:
        return ""
    name = literal(site["name"] or site["id"], lang, limit=24)
    return f" ({name})" if lang == "en" else f"{name}　"


def _conclusion(result: CheckResult, sites: list[Record]) -> list[Block]:
    lang = result.lang
    blocks: list[Block] = []
    for site in sites:
        name = _site_word(result.document, site, lang).strip()
        head = f"{name}{': ' if lang == 'en' else '：'}" if name else ""
        blocks.append(Paragraph(head + overall_sentence(result.document, site)))
        blocks += [
            Paragraph(f"{place}. {said}" if lang == "en" else f"（{place}）{said}", "list")
            for place, said in enumerate(role_sentences(result, site), start=1)
        ]
    if any(not role["complete"] for site in sites for role in site["roles"]):
        blocks.append(Paragraph(phrase("c_next", lang)))
    return blocks


def _not_examined(document: Record, number: _Numbering) -> list[Block]:
    lang = document["language"]
    tables = number.unless_none("t_not_examined", "", partial(not_examined_table, document))
    if not tables:
        return [Paragraph(phrase("no_left_out", lang))]
    scope = literal(document["scope"]["title"], lang, limit=60)
    return [Paragraph(phrase("left_out", lang, scope=scope)), *tables]


def _caveats(document: Record) -> list[Block]:
    lang = document["language"]
    text = (CAVEAT[1] if lang == "en" else CAVEAT[0]).rstrip("。.")
    lines = [line[:1].upper() + line[1:] for line in text.split("; " if lang == "en" else "；")]
    lines += [literal(line, lang).rstrip("。.") for line in warning_lines(document, lang)]
    stop = "." if lang == "en" else "。"
    return [
        Paragraph(f"{place}. {line}{stop}" if lang == "en" else f"（{place}）{line}{stop}", "list")
        for place, line in enumerate(lines, start=1)
    ]
