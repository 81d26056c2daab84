"""Parks: ``parks`` (three more layers show parts of the same file), and freight terminals."""

from __future__ import annotations

from dataclasses import dataclass

from places import Place, place, places_of, point_feature
from shapes import NOMINAL_AREA_M2, SQ_M_PER_MU, circle, circle_radius_m
from writing import AS_OF, Feature

__all__ = ["park_features", "terminal_features"]

_DECISION = "主导产业据市委关于发展新质生产力的决定（2024）"


@dataclass(frozen=True)
class _Park:
    """What the gazetteer's row does not say in a column of its own."""

    industries: tuple[str, ...] = ()
    name_zh: str = ""  # the name in use, where the gazetteer writes another
    area_m2: float | None = None
    size_basis: str = "nominal"
    as_of: str = AS_OF


_PARKS = {
    "pk_linjiang": _Park(area_m2=398e6, size_basis="published"),
    "pk_vacuum": _Park(("真空装备",), as_of="2022-11"),
    "pk_agri_incub": _Park(("现代农业",), as_of="2024"),
    "pk_hightech": _Park(area_m2=12e6, size_basis="built area"),
    "pk_incubator": _Park(("科技孵化",)),
    "pk_jiuwei": _Park(
        ("半导体",), area_m2=246 * SQ_M_PER_MU, size_basis="published", as_of="2023-07"
    ),
    "pk_geely": _Park(("新能源商用车", "汽车零部件"), "吉利四川新能源商用车生产基地"),
    "pk_airuite": _Park(
        ("新能源专用车",), "爱瑞特新能源环卫车", 900 * SQ_M_PER_MU, "published", "2024-04"
    ),
    "pk_etdz": _Park(area_m2=40e6, size_basis="planned area"),
    "pk_chem": _Park(("化工新材料", "精细化工", "轻纺"), "南充经开区化工园区"),
    "pk_lzetdz": _Park(name_zh="阆中经开区"),
    "pk_logistics": _Park(("物流", "冷链"), "南充现代物流园区", 12.16e6, "published"),
    "pk_bonded": _Park(("保税物流",)),
    "pk_organic": _Park(("农产品加工",)),
    "pk_natagri": _Park(("现代农业",), "国家农业科技园区"),
    "pk_vocational": _Park(("职业教育",), as_of="2024"),
    "pk_hr": _Park(("人力资源服务",)),
    "pk_pengan": _Park(),
    "pk_nanbu": _Park(area_m2=30e6, size_basis="planned area"),
    "pk_xichong_avic": _Park(area_m2=30_000 * SQ_M_PER_MU, size_basis="planned area"),
}

_KINDS = (
    "new_area",
    "industrial_park",
    "agri_park",
    "incubator",
    "factory",
    "chemical_park",
    "logistics_park",
    "bonded",
    "education",
    "service_park",
)


def park_features() -> list[Feature]:
    """Return every park as a circle of its published size, or of a nominal one, at its point."""
    return [_feature(row, _PARKS[row.id]) for row in places_of(*_KINDS)]


def terminal_features() -> list[Feature]:
    """Return the freight terminals as points."""
    row = place("hub_hsr_freight")
    columns: dict[str, str | float | None] = {"kind": row.kind, "site": row.text("site")}
    return [point_feature(row, columns, name_zh="高铁快运动货基地", as_of="2024")]


def _feature(row: Place, park: _Park) -> Feature:
    area_m2 = park.area_m2 or NOMINAL_AREA_M2
    source = f"{row.source}；{_DECISION}" if park.industries else row.source
    return Feature(
        key=row.id,
        name_zh=park.name_zh or row.name_zh,
        name_en=row.name_en,
        status=row.status,
        source=source,
        basis=row.basis,
        accuracy_m=max(row.accuracy_m, float(round(circle_radius_m(area_m2)))),
        evidence="schematic",
        geometry=circle(row.point, area_m2),
        as_of=park.as_of,
        columns={
            "kind": row.kind,
            "industries": "、".join(park.industries),
            "near_zero_carbon": row.text("near_zero_carbon_pilot"),
            "district": row.district,
            "towns": row.text("towns", "town", "towns_full"),
            "within": row.text("within"),
            "zone": row.text("zone"),
            "address": row.text("address"),
            "land_mu": row.number("land_mu"),
            "area_km2": round(area_m2 / 1e6, 4) if park.area_m2 else None,
            "size_basis": park.size_basis,
            "gazetteer_name_zh": row.name_zh if park.name_zh else "",
        },
    )
