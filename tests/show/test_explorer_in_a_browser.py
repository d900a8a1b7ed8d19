"""The explorer in JupyterLab, driven in headless Chromium: a slider moves, the answer changes."""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="needs the extra test")
expect, sync_playwright = playwright.expect, playwright.sync_playwright
TimeoutError = playwright.TimeoutError  # noqa: A001
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs the distribution's chromium"),
]

NOTEBOOK = {
    "cells": [
        {
            "cell_type": "code",
            "id": "one",
            "execution_count": None,
            "metadata": {},
            "outputs": [],
            "source": "from dilemma import Alliance, explore\n\nexplore(Alliance(trust='0.64'))",
        }
    ],
    "metadata": {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
    },
    "nbformat": 4,
    "nbformat_minor": 5,
}


@pytest.fixture
def lab(tmp_path):
    """A JupyterLab server of its own, with nothing of the user's."""
    (tmp_path / "explorer.ipynb").write_text(json.dumps(NOTEBOOK))
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    own = {
        f"JUPYTER_{name}": str(tmp_path / name)
        for name in ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
    }
    # The kernel imports this checkout, wherever it was started from.
    own["PYTHONPATH"] = str(Path(__file__).parents[2])
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root",
        "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--IdentityProvider.token=",
        f"--ServerApp.root_dir={tmp_path}",
    ]  # fmt: skip
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(command, env={**os.environ, **own}, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/api"):
                break
            assert server.poll() is None, (tmp_path / "log").read_text()
            time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


def run_all(page):
    """Run the notebook; JupyterLab takes the order in silence, or asks which kernel to take, while
    its session with a kernel is still on its way, so ask again until a prompt has a number."""
    started = page.locator(".jp-InputPrompt").filter(has_text=re.compile(r"\[[*\d]+\]"))
    select = page.locator(".jp-Dialog .jp-mod-accept")
    for _ in range(20):
        with contextlib.suppress(AssertionError, TimeoutError):
            if select.is_visible():
                select.click(timeout=3_000)
            else:
                page.get_by_text("Run", exact=True).first.click(timeout=3_000)
                page.get_by_text("Run All Cells", exact=True).click(timeout=3_000)
            expect(started.first).to_be_visible(timeout=3_000)
            return
    raise AssertionError("the notebook did not run")


def test_a_slider_changes_the_equilibria(lab, tmp_path):
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page(viewport={"width": 1500, "height": 1300})
        page.goto(f"{lab}/lab/tree/explorer.ipynb?reset", timeout=60_000)
        page.get_by_text("Idle").first.wait_for(state="attached", timeout=60_000)
        run_all(page)
        equilibria = page.locator("table.equilibria")
        # The first solution of a map may have to be compiled.
        expect(equilibria).to_contain_text("both play avoidance", timeout=120_000)
        expect(equilibria).not_to_contain_text("both play collaboration")
        expect(page.locator(".kind")).to_have_text("prisoner's dilemma")
        before = page.locator("g.here circle").first.get_attribute("cx")
        page.locator(".widget-slider .noUi-handle").first.focus()
        # From trust 0.64 to 0.65: past 29/45, where mutual collaboration becomes strict.
        page.keyboard.press("ArrowRight")
        expect(equilibria).to_contain_text("both play collaboration")
        expect(page.locator(".kind")).to_have_text("stag hunt")
        expect(page.locator(".around")).to_have_text("mutual avoidance and mutual collaboration")
        assert page.locator("g.here circle").first.get_attribute("cx") != before
        page.get_by_text("Show the code").click()
        expect(page.locator("pre", has_text="trust='13/20'")).to_be_visible()
        # Nothing is cut off at the right of the output, however narrow; wide tables scroll.
        for width in (1500, 1200):
            page.set_viewport_size({"width": width, "height": 1300})
            page.wait_for_timeout(300)
            area = page.locator(".jp-OutputArea-output").first.bounding_box()
            for panel in page.locator(".dilemma-explorer").all():
                box = panel.bounding_box()
                assert box is None or box["x"] + box["width"] <= area["x"] + area["width"] + 1
        page.screenshot(path=tmp_path / "explorer.png", full_page=True)
        browser.close()
