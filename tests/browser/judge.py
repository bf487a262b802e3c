"""A page as real Chromium shows it: what it says, asks for and hides, judged by axe-core as well; what talks to the browser stands here."""

from __future__ import annotations

import base64
import importlib.util
import json
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Tuple, Union

from browser.trap import Trap

AXE_PACKAGE = "axe_playwright_python"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SETTLE = 0.3
"""Seconds from load until the console is read: what a page does later of its own, it should not do."""

FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1", "--lang=en",
    "--no-first-run", "--no-default-browser-check", "--no-pings", "--disable-background-networking", "--disable-component-update",
    "--disable-default-apps", "--disable-domain-reliability", "--disable-extensions", "--disable-sync", "--disable-breakpad",
    "--disable-client-side-phishing-detection", "--metrics-recording-only", "--force-color-profile=srgb", "--font-render-hinting=none",
    "--disable-features=Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider,InterestFeedContentSuggestions,CertificateTransparencyComponentUpdater",
    "--gaia-url=http://127.0.0.1:9", "--component-updater=url-source=http://127.0.0.1:9/",
)  # fmt: skip
"""`--no-sandbox` because CI is root; what follows `--lang` keeps the browser from asking its maker for anything, and the pixels the same. At
`--gaia-url` it would ask who is signed in, now and then: at a port of this machine where nobody is, past the proxy."""


class View(NamedTuple):
    """How the page is looked at."""

    width: int = 1280
    height: int = 900
    is_dark: bool = False
    has_script: bool = True
    """False: as with a browser in which scripts are switched off."""
    is_print: bool = False

    def __str__(self) -> str:
        """Short, for the name of a test."""
        words = ("dark" if self.is_dark else "", "" if self.has_script else "no-script", "print" if self.is_print else "")
        return "-".join([str(self.width), *filter(None, words)])


class Message(NamedTuple):
    """One line of the browser's console."""

    level: str
    source: str
    """`security` is the policy (CSP), `javascript` an error nobody caught, `network` what did not load, `console-api` what the page says."""
    text: str


class Fault(NamedTuple):
    """One rule of axe-core that the page breaks."""

    rule: str
    impact: str
    """`minor` `moderate` `serious` `critical`."""
    help: str
    targets: Tuple[str, ...]


class Node(NamedTuple):
    """What a screen reader is told of one thing."""

    role: str
    name: str


class Stop(NamedTuple):
    """Where the Tab key led."""

    element: str
    """Its tag, and which of that tag it is: `a:0` is the first link."""
    role: str
    name: str
    shows_focus: bool
    """Its pixels, or those around it, are others than without the focus."""


class Walk(NamedTuple):
    """One round with the Tab key."""

    stops: Tuple[Stop, ...]
    missed: Tuple[str, ...]
    """What takes the focus and is shown, and was not reached; empty where the round was cut short."""


class Seen(NamedTuple):
    """One look at a page."""

    console: Tuple[Message, ...]
    requests: Tuple[str, ...]
    """Of everything but the page itself; from the page by their address, and what only the network saw as `HOST:PORT`."""
    faults: Tuple[Fault, ...]
    unsure: Tuple[Fault, ...]
    """What axe-core could not decide."""
    overflow: int
    """Pixels by which the page is wider than the window."""
    wide: Tuple[str, ...]
    """What sticks out."""
    text: str
    """As shown, without what is hidden."""
    tree: Tuple[Node, ...]
    picture: bytes
    """PNG of the whole page."""


def missing() -> str:
    """What is not on this machine; empty where a page can be judged."""
    tools = [("chromium (Debian: chromium)", shutil.which("chromium")), ("chromedriver (Debian: chromium-driver)", shutil.which("chromedriver"))]
    packages = [(name, importlib.util.find_spec(name.replace("-", "_"))) for name in ("selenium", AXE_PACKAGE.replace("_", "-"))]
    return ", ".join(name for name, found in [*tools, *packages] if found is None)


