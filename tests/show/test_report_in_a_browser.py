"""The report in headless Chromium: on a wide screen, on a phone, and printed."""

import re
import shutil

import pytest

from dilemma import Alliance, report

playwright = pytest.importorskip("playwright.sync_api", reason="needs the extra test")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs the distribution's chromium"),
]

# Of A4 within the margins of the report, in CSS pixels.
PAPER = round((210 - 2 * 14) / 25.4 * 96)
SIZES = """() => {
  const seen = e => e.getBoundingClientRect();
  const page = document.scrollingElement;
  return {
    wide: page.scrollWidth, inner: innerWidth,
    pictures: [...document.images].map(one => ({
      complete: one.complete, natural: one.naturalWidth,
      width: seen(one).width, height: seen(one).height, alt: one.alt})),
    // What reaches beyond the page, but for what its own box scrolls.
    beyond: [...document.body.querySelectorAll("*")].filter(one =>
      seen(one).right > innerWidth + 1 && !one.closest(".scroll")).map(one => one.outerHTML),
    clipped: [...document.querySelectorAll("table, img, pre")].filter(one =>
      seen(one).right > innerWidth + 1).map(one => one.outerHTML.slice(0, 80)),
    scrolling: [...document.querySelectorAll(".scroll")].filter(one =>
      one.scrollWidth > one.clientWidth + 1).map(one => getComputedStyle(one).overflowX),
  };
}"""
# The contrast of every text with the nearest background behind it, by WCAG 2.
CONTRASTS = """() => {
  const numbers = text => text.match(/[\\d.]+/g).map(Number);
  const part = one => (one /= 255) <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  const behind = one => {
    for (; one; one = one.parentElement) {
      const found = numbers(getComputedStyle(one).backgroundColor);
      if (found.length < 4 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  return [...document.body.querySelectorAll("*")].filter(one =>
    [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim())
  ).map(one => {
    const pair = [light(numbers(getComputedStyle(one).color)), light(behind(one))];
    return [(Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05), one.tagName];
  });
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    # Partners who differ have one more column in many tables.
    path = tmp_path_factory.mktemp("report") / "out.html"
    return report(Alliance(trust=0.75, opportunism=(0.5, 1)), path).as_uri()


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_overflows_and_every_picture_is_there(browser, address, width):
    page = browser.new_page(viewport={"width": width, "height": 900})
    asked, said = [], []
    page.on("request", lambda one: asked.append(one.url))
    page.on("console", lambda one: said.append(one.text))
    page.goto(address)
    found = page.evaluate(SIZES)
    assert found["wide"] <= found["inner"] == width
    assert found["beyond"] == []
    assert set(found["scrolling"]) <= {"auto"}
    assert len(found["pictures"]) >= 12
    for one in found["pictures"]:
        assert one["complete"]
        assert one["natural"] > 0
        assert min(one["width"], one["height"]) > 80
        assert one["alt"]
    assert all(one.startswith(("file:", "data:")) for one in asked)
    assert said == []
    ratios = page.evaluate(CONTRASTS)
    assert len(ratios) > 200
    assert min(ratio for ratio, _ in ratios) >= 4.5
    # The first key leads past the contents.
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator(".skip").bounding_box()["x"] >= 0
    page.close()


def test_prints_on_pages_without_cutting_columns(browser, address):
    page = browser.new_page(viewport={"width": PAPER, "height": 1000})
    page.goto(address)
    page.emulate_media(media="print")
    found = page.evaluate(SIZES)
    assert found["wide"] <= found["inner"]
    assert found["beyond"] == found["clipped"] == []
    # Nothing scrolls on paper: what a box does not show is lost.
    assert found["scrolling"] == []
    # And no picture is higher than a page.
    assert max(one["height"] for one in found["pictures"]) < 1000
    printed = page.pdf(prefer_css_page_size=True)
    assert printed.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) > 5
    page.close()
