"""Every way a rule can end, on a synthetic city whose distances are known on paper."""

import shapely


def only(result, site=0):
    """Return the one site and its findings."""
    row = result.document["sites"][site]
    return row, row["findings"]


def test_official_layer_with_coverage_clears_far_away(city, plots, rectangle):
    city.layer("line", "ecological_red_line", [("a", rectangle(0, 0, 1000))], coverage="all")
    ws = city.rule("R", "ecological_red_line").open()
    site, findings = only(ws.check(plots(rectangle(3000, 0, 100))))
    assert (site["verdict"], site["complete"], site["reason_code"]) == ("clear", True, None)
    (finding,) = findings
    assert (finding["outcome"], finding["feature_id"]) == ("clear", None)
    assert finding["overlap_m2"] is None
    assert abs(finding["distance_m"] - 2000) < 0.1
    assert finding["layer_id"] == "line"


def test_inside_is_prohibited_and_its_share_is_exactly_one(city, plots, rectangle):
    city.layer("line", "ecological_red_line", [("a", rectangle(0, 0, 1000))], coverage="all")
    ws = city.rule("R", "ecological_red_line").open()
    site, findings = only(ws.check(plots(rectangle(100, 100, 100))))
    assert site["verdict"] == "prohibited"
    (role,) = site["roles"]
    assert role["overlap_share"] == 1.0
    assert role["overlap_m2"] == site["area_m2"]
    assert abs(site["area_m2"] - 10_000) < 1
    assert findings[0]["overlap_share"] == 1.0


def test_two_overlapping_features_cover_a_site_once(city, plots, rectangle):
    """Summed overlaps would give 133 %: the union counts."""
    features = [("a", rectangle(0, 0, 1000)), ("b", rectangle(500, 0, 1000))]
    city.layer("line", "ecological_red_line", features, coverage="all")
    ws = city.rule("R", "ecological_red_line").open()
    site, findings = only(ws.check(plots(rectangle(400, 100, 300))))
    assert site["roles"][0]["overlap_share"] == 1.0
    assert site["roles"][0]["features"] == 2
    assert len(findings) == 2
    assert sum(f["overlap_share"] for f in findings) > 1.5


def test_within_accuracy_is_borderline(city, plots, rectangle):
    city.layer(
        "line", "ecological_red_line", [("a", rectangle(0, 0, 1000))], coverage="all", accuracy_m=20
    )
    ws = city.rule("R", "ecological_red_line").open()
    for x in (1010, 990):  # ten metres outside, ten metres inside
        site, findings = only(ws.check(plots(rectangle(x, 100, 100)), record=False))
        assert site["verdict"] == "undetermined"
        assert not site["complete"]
        (finding,) = findings
        assert (finding["outcome"], finding["reason_code"]) == ("borderline", "within_accuracy")
    site, _ = only(ws.check(plots(rectangle(1021, 100, 100)), record=False))
    assert site["verdict"] == "clear"
    site, _ = only(ws.check(plots(rectangle(900, 100, 200)), record=False))
    assert site["verdict"] == "prohibited"


def test_outside_the_coverage_is_undetermined(city, plots, rectangle):
    """No feature outside the mapped area is no proof of no conflict."""
    city.layer(
        "line",
        "ecological_red_line",
        [("a", rectangle(0, 0, 1000))],
        coverage=rectangle(-2000, -2000, 6000),
    )
    ws = city.rule("R", "ecological_red_line").open()
    site, findings = only(ws.check(plots(rectangle(6000, 0, 100))))
    assert (site["verdict"], site["reason_code"]) == ("undetermined", "outside_coverage")
    assert findings[0]["distance_m"] is not None


def test_half_outside_an_official_coverage_is_undetermined(city, plots, rectangle):
    """The half inside is clear, the half outside is not known: the site is not clear."""
    city.layer(
        "line",
        "ecological_red_line",
        [("a", rectangle(-1000, -1000, 200))],
        coverage=rectangle(-2000, -2000, 4000),
    )
    ws = city.rule("R", "ecological_red_line").open()
    site, findings = only(ws.check(plots(rectangle(1950, 0, 100))))
    assert (site["verdict"], findings[0]["reason_code"]) == ("undetermined", "outside_coverage")
    touching, _ = only(ws.check(plots(rectangle(1900, 0, 100)), record=False))
    assert touching["verdict"] == "clear"


