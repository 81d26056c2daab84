"""The sentences of readers: code, English, Chinese. Placeholders are filled by ``words.Said``."""

from __future__ import annotations

__all__ = ["SENTENCES"]

SENTENCES: dict[str, tuple[str, str]] = {
    # places
    "feature": ("feature {n}", "第{n}个要素"),
    "record": ("record {n}", "第{n}行记录"),
    "line": ("line {n}", "第{n}行"),
    "line_key": ("line {n} ({key})", "第{n}行（{key}）"),
    "row": ("row {n}", "第{n}行"),
    "placemark": ("placemark {n}", "第{n}个地标"),
    "placemark_named": ("placemark {n} ({name})", "第{n}个地标（{name}）"),
    "entity": ("entity at line {n}", "第{n}行的图元"),
    "entity_handle": (
        "entity at line {n} (handle {handle})",
        "第{n}行的图元（句柄{handle}）",
    ),
    "entity_layer": (
        "entity at line {n} (handle {handle}, layer {layer})",
        "第{n}行的图元（句柄{handle}，图层{layer}）",
    ),
    "ring_of": ("{place} ring {n}", "{place}第{n}环"),
    "part_of": ("{place} part {n}", "{place}第{n}部分"),
    "point_of": ("{place} point {n}", "{place}第{n}点"),
    "plot": ("plot {label} (line {n})", "地块{label}（第{n}行）"),
    "plot_unnamed": ("plot in line {n}", "第{n}行的地块"),
    "plot_ring": ("plot {label} ring {ring} (line {n})", "地块{label}第{ring}圈（第{n}行）"),
    "layer": ("layer {name!r}", "图层{name}"),
    # grounds of encoding and system
    "declared": ("declared ({source})", "文件声明（{source}）"),
    "declared_bom": ("declared (byte order mark)", "文件声明（字节序标记BOM）"),
    "declared_json": (
        "declared (the JSON standard, RFC 8259)",
        "标准规定（JSON标准RFC 8259）",
    ),
    "declared_standard": ("declared (the {name} standard)", "标准规定（{name}）"),
    "option": ("assumed by option {option}", "按选项假定（{option}）"),
    "option_and": ("assumed by option {option}; {evidence}", "按选项假定（{option}；{evidence}）"),
    "basis_and": ("{basis}; {evidence}", "{basis}；{evidence}"),
    "detected_ascii": ("detected (ASCII only)", "自动识别（全部为ASCII字符）"),
    "detected_utf8": ("detected (valid UTF-8)", "自动识别（符合UTF-8编码规则）"),
    "detected_utf8_word": (
        "detected (valid UTF-8, holds {word})",
        "自动识别（符合UTF-8编码规则，含“{word}”）",
    ),
    "detected_gb_word": (
        "detected (valid {name}, not UTF-8; holds {word})",
        "自动识别（符合{name}编码规则而非UTF-8，含“{word}”）",
    ),
    "detected_gb_share": (
        "detected (valid {name}, not UTF-8; {share:.0%} common Chinese characters)",
        "自动识别（符合{name}编码规则而非UTF-8，常用汉字占{share:.0%}）",
    ),
    "detected_texts": (
        "detected ({lacking}; {texts} texts are valid {name} of {share:.0%} common Chinese "
        "characters; as {other}: {ground})",
        "自动识别（{lacking}；{texts}条文本符合{name}，常用汉字占{share:.0%}；按{other}：{ground}）",
    ),
    "no_cpg": ("no .cpg", "无.cpg文件"),
    "no_charset": ("no charset that says it", "文件头未注明字符集"),
    "not_valid": ("not valid", "不符合"),
    "share_common": ("{share:.0%} common", "常用汉字占{share:.0%}"),
    "its_prj": ("its .prj", ".prj文件"),
    "its_cpg": (".cpg", ".cpg文件"),
    "language_byte": ("language byte of the .dbf", ".dbf文件的语言标识"),
    "crs_member": ("its crs member", "文件中的crs成员"),
    "geojson_standard": ("the GeoJSON standard, RFC 7946: WGS 84", "GeoJSON标准RFC 7946：WGS 84"),
    "kml_standard": ("the KML standard: WGS 84", "KML标准：WGS 84"),
    "parquet_standard": ("the GeoParquet standard: OGC:CRS84", "GeoParquet标准：OGC:CRS84"),
    "parquet_metadata": ("its GeoParquet metadata", "GeoParquet元数据"),
    "its_header": ("its header", "文件头"),
    "its_srid": ("its SRID", "文件中的SRID"),
    "its_headings": ("its heading {heading!r}", "表头“{heading}”"),
    "its_notes": ("the notes above the table", "表头上方的说明"),
    "codepage": ("$DWGCODEPAGE {name}", "$DWGCODEPAGE {name}"),
    "dxf_version": ("$ACADVER {name}: UTF-8", "$ACADVER {name}：UTF-8"),
    "datum_from": ("{source}, {evidence}", "{source}，{evidence}"),
    "in_degrees": ("degrees", "坐标单位为度"),
    "prefix": ("prefix {zone} of Y", "Y坐标带号前缀{zone}"),
    "zone_said": ("{place}: {zone}, Y without prefix", "{place}：{zone}，Y坐标无带号前缀"),
    "meridian_said": (
        "{place}: {meridian:g}, Y without prefix",
        "{place}：{meridian:g}°，Y坐标无带号前缀",
    ),
    # remarks on content
    "gdal": ("{text}", "读取程序提示：{text}"),
    "web_maps": (
        "no crs member: read as WGS 84, as the standard says; exports of Chinese web maps are "
        "often GCJ-02 (some 500 m off), give --datum if this is one",
        "文件未声明坐标系，按标准视为WGS 84；国内网络地图导出的数据多为GCJ-02（偏移约500米），"
        "如属此类请用--datum指明",
    ),
    "web_maps_kml": (
        "read as WGS 84, as the KML standard says; exports of Chinese web maps are often GCJ-02 "
        "(some 500 m off), give --datum if this is one",
        "按KML标准视为WGS 84；国内网络地图导出的数据多为GCJ-02（偏移约500米），"
        "如属此类请用--datum指明",
    ),
    "web_datum": (
        "coordinates read as {name} and converted to WGS 84 by the public approximation: for "
        "screening only, no verdict from them is better than undetermined",
        "坐标按{name}读取，并用公开近似算法换算为WGS 84：仅供初筛，据此不作优于“无法判定”的结论",
    ),
    "local_datum": (
        "coordinates brought from {name} to CGCS2000 by {count} local parameters ({file})",
        "坐标已用本地{count}参数（{file}）由{name}转换为CGCS2000",
    ),
    "local_accuracy": (
        "the parameters state an accuracy of {accuracy:g} m, which is not added to any layer's",
        "参数文件声明的转换精度为{accuracy:g}米，未计入各图层精度",
    ),
    "heights_of": ("heights of {count} points dropped", "已舍去{count}个点的高程值"),
    "heights": ("heights of the points dropped", "已舍去各点的高程值"),
    "heights_or_measures": (
        "heights or measures of the points dropped",
        "已舍去各点的高程值或测量值（Z/M）",
    ),
    "binary_column": (
        "attribute {name!r} left out: binary values",
        "属性“{name}”为二进制值，未读取",
    ),
    "pending": (
        "changes not yet written to the file (-wal) were read with it",
        "已一并读取尚未写入主文件的修改（-wal）",
    ),
    "swapped": (
        "columns are swapped: the first is east, the second north (detected by magnitude)",
        "两列坐标互换：第一列为东坐标，第二列为北坐标（按数值大小识别）",
    ),
    "xy_east_first": (
        "X is east and Y is north (detected by magnitude)",
        "X列为东坐标，Y列为北坐标（按数值大小识别）",
    ),
    "xy_north_first": (
        "X is north and Y is east (detected by magnitude)",
        "X列为北坐标，Y列为东坐标（按数值大小识别）",
    ),
    "sheet_read": ("sheet {name!r} read", "读取工作表“{name}”"),
    "shift_not_applied": (
        "转换参数 of the head were not applied: coordinates are read as they stand",
        "未使用文件头中的“转换参数”，坐标按原值读取",
    ),
    "count_differs": (
        "{place}: {stated} points stated, {there} there",
        "{place}：声明界址点{stated}个，实有{there}个",
    ),
    "degrees_form": (
        "coordinates read as {form}: the stated area fits that form alone (detected)",
        "坐标按{form}读取：仅此写法与声明面积相符（自动识别）",
    ),
    "decimal_degrees": ("decimal degrees", "十进制度"),
    "packed_degrees": ("ddd.mmssss", "度.分秒（ddd.mmssss）"),
    "nested_polylines": (
        "{place} lies inside {outer}: read as a hole in it (detected by containment)",
        "{place}位于{outer}之内，按其内部扣除区（洞）读取（按包含关系识别）",
    ),
    "other_entities": (
        "entities without an outline left out: {kinds}",
        "已略去不构成边界的图元：{kinds}",
    ),
    "arcs": (
        "arcs read as chords that stay within {tolerance_m:g} m of them",
        "圆弧已离散为弦线，最大偏差{tolerance_m:g}米",
    ),
    "arcs_gdal": (
        "curves read as chords of {step_deg:g} degrees of arc",
        "曲线已按{step_deg:g}度圆心角离散为弦线",
    ),
    "other_sheets": (
        "sheets without coordinates left out: {names}",
        "已略去无坐标的工作表：{names}",
    ),
    "other_layers": ("other layers not read: {names}", "未读取的其他图层：{names}"),
    "formula": (
        "cells with formulas were read by the value stored with them",
        "含公式的单元格按其保存的计算结果读取",
    ),
    "geoid_ellipsoid": (
        "the file's own system names no datum ({name}); --crs was used instead",
        "文件自带坐标系未注明基准（{name}），改用--crs指定的坐标系",
    ),
    "other_files": ("other boundaries not read: {names}", "未读取的其他边界文件：{names}"),
    "network_links": (
        "{count} links to other files or addresses were not followed",
        "未打开指向其他文件或网址的{count}个链接",
    ),
    # stated area
    "other_unit": (
        "{place}: stated area {said:.10g} is in {unit}, not in hectares; read as {read:.4f} ha",
        "{place}：声明面积{said:.10g}的单位是{unit}而非公顷，按{read:.4f}公顷读取",
    ),
    "unit_m2": ("m²", "平方米"),
    "unit_mu": ("mu (亩)", "亩"),
    "area_differs": (
        "{place}: stated area {said:.4f} ha, but its coordinates enclose {ellipsoidal:.4f} ha on "
        "the ellipsoid ({planar:.4f} ha planar)",
        "{place}：声明面积{said:.4f}公顷，按坐标计算椭球面积{ellipsoidal:.4f}公顷"
        "（平面面积{planar:.4f}公顷），两者不符",
    ),
    # repairs
    "closed": ("open ring closed", "未闭合的环已闭合"),
    "closed_at": ("{place}: open ring closed", "{place}：未闭合的环已闭合"),
    "repeated": ("{count} repeated point(s) dropped", "已删除{count}个重复点"),
    "crossed": (
        "outline crossed or touched itself near ({x}, {y}), split there",
        "边界在({x}, {y})附近自相交或自接触，已在该处拆分",
    ),
    "crossed_somewhere": (
        "outline crossed or touched itself, split there",
        "边界自相交或自接触，已在该处拆分",
    ),
    "rebuilt": ("invalid outline ({reason}) rebuilt", "无效边界已重建（{reason}）"),
    "rebuilt_near": (
        "invalid outline ({reason} near ({x}, {y})) rebuilt",
        "({x}, {y})附近的无效边界已重建（{reason}）",
    ),
    "repair": (
        "{place}: {what} ({change:+.3f} m²)",
        "{place}：{what}（面积变化{change:+.3f}平方米）",
    ),
    # lines
    "joined": ("{place}: {count} parts joined in order", "{place}：{count}段线已按顺序首尾相接"),
    # writing
    "fields_cut": (
        "{count} field names longer than {size} bytes were cut; {file} has them whole",
        "{count}个字段名超过{size}字节，已截短；完整名称见{file}",
    ),
    "values_cut": (
        "values of {name!r} longer than {size} bytes were cut",
        "属性“{name}”中超过{size}字节的值已截短",
    ),
    "fields_restored": (
        "{count} field names read whole from {file}",
        "已按{file}还原{count}个被截短的字段名",
    ),
    "numbers_anew": (
        "points of {count} plots are numbered anew: their numbers cannot be kept",
        "{count}个地块的界址点已重新编号：原点号无法保留",
    ),
    "numbers_too_long": (
        "point numbers of {count} plots are left out: the field holds {size} bytes at most",
        "{count}个地块的界址点号未写出：字段最多容纳{size}字节",
    ),
    "numbers_left_out": (
        "point numbers are left out: a drawing cannot hold them",
        "图形文件不能保存界址点号，未写出",
    ),
    "head_left_out": (
        "entries of the head are left out: {keys}",
        "文件头中的以下内容未写出：{keys}",
    ),
    "class_left_out": (
        "地类编码 is left out of plot lines of 8 fields",
        "地块信息行按8项写出，未含地类编码",
    ),
    "marks_replaced": (
        "commas, @ and line breaks in attributes were replaced: the format cannot hold them",
        "属性中的逗号、@和换行不能写入该格式，已替换",
    ),
    "taken_as_equal": (
        "{own} written as {other}: CGCS2000 and WGS 84 are taken as equal, which holds to "
        "decimetres",
        "由{own}写为{other}：视CGCS2000与WGS 84相同，两者相差在分米级",
    ),
    "drawing_attributes": (
        "a drawing has no attributes: names are written as text, others are left out",
        "图形文件不含属性：地块名称写为文字，其他属性未写出",
    ),
    "drawing_system": (
        "a drawing names no coordinate system: tell {crs} beside it",
        "图形文件不含坐标系信息：提交时请注明{crs}",
    ),
}
