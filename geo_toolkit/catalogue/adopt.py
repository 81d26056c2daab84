"""Adopting a whole delivery: its tables matched to roles, published together or not at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from geo_toolkit.catalogue.adding import new_definition, prepare_new_large
from geo_toolkit.catalogue.batches import open_large
from geo_toolkit.catalogue.containers import open_delivery
from geo_toolkit.catalogue.content import areas_m2
from geo_toolkit.catalogue.delivery import read_delivered_table
from geo_toolkit.catalogue.dialects import DATE_COLUMNS, role_of_table, version_date
from geo_toolkit.catalogue.prepare import prepare_update
from geo_toolkit.errors import LayerError, OptionError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from geo_toolkit.catalogue.batches import LargeTable
    from geo_toolkit.catalogue.catalogue import Catalogue
    from geo_toolkit.catalogue.delivery import Delivered
    from geo_toolkit.catalogue.entry import LayerEntry
    from geo_toolkit.catalogue.options import PublishOptions
    from geo_toolkit.catalogue.publish import Preparation

__all__ = ["Adoption", "prepare_adoption"]

_STRONG = ("official", "published")


@dataclass(frozen=True)
class Adoption:
    """One table of a delivery, and what it would become.

    Attributes
    ----------
    role
        None where the table is not known: it is listed and left out.
    layer
        The id of the layer it becomes or updates.
    beside
        Ids of the layers of its role that stay as they are and go on answering.
    """

    table: str
    role: str | None
    features: int
    crs: str
    crs_basis: str
    area_m2: float
    date: str
    layer: str | None = None
    beside: tuple[str, ...] = ()
    preparation: Preparation | None = None

    @property
    def replaces(self) -> int | None:
        """The number of the layer's version that this one takes the place of; None for none."""
        prepared = self.preparation
        if prepared is None or prepared.new_file is not None or prepared.unchanged:
            return None
        return max(prepared.expected, 0)

    def as_json(self) -> dict[str, Any]:  # JSON values
        """Return the row of the table that is shown before anything is published."""
        prepared = self.preparation
        return {
            "table": self.table,
            "role": self.role,
            "features": self.features,
            "crs": self.crs,
            "crs_basis": self.crs_basis,
            "area_m2": round(self.area_m2, 3),
            "date": self.date,
            "layer": self.layer,
            "is_new": prepared is not None and prepared.new_file is not None,
            "version": prepared.number if prepared and not prepared.unchanged else None,
            "replaces": self.replaces,
            "unchanged": prepared.unchanged if prepared else None,
            "beside": list(self.beside),
            "published": prepared is not None and prepared.version is not None,
            "refusal": prepared.refusal if prepared else None,
            "remarks": list(prepared.remarks) if prepared else [],
            "faults": [fault.as_row() for fault in prepared.faults] if prepared else [],
        }


def prepare_adoption(
    catalogue: Catalogue,
    delivery: Path,
    options: PublishOptions,
    *,
    beside: bool = False,
    targets: Mapping[str, str] | None = None,
) -> list[Adoption]:
    """Return every table of a delivery, with what those of a known role would become.

    A table becomes a new layer where its role has schematic layers or none, and stands beside
    them; it updates the official or published layer of its role through that layer's gate. What
    is not said is official: a delivery that is adopted is the authority's own.

    Parameters
    ----------
    beside
        Every table becomes a new layer, beside whatever its role has.
    targets
        The layer that a table becomes or updates, by the table's name; a layer that is not there
        yet is made.

    Raises
    ------
    BoundaryError
        If the delivery cannot be read, or not without guessing.
    LayerError
        If no table has a known role, two would be the same layer, or a role has several layers to
        update.
    OptionError
        If secrecy has to be said and is not, or a target cannot be what the table is.
    """
    wanted = dict(targets or {})
    rows: list[Adoption] = []
    owners: dict[str, str] = {}
    with open_delivery(delivery) as opened:
        tables = [t for t in opened.tables if options.read.layer in (None, t.name)]
        if not tables:
            opened.choose(options.read.layer)
        _check_targets(wanted, [t.name for t in tables], delivery.name)
        for table in tables:
            catalogue.step("read")
            read = replace(options.read, layer=None)
            large = open_large(opened, table, read)
            head = next(large.batches()).delivered if large else None
            delivered = head or read_delivered_table(opened, table, read)
            role = role_of_table(table.name, delivered.columns)
            if delivered.family != "polygon":
                role = None
            if role is None:
                row = _row(catalogue, delivered, large)
            else:
                target = wanted.pop(table.name, None)
                _claim(owners, target or role, table.name, delivery.name)
                entry = _updated(catalogue, role, delivered, beside=beside, target=target)
                if entry is not None and large is not None:  # its changes are found in memory
                    delivered, large = read_delivered_table(opened, table, read), None
                row = _with_target(
                    catalogue, role, delivered, large, options, entry=entry, target=target
                )
            rows.append(row)
    if wanted:
        raise OptionError(
            f"--as {next(iter(wanted))}: expected a table of a known role, got one that is none; "
            "publish it with: layers add ID FILE --role ROLE --layer NAME"
        )
    if not owners:
        names = ", ".join(row.table for row in rows)
        raise LayerError(
            f"{delivery.name}: expected a table of a known name (STBHHX, YJJBNTBHTB, CZKFBJ, DLTB, "
            f"XZQ …), got {names}; publish it with: layers add ID FILE --role ROLE --layer NAME"
        )
    return rows


