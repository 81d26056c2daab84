"""Days in UTC+8, and the clock that ``SOURCE_DATE_EPOCH`` replaces."""

from datetime import UTC, date, datetime, timedelta

import pytest

from geo_toolkit.errors import OptionError
from geo_toolkit.rules import now_text, parse_day, today

EPOCH = int(datetime(2026, 3, 14, 16, 0, tzinfo=UTC).timestamp())  # midnight of the 15th in UTC+8


@pytest.mark.parametrize(
    ("epoch", "day", "text"),
    [
        (EPOCH - 1, date(2026, 3, 14), "2026-03-14T23:59:59+08:00"),
        (EPOCH, date(2026, 3, 15), "2026-03-15T00:00:00+08:00"),
        (0, date(1970, 1, 1), "1970-01-01T08:00:00+08:00"),
    ],
)
def test_source_date_epoch_is_the_clock(monkeypatch, epoch, day, text):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(epoch))
    assert today() == day
    assert now_text() == text


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles"])
def test_today_does_not_depend_on_the_machines_zone(monkeypatch, zone):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    monkeypatch.setenv("TZ", zone)
    here = datetime.now(UTC) + timedelta(hours=8)
    assert abs((today() - here.date()).days) <= (here.hour == 23 or here.hour == 0)
    assert now_text().endswith("+08:00")


@pytest.mark.parametrize("epoch", ["soon", "1e9", "99999999999999999999"])
def test_a_wrong_epoch_is_refused(monkeypatch, epoch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    with pytest.raises(OptionError, match=r"^SOURCE_DATE_EPOCH: expected whole seconds"):
        today()


@pytest.mark.parametrize(
    "text",
    ["20260315", "2026-3-15", "2026-W11-1", "15.03.2026", "", "２０２６-03-15", "2026-03-15\n"],
)
def test_another_form_of_a_day_is_refused(text):
    with pytest.raises(OptionError) as caught:
        parse_day(text)
    assert str(caught.value) == (f"--as-of: expected a day as YYYY-MM-DD, got {text!r}; correct it")


def test_a_day_that_does_not_exist_is_refused():
    with pytest.raises(OptionError, match=r"--date: .* got '2026-02-30', a day that"):
        parse_day("2026-02-30", option="--date")
