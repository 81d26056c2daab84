"""The whole OpenAPI document against the service: no 5xx, no answer that its schema denies."""

import os

import pytest
from fastapi.testclient import TestClient
from geo_toolkit_api import Settings, create_app
from geo_toolkit_api.callers import Caller, caller_of

schemathesis = pytest.importorskip("schemathesis", reason="not installed: schemathesis")
hypothesis = pytest.importorskip("hypothesis", reason="not installed: hypothesis")

CASES = 5_000 if os.environ.get("GEO_TOOLKIT_PROOF") == "1" else 200
EVERYTHING = Caller("key all", frozenset({"read", "internal", "publish"}), key_id="all")
KNOWN = {
    "collection_id": "parks", "layer_id": "parks", "layer": "parks", "feature_id": "pk_3",
    "matrix_set_id": "WebMercatorQuad", "zoom": 10, "z": 10, "row": 419, "y": 419,
    "column": 813, "x": 813, "map_id": "overview",
}  # fmt: skip
"""What stands in half of the cases for what is made up, so that something is found."""
SQUARE = {"type": "Polygon", "coordinates": [
    [[106.15, 30.65], [106.16, 30.65], [106.16, 30.66], [106.15, 30.66], [106.15, 30.65]]
]}  # fmt: skip
NOBODY = Caller("http testclient", frozenset({"read"}))


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Return an application over a workspace of one layer, whose caller a test can set."""
    import json

    root = tmp_path_factory.mktemp("served")
    (root / "layers").mkdir()
    (root / "workspace.toml").write_text(
        'name = "t"\ntitle_zh = "测试市"\ntitle_en = "Test"\nlanguage = "zh"\n'
        "bounds = [106.0, 30.5, 106.4, 30.9]\n",
        encoding="utf-8",
    )
    (root / "layers" / "parks.toml").write_text(
        'id = "parks"\nrole = "industrial_park"\ngeometry = "polygon"\ndata = "parks.geojson"\n'
        'key = "id"\ncrs = "EPSG:4490"\ndatum = "cgcs2000"\nevidence = "schematic"\n'
        'accuracy_m = 100\ncoverage = "none"\nsource = "invented"\n',
        encoding="utf-8",
    )
    ring = [[106.1, 30.6], [106.2, 30.6], [106.2, 30.7], [106.1, 30.6]]
    features = [
        {"type": "Feature", "properties": {"id": f"pk_{n}", "name_zh": f"园区{n}", "rank": n},
         "geometry": {"type": "Polygon", "coordinates": [[[x + n / 1000, y] for x, y in ring]]}}
        for n in range(30)
    ]  # fmt: skip
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    (root / "layers" / "parks.geojson").write_text(text, encoding="utf-8")
    app = create_app(
        root, Settings(allowed_hosts=("*",), rate="1000000/minute", check_rate="1000000/minute")
    )
    with TestClient(app, base_url="http://127.0.0.1"):
        yield app


def checks():
    from schemathesis import checks as known

    return [
        known.not_a_server_error,
        schemathesis.specs.openapi.checks.status_code_conformance,
        schemathesis.specs.openapi.checks.content_type_conformance,
        schemathesis.specs.openapi.checks.response_schema_conformance,
        schemathesis.specs.openapi.checks.response_headers_conformance,
    ]


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("caller", [EVERYTHING, NOBODY], ids=["all_scopes", "no_key"])
def test_every_operation_answers_as_it_says(served, caller):
    served.dependency_overrides[caller_of] = lambda: caller
    schema = schemathesis.openapi.from_asgi("/openapi.json", served)
    operations = [result.ok() for result in schema.get_all_operations()]
    varied = [o for o in operations if any(True for _ in o.iter_parameters()) or o.body]
    each = -(-CASES // (2 * len(varied)))  # one without parameters has a case or two
    failures, count = [], 0
    for operation in operations:

        @hypothesis.settings(
            max_examples=each,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(hypothesis.HealthCheck),
            phases=[hypothesis.Phase.generate],
        )
        @hypothesis.given(case=operation.as_strategy(), is_known=hypothesis.strategies.booleans())
        def one(case, is_known):
            if is_known:
                known = {n: v for n, v in KNOWN.items() if n in case.path_parameters}
                case.path_parameters.update(known)
                if case.method in ("PUT", "PATCH", "DELETE"):
                    case.headers["If-Match"] = "*"
                if case.operation.path.endswith(("items", "{feature_id}")):
                    case.headers.pop("Content-Crs", None)
                    if isinstance(case.body, dict) and isinstance(case.body.get("geometry"), dict):
                        case.body["geometry"] = SQUARE
            nonlocal count
            count += 1
            answer = case.call()
            case.validate_response(answer, checks=checks())

        try:
            one()
        except (Exception, BaseExceptionGroup) as error:  # every one is tried, then all is told
            failures.append(f"{operation.label}: {error}")
    assert not failures, "\n\n".join(failures)
    assert count >= CASES // 2 * 0.9