def test_a_plot_across_two_official_coverages_is_covered_by_both_together(city, plots, rectangle):
    """Two counties deliver one layer each; the plot on their border is known whole."""
    far = [("a", rectangle(-9000, 0, 100))]
    city.layer("west", "ecological_red_line", far, coverage=rectangle(-4000, -4000, 4000, 8000))
    city.layer("east", "ecological_red_line", [], coverage=rectangle(0, -4000, 4000, 8000))
    ws = city.rule("R", "ecological_red_line").open()
    site, findings = only(ws.check(plots(rectangle(-50, 0, 100))))
    assert (site["verdict"], findings[0]["outcome"]) == ("clear", "clear")
    assert findings[0]["layer_id"] == "west"


def test_official_answers_where_it_covers_and_the_proxy_elsewhere(city, plots, rectangle):
    """A proxy inside the official coverage is ignored, outside it still counts."""
    city.layer("official", "ecological_red_line", [], coverage=rectangle(0, -4000, 4000, 8000))
    city.layer(
        "proxy",
        "ecological_red_line",
        [("inside", rectangle(2000, 0, 1000)), ("across", rectangle(-1500, -3000, 3000, 1000)),
         ("outside", rectangle(-3000, 0, 1000))],
        evidence="schematic",
        accuracy_m=100,
    )  # fmt: skip
    ws = city.rule("R", "ecological_red_line").open()

    def at(x, y):
        return only(ws.check(plots(rectangle(x, y, 100)), record=False))

    site, findings = at(2400, 400)  # deep in the proxy, but the official layer knows better
    assert (site["verdict"], findings[0]["outcome"]) == ("clear", "clear")
    site, findings = at(-2600, 400)  # deep in the proxy, where only the proxy speaks
    assert (site["verdict"], findings[0]["layer_id"]) == ("prohibited", "proxy")
    site, _ = at(500, -2500)  # the part of the crossing proxy that lies inside
    assert site["verdict"] == "clear"
    site, findings = at(-120, -2500)  # just outside: the coverage's edge is no boundary
    assert (site["verdict"], findings[0]["feature_id"]) == ("prohibited", "across")
    site, findings = at(-4500, 3000)  # nothing near, but nobody vouches for absence
    assert (site["verdict"], site["reason_code"]) == ("undetermined", "outside_coverage")


def test_schematic_alone_never_clears(city, plots, rectangle):
    city.layer(
        "proxy",
        "ecological_red_line",
        [("a", rectangle(0, 0, 1000))],
        evidence="schematic",
        accuracy_m=100,
        coverage="all",
        authority="市自然资源和规划局",
    )
    ws = city.rule("R", "ecological_red_line").open()
    site, findings = only(ws.check(plots(rectangle(8000, 0, 100))))
    assert (site["verdict"], site["reason_code"]) == ("undetermined", "schematic")
    assert site["roles"][0]["ask"] == "市自然资源和规划局"
    assert "示意" in findings[0]["reason"]


def test_a_distance_rule_near_the_edge_of_a_coverage(city, plots, rectangle):
    """Within 5 km of the coverage's edge a feature may stand just outside it, unseen."""
    city.layer(
        "river",
        "river_shoreline",
        [("a", rectangle(-15000, 0, 100))],
        coverage=rectangle(-16000, -16000, 32000),
    )
    ws = city.rule("D", "river_shoreline", "within_distance", distance_m=5000).open()
    middle, _ = only(ws.check(plots(rectangle(0, 0, 100)), record=False))
    edge, findings = only(ws.check(plots(rectangle(12000, 0, 100)), record=False))
    assert middle["verdict"] == "clear"
    assert (edge["verdict"], findings[0]["reason_code"]) == ("undetermined", "outside_coverage")


