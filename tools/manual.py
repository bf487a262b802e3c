"""Write what the parsers know for other readers: shell completion for bash and zsh, and the man page, all below contrib/.

python tools/manual.py
python tools/manual.py --check
"""

from __future__ import annotations

import argparse
import datetime
import re
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, Dict, Optional, Sequence, Tuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))
sys.path.insert(0, str(ROOT / "tools"))

from ita_doctor.cli.app import COMMANDS, Parser, words_of  # noqa: E402
from ita_doctor.cli.library import library  # noqa: E402
from kept import keep  # noqa: E402
from manpage import page  # noqa: E402  # after the path

CONTRIB = ROOT / "contrib"
BASH, ZSH, MAN = "completion/ita-doctor.bash", "completion/_ita-doctor", "man/ita-doctor.1"
MADE = "# Made from the parsers by tools/manual.py with shtab (https://github.com/tqdm/shtab, Apache-2.0); never edited."

BASH_PATHS = r"""
# Bash itself takes quotes and backslashes out of $1 for -f and -d, where the whole word is handed on.
_ita_doctor_files() { compgen -f -- "$1"; }
_ita_doctor_dirs() { compgen -d -- "$1"; }
_ita_doctor_users() { compgen -u -- "$1"; }"""

BASH_RULES = r"""
_ita_doctor_rules() { compgen -W "{rules}" -- "$1"; }
# A list of rules and families with commas.
_ita_doctor_lists() {
  local before=""
  [[ $1 == *,* ]] && before="${1%,*},"
  compgen -P "$before" -W "{names}" -- "${1##*,}"
}"""

BASH_END = r"""
# `--format=json` is three words to bash, and two to the function above.
_ita_doctor() {
  local at here=0
  local -a words=()
  for at in "${!COMP_WORDS[@]}"; do
    if [[ ${COMP_WORDS[at]} == "=" && $at -gt 0 && ${COMP_WORDS[at-1]} == --* ]]; then
      if [[ $at == "$COMP_CWORD" ]]; then words+=(""); fi
    else
      words+=("${COMP_WORDS[at]}")
    fi
    if [[ $at == "$COMP_CWORD" ]]; then here=$(( ${#words[@]} - 1 )); fi
  done
  local -a COMP_WORDS=("${words[@]}")
  local COMP_CWORD=$here
  _ita_doctor_words
}

complete -o bashdefault -F _ita_doctor ita-doctor
"""

ZSH_RULES = r"""
_ita_doctor_rules() {
  local -a ids=({rules})
  _wanted rules expl rule compadd -a ids
}
_ita_doctor_name() {
  local -a ids=({names})
  _wanted rules expl "rule or family" compadd "$@" -a ids
}
_ita_doctor_lists() { _sequence _ita_doctor_name }"""


def whole(completers: Optional[Dict[str, Any]] = None) -> argparse.ArgumentParser:
    """All of the program as one parser; *completers* are what shtab puts in for the name of a value."""
    root = Parser("ita-doctor", description="Finds out why an agent does not connect, and heals it.")
    root.add_argument("--version", action="store_true", help="what a bug report needs")
    commands = root.add_subparsers(metavar="COMMAND", parser_class=Parser)
    for name, text in COMMANDS.items():
        one = commands.add_parser(name, help=text, **{**words_of(name), "description": text})
        import_module(f"ita_doctor.cli.{name}").add_options(one)
        for action in one._actions:
            if completers and action.metavar in completers and action.choices is None:
                setattr(action, "complete", completers[str(action.metavar)])  # noqa: B010  # shtab's own attribute
            if completers and action.dest == "user":
                setattr(action, "complete", completers["USER"])  # noqa: B010
    text = "the options of a command, with examples"
    commands.add_parser("help", help=text, description=text).add_argument("command", nargs="?", choices=list(COMMANDS), help="the command")
    return root


def completions() -> Tuple[str, str]:
    """The completion for bash, and that for zsh."""
    import shtab

    rules = library().rules
    ids = " ".join(rule.id for rule in rules)
    names = " ".join([*dict.fromkeys(rule.family for rule in rules), ids])

    def filled(text: str) -> str:
        return text.replace("{rules}", ids).replace("{names}", names)

    files = {"bash": "_ita_doctor_files", "zsh": "_files", "preamble": {"bash": BASH_PATHS}}
    folders = {**files, "bash": "_ita_doctor_dirs", "zsh": "_files -/"}
    lists = {"bash": "_ita_doctor_lists", "zsh": "_ita_doctor_lists", "preamble": {"bash": filled(BASH_RULES), "zsh": filled(ZSH_RULES)}}
    one, user = {**lists, "bash": "_ita_doctor_rules", "zsh": "_ita_doctor_rules"}, {**files, "bash": "_ita_doctor_users", "zsh": "_users"}
    parser = whole({"FILE": files, "PATH": files, "PLACE": files, "DIR": folders, "ID,...": lists, "RULE": one, "USER": user})
    return _bash(shtab.complete(parser, "bash", root_prefix="words")), _zsh(shtab.complete(parser, "zsh", root_prefix="words"))


def _bash(made: str) -> str:
    """What shtab made, with names of its own, so that it and that of another program leave each other alone, and our last word."""
    made = re.sub(r"\A(#.*\n)+", MADE + "\n", made)
    made = made.replace("_shtab_", "_ita_doctor_")
    for name in ("_set_parser_defaults", "_set_new_action"):
        made = re.sub(rf"(?<!\w){name}", f"_ita_doctor{name}", made)
    made, count = re.subn(r"\ncomplete -o bashdefault -F _ita_doctor_words ita-doctor\s*\Z", lambda _: BASH_END, made)
    if not count:
        raise SystemExit("tools/manual.py: this shtab ends its script for bash in another way")
    return _tidy(made)


def _zsh(made: str) -> str:
    """What shtab made, but that an argument that may be repeated is completed each time."""
    made = re.sub(r"\A#compdef (.*)\n\n(#.*\n)+", rf"#compdef \1\n\n{MADE}\n", made)
    return _tidy(made.replace("_shtab_", "_ita_doctor_").replace('"(*)::', '"*:').replace('"(*):', '"*:'))


def _tidy(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in text.splitlines())).strip() + "\n"


def wanted(folder: Path) -> Dict[str, str]:
    """By name below contrib/ what has to stand there. The man page bears the day on which its words last changed."""
    bash, zsh = completions()
    there = folder / MAN
    dated = re.search(r'^\.TH \S+ 1 "?([\d-]+)', there.read_text(encoding="ascii"), re.MULTILINE) if there.exists() else None
    man = page(dated[1]) if dated else ""
    if not dated or there.read_text(encoding="ascii") != man:
        man = page(datetime.datetime.now(tz=datetime.timezone.utc).date().isoformat())
    return {BASH: bash, ZSH: zsh, MAN: man}


def main(argv: Optional[Sequence[str]] = None) -> int:
    """Write the files, or with --check say which are stale."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit status 1 where a file is not what the parsers say now")
    parser.add_argument("--target", type=Path, default=CONTRIB, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    return keep(wanted(args.target), args.target, is_check=args.check, tool="manual.py", shown="contrib/")


if __name__ == "__main__":
    sys.exit(main())
