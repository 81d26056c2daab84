"""Checks that take long: jobs that outlive the service, run by one process beside it."""
