import pytest
from geo_toolkit_api.routes.check_fields import FIELDS

FILES = {"file", "land_take", "declare", "datum_params"}


@pytest.fixture
def document(client):
    return client.get("/openapi.json").json()


def test_every_parameter_is_explained_by_text_and_example(document):
    seen = 0
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert operation["summary"], path
            for parameter in operation.get("parameters", []):
                seen += 1
                assert parameter["description"], (path, parameter["name"])
                assert parameter["schema"].get("examples") or parameter.get("examples")
    assert seen >= 4


def test_every_field_of_the_form_is_explained_and_the_file_alone_is_required(document):
    content = document["paths"]["/checks"]["post"]["requestBody"]["content"]
    name = content["multipart/form-data"]["schema"]["$ref"].rpartition("/")[2]
    form = document["components"]["schemas"][name]
    assert form["required"] == ["file"]
    assert set(form["properties"]) == FIELDS
    for field, schema in form["properties"].items():
        assert schema["description"], field
        assert field in FILES or schema["examples"], field


def test_every_refusal_has_the_one_shape(document):
    assert "Problem" in document["components"]["schemas"]
    assert "HTTPValidationError" not in document["components"]["schemas"]
    for path, operations in document["paths"].items():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                if status.startswith(("4", "5")):
                    assert list(answer["content"]) == ["application/json"], (path, status)
                    schema = answer["content"]["application/json"]["schema"]
                    assert schema == {"$ref": "#/components/schemas/Problem"}, (path, status)
