"""The README's example, as it stands there."""

import re

from playwright.sync_api import expect

from tests.conftest import ROOT
from tests.e2e.conftest import NewPage
from tests.e2e.person import until

BOOT = """
async (code) => {
  await fetch("/api/login", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ name: "Ada" }),
  });
  const { boot } = await import("/boot.mjs");
  const python = await boot({});
  python.setStdout({ batched: (line) => document.body.append(line + "\\n") });
  await python.runPythonAsync(code);
}
"""


def test_the_example_holds_a_call(new_page: NewPage) -> None:
    found = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert found is not None
    page = new_page()
    page.goto("index.html")
    page.evaluate(BOOT, found[1])
    expect(page.locator("body")).to_contain_text("connected listening")
    until(page, "document.body.textContent.includes('bot Hello, this is Mara.')")
