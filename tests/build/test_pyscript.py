"""A PyScript page whose interpreter is our boot module."""

import json

import pytest
from playwright.sync_api import expect

from tests.build.conftest import Visit

EARLY = '<script type="module" src="early.mjs" async></script>'
PAGE = """
<link rel="stylesheet" href="pyscript/core.css">
<script type="module" src="pyscript/core.js"></script>
<p id="shown"></p>
<script type="py" config='{config}'>
import requests, web_client
from pyscript import document
print("it prints")
document.getElementById("shown").textContent = f"{{requests.__name__}} {{web_client.__name__}}"
</script>
"""


def page(**config: object) -> str:
    return PAGE.format(config=json.dumps({"interpreter": "./boot.mjs", **config}))


@pytest.mark.parametrize("extra", [{}, {"packages_cache": "passthrough"}])
def test_named_packages_come_from_the_lock_file(
    visit: Visit, site: str, extra: dict[str, str]
) -> None:
    visit.open(f"{site}test.html", page(packages=["requests"], **extra))
    expect_it_works(visit)
    visit.said.clear()
    visit.page.reload()  # and this time PyScript may remember
    expect_it_works(visit)
    foreign = [url for url in visit.requests if not url.startswith((site, "data:", "blob:"))]
    assert foreign == []


WITHOUT_COMPILER = """
<script type="module" src="pyscript/core.js"></script>
<p id="shown"></p>
<script type="py" config='{"interpreter": "./boot.mjs"}'>
import pathlib, pyscript, sitecustomize
sitecustomize.compiled_anew = None
modules = list(pathlib.Path(pyscript.__file__).parent.glob("*.py"))
for path in modules:
    assert pyscript.__loader__.source_to_code(path.read_bytes(), str(path)).co_filename == str(path)
assert sitecustomize.known(b"import another", "") is None
pyscript.document.getElementById("shown").textContent = len(modules)
</script>
"""


def test_what_pyscript_brings_was_compiled_by_the_build(visit: Visit, site: str) -> None:
    visit.open(f"{site}test.html", WITHOUT_COMPILER)
    expect(visit.page.locator("#shown")).to_have_text("14", timeout=60_000)


def test_a_python_that_began_early_is_the_one(visit: Visit, site: str) -> None:
    visit.open(f"{site}test.html", EARLY + page(packages=["requests"]))
    expect_it_works(visit)
    assert len([url for url in visit.requests if "/snapshot." in url]) == 1


def test_one_that_failed_early_starts_again(visit: Visit, site: str) -> None:
    visit.page.route("**/pyodide.asm.mjs", lambda route: route.abort(), times=1)
    visit.open(f"{site}test.html", EARLY + page(packages=["requests"]))
    expect_it_works(visit)


def test_one_that_is_to_be_another_than_what_began_early_is_another(
    visit: Visit, site: str
) -> None:
    visit.open(f"{site}test.html")
    visit.page.evaluate("url => import(url).then(({ begin }) => begin())", f"{site}boot.mjs")
    visit.load(site, env={"HOME": "/tmp"})
    home = "python.runPython('import os; os.environ[\"HOME\"]')"
    assert visit.page.evaluate(home) == "/tmp"


def expect_it_works(visit: Visit) -> None:
    expect(visit.page.locator("#shown")).to_have_text("requests web_client", timeout=60_000)
    assert "it prints" in visit.said


def test_a_package_that_the_site_does_not_have_is_refused(visit: Visit, site: str) -> None:
    visit.open(f"{site}test.html", page(packages=["numpy"]))
    with visit.page.expect_event(
        "pageerror", lambda error: "Not among this site's Python packages: numpy" in str(error)
    ):
        pass
    assert [url for url in visit.requests if not url.startswith((site, "data:", "blob:"))] == []
