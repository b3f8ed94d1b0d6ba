"""What the browser tests share: which browser, how it is started, and the two screens.

Plain data, run (not imported: the name forbids it) by tests/conftest.py and by the build.
PINECALL_BROWSER=firefox takes Firefox in Chromium's place; PINECALL_CHROMIUM and PINECALL_FIREFOX
name a browser of one's own.
"""

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

BROWSER = os.environ.get("PINECALL_BROWSER", "chromium")
CHROMIUMS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
FIREFOXES = ["firefox-esr", "firefox"]

# Milliseconds. Python's boot on a busy two-core machine is the longest wait there is.
TIMEOUT = 60_000
EXPECT_TIMEOUT = 45_000

# Without a graphics card what moves is drawn by the processor that Python runs on.
STILL = {"reduced_motion": "reduce"}
WIDE = {"viewport": {"width": 1280, "height": 800}, **STILL}
PHONE = {
    **STILL,
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
VIEWPORTS = {"wide": WIDE, "phone": PHONE}

INSECURE_HOST = "insecure.test"
"""This machine under a name that makes no page secure."""

# The browser's own pages, suggestions under the address bar above all, cost each start a second of
# processor time. Chromium takes the last such list alone, so Playwright's, as far as it matters
# here, is in it.
UNUSED = [
    "HttpsUpgrades",
    "MediaRouter",
    "OptimizationHints",
    "PaintHolding",
    "Translate",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxPopup",
]
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    f"--disable-features={','.join(UNUSED)}",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
# A call may connect over the loopback alone.
CALLS = [
    "--allow-loopback-in-peer-connection",
    "--use-fake-device-for-media-stream",
    f"--host-resolver-rules=MAP {INSECURE_HOST} 127.0.0.1",
]
# The same for Firefox; a loudspeaker and microphones where the machine has none, at the rate of a
# call, so that no clock of theirs is matched to another; no scroll bars, as in Chromium; and no
# motion, which Playwright can't ask it to reduce.
PREFERENCES = {
    "media.autoplay.blocking_policy": 0,
    "media.cubeb.force_mock_context": True,
    "media.cubeb.force_sample_rate": 48_000,
    "media.peerconnection.ice.loopback": True,
    "network.dns.localDomains": INSECURE_HOST,
    "ui.prefersReducedMotion": 1,
    "ui.useOverlayScrollbars": 1,
}
# What Firefox calls them, of sound and of permissions.
ALLOWED, BLOCKED = 0, 1
PROMPT, REFUSED = 0, 2


def chromium() -> str | None:
    """The browser's path: the one named, one on the PATH, or Playwright's own."""
    return _found("PINECALL_CHROMIUM", CHROMIUMS) or _playwrights_own()


def firefox() -> str | None:
    """The browser's path: the one named, or one on the PATH."""
    return _found("PINECALL_FIREFOX", FIREFOXES)


def _found(variable: str, names: list[str]) -> str | None:
    return os.environ.get(variable) or next(filter(None, map(shutil.which, names)), None)


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def launch(
    playwright: "Playwright",
    *,
    kind: str = BROWSER,
    microphone: Path | None = None,
    allows: bool = True,
    plays: bool = True,
    keeps: bool = False,
) -> "Browser":
    """A running browser, for a visitor of this kind.

    `microphone`, a WAV file, is what Chromium's microphone plays once, from the moment that a
    page asks for it; without it there are beeps, and in Firefox always a tone. `allows=False`:
    nobody presses "allow" when a page asks for the microphone. `plays=False`: no sound before
    somebody has touched the page. `keeps=True`: a page that was left is kept, to be shown again as
    it was; Playwright has Chromium throw it away, and Firefox keeps it unless a line was open.
    """
    options = OPTIONS[kind](microphone, allows, plays)
    if keeps:
        options["ignore_default_args"] = ["--disable-back-forward-cache"]
    return getattr(playwright, kind).launch(**options)


def chromium_options(
    microphone: Path | None = None, allows: bool = True, plays: bool = True
) -> dict[str, Any]:
    policy = "no-user-gesture-required" if plays else "document-user-activation-required"
    args = [*QUIET, *CALLS, f"--autoplay-policy={policy}"]
    if allows:
        args.append("--use-fake-ui-for-media-stream")
    if microphone:
        args.append(f"--use-file-for-fake-audio-capture={microphone}%noloop")
    if os.geteuid() == 0:
        args.append("--no-sandbox")
    return {"executable_path": chromium(), "args": args, "timeout": TIMEOUT}


def firefox_options(
    _microphone: Path | None = None, allows: bool = True, plays: bool = True
) -> dict[str, Any]:
    preferences = {
        **PREFERENCES,
        "media.autoplay.default": ALLOWED if plays else BLOCKED,
        "media.navigator.permission.disabled": allows,
        "permissions.default.microphone": PROMPT if allows else REFUSED,
    }
    return {
        "channel": "moz-firefox",
        "executable_path": firefox(),
        "firefox_user_prefs": preferences,
        "timeout": TIMEOUT,
    }


OPTIONS = {"chromium": chromium_options, "firefox": firefox_options}
launch_options = OPTIONS[BROWSER]
