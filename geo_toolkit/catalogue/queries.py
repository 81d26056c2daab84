"""The log of questions put to layers whose geometry may not leave, and its daily limit.

Many small questions trace a line as well as one large answer: so at most 50 sites a check, and at
most 200 sites a day and caller whose envelopes touch (DESIGN §5, Secrecy).
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np

from geo_toolkit.errors import OptionError

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["SITES_A_CHECK", "SITES_A_DAY", "QueryLog"]

SITES_A_CHECK = 50
SITES_A_DAY = 200
_WAIT_S = 10.0

_TABLE = """
CREATE TABLE IF NOT EXISTS query (
    day TEXT NOT NULL, caller TEXT NOT NULL, layers TEXT NOT NULL,
    west REAL NOT NULL, south REAL NOT NULL, east REAL NOT NULL, north REAL NOT NULL
)
"""


class QueryLog:
    """Who asked about withheld layers, when and where; several processes may share the file.

    Parameters
    ----------
    state
        The workspace's ``.geo_toolkit`` folder.
    """

    def __init__(self, state: Path) -> None:
        self.path = state / "queries.sqlite"

    def admit(
        self, caller: str, day: date, layers: list[str], envelopes: NDArray[np.float64]
    ) -> None:
        """Log the sites of one check, or refuse them all.

        Parameters
        ----------
        caller
            Who asks: a user of this machine, or the holder of a key.
        layers
            Ids of the withheld layers that are asked about.
        envelopes
            West, south, east, north of each site in degrees, shape (n, 4).

        Raises
        ------
        OptionError
            If the check has too many sites, the caller has asked too much today, or the log
            cannot be written: a question that is not logged is not answered.
        """
        named = ", ".join(layers)
        if len(envelopes) > SITES_A_CHECK:
            raise OptionError(
                f"layer {named} answers at most {SITES_A_CHECK} sites a check, got "
                f"{len(envelopes)}; submit fewer"
            )
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path, timeout=_WAIT_S, isolation_level=None)) as log:
                log.execute(_TABLE)
                log.execute("BEGIN IMMEDIATE")
                earlier = log.execute(
                    "SELECT west, south, east, north FROM query WHERE day = ? AND caller = ?",
                    (day.isoformat(), caller),
                ).fetchall()
                if _most_touching(np.array(earlier, float).reshape(-1, 4), envelopes) > SITES_A_DAY:
                    log.execute("ROLLBACK")
                    raise OptionError(
                        f"layer {named} answers at most {SITES_A_DAY} sites a day in one place to "
                        "one caller; ask the authority in writing, or tomorrow"
                    )
                log.executemany(
                    "INSERT INTO query VALUES (?, ?, ?, ?, ?, ?, ?)",
                    [(day.isoformat(), caller, named, *map(float, row)) for row in envelopes],
                )
                log.execute("COMMIT")
        except (OSError, sqlite3.Error) as error:
            raise OptionError(
                f"layer {named} is answered only where questions are logged, and the log cannot "
                f"be written ({error}); use a workspace that can be written to"
            ) from error


def _most_touching(earlier: NDArray[np.float64], new: NDArray[np.float64]) -> int:
    """Return the largest number of envelopes, old and new, that touch any one of the new."""
    everything = np.concatenate([earlier, new])
    west, south, east, north = everything.T
    touch = (
        (west[None, :] <= new[:, 2:3])
        & (east[None, :] >= new[:, 0:1])
        & (south[None, :] <= new[:, 3:4])
        & (north[None, :] >= new[:, 1:2])
    )
    return int(touch.sum(axis=1).max(initial=0))
