"""Named pure functions that judge a Setup; importing this package fills the registry."""

from ita_doctor.checks import agent, bundle, callback, certificate, file, ini, key, log, network, running, seed, stash, store, tag, tls
from ita_doctor.checks._registry import CHECKS, CheckSpec

__all__ = [
    "CHECKS",
    "CheckSpec",
    "agent",
    "bundle",
    "callback",
    "certificate",
    "file",
    "ini",
    "key",
    "log",
    "network",
    "running",
    "seed",
    "stash",
    "store",
    "tag",
    "tls",
]
