"""The words of ``layers`` answers, in Chinese and English."""

from __future__ import annotations

__all__ = ["say_words"]

_WORDS = {
    "added": ("新增", "added"),
    "removed": ("删除", "removed"),
    "reshaped": ("边界变化", "reshaped"),
    "attributes": ("仅属性变化", "attributes only"),
    "rekeyed": ("标识码变化", "other key"),
    "area_before": ("变更前面积（公顷）", "area before, ha"),
    "area_after": ("变更后面积（公顷）", "area after, ha"),
    "area_gained": ("增加面积（公顷）", "gained, ha"),
    "area_lost": ("减少面积（公顷）", "lost, ha"),
    "county": ("县级行政区", "county"),
    "no_county": ("县级行政区以外", "in no county"),
    "class": ("类别", "class"),
    "change": ("变化", "change"),
    "features": ("要素数", "features"),
    "version": ("版本", "version"),
    "committed_at": ("入库时间", "published"),
    "effective_from": ("生效日期", "in force from"),
    "author": ("入库人", "by"),
    "note": ("说明", "note"),
    "document": ("文号", "document"),
    "area": ("面积（公顷）", "area, ha"),
    "evidence": ("数据依据", "evidence"),
    "always": ("一直有效", "always"),
    "bundled": ("随工作区提供，未入库", "bundled, not published"),
    "sha256": ("SHA-256", "SHA-256"),
    "fault": ("问题", "fault"),
    "level": ("级别", "level"),
    "feature": ("要素", "feature"),
    "place": ("位置", "place"),
    "expected": ("应为", "expected"),
    "got": ("实为", "got"),
    "remedy": ("处理", "what to do"),
    "error": ("错误", "error"),
    "gate": ("须说明理由", "needs a reason"),
    "warning": ("提示", "warning"),
    "published": (
        "图层{layer}：已入库第{version}版，{day}起生效",
        "layer {layer}: version {version} published, in force from {day}",
    ),
    "unchanged": (
        "图层{layer}：与第{version}版一致，未入库",
        "layer {layer}: nothing changes against version {version}, nothing published",
    ),
    "would_publish": (
        "图层{layer}：试运行，未写入；正式运行将成为第{version}版",
        "layer {layer}: dry run, nothing written; it would become version {version}",
    ),
    "overridden": ("超限项已说明理由：{text}", "beyond the limits, with a reason: {text}"),
    "exported": ("图层{layer}第{version}版：{file}", "layer {layer} version {version}: {file}"),
    "shapefile_cuts": (
        "shapefile 字段名至多10字节、文本至多254字节，超出部分已截断；完整数据请导出 .gpkg",
        "shapefile: names cut to 10 bytes, texts to 254; export .gpkg to keep all",
    ),
    "sound": ("完好", "sound"),
    "missing": ("缺失", "missing"),
    "damaged": ("已损坏", "damaged"),
    "unreadable": ("无法读取", "unreadable"),
    "orphan": ("残留文件，已清除", "left over, removed"),
    "written": ("定义文件已补写", "definition written"),
    "file": ("文件", "file"),
    "state": ("状态", "state"),
    "role": ("用途", "role"),
    "layer": ("图层", "layer"),
    "table": ("数据表", "table"),
    "crs": ("坐标系", "coordinate system"),
    "basis": ("依据", "ground"),
    "version_date": ("数据日期", "date of the data"),
    "target": ("入库方式", "becomes"),
    "new_layer": ("新图层{layer}", "new layer {layer}"),
    "new_beside": ("新图层{layer}，与{other}并存", "new layer {layer}, beside {other}"),
    "replaces": (
        "{layer}第{version}版，取代第{old}版",
        "version {version} of {layer}, in place of version {old}",
    ),
    "and_beside": ("；与{other}并存", "; beside {other}"),
    "no_role": ("不识别，不入库", "not known, left out"),
    "confirm": ("全部入库？", "publish all of them?"),
    "not_confirmed": ("未入库", "nothing published"),
    "nothing_replayed": (
        "没有记录过使用该图层用途的核查",
        "no recorded check asks for the layer's role",
    ),
    "replayed": (
        "重算{checks}项核查，{changed}项结论或面积有变化",
        "{checks} checks run again, {changed} changed",
    ),
    "check": ("核查", "check"),
    "site": ("地块", "site"),
    "verdict_before": ("原结论", "verdict before"),
    "verdict_after": ("现结论", "verdict after"),
    "overlap_before": ("原重叠（平方米）", "overlap before, m²"),
    "overlap_after": ("现重叠（平方米）", "overlap after, m²"),
    "valid": ("{n}个图层全部有效", "all {n} layers are valid"),
    "to_postgis": (
        "图层{layer}第{version}版已写入{table}",
        "layer {layer} version {version} is in {table}",
    ),
}


def say_words(key: str, lang: str, **values: object) -> str:
    """Return a word or sentence in ``zh`` or ``en`` with its values filled in.

    Examples
    --------
    >>> say_words("unchanged", "en", layer="parks", version=2)
    'layer parks: nothing changes against version 2, nothing published'
    """
    return _WORDS[key][lang == "en"].format(**values)
