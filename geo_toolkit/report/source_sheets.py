"""The sheets of evidence: files read and method, layer versions, rules asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_toolkit.report.labels import label, word
from geo_toolkit.rules.roles import role_title
from geo_toolkit.siting.words import SEVERITY_WORDS

if TYPE_CHECKING:
    from geo_toolkit.report.sheet import Book
    from geo_toolkit.siting import CheckResult

__all__ = ["write_inputs", "write_layers", "write_rules"]


def write_inputs(book: Book, result: CheckResult, lang: str) -> None:
    """Write the files read, their coordinate systems and repairs, and the method."""
    columns = (
        ("file", 28), ("format", 14), ("encoding", 12), ("crs", 26), ("crs_basis", 34),
        ("feature_count", 9), ("repairs", 40), ("warnings", 44), ("sha", 24),
    )  # fmt: skip
    sheet = book.sheet(label("sheet_inputs", lang), [width for _, width in columns])
    heads = [label(key, lang) if key != "sha" else "SHA-256" for key, _ in columns]
    sheet.header(heads)
    for entry in result.document["inputs"]:
        sheet.table_row(
            (
                entry["file"],
                entry["format"],
                entry["encoding"],
                entry["crs"],
                entry.get("crs_basis_text") or entry["crs_basis"],
                entry["features"],
                "\n".join(entry["repairs"]),
                "\n".join(entry["warnings"]),
                entry["sha256"],
            )
        )
    sheet.blank()
    method = result.document["method"]
    parts = (label("method_area", lang), method["ellipsoid"], method["topology_crs"])
    sheet.note(f"{label('method', lang)}: " + "；".join(str(part) for part in parts))


def write_layers(book: Book, result: CheckResult, lang: str) -> None:
    """Write the layers that the check used, in their versions."""
    columns = (
        ("layer_id", 24), ("title", 30), ("role", 20), ("version", 8), ("effective_from", 13),
        ("evidence", 12), ("accuracy_m", 10), ("coverage", 16), ("feature_count", 9),
        ("source", 50), ("sha", 40),
    )  # fmt: skip
    sheet = book.sheet(label("sheet_layers", lang), [width for _, width in columns])
    sheet.header([label(key, lang) if key != "sha" else "SHA-256" for key, _ in columns])
    for layer in result.document["layers"]:
        sheet.table_row(
            (
                layer["id"],
                layer["title"],
                role_title(layer["role"], lang),
                layer["version"],
                layer["effective_from"],
                word("evidence", layer["evidence"], lang),
                layer["accuracy_m"],
                word("coverage", layer["coverage"], lang),
                layer["features"],
                layer["source"],
                layer["sha256"],
            )
        )


def write_rules(book: Book, result: CheckResult, lang: str) -> None:
    """Write every rule that was asked, with its provision and how well that is known."""
    columns = (
        ("rule_id", 12), ("title", 34), ("role", 20), ("severity", 10), ("relation", 14),
        ("threshold_m", 12), ("baseline", 24), ("citation", 40), ("confidence", 22),
        ("authority", 24),
    )  # fmt: skip
    sheet = book.sheet(label("sheet_rules", lang), [width for _, width in columns])
    sheet.header([label(key, lang) for key, _ in columns])
    asked: dict[str, dict[str, Any]] = {}
    for site in result.document["sites"]:
        for finding in site["findings"]:
            asked.setdefault(finding["rule_id"], finding)
    for rule_id, finding in asked.items():
        severity = SEVERITY_WORDS[finding["severity"]]
        sheet.table_row(
            (
                rule_id,
                finding["title"],
                role_title(finding["role"], lang),
                severity[1] if lang == "en" else severity[0],
                word("relation", finding["relation"], lang),
                finding["threshold_m"],
                finding["baseline"],
                finding["citation"]["text"],
                _confidence(finding, lang),
                finding["authority"],
            )
        )


def _confidence(finding: dict[str, Any], lang: str) -> str:
    """Return how well the provision is known: by itself, or by whoever confirmed it since."""
    confirmed = finding["confirmation"]
    if confirmed:
        return label("confirmed_by", lang, by=confirmed["by"], date=confirmed["date"])
    return word("confidence", finding["confidence"], lang)
