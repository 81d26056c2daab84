"""The group codes of an ASCII DXF drawing: sections, header variables, blocks and entities.

Source: the DXF reference of the format's maker: pairs of lines, a code and a value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from geo_toolkit.boundary.words import say
from geo_toolkit.errors import BoundaryError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Block", "Drawing", "Entity", "entity_place", "float_of", "handle_of", "read_drawing"]

MAX_ENTITIES = 300_000
MAX_GROUPS = 20_000_000
MAX_KEPT = 2_000_000
_KEPT = frozenset(
    (b"LWPOLYLINE", b"POLYLINE", b"LINE", b"ARC", b"CIRCLE", b"ELLIPSE", b"SPLINE", b"INSERT")
)
_HEADERS = (b"$ACADVER", b"$DWGCODEPAGE")
_MAX_LINE = 100_000
_HANDLE = re.compile(r"[0-9A-Fa-f]{1,16}")

Group = tuple[int, bytes]


@dataclass
class Entity:
    """One entity as written; ``vertices`` are those of an old POLYLINE."""

    kind: bytes
    line: int
    groups: list[Group] = field(default_factory=list)
    vertices: list[list[Group]] = field(default_factory=list)

    def text(self, code: int, default: bytes = b"") -> bytes:
        """Return the first value of a code."""
        return next((value for key, value in self.groups if key == code), default)

    def number(self, code: int, default: float, file: str) -> float:
        """Return the first value of a code as a number.

        Raises
        ------
        BoundaryError
            If it is none.
        """
        value = self.text(code)
        return float_of(value, self.line, file) if value else default

    @property
    def layer(self) -> bytes:
        """The layer's name as bytes."""
        return self.text(8, b"0")


@dataclass
class Block:
    """A block: its base point and its entities."""

    head: Entity
    entities: list[Entity] = field(default_factory=list)


@dataclass
class Drawing:
    """What is kept of a drawing.

    ``others`` counts the entities without an outline, by layer and kind.
    """

    header: dict[bytes, bytes] = field(default_factory=dict)
    blocks: dict[bytes, Block] = field(default_factory=dict)
    entities: list[Entity] = field(default_factory=list)
    others: dict[tuple[bytes, bytes], int] = field(default_factory=dict)


def handle_of(entity: Entity) -> str:
    """Return the name that CAD gives an entity, a hexadecimal number, or an empty text."""
    handle = entity.text(5).decode("latin-1")
    return handle if _HANDLE.fullmatch(handle) else ""


def entity_place(entity: Entity) -> str:
    """Return how messages call an entity: by its line, and its handle where it has one."""
    handle = handle_of(entity)
    if handle:
        return say("entity_handle", n=entity.line, handle=handle)
    return say("entity", n=entity.line)


def float_of(value: bytes, line: int, file: str) -> float:
    """Return a number of a group.

    Raises
    ------
    BoundaryError
        If it is none, or not finite.
    """
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if not abs(number) < 1e300 or b"_" in value:
        raise BoundaryError(
            file, say("entity", n=line), "a finite number", repr(value[:30].decode("latin-1")),
            "save the drawing again",
        )  # fmt: skip
    return number


def read_drawing(path: Path) -> Drawing:
    """Return header, blocks and entities of a drawing.

    Raises
    ------
    BoundaryError
        If it is no ASCII DXF, is cut, or is too large.
    """
    drawing, file = Drawing(), path.name
    section, variable, block = b"", b"", None
    entity: Entity | None = None
    is_sound = False
    count = kept = 0
    for line, code, value in _groups(path):
        if code == 0:
            _keep(entity, drawing, block, section)
            entity, variable = None, b""
            if value in (b"ENDSEC", b"EOF"):
                section, block, is_sound = b"", None, True
                continue
            if value == b"SECTION":
                section = b"?"
                continue
            count += 1
            if count > MAX_ENTITIES:
                raise BoundaryError(
                    file, "", f"at most {MAX_ENTITIES} entities", "more",
                    "save the boundary's layer as a drawing of its own",
                )  # fmt: skip
            if value == b"VERTEX" and _polyline(drawing, block, section) is not None:
                entity = Entity(value, line)
            elif value == b"BLOCK" and section == b"BLOCKS":
                block = Block(Entity(value, line))
                entity = block.head
            elif value == b"ENDBLK" and block is not None:
                drawing.blocks[block.head.text(2)] = block
                block = None
            elif section in (b"ENTITIES", b"BLOCKS"):
                entity = Entity(value, line)
        elif section == b"?" and code == 2:
            section = value
        elif section == b"HEADER":
            variable = value if code == 9 else variable
            if code in (1, 3) and variable in _HEADERS:
                drawing.header[variable] = value
        elif entity is not None and (entity.kind in _WITH_GROUPS or code == 8):
            entity.groups.append((code, value))
            kept += 1
            if kept > MAX_KEPT:
                raise BoundaryError(
                    file, "", f"at most {MAX_KEPT // 2} points", "more",
                    "save the boundary's layer as a drawing of its own",
                )  # fmt: skip
    if not is_sound:
        raise _not_dxf(file)
    return drawing


_WITH_GROUPS = _KEPT | {b"VERTEX", b"BLOCK"}


def _keep(entity: Entity | None, drawing: Drawing, block: Block | None, section: bytes) -> None:
    """Put a complete entity where it belongs."""
    if entity is None or entity.kind == b"BLOCK" or section not in (b"ENTITIES", b"BLOCKS"):
        return
    if entity.kind == b"VERTEX":
        owner = _polyline(drawing, block, section)
        if owner is not None:
            owner.vertices.append(entity.groups)
    elif entity.kind in _KEPT:
        (block.entities if block is not None else drawing.entities).append(entity)
    elif entity.kind != b"SEQEND" and section == b"ENTITIES":
        key = (entity.layer, entity.kind)
        drawing.others[key] = drawing.others.get(key, 0) + 1


def _polyline(drawing: Drawing, block: Block | None, section: bytes) -> Entity | None:
    """Return the POLYLINE that a VERTEX belongs to."""
    if section not in (b"ENTITIES", b"BLOCKS"):
        return None
    entities = block.entities if block is not None else drawing.entities
    return entities[-1] if entities and entities[-1].kind == b"POLYLINE" else None


def _groups(path: Path) -> Iterator[tuple[int, int, bytes]]:
    """Yield line, code and value of each group."""
    file = path.name
    with path.open("rb") as stream:
        if stream.read(22).startswith(b"AutoCAD Binary DXF"):
            raise BoundaryError(
                file, "", "an ASCII DXF drawing", "a binary one", "save it as ASCII DXF"
            )
        stream.seek(0)
        line = 0
        while code := stream.readline(_MAX_LINE):
            value = stream.readline(_MAX_LINE)
            line += 2
            text = code.strip(b" \t\r\n\xef\xbb\xbf")
            if not text and not value.strip():
                continue  # blank lines at the end
            if not text.lstrip(b"-").isdigit() or len(text) > 5 or line > 2 * MAX_GROUPS:
                raise _not_dxf(file, line - 1)
            yield line, int(text), value.strip(b" \t\r\n")


def _not_dxf(file: str, line: int | None = None) -> BoundaryError:
    place = "" if line is None else say("line", n=line)
    return BoundaryError(
        file, place, "an ASCII DXF drawing: pairs of a group code and a value",
        "other, cut or damaged content", "save the drawing as ASCII DXF again",
    )  # fmt: skip
