"""What a reader has to say of a file, in English and Chinese: places, remarks, repairs, bases.

Each sentence is a ``Said``: to Python it is its English text, so that it sorts, compares and goes
into messages as any text does; ``words("zh")`` says the same in Chinese.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

from geo_toolkit.boundary.sentences import SENTENCES

__all__ = ["FeaturePlaces", "Said", "in_words", "say"]


class Said(str):
    """A sentence by its code and parameters; the text itself is the English one.

    Parameters
    ----------
    code
        A key of ``SENTENCES``.
    parameters
        What the sentence names; those that are ``Said`` are told in its language.

    Examples
    --------
    >>> place = Said("feature", n=3)
    >>> Said("closed_at", place=place) == "feature 3: open ring closed"
    True
    >>> Said("closed_at", place=place).words("zh")
    '第3个要素：未闭合的环已闭合'
    """

    __slots__ = ("code", "parameters")
    code: str
    parameters: dict[str, object]

    def __new__(cls, code: str, /, **parameters: object) -> Said:
        """Return the sentence; KeyError for a code that is none."""
        said = super().__new__(cls, _fill(code, parameters, "en"))
        said.code = code
        said.parameters = parameters
        return said

    def words(self, lang: str) -> str:
        """Return the sentence in ``zh`` or ``en``."""
        return str(self) if lang == "en" else _fill(self.code, self.parameters, lang)

    def __reduce__(self) -> tuple[object, ...]:
        """Return what builds the sentence again in another process."""
        return _again, (self.code, self.parameters)


def say(code: str, /, **parameters: object) -> Said:
    """Return the sentence of a code with what it names."""
    return Said(code, **parameters)


def in_words(text: str, lang: str) -> str:
    """Return a text in a language; one that has no Chinese words stays as it is.

    Examples
    --------
    >>> in_words(say("feature", n=1), "zh"), in_words("as written", "zh")
    ('第1个要素', 'as written')
    """
    return text.words(lang) if isinstance(text, Said) else text


class FeaturePlaces(Sequence[str]):
    """The places ``feature 1`` to ``feature n``, said when asked for.

    Examples
    --------
    >>> FeaturePlaces(2)[1]
    'feature 2'
    """

    def __init__(self, count: int, code: str = "feature") -> None:
        self._count, self._code = count, code

    def __len__(self) -> int:
        """Return the number of features."""
        return self._count

    @overload
    def __getitem__(self, row: int) -> Said: ...
    @overload
    def __getitem__(self, row: slice) -> list[str]: ...
    def __getitem__(self, row: int | slice) -> Said | list[str]:
        """Return the place of one feature, counted from 0."""
        if isinstance(row, slice):
            return [self[n] for n in range(*row.indices(self._count))]
        if not 0 <= row < self._count:
            raise IndexError(row)
        return say(self._code, n=row + 1)


def _fill(code: str, parameters: dict[str, object], lang: str) -> str:
    english, chinese = SENTENCES[code]
    told = {k: in_words(v, lang) if isinstance(v, str) else v for k, v in parameters.items()}
    return (english if lang == "en" else chinese).format(**told)


def _again(code: str, parameters: dict[str, object]) -> Said:
    return Said(code, **parameters)
