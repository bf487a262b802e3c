"""The options that both modules have."""

from __future__ import annotations


class ModuleDocFragment:
    """What they mean stands in docs/check.md and docs/fix.md of ita-doctor."""

    DOCUMENTATION = r"""
options:
  executable:
    description: The program on the host; with arguments, such as V(/opt/ita/bin/python -m ita_doctor), where that starts it.
    type: str
    default: ita-doctor
  offline:
    description: No network. The handshake with the master is not tried.
    type: bool
    default: false
  timeout:
    description: Seconds for each step on the network.
    type: int
  rules:
    description: Folders with more rule files.
    type: list
    elements: path
    default: []
  master:
    description: Where the master listens, as V(HOST:PORT). Default is what JobManager.ini says.
    type: str
  user:
    description: The agent's user. Default is who owns the installation.
    type: str
  suffix:
    description: The suffix of the six files. Default is what ita.ini says.
    type: str
  due:
    description: Days that a certificate has left for a warning and an error, as V(30d,7d).
    type: str
  at:
    description: Judge as if it were this time.
    type: str
  server_cert:
    description: The master's certificate, a file on the host.
    type: path
  ca_cert:
    description: The CA's certificate, a file on the host.
    type: path
  server_keystore:
    description: The master's key store, on the host.
    type: path
  trust_keystore:
    description: The master's trust store, on the host.
    type: path
  store_password_file:
    description: A file on the host that holds the password of the master's stores.
    type: path
  config:
    description: Options and accepted findings, a file on the host.
    type: path
  state:
    description: The state folder, on the host.
    type: path
"""
