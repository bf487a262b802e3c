"""What a bug report needs: versions of the program, of Python, of the libraries and their OpenSSL, and the platform."""

from __future__ import annotations

import platform

from ita_doctor import __version__


def describe() -> str:
    """A line each; a library that is not there is said to be absent."""
    lines = [f"ita-doctor {__version__}", f"Python {platform.python_version()} ({platform.python_implementation()})"]
    lines += [_library(name) for name in ("cryptography", "pyOpenSSL", "configobj", "jinja2", "psutil", "rich")]
    lines += [f"OpenSSL of cryptography: {_openssl()}", f"platform {platform.platform()}"]
    return "\n".join(lines) + "\n"


def _library(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return f"{name} absent"


def _openssl() -> str:
    try:
        from cryptography.hazmat.backends.openssl.backend import backend

        return str(backend.openssl_version_text())
    except (ImportError, AttributeError) as why:
        return f"unknown ({why})"
