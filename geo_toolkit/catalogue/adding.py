"""A new layer: the definition that a delivery and its options make, and its first version.

A delivery is held in memory where it is small, and read in batches where it is not.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from geo_toolkit.catalogue.batches import open_large
from geo_toolkit.catalogue.containers import open_delivery
from geo_toolkit.catalogue.definition import LayerDefinition, parse_definition
from geo_toolkit.catalogue.delivery import read_delivered_table
from geo_toolkit.catalogue.keys import choose_key
from geo_toolkit.catalogue.prepare import prepare_large, prepare_update
from geo_toolkit.errors import OptionError

if TYPE_CHECKING:
    from pathlib import Path

    from geo_toolkit.catalogue.batches import LargeTable
    from geo_toolkit.catalogue.delivery import Delivered
    from geo_toolkit.catalogue.options import PublishOptions
    from geo_toolkit.catalogue.prepare import Ground
    from geo_toolkit.catalogue.publish import Preparation

__all__ = ["new_definition", "prepare_new", "prepare_new_large"]

_ID = re.compile(r"[a-z0-9][a-z0-9_]*")


def new_definition(
    layer_id: str,
    role: str,
    delivered: Delivered,
    options: PublishOptions,
    *,
    key: str | None,
    folder: Path,
) -> tuple[LayerDefinition, Path, str]:
    """Return the definition of a new layer, the file it belongs in, and that file's text.

    The text says what the publication said, so that the file can be read by itself; versions
    win over it. Official coordinates are the line itself unless an accuracy is said.

    Parameters
    ----------
    key
        The key column; None to take the first that fits.
    folder
        The workspace's ``layers/``.

    Raises
    ------
    OptionError
        If the id is not fit for a file name, or the accuracy is not said.
    LayerError
        If there is no key column.
    """
    if not _ID.fullmatch(layer_id):
        raise OptionError(
            f"layer id {layer_id!r}: expected small letters, digits and _, such as red_line_2026"
        )
    said = options.stated
    evidence = said.evidence or "schematic"
    if said.accuracy_m is None and evidence != "official":
        raise OptionError(
            f"layer {layer_id}: expected --accuracy-m, the outline's error in metres, got none; "
            "say it (0: the coordinates are the line)"
        )
    chosen = key or choose_key(delivered.columns, None, file=delivered.path.name).column
    values: dict[str, object] = {
        "id": layer_id,
        "title_zh": said.title_zh,
        "title_en": said.title_en,
        "role": role,
        "geometry": delivered.family,
        "data": f"{layer_id}.gpkg",
        "key": chosen,
        "crs": "EPSG:4490",
        "datum": "cgcs2000",
        "evidence": evidence,
        "accuracy_m": 0 if said.accuracy_m is None else said.accuracy_m,
        "coverage": said.coverage if said.coverage in ("all", "none") else "none",
        "secrecy": said.secrecy or "public",
        "source": said.source or delivered.path.name,
        "licence": said.licence,
        "authority": said.authority,
        "approval_number": said.approval_number,
    }
    text = "".join(
        f"{name} = {json.dumps(value, ensure_ascii=False)}\n"
        for name, value in values.items()
        if value is not None
    )
    path = folder / f"{layer_id}.toml"
    return parse_definition(text, path), path, text


def prepare_new(
    ground: Ground,
    layer_id: str,
    delivery: Path,
    options: PublishOptions,
    *,
    role: str,
    key: str | None,
    folder: Path,
) -> Preparation:
    """Return a delivery made ready to become version 1 of a new layer.

    Parameters
    ----------
    key
        The key column; None to take the first that fits.
    folder
        The workspace's ``layers/``.

    Raises
    ------
    BoundaryError
        If the delivery cannot be read, or not without guessing.
    LayerError
        If there is no key column, or several tables and none named.
    OptionError
        If something that has to be said is not.
    """
    ground.step("read")
    with open_delivery(delivery) as opened:
        table = opened.choose(options.read.layer)
        large = open_large(opened, table, options.read)
        if large is not None:
            return prepare_new_large(
                ground, layer_id, large, options, role=role, key=key, folder=folder
            )
        delivered = read_delivered_table(opened, table, options.read)
    definition, path, text = new_definition(
        layer_id, role, delivered, options, key=key, folder=folder
    )
    return prepare_update(
        ground, definition, folder, delivered, options, is_new=True, new_file=(path, text)
    )


def prepare_new_large(
    ground: Ground,
    layer_id: str,
    table: LargeTable,
    options: PublishOptions,
    *,
    role: str,
    key: str | None,
    folder: Path,
    is_gated: bool = True,
) -> Preparation:
    """Return a table too large to be held made ready to become version 1 of a new layer."""
    choice = choose_key(table.candidates(), key, file=table.head.path.name)
    first = next(table.batches()).delivered
    definition, path, text = new_definition(
        layer_id, role, first, options, key=key or choice.column, folder=folder
    )
    return prepare_large(
        ground, definition, table, options, choice=replace(choice, basis="declared"),
        is_gated=is_gated, new_file=(path, text),
    )  # fmt: skip
