"""An inspected file as plain values, from the process that reads files to the one that answers."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from geo_toolkit.boundary.faults import Fault
from geo_toolkit.boundary.inspecting import Inspection
from geo_toolkit.boundary.looked_at import LookedAt

__all__ = ["carried_inspection", "inspection_of"]

Plain = dict[str, Any]  # values that `messages` carries

_FAULT = ("code", "level", "place", "expected", "got", "remedy", "said")


def carried_inspection(inspection: Inspection) -> Plain:
    """Return an inspection as values that can go to another process."""
    seen = inspection.looked_at
    return {
        "file": inspection.file,
        "format": inspection.format,
        "usable": inspection.usable,
        "features": inspection.features,
        "faults": [[getattr(fault, key) for key in _FAULT] for fault in inspection.faults],
        "seen": {
            "format": seen.format,
            "features": seen.features,
            "shapes": [None if shape is None else shapely.to_wkb(shape) for shape in seen.shapes],
            "places": [str(place) for place in seen.places],
            "labels": [str(label) for label in seen.labels],
            "in_degrees": bool(seen.in_degrees),
            "at_line": {int(line): (float(x), float(y)) for line, (x, y) in seen.at_line.items()},
            "traces": [np.asarray(trace, dtype=float).tolist() for trace in seen.traces],
        },
    }


def inspection_of(plain: Plain) -> Inspection:
    """Return the inspection that was carried."""
    seen = dict(plain["seen"])
    shapes = np.empty(len(seen["shapes"]), dtype=object)
    shapes[:] = [None if wkb is None else shapely.from_wkb(wkb) for wkb in seen["shapes"]]
    seen["shapes"] = shapes
    seen["traces"] = [np.array(trace, dtype=float).reshape(-1, 2) for trace in seen["traces"]]
    return Inspection(
        plain["file"],
        plain["format"],
        plain["usable"],
        plain["features"],
        tuple(Fault(*values) for values in plain["faults"]),
        LookedAt(**seen),
    )
