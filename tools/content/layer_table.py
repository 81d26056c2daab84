"""Print the README's table of the bundled layers, as Markdown.

python tools/content/layer_table.py
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

from places import HERE

from geo_toolkit.catalogue.definition import LayerDefinition, read_definition

if TYPE_CHECKING:
    from pathlib import Path

LAYERS = HERE.parents[1] / "layers"
_HEAD = ("Layer", "名称", "Role", "Features", "Status, as of", "Evidence", "Accuracy", "Licence")
_STATUS_ZH = {"existing": "现状", "under_construction": "在建", "planned": "规划"}


def main() -> None:
    """Print one row a layer, by theme and id."""
    rows = [_HEAD, ("---",) * len(_HEAD)]
    rows += [table_row(path) for path in sorted(LAYERS.glob("*/*.toml"))]
    sys.stdout.buffer.write("".join(f"| {' | '.join(row)} |\n" for row in rows).encode())


def table_row(path: Path) -> tuple[str, ...]:
    """Return the cells of one layer's row."""
    layer = read_definition(path)
    features = _properties(layer, path)
    statuses = Counter(row["status"] for row in features)
    mix = "、".join(f"{zh} {statuses[key]}" for key, zh in _STATUS_ZH.items() if statuses[key])
    dates = sorted(row["as_of"] for row in features)
    evidence = Counter(row["evidence"] for row in features)
    return (
        f"`{layer.id}`",
        layer.title_zh,
        f"`{layer.role}`",
        str(len(features)),
        f"{mix}；{_span(dates[0], dates[-1])}",
        ", ".join(f"{name} {n}" if len(evidence) > 1 else name for name, n in evidence.items()),
        _span(*(f"{bound(row['accuracy_m'] for row in features):g}" for bound in (min, max)))
        + " m",
        layer.licence.split("；")[0].split("（")[0],
    )


def _properties(layer: LayerDefinition, path: Path) -> list[dict[str, Any]]:  # Any: raw JSON
    """Return the attribute rows of a layer's features, those that its ``where`` keeps."""
    data = json.loads((path.parent / layer.data).read_text(encoding="utf-8"))
    rows = [feature["properties"] for feature in data["features"]]
    if layer.where is None:
        return rows
    return [row for row in rows if row[layer.where.column] in layer.where.values]


def _span(low: str, high: str) -> str:
    return low if low == high else f"{low}–{high}"


if __name__ == "__main__":
    main()
