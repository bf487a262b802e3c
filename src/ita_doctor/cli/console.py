"""Where words go and come from; the only place that prints."""

from __future__ import annotations

import io
import sys
from typing import Iterable, Optional, TextIO, Tuple

from ita_doctor.model.visible import visible

Line = Tuple[Tuple[str, str], ...]
"""Spans of (text, style); a style is one of the names in STYLES or ''."""

STYLES = {
    "critical": "bold white on red",
    "error": "bold red",
    "warning": "bold yellow",
    "note": "bold cyan",
    "pass": "green",
    "blocked": "magenta",
    "skipped": "dim",
    "broken": "bold white on magenta",
    "title": "bold",
    "dim": "dim",
    "command": "bold green",
}

GLYPHS = {"critical": "✖ ", "error": "✖ ", "warning": "▲ ", "note": "• ", "pass": "✔ ", "blocked": "⧗ ", "skipped": "· ", "broken": "☠ "}
"""Only on a terminal that can show them."""


class Console:
    """Standard output and standard error, with colour where it is wanted and can be had."""

    def __init__(self, out: Optional[TextIO] = None, err: Optional[TextIO] = None, *, color: str = "auto", no_color: bool = False) -> None:
        self._out = out or sys.stdout or io.StringIO()  # None where the stream was closed before we began
        self._err = err or sys.stderr or io.StringIO()
        for stream in (self._out, self._err):  # a subject in Cyrillic must not stop a report in the C locale
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")
        self.color = color
        self.no_color = no_color
        self.is_quiet = False
        """Whether no progress is wanted."""
        self._passing = 0
        """Columns of the passing line that stands on the terminal now."""
        self._is_line_open = False
        """Whether what was written to standard output last did not end its line."""

    @property
    def is_terminal(self) -> bool:
        """Whether a person is looking at standard output."""
        return self._out.isatty()

    @property
    def is_colored(self) -> bool:
        """Whether colours are wanted: asked for, or a terminal and no NO_COLOR."""
        return self.color == "always" or (self.color == "auto" and self.is_terminal and not self.no_color)

    def out(self, text: str) -> None:
        """Write to standard output."""
        self._wipe()
        self._out.write(text)
        self._is_line_open = not text.endswith("\n")

    def err(self, text: str) -> None:
        """Write a line to standard error; nothing in it moves a cursor."""
        self._wipe(is_error=True)
        self._err.write(visible(text, 2000) + "\n")

    @property
    def can_ask(self) -> bool:
        """Whether a person can be asked: standard input is a terminal."""
        return sys.stdin is not None and sys.stdin.isatty()

    def ask_secret(self, prompt: str) -> str:
        """What the person types, without echo; '' for nothing."""
        import getpass

        try:
            return getpass.getpass(prompt, self._err)
        except EOFError:
            return ""

    def confirm(self, prompt: str) -> bool:
        """Whether the person says yes."""
        self.flush()
        self._err.write(prompt)
        self._err.flush()
        return sys.stdin.readline().strip().casefold() in ("y", "yes")

    def progress(self, text: str) -> None:
        """Say what is going on, where a person is looking at standard error."""
        if self._err.isatty() and not self.is_quiet:
            self.err(text)

    def passing(self, head: str, tail: str = "") -> None:
        """
        Say what is going on in one line that the next one overwrites, where a person is looking at standard error; '' takes it away.

        Where it is too long for the terminal, *tail* loses its beginning.
        """
        if not (head or self._passing) or self.is_quiet or not self._err.isatty() or (self._is_line_open and self.is_terminal):
            return
        from ita_doctor.cli.passing import passing_line

        shown, columns = passing_line(head, tail, self._err)
        self._err.write(f"\r{shown}{' ' * (self._passing - columns)}" + ("" if shown else "\r"))
        self._err.flush()
        self._passing = columns

    def _wipe(self, *, is_error: bool = False) -> None:
        """Take the passing line away before something else is written on the same screen."""
        if self._passing and (is_error or self.is_terminal):
            self.passing("")

    def flush(self) -> None:
        """Make sure that what was written has gone out."""
        self._wipe(is_error=True)
        self._out.flush()
        self._err.flush()

    def show(self, lines: Iterable[Line]) -> None:
        """Write lines for a person: with colour and glyphs, or as plain text."""
        if self.is_colored:
            self._show_rich(lines)
            return
        for line in lines:
            self.out("".join(text for text, _ in line) + "\n")

    def _show_rich(self, lines: Iterable[Line]) -> None:
        try:
            from rich.console import Console as Rich
            from rich.text import Text
        except ImportError:
            for line in lines:
                self.out("".join(text for text, _ in line) + "\n")
            return
        can_glyph = (getattr(self._out, "encoding", "") or "").lower().replace("-", "") == "utf8"
        rich = Rich(file=self._out, force_terminal=True, highlight=False, soft_wrap=True)
        for line in lines:
            shown = Text()
            for text, style in line:
                glyph = GLYPHS.get(style, "") if can_glyph and text.strip().isupper() else ""
                shown.append(glyph + text, STYLES.get(style, ""))
            self._wipe()
            rich.print(shown)
