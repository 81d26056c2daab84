"""Pytest plugin: a test skipped for a missing part fails, as continuous integration wants it.

``tools/tasks.py test`` loads it under ``CI=true``. A skip whose reason starts with ``not`` (not on
Windows, not as root: a place the test is not meant for) stays a skip.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,  # noqa: ARG001 - pytest passes it by name
    call: pytest.CallInfo[None],
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the report of a skip into a failure that gives the reason."""
    report = yield
    is_expected_failure = hasattr(report, "wasxfail")
    if report.skipped and not is_expected_failure and call.excinfo is not None:
        reason = str(call.excinfo.value)
        if not reason.startswith("not "):
            report.outcome = "failed"
            report.longrepr = f"skipped under CI=true, which counts as a failure: {reason}"
    return report
