#!/usr/bin/python
"""Ansible's module for `ita-doctor fix`."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ita_doctor_fix
short_description: Repair the SSL set-up of a workload automation agent
version_added: 1.0.0
description:
  - Runs C(ita-doctor fix --format json) on the host, with C(--apply --yes) where it is not check mode.
  - In check mode the plan is made and nothing is touched. In diff mode the plan's diffs are shown; of a key or a stash only that it changes.
  - No password is an argument. Passwords are read on the host, from files named by their paths.
  - The task fails where the repair was refused or undone, and where a failing rule still waits for a person (see O(open_fails)).
author: The ita-doctor developers
options:
  place:
    description:
      - An C(ita.ini), or the folder of an installation.
      - Without it, the only one that is found.
    type: path
  open_fails:
    description: Whether the task fails where something that a failing rule asks for waits for a person. Never so in check mode.
    type: bool
    default: true
  password_file:
    description: A file on the host that holds the password of the private key.
    type: path
  subject:
    description: Of a new request.
    type: str
  ca_key:
    description: The CA's private key, a file on the host. With O(ca_cert) the certificate is signed there.
    type: path
  ca_password_file:
    description: A file on the host that holds the password of the CA's key.
    type: path
  certificate:
    description: The certificate that the CA sent back, a file on the host.
    type: path
  server_from_handshake:
    description: Take what the master presents as its certificate, if this is its SHA-256 digest.
    type: str
  days:
    description: How long a new certificate is valid.
    type: int
  renew:
    description: Make a new key and a new certificate though the old ones are well. Every run does so again.
    type: bool
    default: false
  restart:
    description: Also stop and start the agent, where one runs that is older than its files.
    type: bool
    default: false
extends_documentation_fragment: ita_doctor.agents.program
attributes:
  check_mode:
    support: full
    description: Only the plan is made.
  diff_mode:
    support: full
    description: The diffs of the plan.
  platform:
    support: full
    description: What ita-doctor runs on.
    platforms: posix
"""

EXAMPLES = r"""
- name: Heal what can be healed
  ita_doctor.agents.ita_doctor_fix:
    place: /opt/hcl/TWS
    restart: true

- name: Make a certificate where it has expired, by a CA whose key is on the host for this hour
  ita_doctor.agents.ita_doctor_fix:
    place: /opt/hcl/TWS
    ca_cert: /root/ca/TWSca.crt
    ca_key: /root/ca/TWSca.key
    ca_password_file: /root/ca/password
"""

RETURN = r"""
plan:
  description: What C(ita-doctor fix --format json) printed.
  returned: success
  type: dict
exit:
  description: "The exit status: 0 healthy, 1 a plan was only shown, 2 something still fails or waits for a person, 3 refused or undone."
  returned: success
  type: int
healthy:
  description: Whether that is 0.
  returned: success
  type: bool
open:
  description: The steps that need a person, here or at the master, each with number and text.
  returned: success
  type: list
  elements: str
messages:
  description: What the program said on standard error.
  returned: success
  type: str
"""

from typing import Any, Dict, Mapping

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.ita_doctor.agents.plugins.module_utils.program import COMMON, PATHS, TEXTS, options, run

STOP = 17
"""The step that stops the agent; from here on what is done changes no file of the installation."""
OWN_PATHS = ("password_file", "ca_key", "ca_password_file", "certificate")


def main() -> None:
    """Plan it, or do it."""
    own: Dict[str, Dict[str, Any]] = {
        "place": {"type": "path"},
        "open_fails": {"type": "bool", "default": True},
        "subject": {"type": "str"},
        "server_from_handshake": {"type": "str"},
        "days": {"type": "int"},
        "renew": {"type": "bool", "default": False},
        "restart": {"type": "bool", "default": False},
        **{name: {"type": "path", "no_log": False} for name in OWN_PATHS},
    }
    module = AnsibleModule(argument_spec={**COMMON, **own}, supports_check_mode=True)
    names = ("offline", "renew", "restart", "timeout", "days", "subject", "server_from_handshake", *OWN_PATHS, *TEXTS, *PATHS, "rules")
    words = ["fix", "--format=json", *options(module.params, names), *([] if module.check_mode else ["--apply", "--yes"])]
    status, plan, messages = run(module, [*words, "--", *filter(None, [module.params["place"]])])
    waiting = [f"{one['step']}: {one['text']}" for one in plan["steps"] if one["state"] in ("needs-you", "needs-master")]
    result = {"changed": is_changed(plan), "plan": plan, "exit": status, "healthy": status == 0, "open": waiting, "messages": messages}
    if module._diff:  # noqa: SLF001  # there is no public name for it
        result["diff"] = [shown(one) for one in plan["changes"]]
    if status not in (0, 1, 2):
        module.fail_json(msg=messages or f"ita-doctor fix: exit status {status}", **result)
    if status == 2 and module.params["open_fails"]:
        module.fail_json(msg="waits for a person: " + ("; ".join(waiting) or ", ".join(plan["root_causes_after"] or ())), **result)
    module.exit_json(**result)


def is_changed(plan: Mapping[str, Any]) -> bool:
    """Whether anything is another after it, or would be. A request that is left for a CA is none: each run leaves the same."""
    is_restarted = any(one["step"] >= STOP and one["state"] == "will-do" for one in plan["steps"])
    return not plan["undone"] and (bool(plan["changes"]) or is_restarted)


def shown(change: Mapping[str, Any]) -> Dict[str, str]:
    """A change as Ansible shows it: its diff; for a secret, or where only mode and owner change, these."""
    if change["diff"]:
        return {"prepared": change["diff"]}
    before, after = line(change["before"]), line(change["after"]) + note(change)
    return {"before_header": f"{change['path']} (now)", "after_header": f"{change['path']} (then)", "before": before, "after": after}


def line(state: Any) -> str:
    """What may be told of a file."""
    return f"mode {state['mode']}, owner {state['owner']}\n" if state else ""


def note(change: Mapping[str, Any]) -> str:
    """That the content changes, which is not shown."""
    return "another content, which is not shown\n" if change["action"] in ("create", "replace") else ""


if __name__ == "__main__":
    main()
