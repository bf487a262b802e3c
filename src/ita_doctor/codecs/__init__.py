"""Bytes to values and back: no files, no network, a bound on every size and every cost."""