def test_distance_includes_the_threshold(city, plots, rectangle):
    """The law says 范围内: exactly 1,000 m counts, 1,000.01 m does not."""
    city.layer("river", "river_shoreline", [("a", rectangle(-200, 0, 100))], coverage="all")
    ws = city.rule("D", "river_shoreline", "within_distance", distance_m=1000).open()
    at, findings = only(ws.check(plots(rectangle(900, 0, 100)), record=False))
    assert (at["verdict"], findings[0]["outcome"]) == ("prohibited", "hit")
    assert abs(findings[0]["distance_m"] - 1000) < 1e-3
    assert findings[0]["threshold_m"] == 1000
    beyond, _ = only(ws.check(plots(rectangle(900.01, 0, 100)), record=False))
    assert beyond["verdict"] == "clear"


def test_distance_with_accuracy_on_both_sides(city, plots, rectangle):
    city.layer(
        "river", "river_shoreline", [("a", rectangle(-200, 0, 100))], coverage="all", accuracy_m=200
    )
    ws = city.rule("D", "river_shoreline", "within_distance", distance_m=1000).open()

    def outcome(gap):
        site, findings = only(ws.check(plots(rectangle(gap - 100, 0, 100)), record=False))
        return findings[0]["outcome"], site["verdict"]

    assert outcome(799) == ("hit", "prohibited")
    assert outcome(801) == ("borderline", "undetermined")
    assert outcome(1199) == ("borderline", "undetermined")
    assert outcome(1201) == ("clear", "clear")


def test_a_strip_less_accurate_than_it_is_wide_still_condemns_a_large_plot(city, plots, rectangle):
    """Wherever within 30 m the 20 m strip really runs, it runs through a 400 m plot."""
    strip = [("strip", rectangle(-5000, 0, 10000, 20))]
    city.layer("rail", "railway", strip, coverage="all", accuracy_m=30)
    ws = city.rule("O", "railway").open()
    site, findings = only(ws.check(plots(rectangle(0, -200, 400)), record=False))
    assert (site["verdict"], findings[0]["outcome"]) == ("prohibited", "hit")
    small, findings = only(ws.check(plots(rectangle(0, 0, 40)), record=False))
    assert (small["verdict"], findings[0]["outcome"]) == ("undetermined", "borderline")


def test_two_millimetres_of_overlap_with_a_20_m_layer_and_a_distance_rule(city, plots, rectangle):
    """A sliver of an inaccurate layer is borderline with its area; for a distance it is zero."""
    features = [("a", rectangle(0, 0, 1000))]
    city.layer("line", "ecological_red_line", features, coverage="all", accuracy_m=20)
    city.rule("O", "ecological_red_line")
    ws = city.rule("D", "ecological_red_line", "within_distance", distance_m=50).open()
    site, findings = only(ws.check(plots(rectangle(999.998, 100, 100))))
    by_rule = {f["rule_id"]: f for f in findings}
    assert by_rule["O"]["outcome"] == "borderline"
    assert abs(by_rule["O"]["overlap_m2"] - 0.2) < 0.01
    assert (by_rule["D"]["outcome"], by_rule["D"]["distance_m"]) == ("hit", 0.0)
    assert site["roles"][0]["overlap_m2"] == 0.0
    assert site["verdict"] == "prohibited"


def test_touching_neighbours_are_clear_and_a_sliver_is_listed(city, plots, rectangle):
    city.layer("line", "ecological_red_line", [("a", rectangle(0, 0, 1000))], coverage="all")
    ws = city.rule("R", "ecological_red_line").open()
    site, findings = only(ws.check(plots(rectangle(1000, 100, 100)), record=False))
    assert site["verdict"] == "clear"
    assert site["roles"][0]["nearest_m"] == 0.0
    site, findings = only(ws.check(plots(rectangle(999.995, 100, 100)), record=False))
    assert site["verdict"] == "clear"
    assert [f["outcome"] for f in findings] == ["clear", "sliver"]
    assert abs(findings[1]["overlap_m2"] - 0.5) < 0.01
    assert site["roles"][0]["overlap_m2"] == 0.0
    site, findings = only(ws.check(plots(rectangle(999.5, 100, 100)), record=False))
    assert site["verdict"] == "prohibited"
    assert findings[0]["suspected_boundary_error"]


