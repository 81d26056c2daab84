"""Adopting a whole delivery: its tables matched to roles, published together or not at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from geo_toolkit.catalogue.adding import new_definition
from geo_toolkit.catalogue.containers import open_delivery
from geo_toolkit.catalogue.content import areas_m2
from geo_toolkit.catalogue.delivery import read_delivered_table
from geo_toolkit.catalogue.dialects import role_of_table, version_date
from geo_toolkit.catalogue.prepare import prepare_update
from geo_toolkit.errors import LayerError

if TYPE_CHECKING:
    from pathlib import Path

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
            "unchanged": prepared.unchanged if prepared else None,
            "beside": list(self.beside),
            "published": prepared is not None and prepared.version is not None,
            "refusal": prepared.refusal if prepared else None,
            "remarks": list(prepared.remarks) if prepared else [],
            "faults": [fault.as_row() for fault in prepared.faults] if prepared else [],
        }


def prepare_adoption(
    catalogue: Catalogue, delivery: Path, options: PublishOptions
) -> list[Adoption]:
    """Return every table of a delivery, with what those of a known role would become.

    A table becomes a new layer where its role has schematic layers or none, and stands beside
    them; it updates the official or published layer of its role through that layer's gate. What
    is not said is official: a delivery that is adopted is the authority's own.

    Raises
    ------
    BoundaryError
        If the delivery cannot be read, or not without guessing.
    LayerError
        If no table has a known role, two have the same, or a role has several layers to update.
    OptionError
        If secrecy has to be said and is not.
    """
    rows: list[Adoption] = []
    owners: dict[str, str] = {}
    with open_delivery(delivery) as opened:
        tables = [t for t in opened.tables if options.read.layer in (None, t.name)]
        if not tables:
            opened.choose(options.read.layer)
        for table in tables:
            catalogue.step("read")
            delivered = read_delivered_table(opened, table, replace(options.read, layer=None))
            role = role_of_table(table.name, delivered.columns)
            if delivered.family != "polygon":
                role = None
            row = _row(catalogue, delivered, role)
            if role is not None:
                if role in owners:
                    raise LayerError(
                        f"{delivery.name}: expected one table of {role}, got {owners[role]} and "
                        f"{table.name}; adopt one of them with --layer"
                    )
                owners[role] = table.name
                row = _with_target(catalogue, row, role, delivered, options)
            rows.append(row)
    if not owners:
        names = ", ".join(row.table for row in rows)
        raise LayerError(
            f"{delivery.name}: expected a table of a known name (STBHHX, YJJBNTBHTB, CZKFBJ, DLTB, "
            f"XZQ …), got {names}; publish it with: layers add ID FILE --role ROLE --layer NAME"
        )
    return rows


def _row(catalogue: Catalogue, delivered: Delivered, role: str | None) -> Adoption:
    return Adoption(
        table=delivered.name,
        role=role,
        features=len(delivered.geometry),
        crs=delivered.system.label,
        crs_basis=delivered.system.basis,
        area_m2=float(areas_m2(delivered.lonlat, catalogue.crs).sum()),
        date=version_date(delivered.columns),
    )


def _with_target(
    catalogue: Catalogue, row: Adoption, role: str, delivered: Delivered, options: PublishOptions
) -> Adoption:
    """Return the row with the publication its table would be."""
    said = options.stated
    if said.evidence is None:
        options = replace(options, stated=replace(said, evidence="official"))
    note = options.note or f"adopted from {delivered.path.name}, {delivered.name}"
    options = replace(options, note=note)
    of_role = [entry for entry in catalogue.values() if entry.definition.role == role]
    strong = [e for e in of_role if e.newest_definition.evidence.value in _STRONG]
    if strong:
        entry = _the_one(strong, role, delivered)
        prepared = prepare_update(
            catalogue.ground(), entry.definition, entry.folder, delivered, options
        )
        beside = tuple(e.id for e in of_role if e is not entry)
        return replace(row, layer=entry.id, beside=beside, preparation=prepared)
    layer_id = _free_id(catalogue, f"{role}_{options.stated.evidence}")
    definition, path, text = new_definition(
        layer_id, role, delivered, options, key=None, folder=catalogue.folder
    )
    prepared = prepare_update(
        catalogue.ground(), definition, catalogue.folder, delivered, options,
        is_new=True, is_gated=False, new_file=(path, text),
    )  # fmt: skip
    beside = tuple(entry.id for entry in of_role)
    return replace(row, layer=layer_id, beside=beside, preparation=prepared)


def _the_one(strong: list[LayerEntry], role: str, delivered: Delivered) -> LayerEntry:
    if len(strong) == 1:
        return strong[0]
    own = [entry for entry in strong if entry.id == f"{role}_official"]
    if own:
        return own[0]
    names = ", ".join(entry.id for entry in strong)
    raise LayerError(
        f"{delivered.path.name} table {delivered.name!r}: expected one layer of {role} to update, "
        f"got {names}; say which with: layers update ID FILE --layer {delivered.name}"
    )


def _free_id(catalogue: Catalogue, wanted: str) -> str:
    name, number = wanted, 2
    while name in catalogue:
        name, number = f"{wanted}_{number}", number + 1
    return name