class Judge:
    """One Chromium of its own; `close` ends it and takes its folder away."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="ita-doctor-browser-"))
        self._trap = Trap()
        self._axe = axe_source()
        self._driver = start(self._folder, self._trap.port)

    def close(self) -> None:
        """Nothing of it stays."""
        self._driver.quit()
        self._trap.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def look(self, page: Union[str, Path], view: View = View()) -> Seen:  # noqa: B008  # a record, nobody can change it
        """Load *page*, HTML or a file of it, and tell all that it does and shows. Nothing is injected before the console is read."""
        console, requests = self.open(page, view)
        overflow, wide, text = self.ask(SHOWN)
        found = self._judged()
        return Seen(console, requests, found["violations"], found["incomplete"], overflow, tuple(wide), text, self.tree(), self.picture())

    def open(self, page: Union[str, Path], view: View = View()) -> Tuple[Tuple[Message, ...], Tuple[str, ...]]:  # noqa: B008  # as above
        """Load *page* and leave it there, for `ask` and `press`; what it said in the console and asked the network for."""
        path = self._folder / "page.html"
        path.write_bytes(page.read_bytes() if isinstance(page, Path) else page.encode("utf-8"))
        self._cdp("Emulation.setScriptExecutionDisabled", value=False)
        self._driver.get("about:blank")
        for log in ("browser", "performance"):
            self._driver.get_log(log)
        self._trap.caught.clear()
        self._cdp("Emulation.setDeviceMetricsOverride", width=view.width, height=view.height, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if view.is_dark else "light"}
        still = {"name": "prefers-reduced-motion", "value": "reduce"}
        self._cdp("Emulation.setEmulatedMedia", media="print" if view.is_print else "screen", features=[scheme, still])
        self._cdp("Emulation.setScriptExecutionDisabled", value=not view.has_script)
        self._driver.get(path.as_uri())
        time.sleep(SETTLE)
        console = tuple(Message(one["level"], one["source"], one["message"]) for one in self._driver.get_log("browser"))
        requests = (*self._requests(path.as_uri()), *self._trap.caught)
        self._cdp("Emulation.setScriptExecutionDisabled", value=False)  # the page's scripts stay unread; ours may run
        return console, requests

    def walk(self, page: Union[str, Path], view: View = View(), *, at_most: int = 200) -> Walk:  # noqa: B008  # as above
        """Press Tab until it has gone round, or *at_most* times."""
        self.open(page, view)
        stops: List[Stop] = []
        while len(stops) < at_most:
            self.press("Tab")
            stop = self._stop()
            if stop is None or (stops and stop.element in (stops[0].element, stops[-1].element)):  # it has gone round, or does not get on
                reached = {one.element for one in stops}
                return Walk(tuple(stops), tuple(one for one in self.ask(FOCUSABLE) if one not in reached))
            stops.append(stop)
        return Walk(tuple(stops), ())

    def press(self, key: str) -> None:
        """A key of the keyboard: `Tab`, `Enter` or ` `."""
        code = {"Tab": 9, "Enter": 13, " ": 32}[key]
        text = {"text": {"Enter": "\r"}.get(key, key)} if key != "Tab" else {}
        self._cdp("Input.dispatchKeyEvent", type="keyDown", key=key, code="Space" if key == " " else key, windowsVirtualKeyCode=code, **text)
        self._cdp("Input.dispatchKeyEvent", type="keyUp", key=key, code="Space" if key == " " else key, windowsVirtualKeyCode=code)

    def ask(self, expression: str) -> Any:
        """What an expression in JavaScript comes to, past the page's policy and in a world of its own."""
        world = self._cdp("Page.createIsolatedWorld", frameId=self._frame(), worldName="judge")["executionContextId"]
        return self._evaluate(world, expression)

    def tree(self) -> Tuple[Node, ...]:
        """All that a screen reader is told, in its order."""
        nodes = [one for one in self._cdp("Accessibility.getFullAXTree")["nodes"] if not one["ignored"]]
        return tuple(Node(str(one["role"]["value"]), str(one.get("name", {}).get("value", ""))) for one in nodes)

    def picture(self, clip: Optional[Dict[str, float]] = None) -> bytes:
        """The whole page, or a part of it, as PNG."""
        if clip is None:
            size = self._cdp("Page.getLayoutMetrics")["cssContentSize"]
            clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 16000)}  # Chromium draws no more
        shot = self._cdp("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip={**clip, "scale": 1})
        return base64.b64decode(shot["data"])

    def _judged(self) -> Dict[str, Tuple[Fault, ...]]:
        world = self._cdp("Page.createIsolatedWorld", frameId=self._frame(), worldName="axe")["executionContextId"]
        options = json.dumps({"runOnly": TAGS, "resultTypes": ["violations", "incomplete"], "preload": False})
        found = self._evaluate(world, f"{self._axe}\n;axe.run(document, {options}).then(each => JSON.stringify(each))")
        results = json.loads(found)
        return {kind: tuple(fault(one) for one in results[kind]) for kind in ("violations", "incomplete")}

    def _stop(self) -> Optional[Stop]:
        place = self.ask(FOCUSED)
        if place is None:
            return None
        found = self._cdp("Runtime.evaluate", expression="document.activeElement")["result"]["objectId"]
        told = self._cdp("Accessibility.getPartialAXTree", objectId=found, fetchRelatives=False)["nodes"][0]
        with_focus = self.picture(place["clip"])
        self.ask("globalThis.stop = document.activeElement; stop.blur()")
        without = self.picture(place["clip"])
        self.ask("stop.focus({preventScroll: true})")
        return Stop(place["element"], told["role"]["value"], told.get("name", {}).get("value", ""), with_focus != without)

    def _requests(self, page: str) -> List[str]:
        events = [json.loads(one["message"])["message"] for one in self._driver.get_log("performance")]
        asked = [one["params"]["request"]["url"] for one in events if one["method"] == "Network.requestWillBeSent"]
        return [one[:300] for one in asked if one != page and not one.startswith("data:")]

    def _frame(self) -> str:
        return str(self._cdp("Page.getFrameTree")["frameTree"]["frame"]["id"])

    def _evaluate(self, world: int, expression: str) -> Any:
        told = self._cdp("Runtime.evaluate", expression=expression, contextId=world, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    def _cdp(self, method: str, **parameters: Any) -> Any:
        return self._driver.execute_cdp_cmd(method, parameters)


def axe_source() -> str:
    """axe-core, from the package that brings it; the package itself is not imported, for it wants a browser of its own."""
    found = importlib.util.find_spec(AXE_PACKAGE)
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).with_name("axe.min.js").read_text(encoding="utf-8")


def fault(told: Any) -> Fault:
    """A row of axe-core's answer."""
    targets = tuple(" ".join(str(part) for part in node["target"]) for node in told["nodes"])
    return Fault(told["id"], told["impact"] or "", told["help"], targets)


def start(folder: Path, proxy: int) -> Any:
    """Debian's Chromium with its driver; Selenium looks for neither, and fetches nothing."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for flag in (*FLAGS, f"--user-data-dir={folder / 'profile'}", f"--crash-dumps-dir={folder}", f"--proxy-server=http://127.0.0.1:{proxy}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    homes = {name: str(folder / name) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")}
    service = webdriver.ChromeService(shutil.which("chromedriver"), env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": "UTC", **homes})
    return webdriver.Chrome(options, service)


SHOWN = """(() => {
  const root = document.scrollingElement, wide = [];
  const clipped = each => { for (let up = each.parentElement; up; up = up.parentElement)
    if (up !== document.body && up !== root && getComputedStyle(up).overflowX !== "visible") return true; return false; };
  for (const each of document.body.querySelectorAll("*"))
    if (each.getBoundingClientRect().right > root.clientWidth + 1 && !clipped(each)) wide.push(each.outerHTML.slice(0, 120));
  return [root.scrollWidth - root.clientWidth, wide.slice(0, 10), document.body.innerText];
})()"""

NUMBERED = "`${each.localName}:${[...document.getElementsByTagName(each.localName)].indexOf(each)}`"

FOCUSED = f"""(() => {{
  const each = document.activeElement;
  if (!each || each === document.body || each === document.documentElement) return null;
  const box = each.getBoundingClientRect(), x = Math.max(0, box.x + scrollX - 8), y = Math.max(0, box.y + scrollY - 8);
  return {{element: {NUMBERED}, clip: {{x, y, width: Math.min(box.width + 16, 2000), height: Math.min(box.height + 16, 2000)}}}};
}})()"""

FOCUSABLE = f"""[...document.querySelectorAll("a[href], button, summary, input, select, textarea, [tabindex]")]
  .filter(each => each.tabIndex >= 0 && !each.disabled && each.checkVisibility({{visibilityProperty: true}})).map(each => {NUMBERED})"""