def test_a_where_column_that_the_layer_lacks_may_match(city, plots, rectangle):
    city.layer("zone", "nature_reserve", [("a", rectangle(0, 0, 1000))], coverage="all")
    where = {"column": "zone", "in": ["core"]}
    ws = city.rule("N", "nature_reserve", where=where).open()
    site, findings = only(ws.check(plots(rectangle(100, 100, 100)), record=False))
    assert (site["verdict"], site["reason_code"]) == ("undetermined", "attribute_missing")
    assert (findings[0]["outcome"], findings[0]["feature_id"]) == ("undetermined", "a")
    away, _ = only(ws.check(plots(rectangle(3000, 100, 100)), record=False))
    assert away["verdict"] == "clear"


def test_where_selects_features_and_an_empty_value_may_match(city, plots, rectangle):
    features = [
        ("core", rectangle(0, 0, 1000), {"zone": "core"}),
        ("edge", rectangle(2000, 0, 1000), {"zone": "edge"}),
        ("blank", rectangle(4000, 0, 1000), {"zone": ""}),
    ]
    city.layer("zone", "nature_reserve", features, coverage="all")
    where = {"column": "zone", "in": ["core"]}
    ws = city.rule("N", "nature_reserve", where=where).open()

    def verdict(x):
        return only(ws.check(plots(rectangle(x, 100, 100)), record=False))[0]["verdict"]

    assert (verdict(100), verdict(2100), verdict(4100)) == ("prohibited", "clear", "undetermined")


def test_distance_by_class(city, plots, rectangle):
    features = [
        ("g", rectangle(0, 0, 10, 5000), {"class": "expressway"}),
        ("s", rectangle(1000, 0, 10, 5000), {"class": "provincial"}),
        ("x", rectangle(2000, 0, 10, 5000), {"class": "lane"}),
    ]
    city.layer("roads", "highway", features, coverage="all")
    distance = {"by": "class", "expressway": 30, "provincial": 15}
    ws = city.rule("H", "highway", "within_distance", distance_m=distance).open()

    def outcome(x):
        site, findings = only(ws.check(plots(rectangle(x, 100, 50)), record=False))
        return site["verdict"], findings[0]["reason_code"]

    assert outcome(35) == ("prohibited", None)  # 25 m from the expressway
    assert outcome(45) == ("clear", None)  # 35 m from it
    assert outcome(1030) == ("clear", None)  # 20 m from the provincial road
    assert outcome(2030) == ("undetermined", "attribute_missing")  # 20 m from an unknown class
    assert outcome(2045) == ("clear", None)


def test_across_the_workspace_bounds_with_and_without_a_hit(city, plots, rectangle):
    """Hits stand outside the bounds too; absence there cannot be said."""
    city.layer("line", "ecological_red_line", [("a", rectangle(19000, 5000, 2000))], coverage="all")
    ws = city.rule("R", "ecological_red_line").open()
    hit = ws.check(plots(rectangle(18900, 6000, 1000)), record=False)
    site, _ = only(hit)
    assert site["verdict"] == "prohibited"
    assert any("工作区范围" in text for text in hit.document["warnings"])
    site, _ = only(ws.check(plots(rectangle(18900, -6000, 1000)), record=False))
    assert (site["verdict"], site["reason_code"]) == ("undetermined", "outside_bounds")


def test_no_rule_in_force_is_undetermined_never_clear(city, plots, rectangle):
    city.layer("line", "ecological_red_line", [], coverage="all")
    ws = city.rule("R", "ecological_red_line", valid_from="2030-01-01").open()
    result = ws.check(plots(rectangle(0, 0, 100)))
    site, findings = only(result)
    assert (site["verdict"], site["reason_code"], findings) == ("undetermined", "no_rule", [])
    assert result.document["warnings"]


def test_a_scope_speaks_of_its_roles_alone(city, plots, rectangle):
    city.layer("line", "ecological_red_line", [], coverage="all")
    city.rule("R", "ecological_red_line").rule("F", "permanent_basic_farmland")
    ws = city.scope("red_line", "ecological_red_line").open()
    full = ws.check(plots(rectangle(0, 0, 100)), scope="full", record=False)
    site, _ = only(full)
    assert (site["verdict"], site["reason_code"]) == ("undetermined", "no_layer")
    narrow = ws.check(plots(rectangle(0, 0, 100)), scope="red_line", record=False)
    assert only(narrow)[0]["verdict"] == "clear"
    assert narrow.document["scope"]["not_examined"] == ["permanent_basic_farmland"]


