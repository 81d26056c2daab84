"""How a check was computed, in words: system, datum, area, distance, tolerance, accuracy."""

from __future__ import annotations

from typing import Any

from geo_toolkit.report.blocks import Paragraph
from geo_toolkit.report.phrases import phrase
from geo_toolkit.report.text import literal

__all__ = ["method_paragraphs"]


def method_paragraphs(document: dict[str, Any]) -> tuple[Paragraph, ...]:  # JSON values
    """Return the method as numbered paragraphs, with the tolerances of the document."""
    lang, method = document["language"], document["method"]
    sliver = method["sliver"]
    width_m = float(sliver.get("mean_width_m", 0.01))
    said = (
        phrase("m_crs", lang, crs=method["topology_crs"]),
        phrase("m_datum", lang),
        phrase("m_area", lang, ellipsoid=method["ellipsoid"]),
        phrase("m_distance", lang),
        phrase(
            "m_sliver",
            lang,
            precision=f"{method['precision_m']:g}",
            area=f"{sliver['area_m2']:g}",
            width=f"{width_m * 1000:g}",
            suspect=f"{sliver.get('suspected_below_m2', 200.0):g}",
            suspect_width=f"{sliver.get('suspected_below_width_m', 1.0):g}",
        ),
        phrase("m_accuracy", lang),
        *(_elevation(row, lang) for row in document["inputs"] if "vertical_datum" in row),
    )
    return tuple(
        Paragraph(f"{place}. {text}" if lang == "en" else f"（{place}）{text}", "list")
        for place, text in enumerate(said, start=1)
    )


def _elevation(row: dict[str, Any], lang: str) -> str:  # a JSON row of an elevation model
    return phrase(
        "m_elevation",
        lang,
        file=literal(row["file"], lang, limit=120),
        datum=row["vertical_datum"].upper(),
        accuracy=f"{row['accuracy_m']:g}",
        error=f"{row['error_in_1985_m']:g}",
    )
