"""Submitted files are read in a process of its own, kept warm, with limits of memory and time."""
