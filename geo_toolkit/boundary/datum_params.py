"""Local parameters from Xian 1980 or Beijing 1954 to CGCS2000: the file of ``--datum-params``.

Such parameters are of limited circulation. They are read from a local file, used, and shown
nowhere: not in messages, not in results, not in logs, not in ``repr``.
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo_toolkit.errors import BoundaryError, DefinitionError
from geo_toolkit.geodesy import Datum, datum_of, from_geographic, parse_crs, to_geographic

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from pyproj import CRS

__all__ = ["DatumParameters", "read_parameters"]

_MAX_BYTES = 100_000
_MAX_MOVE_DEG = 0.02
_SECOND = math.pi / 180 / 3600
_ELLIPSOIDS = {
    # semi-major axis in metres, inverse flattening
    Datum.CGCS2000: (6378137.0, 298.257222101),
    Datum.XIAN80: (6378140.0, 298.257),
    Datum.BEIJING54: (6378245.0, 298.3),
}
_SEVEN = {"dx_m": 1e4, "dy_m": 1e4, "dz_m": 1e4, "rx_s": 60, "ry_s": 60, "rz_s": 60,
          "scale_ppm": 100}  # fmt: skip
_FOUR = {"dx_m": 1e8, "dy_m": 1e8, "rotation_s": 3600, "scale_ppm": 1000}
_CONVENTIONS = ("position_vector", "coordinate_frame")
_METHODS = ("bursa_wolf", "planar")


@dataclass(frozen=True)
class DatumParameters:
    """Parameters of one transformation to CGCS2000.

    Attributes
    ----------
    file
        Base name of the file they came from.
    source
        Xian 1980 or Beijing 1954.
    values
        Seven values (shifts in metres, rotations in seconds in the position vector convention,
        scale in parts per million), or four (north and east shift in metres, rotation in
        seconds, scale in parts per million).
    plane
        For four parameters, the projected systems before and after; else None.
    accuracy_m
        Accuracy that the file states, or None.
    """

    file: str
    source: Datum
    values: tuple[float, ...] = field(repr=False)
    plane: tuple[CRS, CRS] | None = field(default=None, repr=False)
    accuracy_m: float | None = None

    def to_cgcs2000(self, lonlat: NDArray[np.object_], *, file: str) -> NDArray[np.object_]:
        """Return longitudes and latitudes of the source datum as those of CGCS2000, in degrees.

        Points are taken to lie on the ellipsoid: a height of 1000 m changes the result by less
        than a centimetre for parameters of usual size.

        Raises
        ------
        BoundaryError
            If the parameters move a point by more than 2 km, which no datum of China does.

        Source
        ------
        IOGP Guidance Note 7-2, methods 9606 and 9607 (seven parameters) and 9624 in its
        conformal form (four), worked in closed form.
        """
        if self.plane is None:
            moved: NDArray[np.object_] = shapely.transform(lonlat, self._seven)
        else:
            before = from_geographic(lonlat, self.plane[0])
            moved = to_geographic(shapely.transform(before, self._four), self.plane[1])
        change = np.abs(shapely.get_coordinates(moved) - shapely.get_coordinates(lonlat))
        if not (change <= _MAX_MOVE_DEG).all():
            raise BoundaryError(
                file, "", f"parameters ({self.file}) that move the boundary by less than 2 km",
                "more", "check their units, signs and rotation convention",
            )  # fmt: skip
        return moved

    def _seven(self, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return degrees moved by shift, rotation and scale of the geocentric axes."""
        dx, dy, dz, rx, ry, rz, ppm = self.values
        rx, ry, rz = (angle * _SECOND for angle in (rx, ry, rz))
        rotation = np.array([[1, -rz, ry], [rz, 1, -rx], [-ry, rx, 1]])
        xyz = _geocentric(lonlat, *_ELLIPSOIDS[self.source])
        turned = (1 + ppm * 1e-6) * xyz @ rotation.T + [dx, dy, dz]
        return _geographic(turned, *_ELLIPSOIDS[Datum.CGCS2000])

    def _four(self, east_north: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return metres moved by shift, rotation and scale in the plane; X is north, Y east."""
        dx, dy, rotation_s, ppm = self.values
        y, x = east_north.T
        k, angle = 1 + ppm * 1e-6, rotation_s * _SECOND
        north = dx + k * (x * math.cos(angle) - y * math.sin(angle))
        east = dy + k * (x * math.sin(angle) + y * math.cos(angle))
        return np.column_stack([east, north])


def read_parameters(path: Path) -> DatumParameters:
    """Return the local parameters of a file, whose format ``docs/formats.md`` describes.

    Raises
    ------
    DefinitionError
        With the key that is wrong, never with its value.
    """
    content = _table(path)
    source = _word(path, content, "source", ("xian80", "beijing54"))
    method = _word(path, content, "method", _METHODS)
    limits = _SEVEN if method == "bursa_wolf" else _FOUR
    others = ("convention",) if method == "bursa_wolf" else ("from_crs", "to_crs")
    known = {"source", "method", "accuracy_m", *limits, *others}
    for key in content:
        if key not in known:
            raise _wrong(path, key, "no such key", "another", f"keep to {', '.join(sorted(known))}")
    values = [_number(path, content, key, limit) for key, limit in limits.items()]
    accuracy = None
    if "accuracy_m" in content:
        accuracy = _number(path, content, "accuracy_m", 1000)
    datum = Datum(source)
    if method == "planar":
        plane = (_system(path, content, "from_crs", datum),
                 _system(path, content, "to_crs", Datum.CGCS2000))  # fmt: skip
        return DatumParameters(path.name, datum, tuple(values), plane, accuracy)
    if _word(path, content, "convention", _CONVENTIONS) == "coordinate_frame":
        values[3:6] = [-angle for angle in values[3:6]]
    return DatumParameters(path.name, datum, tuple(values), None, accuracy)


def _geocentric(lonlat: NDArray[np.float64], a: float, inverse: float) -> NDArray[np.float64]:
    """Return geocentric X, Y, Z in metres of points on an ellipsoid."""
    e2 = (2 - 1 / inverse) / inverse
    lon, lat = np.radians(lonlat).T
    n = a / np.sqrt(1 - e2 * np.sin(lat) ** 2)
    return np.column_stack(
        [n * np.cos(lat) * np.cos(lon), n * np.cos(lat) * np.sin(lon), n * (1 - e2) * np.sin(lat)]
    )


def _geographic(xyz: NDArray[np.float64], a: float, inverse: float) -> NDArray[np.float64]:
    """Return longitude and latitude in degrees of geocentric points, by iteration."""
    e2 = (2 - 1 / inverse) / inverse
    x, y, z = xyz.T
    p = np.hypot(x, y)
    lat = np.arctan2(z, p * (1 - e2))
    for _ in range(8):
        n = a / np.sqrt(1 - e2 * np.sin(lat) ** 2)
        lat = np.arctan2(z + e2 * n * np.sin(lat), p)
    lonlat: NDArray[np.float64] = np.degrees(np.column_stack([np.arctan2(y, x), lat]))
    return lonlat


# the values are whatever the file holds
def _table(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise _wrong(path, "", "a short TOML file of parameters", "a long one", "correct it")
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise _wrong(
            path, "", "a readable file", error.strerror or "none", "check its path"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError):
        raise _wrong(path, "", "TOML in UTF-8", "other content", "write it as docs/formats.md "
                     "shows") from None  # fmt: skip


def _word(path: Path, content: dict[str, Any], key: str, known: tuple[str, ...]) -> str:
    value = content.get(key)
    if not isinstance(value, str) or value not in known:
        came = "none" if key not in content else "another"
        raise _wrong(path, key, " or ".join(known), came, "write one of the two")
    return value


def _number(path: Path, content: dict[str, Any], key: str, limit: float) -> float:
    value = content.get(key)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(value, int | float) and is_number and abs(value) <= limit:
        return float(value)
    came = "none" if key not in content else "another" if is_number else "no number"
    raise _wrong(path, key, f"a number of at most {limit:g} in size", came, "correct it")


def _system(path: Path, content: dict[str, Any], key: str, datum: Datum) -> CRS:
    value = content.get(key)
    crs = parse_crs(value) if isinstance(value, str) else None
    if crs is None or not crs.is_projected or datum_of(crs) is not datum:
        came = "none" if key not in content else "another"
        raise _wrong(path, key, f"a projected system on {datum}", came, "write it as EPSG:n")
    return crs


def _wrong(path: Path, key: str, expected: str, got: str, remedy: str) -> DefinitionError:
    place = f"{path.name} key {key!r}" if key else path.name
    return DefinitionError(f"{place}: expected {expected}, got {got}; {remedy}")
