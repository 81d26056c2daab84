"""One layer of a workspace, published anew: updated, restored, compared, exported, validated."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from geo_toolkit.catalogue.bundled import bundled_content, bundled_file, bundled_version
from geo_toolkit.catalogue.content import areas_m2, content_of_version, own_accuracy_m
from geo_toolkit.catalogue.exporting import export_copy, export_frame
from geo_toolkit.catalogue.faults import LayerFault
from geo_toolkit.catalogue.features import data_path
from geo_toolkit.catalogue.options import PublishOptions, PublishWords, ReadWords
from geo_toolkit.catalogue.packing import hash_of
from geo_toolkit.catalogue.postgis import PostgisTable, parse_source, write_table
from geo_toolkit.catalogue.prepare import prepare_restore, prepare_update
from geo_toolkit.catalogue.publish import Preparation, publish
from geo_toolkit.catalogue.reading import ReadableLayer
from geo_toolkit.catalogue.validation import validate_content
from geo_toolkit.catalogue.versions import Version, effective_definition
from geo_toolkit.errors import LayerError, NotAvailable
from geo_toolkit.rules import parse_day

if TYPE_CHECKING:
    from datetime import date

    from geopandas import GeoDataFrame

    from geo_toolkit.catalogue.diff import LayerDiff

__all__ = ["LayerEntry"]


class LayerEntry(ReadableLayer):
    """One layer of the catalogue: its definition, its versions, and how new ones are published."""

    def history(self) -> list[Version]:
        """Return the layer's versions by number; version 0 alone where nothing was published."""
        if self.versions:
            return list(self.versions)
        path = bundled_file(self.definition, self.folder)
        if path is None:
            return []
        content = bundled_content(self.definition, path)
        area = areas_m2(content.geometry.to_numpy(), self.catalogue.crs).sum()
        return [
            bundled_version(
                self.definition, path, features=len(content), area_m2=float(area),
                max_accuracy_m=own_accuracy_m(content),
            )
        ]  # fmt: skip

    def update(
        self, delivery: str | Path, *, dry_run: bool = False, **options: Unpack[PublishWords]
    ) -> Preparation:
        """Publish a delivery as the layer's next version; nothing where it changes nothing.

        Parameters
        ----------
        delivery
            A file, zip or folder.
        dry_run
            Read, validate and compare only.
        options
            As ``PublishOptions.of`` takes them: note (what the update is), evidence, coverage,
            accuracy_m, effective_from,
            document, secrecy, titles, override, crs, datum, encoding, layer ….

        Raises
        ------
        BoundaryError
            If the delivery cannot be read, or not without guessing.
        LayerError
            If it has faults, is beyond the limits without ``override``, or another publication
            was first.
        """
        prepared = self.prepare(delivery, PublishOptions.of(**options))
        if dry_run:
            return prepared
        return publish(self.catalogue.store, [prepared], crs=self.catalogue.crs)[0]

    def prepare(self, delivery: str | Path, options: PublishOptions) -> Preparation:
        """Return a delivery made ready to be published: validated, compared, nothing written."""
        ground = self.catalogue.ground()
        return prepare_update(ground, self.definition, self.folder, Path(delivery), options)

    def restore(
        self,
        version: int,
        *,
        effective_from: date | str | None = None,
        note: str = "",
        author: str | None = None,
    ) -> Preparation:
        """Publish an earlier version again, with all it said, as a new version.

        Raises
        ------
        LayerError
            If there is no version of that number.
        """
        if isinstance(effective_from, str):
            effective_from = parse_day(effective_from, option="--effective-from")
        prepared = prepare_restore(
            self.catalogue.ground(),
            self.definition,
            version,
            effective_from=effective_from,
            note=note,
            author=PublishOptions.of(author=author).author,
        )
        return publish(self.catalogue.store, [prepared], crs=self.catalogue.crs)[0]

    def diff(self, delivery: str | Path, **options: Unpack[ReadWords]) -> LayerDiff:
        """Return what a delivery would change against the highest version.

        Parameters
        ----------
        options
            ``crs``, ``datum``, ``encoding``, ``layer``, where the delivery does not tell.
        """
        chosen = PublishOptions.of(secrecy="internal", **options)
        diff = self.prepare(delivery, chosen).diff
        if diff is None:
            raise LayerError(f"layer {self.id}: expected a version to compare with, got none")
        return diff

    def content(self, version: int | None = None, *, as_of: date | None = None) -> GeoDataFrame:
        """Return the features of a version as they are stored, in CGCS2000 degrees."""
        chosen = self.version_meant(as_of, version, None)
        if chosen is not None:
            return content_of_version(self.catalogue.store.file_of(chosen))
        path = data_path(self.definition, self.folder)
        return bundled_content(self.definition, path)

    def export(self, target: str | Path, *, version: int | None = None) -> Version | None:
        """Write a version, by default the one in force today, as a file; return which it was.

        The suffix names the format: .gpkg (the version's own bytes), .geojson, .fgb, .parquet,
        or .zip for a zipped shapefile.

        Raises
        ------
        NotAvailable
            If the layer may only give verdicts.
        LayerError
            If there is no such version or the file cannot be written.
        """
        chosen = self.version_meant(None, version, None)
        definition = effective_definition(self.definition, chosen)
        if definition.secrecy == "verdict_only":
            raise NotAvailable(
                f"layer {self.id}: secrecy 'verdict_only' lets no geometry out; work on the "
                "delivery it came from"
            )
        path = Path(target)
        if chosen is not None and path.suffix.lower() == ".gpkg":
            export_copy(self.catalogue.store.file_of(chosen), path)
        else:
            export_frame(self.content(version), path, name=self.id)
        return chosen

    def publish(self, target: str, *, version: int | None = None) -> tuple[PostgisTable, Version]:
        """Write a version, by default the one in force today, into a PostGIS table.

        Parameters
        ----------
        target
            ``postgresql://…``, with ``#schema.table``; the table is named by the layer otherwise.

        Raises
        ------
        NotAvailable
            If the layer may only give verdicts, or psycopg is not installed.
        LayerError
            If there is no such version, or the database refuses.
        """
        chosen = self.version_meant(None, version)
        definition = effective_definition(self.definition, chosen)
        if definition.secrecy == "verdict_only":
            raise NotAvailable(f"layer {self.id}: secrecy 'verdict_only' lets no geometry out")
        table = parse_source(target, default=self.id)
        written = chosen or self.history()[0]
        title = definition.title_zh or self.id
        frame = self.content(written.number)
        write_table(table, frame, written, title=title, source=definition.source)
        return table, written

    def validate(self) -> list[LayerFault]:
        """Return every fault of the newest version, or of the bundled file.

        Raises
        ------
        LayerError
            If the data cannot be read at all.
        """
        versions = self.versions
        newest = versions[-1] if versions else None
        definition = effective_definition(self.definition, newest)
        if newest is not None:
            frame = content_of_version(self.catalogue.store.file_of(newest))
        else:
            frame = bundled_content(definition, data_path(definition, self.folder))
        if definition.key not in frame.columns:
            raise LayerError(f"layer {self.id}: no column {definition.key!r}, which is its key")
        faults = validate_content(
            definition, frame, bounds=self.catalogue.bounds, crs=self.catalogue.crs
        )
        return [*faults, *self._changed_bundle()]

    def _changed_bundle(self) -> list[LayerFault]:
        """Return a warning where the bundled file is no longer what version 0 was made from."""
        versions = self.versions
        path = bundled_file(self.definition, self.folder)
        if not versions or versions[0].number != 0 or path is None:
            return []
        digest = hash_of(path)
        if digest == versions[0].sha256:
            return []
        return [
            LayerFault(
                "bundled_changed", "warning", "",
                f"{path.name} as it was copied into version 0 ({versions[0].sha256[:12]}…)",
                f"a changed file ({digest[:12]}…), which nothing reads any more",
                "publish it with layers update, or put the old file back",
            )
        ]  # fmt: skip
