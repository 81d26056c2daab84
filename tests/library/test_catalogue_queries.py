"""The daily limit on questions about withheld layers."""

from datetime import date

import numpy as np
import pytest

from geo_toolkit.catalogue.queries import SITES_A_CHECK, SITES_A_DAY, QueryLog
from geo_toolkit.errors import OptionError

DAY = date(2026, 11, 24)


def cells(count, x=106.0):
    return np.array([[x, 30.0, x + 0.001, 30.001]] * count)


def test_at_most_fifty_sites_a_check(tmp_path):
    log = QueryLog(tmp_path / "state")
    with pytest.raises(OptionError, match="at most 50 sites a check, got 51"):
        log.admit("me", DAY, ["line"], cells(SITES_A_CHECK + 1))
    assert not (tmp_path / "state").exists()


def test_two_hundred_a_day_where_envelopes_touch(tmp_path):
    log = QueryLog(tmp_path)
    for _ in range(SITES_A_DAY // SITES_A_CHECK):
        log.admit("me", DAY, ["line"], cells(SITES_A_CHECK))
    with pytest.raises(OptionError, match="200 sites a day"):
        log.admit("me", DAY, ["line"], cells(1))
    log.admit("me", DAY, ["line"], cells(1, x=106.5))  # elsewhere
    log.admit("you", DAY, ["line"], cells(1))  # somebody else
    log.admit("me", date(2026, 11, 25), ["line"], cells(1))  # tomorrow


def test_a_refused_question_is_not_counted(tmp_path):
    log = QueryLog(tmp_path)
    for _ in range(3):
        log.admit("me", DAY, ["line"], cells(50))
    log.admit("me", DAY, ["line"], cells(49))
    with pytest.raises(OptionError):
        log.admit("me", DAY, ["line"], cells(2))
    log.admit("me", DAY, ["line"], cells(1))


def test_without_a_log_there_is_no_answer(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(OptionError, match="cannot be written"):
        QueryLog(blocked / "state").admit("me", DAY, ["line"], cells(1))
