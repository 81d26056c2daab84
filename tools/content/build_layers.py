"""Write the data files of ``layers/`` from the source tables beside this script.

    python tools/content/build_layers.py [--out DIR]

The definitions (``layers/<theme>/<id>.toml``) are kept by hand; ``counties.geojson`` has a script
of its own, ``counties.py``. The same tables give the same bytes.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from air import airport_features, gateway_features, runway_features
from ecology import (
    germplasm_features,
    heritage_features,
    natural_park_features,
    nature_reserve_features,
    red_line_features,
    scenic_area_features,
)
from parks import park_features, terminal_features
from places import HERE
from rail import railway_features, station_features
from rivers import river_features, shoreline_features
from roads import expressway_features, interchange_features
from waterway import (
    lock_features,
    port_features,
    water_source_features,
    waterway_features,
)
from writing import Feature, write_layer

if TYPE_CHECKING:
    from collections.abc import Callable

FILES: dict[str, Callable[[], list[Feature]]] = {
    "ecology/ecological_red_line": red_line_features,
    "ecology/germplasm_reserves": germplasm_features,
    "ecology/heritage": heritage_features,
    "ecology/natural_parks": natural_park_features,
    "ecology/nature_reserves": nature_reserve_features,
    "ecology/scenic_areas": scenic_area_features,
    "industry/parks": park_features,
    "transport/airports": airport_features,
    "transport/expressways": expressway_features,
    "transport/gateways": gateway_features,
    "transport/interchanges": interchange_features,
    "transport/locks": lock_features,
    "transport/ports": port_features,
    "transport/railways": railway_features,
    "transport/runways": runway_features,
    "transport/stations": station_features,
    "transport/terminals": terminal_features,
    "transport/waterway": waterway_features,
    "water/river_shoreline": shoreline_features,
    "water/rivers": river_features,
    "water/water_sources": water_source_features,
}
"""Data file of each layer, without suffix, and what it holds."""


def main(out: Path) -> None:
    """Write every data file under ``out``, the folder of the layers."""
    for name, features in FILES.items():
        made = features()
        write_layer(out / f"{name}.geojson", made)
        sys.stdout.write(f"{name}: {len(made)}\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--out", type=Path, default=HERE.parents[1] / "layers")
    main(parser.parse_args().out)
