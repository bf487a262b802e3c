"""Named pure functions that judge a Setup; importing this package fills the registry."""

from ita_doctor.checks import agent, bundle, certificate, file, ini, key, network, seed, stash, tls
from ita_doctor.checks._registry import CHECKS, CheckSpec

__all__ = ["CHECKS", "CheckSpec", "agent", "bundle", "certificate", "file", "ini", "key", "network", "seed", "stash", "tls"]
