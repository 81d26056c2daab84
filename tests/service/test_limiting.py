"""How often one caller may ask: by key or address, with Retry-After."""

import pytest
from fastapi.testclient import TestClient
from geo_toolkit_api import Settings, create_app
from geo_toolkit_api.limiting import Limits, network_of

WRONG = {"Authorization": "Bearer gtk_00000000_" + "0" * 48}


@pytest.fixture
def client_of(workspace, tmp_path):
    """Return a function from settings to a client of a service with them."""
    clients = []

    def make(address="192.0.2.7", **values):
        settings = Settings(allowed_hosts=("testserver",), state=tmp_path / "state", **values)
        client = TestClient(create_app(workspace, settings), client=(address, 5000))
        clients.append(client)
        return client.__enter__()

    yield make
    for client in clients:
        client.__exit__(None, None, None)


def test_too_many_requests_are_429_with_the_time_to_wait(client_of):
    client = client_of(rate="3/hour")
    assert [client.get("/session").status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = client.get("/layers")
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 3600
    wait = answer.headers["retry-after"]
    assert answer.json() == {
        "detail": f"at most 3 per 1 hour requests from one caller; ask again in {wait} seconds"
    }
    assert client.get("/health").status_code == 200


def test_each_key_counts_for_itself(client_of):
    client = client_of(rate="2/hour")
    keys = client.app.state.admission.keys
    for name in ("a", "b"):
        headers = {"X-API-Key": keys.add(name, ["read"])}
        got = [client.get("/session", headers=headers).status_code for _ in range(3)]
        assert got == [200, 200, 429]
    assert client.get("/session").status_code == 200


def test_what_sends_something_has_a_limit_of_its_own(client_of):
    client = client_of(check_rate="2/hour")
    assert [client.post("/checks").status_code for _ in range(3)] == [422, 422, 429]
    assert client.get("/session").status_code == 200


def test_after_ten_wrong_keys_no_more_are_tried(client_of):
    client = client_of(key_failures="10/hour")
    right = client.app.state.admission.keys.add("a", ["read"])
    known = {"X-API-Key": client.app.state.admission.keys.add("b", ["read"])}
    assert client.get("/session", headers=known).status_code == 200
    got = [client.get("/session", headers=WRONG).status_code for _ in range(11)]
    assert got == [401] * 10 + [429]
    assert client.get("/session", headers={"X-API-Key": right}).status_code == 429
    assert client.get("/session", headers=known).status_code == 200, "it was known before"
    assert client.get("/session").status_code == 200
    assert client.post("/session", json={"key": right}).status_code == 429


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Client-IP"])
def test_an_address_that_a_client_claims_is_not_believed(client_of, header):
    client = client_of(rate="2/hour")
    got = [client.get("/session", headers={header: f"203.0.113.{n}"}).status_code for n in range(3)]
    assert got == [200, 200, 429]


def test_the_address_that_a_trusted_proxy_saw_is_believed(client_of):
    client = client_of(rate="2/hour", trusted_proxies=("192.0.2.0/24",))
    for address in ("203.0.113.1", "203.0.113.2"):
        # what the client claimed stands before what the proxy saw
        for claimed in ("10.0.0.1, ", "10.0.0.2, ", "10.0.0.3, "):
            headers = {"X-Forwarded-For": claimed + address}
            last = client.get("/session", headers=headers).status_code
        assert last == 429


def test_the_scheme_of_a_trusted_proxy_is_believed_and_no_other(client_of):
    body = {"headers": {"X-Forwarded-Proto": "https"}}
    for trusted, is_secure in (("192.0.2.7", True), ("192.0.2.8", False)):
        client = client_of(trusted_proxies=(trusted,))
        key = client.app.state.admission.keys.add("a", ["read"])
        cookie = client.post("/session", json={"key": key}, **body).headers["set-cookie"]
        assert ("Secure" in cookie) is is_secure


@pytest.mark.parametrize(
    "claimed", ["", "x", "1.2.3.4, <script>", "unknown", "1.2.3.4:80", "::1%x\n"]
)
def test_a_malformed_address_from_a_proxy_leaves_the_proxys_own(client_of, claimed):
    client = client_of(rate="1/hour", trusted_proxies=("192.0.2.7",))
    headers = {"X-Forwarded-For": claimed.encode()}
    assert client.get("/session", headers=headers).status_code == 200
    assert client.get("/session").status_code == 429


def test_one_machine_is_one_network_of_ipv6():
    assert network_of("2001:db8:0:1:aaaa::1") == network_of("2001:db8:0:1:bbbb::2")
    assert network_of("2001:db8:0:1::1") != network_of("2001:db8:0:2::1")


def test_the_time_to_wait_is_that_of_the_window():
    limits = Limits(Settings(rate="1/second"))
    assert limits.request("a", is_sending=False) is None
    refused = limits.request("a", is_sending=False)
    assert refused.retry_after_s == 1