def test_a_role_named_by_the_scope_without_a_rule(city, plots, rectangle):
    city.layer("line", "ecological_red_line", [], coverage="all")
    city.rule("R", "ecological_red_line")
    ws = city.scope("two", "ecological_red_line", "permanent_basic_farmland").open()
    result = ws.check(plots(rectangle(0, 0, 100)), scope="two", record=False)
    site, _ = only(result)
    assert (site["verdict"], site["reason_code"]) == ("undetermined", "no_rule")
    roles = {role["role"]: role["reason_code"] for role in site["roles"]}
    assert roles == {"ecological_red_line": None, "permanent_basic_farmland": "no_rule"}


def test_unconfirmed_law_keeps_its_outcome_and_counts_as_undetermined(city, plots, rectangle):
    city.layer("line", "ecological_red_line", [("a", rectangle(0, 0, 1000))], coverage="all")
    ws = city.rule("R", "ecological_red_line", confidence="recall").open()
    site, findings = only(ws.check(plots(rectangle(100, 100, 100)), record=False))
    assert site["verdict"] == "undetermined"
    assert site["reason_code"] == "law_unconfirmed"
    assert (findings[0]["outcome"], findings[0]["overlap_share"]) == ("hit", 1.0)
    (ws.root / "rules" / "confirmations.toml").write_text(
        '[[confirmation]]\nrule_id = "R"\nby = "张三"\nsource = "公报"\ndate = 2026-11-01\n',
        encoding="utf-8",
    )
    site, findings = only(ws.check(plots(rectangle(100, 100, 100)), record=False))
    assert site["verdict"] == "prohibited"
    assert findings[0]["confirmation"]["by"] == "张三"


def test_an_unreadable_layer_forbids_clear_and_hides_no_hit(city, plots, rectangle):
    city.layer("good", "ecological_red_line", [("a", rectangle(0, 0, 1000))], coverage="all")
    city.layer("broken", "ecological_red_line", [], coverage="all")
    city.rule("R", "ecological_red_line")
    (city.root / "layers" / "test" / "broken.geojson").write_text("{", encoding="utf-8")
    ws = city.open()
    hit, _ = only(ws.check(plots(rectangle(100, 100, 100)), record=False))
    assert hit["verdict"] == "prohibited"
    result = ws.check(plots(rectangle(5000, 100, 100)), record=False)
    assert only(result)[0]["verdict"] == "undetermined"
    assert any("broken" in text for text in result.document["warnings"])


def test_not_within_needs_coverage_and_knows_its_accuracy(city, plots, rectangle):
    city.layer(
        "town",
        "urban_development_boundary",
        [("a", rectangle(0, 0, 1000)), ("b", rectangle(1000, 0, 1000))],
        coverage="all",
        accuracy_m=10,
    )
    ws = city.rule("U", "urban_development_boundary", "not_within").open()

    def outcome(x):
        site, findings = only(ws.check(plots(rectangle(x, 100, 200)), record=False))
        return site["verdict"], findings[0]["outcome"]

    assert outcome(300) == ("clear", "clear")
    assert outcome(895)[1] == "borderline"  # across the seam, which may be open by its accuracy
    assert outcome(1795) == ("undetermined", "borderline")  # 5 m inside, 10 m accuracy
    assert outcome(1805) == ("undetermined", "borderline")  # 5 m outside
    assert outcome(1815) == ("prohibited", "hit")


