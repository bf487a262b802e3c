#!/usr/bin/python
"""Ansible's module for `ita-doctor check`."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ita_doctor_check
short_description: Check the SSL set-up of workload automation agents
version_added: 1.0.0
description:
  - Runs C(ita-doctor check --format json) on the host, and hands on what it says.
  - Changes nothing, ever.
  - Findings do not fail the task unless O(fail_on) says so. It fails where the program cannot judge at all.
author: The ita-doctor developers
options:
  places:
    description:
      - Each an C(ita.ini), or the folder of an installation.
      - Without one, all installations that are registered or in the usual folders.
    type: list
    elements: path
    default: []
  fail_on:
    description: From which exit status on the task fails. V(unknown) is where ita-doctor itself failed; it weighs more than a warning.
    type: str
    choices: [never, error, unknown, warning]
    default: never
  only:
    description: Rules or families, such as V(CERT). The others are not judged.
    type: list
    elements: str
    default: []
  skip:
    description: Rules or families that are not judged.
    type: list
    elements: str
    default: []
  thorough:
    description: Judge also what costs time.
    type: bool
    default: false
extends_documentation_fragment: ita_doctor.agents.program
attributes:
  check_mode:
    support: full
    description: It changes nothing in any mode.
  diff_mode:
    support: none
    description: There is nothing to show.
  platform:
    support: full
    description: What ita-doctor runs on.
    platforms: posix
"""

EXAMPLES = r"""
- name: Look at all agents of the host
  ita_doctor.agents.ita_doctor_check:
  register: checked

- name: Name what is wrong
  ansible.builtin.debug:
    msg: "{{ checked.report.installations | map(attribute='root_causes') | flatten }}"
  when: not checked.healthy

- name: Stop here where an agent is broken, without asking the master
  ita_doctor.agents.ita_doctor_check:
    places: [/opt/hcl/TWS]
    offline: true
    fail_on: error
"""

RETURN = r"""
report:
  description: What C(ita-doctor check --format json) printed.
  returned: success
  type: dict
exit:
  description: "The exit status: 0 healthy, 1 a warning, 2 an error or critical, 3 unknown."
  returned: success
  type: int
healthy:
  description: Whether that is 0.
  returned: success
  type: bool
root_causes:
  description: The rules that fail, of all installations, each once.
  returned: success
  type: list
  elements: str
messages:
  description: What the program said on standard error.
  returned: success
  type: str
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.ita_doctor.agents.plugins.module_utils.program import COMMON, PATHS, TEXTS, options, run

FAILS = {"never": (), "error": (2,), "unknown": (2, 3), "warning": (1, 2, 3)}


def main() -> None:
    """Run it."""
    own = {
        "places": {"type": "list", "elements": "path", "default": []},
        "fail_on": {"type": "str", "choices": list(FAILS), "default": "never"},
        "only": {"type": "list", "elements": "str", "default": []},
        "skip": {"type": "list", "elements": "str", "default": []},
        "thorough": {"type": "bool", "default": False},
    }
    module = AnsibleModule(argument_spec={**COMMON, **own}, supports_check_mode=True)
    given = {**module.params, **{name: ",".join(module.params[name]) or None for name in ("only", "skip")}}
    words = options(given, ("offline", "thorough", "timeout", "only", "skip", *TEXTS, *PATHS, "rules"))
    status, report, messages = run(module, ["check", "--format=json", *words, "--", *module.params["places"]])
    causes = sorted({rule for one in report["installations"] for rule in one["root_causes"]})
    result = {"changed": False, "report": report, "exit": status, "healthy": status == 0, "root_causes": causes, "messages": messages}
    if status in FAILS[module.params["fail_on"]]:
        module.fail_json(msg=f"ita-doctor check: exit status {status}: {', '.join(causes) or messages or 'see the report'}", **result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
