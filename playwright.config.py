"""What the browser tests share: which Chromium, how it is started, and the two screens.

Plain data, run (not imported: the name forbids it) by tests/conftest.py and by the build.
PINECALL_CHROMIUM names a browser of one's own.
"""

import os
import shutil
from pathlib import Path

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]

# Milliseconds. Python's boot on a busy two-core machine is the longest wait there is.
TIMEOUT = 60_000
EXPECT_TIMEOUT = 20_000

WIDE = {"viewport": {"width": 1280, "height": 800}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
VIEWPORTS = {"wide": WIDE, "phone": PHONE}

QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
# A microphone that needs no permission, and a call that may connect over the loopback alone.
CALLS = [
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


def chromium() -> str | None:
    """The browser's path: the one named, one on the PATH, or Playwright's own."""
    named = os.environ.get("PINECALL_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, NAMES)), None)
    return found or _playwrights_own()


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def launch_options(microphone: Path | None = None) -> dict[str, object]:
    """For `playwright.chromium.launch(**…)`.

    With `microphone`, a WAV file, Chromium's microphone plays it once, from the moment that a
    page asks for it; without, it plays Chromium's beeps.
    """
    args = [*QUIET, *CALLS]
    if microphone:
        args.append(f"--use-file-for-fake-audio-capture={microphone}%noloop")
    if os.geteuid() == 0:
        args.append("--no-sandbox")
    return {"executable_path": chromium(), "args": args, "timeout": TIMEOUT}
