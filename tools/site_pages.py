"""What mkdocs is told beside mkdocs.yml: how pages that are right in a browser of the repository become right in the site."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Dict, List

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent
OUTSIDE = "project/"
"""Below this the site has the files from outside of docs/, each at its path in the project."""

LINK = re.compile(r"(?<=\]\()(?!\w+:|/|#)([^)\s#]+)")
"""The file of a relative link, without its heading."""
ITEM = re.compile(r"(?:[-*+]|\d+[.)]) +")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what is linked outside of docs/, and what that links to in its turn. A link that leads nowhere is left for mkdocs to refuse."""
    waiting = [file.src_uri for file in files.documentation_pages()]
    for uri in waiting:  # it grows
        for target in targets(uri, (ROOT / _path(uri)).read_text(encoding="utf-8")).values():
            if target.startswith(OUTSIDE) and files.get_file_from_path(target) is None and (ROOT / _path(target)).is_file():
                files.append(File.generated(config, target, abs_src_path=str(ROOT / _path(target))))
                waiting += [target] if target.endswith(".md") else []
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001  # mkdocs hands all four
    """The page with its links and its lists as the site needs them."""
    uri = page.file.src_uri
    known = targets(uri, markdown)

    def moved(link: re.Match[str]) -> str:
        is_outside = known[link[1]].startswith(OUTSIDE) or uri.startswith(OUTSIDE)
        return posixpath.relpath(known[link[1]], posixpath.dirname(uri) or ".") if is_outside else link[1]

    return nested(LINK.sub(moved, markdown))


def targets(uri: str, text: str) -> Dict[str, str]:
    """Each relative link of a page, with the place in the site to which it leads."""
    found = {}
    for link in LINK.findall(text):
        path = posixpath.normpath(posixpath.join(posixpath.dirname(_path(uri)), link))
        found[link] = path[len("docs/") :] if path.startswith("docs/") else OUTSIDE + path
    return found


def nested(markdown: str) -> str:
    """*markdown* with what stands below an item of a list indented by four, and code there by eight: Python-Markdown knows no other way."""
    made: List[str] = []
    width, fence = 0, -1
    for line in markdown.splitlines():
        body = line.lstrip(" ")
        depth = len(line) - len(body)
        is_fence = body.startswith("```")
        if fence >= 0 or is_fence:
            begins = fence < 0
            fence = fence if not begins else depth if width and depth >= width else 0
            inside = "" if is_fence or not body else " " * 8 + line[fence:]
            made.append(inside if fence else line)
            fence = fence if begins or not is_fence else -1
            continue
        if body and not depth:
            item = ITEM.match(line)
            width = len(item[0]) if item else 0
            made += [""] if item and made and made[-1].startswith(" ") else []  # else it would go on with the paragraph above
        made.append(" " * (4 + depth - width) + body if body and width and depth >= width else line)
    return "\n".join(made) + "\n"


def _path(uri: str) -> str:
    """Where the project has what stands at *uri* in the site."""
    return uri[len(OUTSIDE) :] if uri.startswith(OUTSIDE) else f"docs/{uri}"
