"""Faults of a submission, and reading on past them.

A reader passes each step that can fail to an ``Attempt``. ``strictly`` runs the step and lets
its error go on, which is what reading for a check needs; ``Faults.attempt`` notes the error and
returns None, so that the same reader can tell all that is wrong in one go.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeVar

from geo_toolkit.boundary.fault_codes import code_of
from geo_toolkit.boundary.words import Said, say
from geo_toolkit.errors import BoundaryError, GeoToolkitError

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo_toolkit.boundary.sites import Repair

__all__ = ["ERROR", "MAX_FAULTS", "REPAIR", "WARNING", "Attempt", "Fault", "Faults", "strictly"]

ERROR, WARNING, REPAIR = "error", "warning", "repair"
MAX_FAULTS = 5000
_PARTS = re.compile(
    r"(?:(?P<place>[^:]*): )?expected (?P<expected>.+?), got (?P<got>.+?); (?P<remedy>.+)"
)
_LINE = re.compile(r"line \d+ \([^()]*\)")

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Attempt(Protocol):
    """A way of running one step that may be refused."""

    def __call__(self, step: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> _T | None:
        """Return what the step returns, or None where its refusal was noted."""


def strictly(step: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> _T | None:
    """Return what the step returns; its errors go on to the caller."""
    return step(*args, **kwargs)


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a submission, or mended, or worth knowing.

    Attributes
    ----------
    code
        Which kind of fault, from ``fault_codes``.
    level
        ``error`` (the file is refused), ``warning`` (it is read, look at this) or ``repair``.
    place
        Line, feature, ring or point; empty where the whole file is meant.
    expected, got, remedy
        As in the message of the refusal; ``got`` alone says it for a warning or a repair.
    said
        The whole sentence of a warning or a repair, which knows its Chinese words.
    """

    code: str
    level: str
    place: str
    expected: str
    got: str
    remedy: str
    said: str = field(default="", compare=False, repr=False)

    @property
    def lines(self) -> tuple[int, ...]:
        """The line of a text, or row of a table, that the fault stands in, where it names one."""
        return tuple(int(number) for number in re.findall(r"\b(?:line|row) (\d+)", self.place))

    @classmethod
    def of_error(cls, error: GeoToolkitError) -> Fault:
        """Return the fault that a refusal names.

        Examples
        --------
        >>> Fault.of_error(BoundaryError("a.txt", "line 3", "a number as coordinate", "'x'",
        ...                              "correct the coordinate")).code
        'not_a_number'
        """
        if isinstance(error, BoundaryError):
            place, expected, got = error.place, error.expected, error.got
            remedy = error.remedy
            code = code_of(place, expected, got, remedy)
            return cls(code, ERROR, place, expected, got, remedy)
        match = _PARTS.fullmatch(str(error))
        if match is None:
            return cls(code_of("", str(error), "", ""), ERROR, "", "", str(error), "")
        expected, got, remedy = match["expected"], match["got"], match["remedy"]
        where = _LINE.search(got)
        place = where[0] if where else ""
        return cls(code_of(place, expected, got, remedy), ERROR, place, expected, got, remedy)

    @classmethod
    def of_remark(cls, text: str) -> Fault:
        """Return the warning that a remark of a reader stands for.

        Examples
        --------
        >>> from geo_toolkit.boundary.words import say
        >>> fault = Fault.of_remark(say("heights_of", count=3))
        >>> fault.code, fault.level, fault.got
        ('heights_of', 'warning', 'heights of 3 points dropped')
        """
        if not isinstance(text, Said):
            return cls("remark", WARNING, "", "", str(text), "", text)
        place = str(text.parameters.get("place", ""))
        got = str(text).removeprefix(f"{place}: ")
        return cls(text.code, WARNING, place, "", got, "", text)

    @classmethod
    def of_repair(cls, repair: Repair) -> Fault:
        """Return what a reader mended, with the area it changed.

        Examples
        --------
        >>> from geo_toolkit.boundary.sites import Repair
        >>> fault = Fault.of_repair(Repair("ring 1 (line 5)", say("closed")))
        >>> fault.place, fault.code, fault.got
        ('ring 1 (line 5)', 'closed', 'open ring closed (+0.000 m²)')
        """
        what = repair.what
        code = what.code if isinstance(what, Said) else "mended"
        got = f"{what} ({repair.area_change_m2:+.3f} m²)"
        said = say("repair", place=repair.place, what=what, change=repair.area_change_m2)
        return cls(code, REPAIR, str(repair.place), "", got, "", said)


class Faults:
    """What was found so far, each once, in the order it was met."""

    def __init__(self) -> None:
        self._found: dict[Fault, None] = {}

    def __len__(self) -> int:
        """Return how many were met."""
        return len(self._found)

    @property
    def found(self) -> list[Fault]:
        """The faults in the order they were met."""
        return list(self._found)

    @property
    def is_full(self) -> bool:
        """Whether so many were met that looking further helps nobody."""
        return len(self._found) >= MAX_FAULTS

    def add(self, fault: Fault) -> None:
        """Note one fault."""
        if not self.is_full:
            self._found.setdefault(fault)

    def attempt(self, step: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> _T | None:
        """Return what the step returns, or None after noting its refusal."""
        try:
            return step(*args, **kwargs)
        except GeoToolkitError as error:
            self.add(Fault.of_error(error))
            return None
