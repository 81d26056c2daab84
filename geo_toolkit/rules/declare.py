"""What an applicant declares about a project: the file of ``--declare``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_toolkit.errors import DefinitionError, NotAvailable, UnknownName
from geo_toolkit.rules.faults import Fault, read_toml, unknown_key
from geo_toolkit.rules.model import NATURES

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Declaration", "read_declaration"]

_LATER = (
    "activity_class",
    "approval",
    "chainage_origin_m",
    "crossing",
    "height_datum",
    "height_m",
    "industries",
    "override",
    "site",
)
"""Keys of DESIGN §5 that this version does not act on, and therefore refuses."""


@dataclass(frozen=True)
class Declaration:
    """What is declared of a project.

    Attributes
    ----------
    nature
        ``new``, ``expand`` or ``rebuild``.
    nature_declared
        Whether the file says so; without it ``new`` is assumed, and the findings say that.
    """

    nature: str = "new"
    nature_declared: bool = False

    def __post_init__(self) -> None:
        """Refuse an unknown nature."""
        if self.nature not in NATURES:
            raise UnknownName("nature", self.nature, NATURES)


def read_declaration(path: Path) -> Declaration:
    """Return what a declaration file declares.

    Raises
    ------
    DefinitionError
        If the file cannot be read, is not TOML, or has a key that no version knows.
    NotAvailable
        For a key that is known and not acted on in this version.
    UnknownName
        For a nature other than new, expand or rebuild.
    """
    content = read_toml(path)
    known = ("nature", *_LATER)
    for key in content:
        if key not in known:
            raise DefinitionError(str(unknown_key(path.name, "", key, known)))
    later = [key for key in content if key in _LATER]
    if later:
        message = "is not in this version; remove it, or check without it"
        raise NotAvailable(str(Fault(path.name, "", later[0], message)))
    if "nature" not in content:
        return Declaration()
    nature = content["nature"]
    if not isinstance(nature, str):
        message = f"expected one of {', '.join(NATURES)} in quotes, got {nature!r}; correct it"
        raise DefinitionError(str(Fault(path.name, "", "nature", message)))
    if nature not in NATURES:
        raise UnknownName("nature", nature, NATURES, where=f"{path.name} key 'nature'")
    return Declaration(nature, nature_declared=True)
