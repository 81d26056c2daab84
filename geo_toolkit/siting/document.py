"""The document of DESIGN §5: the decided sites with everything they rest on."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from geo_toolkit.geodesy import central_meridian_deg
from geo_toolkit.rules import role_title
from geo_toolkit.siting.result import SCHEMA
from geo_toolkit.siting.shapes import (
    SLIVER_AREA_M2,
    SLIVER_WIDTH_M,
    SUSPECT_AREA_M2,
    SUSPECT_WIDTH_M,
    TOLERANCE_M,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyproj import CRS

    from geo_toolkit.boundary import InputFile
    from geo_toolkit.boundary.elevation import ElevationModel
    from geo_toolkit.catalogue import Layer
    from geo_toolkit.rules import Rule
    from geo_toolkit.siting.findings import SiteArrays

__all__ = [
    "check_id_of",
    "check_warnings",
    "elevation_row",
    "input_row",
    "layer_row",
    "method_row",
    "scope_row",
]

Row = dict[str, Any]  # plain JSON values


def method_row(crs: CRS) -> Row:
    """Return how areas, distances and overlaps were computed."""
    return {
        "area": "ellipsoidal",
        "ellipsoid": "CGCS2000 (a=6378137, 1/f=298.257222101)",
        "topology_crs": (
            f"+proj=tmerc +lat_0=0 +lon_0={central_meridian_deg(crs):g} +k=1 +x_0=500000 +y_0=0"
            " +ellps=GRS80 +units=m"
        ),
        "distance": "geodesic between the nearest points of the boundaries",
        "slope": (
            "Horn's over the eight neighbours, per metre of topology_crs; cells weighted by their "
            "area in the site; needs --dem"
        ),
        "elevation": (
            "ground of --dem by cell, taken as 1985 datum: EGM2008 ±1 m, EGM96 ±2 m more; "
            "±10 m where no accuracy is stated"
        ),
        "datum": "WGS 84 taken as CGCS2000 (declared null shift, a few decimetres)",
        "precision_m": TOLERANCE_M,
        "sliver": {
            "area_m2": SLIVER_AREA_M2,
            "mean_width_m": SLIVER_WIDTH_M,
            "suspected_below_m2": SUSPECT_AREA_M2,
            "suspected_below_width_m": SUSPECT_WIDTH_M,
        },
    }


def scope_row(
    scope_id: str,
    title: str,
    roles: Sequence[str],
    left_out: Sequence[str],
    rules: Sequence[Rule],
    lang: str,
) -> Row:
    """Return the review scope: what was examined, and what was not with whom to ask.

    Parameters
    ----------
    roles, left_out
        Roles that the conclusion speaks of, and roles that rules in force ask for beyond them.
    rules
        The rules in force; the first that names an authority for a role says whom to ask.
    """
    ask: dict[str, str] = {}
    for rule in rules:
        if rule.role in left_out and rule.authority_zh:
            ask.setdefault(rule.role, rule.authority(lang))
    return {
        "id": scope_id,
        "title": title,
        "roles": list(roles),
        "not_examined": list(left_out),
        "ask": ask,
    }


def layer_row(layer: Layer, lang: str) -> Row:
    """Return a layer as it was used: version, checksum, evidence, accuracy, coverage, source."""
    definition = layer.definition
    starts = layer.effective_from
    return {
        "id": layer.id,
        "title": definition.title(lang),
        "role": layer.role,
        "version": layer.version,
        "effective_from": starts.isoformat() if starts else None,
        "sha256": layer.sha256,
        "features": layer.features_total,
        "evidence": definition.evidence.value,
        "accuracy_m": definition.accuracy_m,
        "coverage": definition.coverage,
        "secrecy": definition.secrecy,
        "source": definition.source,
        "licence": definition.licence or None,
        "authority": definition.authority or None,
        "approval_number": definition.approval_number or None,
        "fault": layer.fault,
    }


def input_row(source: InputFile, lang: str) -> Row:
    """Return a submitted file: what it is, and on what ground each property was taken.

    The grounds are words of the contract; ``*_basis_text``, repairs and warnings are for people.
    """
    encoding_basis, crs_basis = source.basis_texts(lang)
    return {
        "file": source.file,
        "format": source.format,
        "encoding": source.encoding,
        "encoding_basis": source.encoding_basis,
        "crs": source.crs,
        "crs_basis": source.crs_basis,
        "datum": source.datum.value,
        "features": source.features,
        "sha256": source.sha256,
        "corridor_m": source.corridor_m,
        "encoding_basis_text": encoding_basis,
        "crs_basis_text": crs_basis,
        "repairs": source.repair_texts(lang),
        "warnings": source.warning_texts(lang),
    }


def elevation_row(model: ElevationModel, lang: str) -> Row:
    """Return an elevation model as a row beside the submitted files, ``kind`` elevation_model."""
    en = lang == "en"
    bases = {
        "declared": ("文件自带", "declared"),
        "assumed by option": ("由选项指定", "assumed by option"),
        "default": ("缺省值", "default"),
    }

    def said(basis: str) -> str:
        return bases[basis][1 if en else 0]

    warnings = []
    if model.accuracy_basis == "default":
        warnings.append(
            f"the elevation model states no accuracy: taken as ±{model.accuracy_m:g} m"
            if en
            else f"数字高程模型未注明高程精度，按缺省值±{model.accuracy_m:g}米处理"
        )
    return {
        "file": model.path.name,
        "format": "GeoTIFF DEM",
        "kind": "elevation_model",
        "encoding": None,
        "encoding_basis": None,
        "crs": model.crs_name,
        "crs_basis": "declared",
        "datum": model.datum.value,
        "features": 0,
        "sha256": model.sha256,
        "corridor_m": None,
        "vertical_datum": model.vertical_datum,
        "vertical_datum_basis": model.vertical_basis,
        "accuracy_m": model.accuracy_m,
        "accuracy_basis": model.accuracy_basis,
        "error_in_1985_m": model.error_m,
        "encoding_basis_text": None,
        "crs_basis_text": said("declared"),
        "vertical_basis_text": said(model.vertical_basis),
        "accuracy_basis_text": said(model.accuracy_basis),
        "repairs": [],
        "warnings": warnings,
    }


def check_warnings(
    arrays: SiteArrays,
    layers: Sequence[Layer],
    unruled: Sequence[str],
    rules: int,
    unasked: int,
    lang: str,
) -> list[str]:
    """Return what a reader must know before relying on the verdicts.

    Parameters
    ----------
    unruled
        Roles that the scope names and no rule in force asks of.
    rules
        How many rules were asked.
    unasked
        How many rules were not asked because no project type was given.
    """
    en = lang == "en"
    found = []
    if unasked:
        found.append(
            f"no project type given: {unasked} rules for particular types were not asked"
            if en
            else f"未指定项目类型，{unasked}条针对特定项目类型的规则未参与核查"
        )
    if not rules:
        found.append(
            "no rule applies: nothing was decided" if en else "没有适用的规则，未作任何判定"
        )
    for role in unruled:
        title = role_title(role, lang)
        found.append(f"no rule in force for {title}" if en else f"{title}没有现行规则，无法判定")
    for site, outside in zip(arrays.ids, arrays.is_outside, strict=True):
        if outside:
            found.append(
                f"{site}: partly or wholly outside the workspace's bounds"
                if en
                else f"{site}：部分或全部超出工作区范围"
            )
    for layer in layers:
        if layer.fault:
            title = layer.definition.title(lang)
            found.append(
                f"layer {layer.id} ({title}): {layer.fault}"
                if en
                else f"图层{layer.id}（{title}）数据异常：{layer.fault}"
            )
    return found


def check_id_of(parts: Row) -> str:
    """Return the id of a check: a hash of inputs, options, rules, layer versions and day.

    Examples
    --------
    >>> check_id_of({"as_of": "2026-11-24"}) == check_id_of({"as_of": "2026-11-24"})
    True
    """
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{SCHEMA.split('/')[1]}-{hashlib.sha256(text.encode()).hexdigest()[:20]}"
