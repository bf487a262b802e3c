"""What both modules do: start ita-doctor on the host, and read the JSON that it prints."""

from __future__ import annotations

import json
import shlex
from typing import Any, Dict, List, Mapping, Tuple

TEXTS = ("master", "user", "suffix", "due", "at")
PATHS = ("server_cert", "ca_cert", "server_keystore", "trust_keystore", "store_password_file", "config", "state")
COMMON: Dict[str, Dict[str, Any]] = {
    "executable": {"type": "str", "default": "ita-doctor"},
    "offline": {"type": "bool", "default": False},
    "timeout": {"type": "int"},
    "rules": {"type": "list", "elements": "path", "default": []},
    **{name: {"type": "str"} for name in TEXTS},
    **{name: {"type": "path", "no_log": False} for name in PATHS},
}
"""Arguments of both. A path of a password's file is no secret; what stands in it never comes to Ansible."""


def options(given: Mapping[str, Any], names: Tuple[str, ...]) -> List[str]:
    """The command line of what was given: `server_cert` is `--server-cert`, true is the bare option, a list repeats it."""
    words: List[str] = []
    for name in names:
        option, value = "--" + name.replace("_", "-"), given[name]
        if value is True:
            words.append(option)
        elif isinstance(value, list):
            words += [f"{option}={one}" for one in value]
        elif value not in (None, False):
            words.append(f"{option}={value}")
    return words


def run(module: Any, words: List[str]) -> Tuple[int, Dict[str, Any], str]:
    """The exit status, the document and what stood on standard error; ends the module where there is no document."""
    command = [*shlex.split(module.params["executable"]), *words]
    if "/" not in command[0]:
        command[0] = module.get_bin_path(command[0], required=True)
    status, out, err = module.run_command(command)
    try:
        document = json.loads(out)
    except ValueError:
        module.fail_json(msg=err.strip() or "ita-doctor printed no JSON", rc=status, cmd=command, stdout=out)
    return status, document, err.strip()
