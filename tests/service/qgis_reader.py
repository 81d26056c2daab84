"""Read a collection as QGIS does; run by the system's own Python, which has QGIS.

    python3 qgis_reader.py URL COLLECTION

Prints one JSON line and leaves at once: the interpreter of QGIS 3.22 falls over at exit. It asks
for coordinates in CRS84 alone, whatever srsname says.
"""

import json
import os
import sys

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsFeatureRequest,
    QgsRectangle,
    QgsVectorLayer,
)


def source(url, collection, *, box):
    words = [
        f"url='{url}'",
        f"typename='{collection}'",
        "srsname='OGC:CRS84'",
        "pagingEnabled='true'",
        "maxNumFeatures='2147483647'",
    ]
    if box:
        words.append("restrictToRequestBBOX='1'")
    return " ".join(words)


def main():
    url, collection = sys.argv[1:3]
    application = QgsApplication([], False)
    application.initQgis()
    layer = QgsVectorLayer(source(url, collection, box=False), "x", "OAPIF")
    found = {"valid": layer.isValid(), "crs": layer.crs().authid()}
    if layer.isValid():
        features = list(layer.getFeatures())
        first = min(features, key=lambda f: f["id"])
        point = first.geometry().centroid().asPoint()
        found |= {
            "count": len(features),
            "fields": [field.name() for field in layer.fields()],
            "first": {"id": first["id"], "name_zh": first["name_zh"], "at": [point.x(), point.y()]},
            "names": sorted({f["name_zh"] for f in features})[:3],
        }
        part = QgsVectorLayer(source(url, collection, box=True), "y", "OAPIF")
        request = QgsFeatureRequest().setFilterRect(
            QgsRectangle(point.x() - 1e-4, point.y() - 1e-4, point.x() + 1e-4, point.y() + 1e-4)
        )
        found["in_box"] = [f["id"] for f in part.getFeatures(request)]
        chosen = QgsFeatureRequest().setFilterExpression('"rank" < 3')
        found["filtered"] = sorted(f["id"] for f in layer.getFeatures(chosen))
        found["is_geographic"] = QgsCoordinateReferenceSystem(layer.crs()).isGeographic()
    print(json.dumps(found, ensure_ascii=True), flush=True)
    os._exit(0)


main()
