"""The workspace's own rules on layers invented for them: dates, confirmations, claims."""

import shutil
import time
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo_toolkit.boundary import InputFile, Sites
from geo_toolkit.errors import OptionError
from geo_toolkit.geodesy import Datum
from geo_toolkit.rules import Approval, Declaration, confirm_rule
from geo_toolkit.workspace import Workspace

RULES = Path(__file__).parents[2] / "rules"


@pytest.fixture
def workspace(city, rectangle):
    """Return a city with the bundled rules and a layer for each of five of their roles."""
    shutil.copytree(RULES, city.root / "rules", ignore=shutil.ignore_patterns("rules.toml"))
    core = [("core", rectangle(0, 0, 1000), {"ZRBHDFQ": "核心保护区"})]
    city.layer("reserves", "nature_reserve", core, coverage="all")
    water = [("one", rectangle(3000, 0, 1000), {"level": "I"})]
    city.layer("waters", "water_source", water, coverage="all")
    line = [("line", rectangle(0, 3000, 1000), {"ZRBHDFQ": "其他"})]
    city.layer("lines", "ecological_red_line", line, coverage="all")
    fields = [("field", rectangle(3000, 3000, 1000))]
    city.layer("fields", "permanent_basic_farmland", fields, coverage="all")
    rails = [("r", rectangle(3050, 3000, 1, 1000), {"class": "high_speed"})]
    city.layer("rails", "railway", rails, coverage="all")
    return city.open()


@pytest.fixture
def findings(workspace, plots, rectangle):
    def _findings(rule_id, corner, project_type="other", **options):
        sites = plots(rectangle(*corner, 100))
        result = workspace.check(sites, project_type=project_type, record=False, **options)
        site = result.document["sites"][0]
        return site, [f for f in site["findings"] if f["rule_id"] == rule_id]

    return _findings


@pytest.mark.parametrize(
    ("day", "article"),
    [
        (date(2026, 3, 14), "第三十二条"),
        (date(2026, 3, 15), "第二十六条（国务院令第830号）"),
    ],
)
def test_the_reserve_rule_is_decided_by_the_law_of_the_day(findings, day, article):
    site, (finding,) = findings("NR-1", (100, 100), as_of=day)
    assert (finding["outcome"], site["verdict"]) == ("hit", "prohibited")
    assert finding["citation"]["article"] == article


def test_a_recalled_article_is_open_until_somebody_confirms_it(findings, workspace):
    day = date(2026, 11, 24)
    site, (finding,) = findings("DW-1", (3100, 100), as_of=day)
    assert (finding["outcome"], finding["reason_code"]) == ("hit", "law_unconfirmed")
    assert site["verdict"] == "undetermined"
    confirm_rule(workspace.root / "rules", "DW-1", by="李四", source="法典第X条", date=day)
    site, (finding,) = findings("DW-1", (3100, 100), as_of=day)
    assert (site["verdict"], finding["reason_code"]) == ("prohibited", None)
    assert finding["confirmation"]["by"] == "李四"
    site, (finding,) = findings("DW-1", (3100, 100), as_of=date(2026, 8, 14))
    assert (site["verdict"], finding["confirmation"]) == ("prohibited", None)  # the law before


def approved(kind):
    return Declaration(
        approval=(Approval(site=None, kind=kind, number="川〔2026〕1号", date=date(2026, 5, 1)),)
    )


def role(site, name):
    return next(row for row in site["roles"] if row["role"] == name)


@pytest.mark.parametrize(
    ("project_type", "said", "verdict", "branch"),
    [
        ("energy", Declaration(), "prohibited", "inside_no_branch_fits"),
        ("energy", Declaration(activity_class=6), "restricted", "inside_limited_activity"),
        ("chemical", Declaration(activity_class=6), "prohibited", "inside_no_branch_fits"),
        ("park", approved("recognition_opinion"), "prohibited", "inside_no_branch_fits"),
        ("public", approved("recognition_opinion"), "restricted", "inside_activity_recognised"),
        ("energy", approved("unavoidability_opinion"), "restricted", "inside_state_project"),
        ("linear", Declaration(), "restricted", "inside_limited_activity"),
        ("linear", approved("recognition_opinion"), "restricted", "inside_activity_recognised"),
    ],
)
def test_who_may_be_inside_the_red_line(findings, project_type, said, verdict, branch):
    site, _ = findings("ERL-2", (100, 3100), project_type, declaration=said, scope="red_line")
    line = role(site, "ecological_red_line")
    assert (line["verdict"], line["branch"], site["verdict"]) == (verdict, branch, verdict)


@pytest.mark.parametrize(
    ("project_type", "verdict"), [("linear", "restricted"), ("energy", "restricted"),
                                  ("park", "prohibited"), ("residential", "prohibited")]
)  # fmt: skip
def test_state_consent_opens_farmland_to_key_projects_only(findings, project_type, verdict):
    site, _ = findings("PBF-1", (3100, 3100), project_type, declaration=approved("consent"))
    assert role(site, "permanent_basic_farmland")["verdict"] == verdict


def test_a_consent_says_which_rule_it_was_given_under(findings):
    """Farmland and a railway at once: a railway's consent is none of the State Council."""

    def said(**keys):
        paper = {"kind": "consent", "number": "1", "date": date(2026, 5, 1), **keys}
        return Declaration(approval=(Approval(**paper),))

    def verdicts(declaration):
        site, _ = findings("PBF-1", (3100, 3100), "linear", declaration=declaration)
        return role(site, "permanent_basic_farmland")["verdict"], role(site, "railway")["verdict"]

    assert findings("RW-1", (3060, 3100), "linear")[1][0]["outcome"] == "hit"
    with pytest.raises(OptionError, match=r"rules PBF-1, RW-1 could claim it; add rule_id"):
        findings("PBF-1", (3060, 3100), "linear", declaration=said())
    site, _ = findings("PBF-1", (3060, 3100), "linear", declaration=said(rule_id="RW-1"))
    assert role(site, "permanent_basic_farmland")["verdict"] == "prohibited"
    assert role(site, "railway")["verdict"] == "conditional"
    assert verdicts(said()) == ("restricted", "clear")  # 50 m off the railway there is no doubt
    with pytest.raises(OptionError, match=r"rule 'WL-1' does not claim it"):
        verdicts(said(rule_id="WL-1"))


@pytest.mark.slow
def test_a_thousand_sites_against_the_bundled_layers_and_every_rule():
    """The check alone takes some 4 s on two idle cores; 20 s is the limit."""
    workspace = Workspace.open(RULES.parent)
    west, south, east, north = workspace.settings.bounds
    random = np.random.default_rng(4)
    corners = random.uniform((west, south), (east - 0.01, north - 0.01), (1000, 2))
    squares = shapely.box(*corners.T, *(corners + random.uniform(0.0005, 0.005, (1000, 1))).T)
    frame = gpd.GeoDataFrame(
        {"name": "地块", "attributes": [{}] * 1000, "stated_area_ha": float("nan")},
        geometry=squares,
        index=[f"plot#{n}" for n in range(1, 1001)],
        crs="EPSG:4490",
    )
    source = InputFile(
        path=Path("plot.geojson"), format="GeoJSON", encoding=None, encoding_basis=None,
        crs="EPSG:4490", crs_basis="declared", datum=Datum.CGCS2000, features=1000, sha256="",
    )  # fmt: skip
    sites = Sites(frame, (source,), (0,) * 1000)
    start = time.process_time()
    document = workspace.check(sites, project_type="mining", record=False).document
    assert time.process_time() - start < 20
    assert len(document["sites"]) == 1000