def _check_targets(targets: Mapping[str, str], tables: list[str], file: str) -> None:
    for table in targets:
        if table not in tables:
            raise OptionError(
                f"--as {table}: expected a table of {file} ({', '.join(tables)}), got none of that "
                "name; correct it"
            )


def _claim(owners: dict[str, str], owner: str, table: str, file: str) -> None:
    """Note whose table a role or layer is; no two may have the same."""
    if owner in owners:
        raise LayerError(
            f"{file}: expected one table of {owner}, got {owners[owner]} and {table}; adopt one "
            "of them with --layer, or give each a layer of its own with --as TABLE=ID"
        )
    owners[owner] = table


def _row(
    catalogue: Catalogue,
    delivered: Delivered,
    large: LargeTable | None,
    *,
    role: str | None = None,
    area_m2: float | None = None,
) -> Adoption:
    """Return what the table of all tables says of one; ``large`` is all of it where that is set."""
    columns, features = delivered.columns, len(delivered.geometry)
    parts = [delivered]
    if large is not None:
        columns, features = large.attributes(DATE_COLUMNS), large.features
        parts = [] if area_m2 is not None else [batch.delivered for batch in large.batches()]
    if area_m2 is None:
        area_m2 = sum(float(areas_m2(part.lonlat, catalogue.crs).sum()) for part in parts)
    return Adoption(
        table=delivered.name,
        role=role,
        features=features,
        crs=delivered.system.label,
        crs_basis=delivered.system.basis,
        area_m2=area_m2,
        date=version_date(columns),
    )


def _with_target(
    catalogue: Catalogue,
    role: str,
    delivered: Delivered,
    large: LargeTable | None,
    options: PublishOptions,
    *,
    entry: LayerEntry | None,
    target: str | None,
) -> Adoption:
    """Return the row with the publication its table would be."""
    said = options.stated
    if said.evidence is None:
        options = replace(options, stated=replace(said, evidence="official"))
    note = options.note or f"adopted from {delivered.path.name}, {delivered.name}"
    options = replace(options, note=note)
    others = tuple(e.id for e in _of_role(catalogue, role) if e is not entry)
    if entry is not None:
        prepared = prepare_update(
            catalogue.ground(), entry.definition, entry.folder, delivered, options
        )
        row = _row(catalogue, delivered, None, role=role)
        return replace(row, layer=entry.id, beside=others, preparation=prepared)
    layer_id = target or _free_id(catalogue, f"{role}_{options.stated.evidence}")
    if large is not None:
        prepared = prepare_new_large(
            catalogue.ground(), layer_id, large, options,
            role=role, key=None, folder=catalogue.folder, is_gated=False,
        )  # fmt: skip
    else:
        definition, path, text = new_definition(
            layer_id, role, delivered, options, key=None, folder=catalogue.folder
        )
        prepared = prepare_update(
            catalogue.ground(), definition, catalogue.folder, delivered, options,
            is_new=True, is_gated=False, new_file=(path, text),
        )  # fmt: skip
    area = prepared.large.area_m2 if prepared.large else None
    row = _row(catalogue, delivered, large, role=role, area_m2=area)
    return replace(row, layer=layer_id, beside=others, preparation=prepared)


def _of_role(catalogue: Catalogue, role: str) -> list[LayerEntry]:
    return [entry for entry in catalogue.values() if entry.definition.role == role]


def _updated(
    catalogue: Catalogue, role: str, delivered: Delivered, *, beside: bool, target: str | None
) -> LayerEntry | None:
    """Return the layer that a table updates, None where it becomes a new one."""
    if target is not None:
        if target not in catalogue:
            return None
        entry = catalogue[target]
        if entry.definition.role != role:
            raise OptionError(
                f"--as {delivered.name}={target}: expected a layer of {role}, got one of "
                f"{entry.definition.role}; name another"
            )
        return entry
    if beside:
        return None
    strong = [e for e in _of_role(catalogue, role) if e.newest_definition.evidence.value in _STRONG]
    return _the_one(strong, role, delivered) if strong else None


def _the_one(strong: list[LayerEntry], role: str, delivered: Delivered) -> LayerEntry:
    if len(strong) == 1:
        return strong[0]
    own = [entry for entry in strong if entry.id == f"{role}_official"]
    if own:
        return own[0]
    names = ", ".join(entry.id for entry in strong)
    raise LayerError(
        f"{delivered.path.name} table {delivered.name!r}: expected one layer of {role} to update, "
        f"got {names}; say which with --as {delivered.name}=ID, or publish beside them with "
        "--beside"
    )


def _free_id(catalogue: Catalogue, wanted: str) -> str:
    name, number = wanted, 2
    while name in catalogue:
        name, number = f"{wanted}_{number}", number + 1
    return name