def test_converted_coordinates_never_clear(city, plots, rectangle):
    from geo_toolkit.geodesy import Datum

    city.layer("line", "ecological_red_line", [("a", rectangle(0, 0, 1000))], coverage="all")
    ws = city.rule("R", "ecological_red_line").open()
    far = plots(rectangle(5000, 0, 100), datum=Datum.GCJ02)
    site, _ = only(ws.check(far, record=False))
    assert (site["verdict"], site["reason_code"]) == ("undetermined", "converted_datum")
    near = plots(rectangle(1015, 0, 100), datum=Datum.GCJ02)  # 15 m away, 20 m of doubt
    site, findings = only(ws.check(near, record=False))
    assert findings[0]["outcome"] == "borderline"
    inside = plots(rectangle(100, 100, 100), datum=Datum.GCJ02)
    assert only(ws.check(inside, record=False))[0]["verdict"] == "prohibited"


def test_advisory_rules_never_touch_the_site(city, plots, rectangle):
    city.layer("line", "ecological_red_line", [], coverage="all")
    city.layer("park", "industrial_park", [("p", rectangle(0, 0, 1000))], coverage="all")
    city.rule("R", "ecological_red_line")
    ws = city.rule("A", "industrial_park", severity="advisory").open()
    site, _ = only(ws.check(plots(rectangle(100, 100, 100)), record=False))
    assert (site["verdict"], site["complete"]) == ("clear", True)
    role = next(r for r in site["roles"] if r["role"] == "industrial_park")
    assert (role["verdict"], role["advisory_hit"]) == ("clear", True)


def test_points_and_lines_inside_a_site_are_hits(city, plots, rectangle):
    tower = [("t", shapely.Point(50, 150))]
    city.layer("points", "heritage", tower, geometry="point", coverage="all")
    line = [("l", shapely.LineString([(-5000, 150), (5000, 150)]))]
    city.layer("lines", "pipeline", line, geometry="line", coverage="all")
    ws = city.rule("P", "heritage").rule("L", "pipeline").open()
    site, findings = only(ws.check(plots(rectangle(0, 100, 100)), record=False))
    assert {f["rule_id"]: f["outcome"] for f in findings} == {"L": "hit", "P": "hit"}
    site, _ = only(ws.check(plots(rectangle(0, 151, 100)), record=False))
    assert site["verdict"] == "clear"


def test_a_layer_without_features_is_listed_with_its_version(city, plots, rectangle):
    """An empty official layer is what clears: the document must name it."""
    city.layer("line", "ecological_red_line", [], coverage="all")
    ws = city.rule("R", "ecological_red_line").open()
    result = ws.check(plots(rectangle(0, 0, 100)), record=False)
    (layer,) = result.document["layers"]
    assert (layer["id"], layer["features"], layer["version"]) == ("line", 0, 0)
    assert only(result)[0]["verdict"] == "clear"


def test_assumed_features_are_never_analysed(city, plots, rectangle):
    features = [("a", rectangle(0, 0, 1000), {"basis": "assumed"})]
    city.layer("line", "ecological_red_line", features, coverage="all")
    ws = city.rule("R", "ecological_red_line").open()
    site, findings = only(ws.check(plots(rectangle(100, 100, 100)), record=False))
    assert (site["verdict"], findings[0]["distance_m"]) == ("clear", None)


def test_sites_of_one_check_that_overlap_are_reported(city, plots, rectangle):
    city.layer("line", "ecological_red_line", [], coverage="all")
    ws = city.rule("R", "ecological_red_line").open()
    result = ws.check(plots(rectangle(0, 0, 100), rectangle(50, 0, 100)), record=False)
    (pair,) = result.document["site_overlaps"]
    assert (pair["a"], pair["b"]) == ("plot#1", "plot#2")
    assert abs(pair["overlap_m2"] - 5000) < 1


def test_effective_from_and_layer_not_yet_in_force(city, plots, rectangle):
    city.layer("line", "ecological_red_line", [], coverage="all")
    path = city.root / "layers" / "test" / "line.toml"
    path.write_text(path.read_text() + "effective_from = 2026-06-01\n")
    ws = city.rule("R", "ecological_red_line").open()
    from datetime import date

    before = ws.check(plots(rectangle(0, 0, 100)), as_of=date(2026, 5, 31), record=False)
    assert only(before)[0]["reason_code"] == "no_layer"
    after = ws.check(plots(rectangle(0, 0, 100)), as_of=date(2026, 6, 1), record=False)
    assert only(after)[0]["verdict"] == "clear"
