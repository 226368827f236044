"""The page: what it says, that nothing from headers can act in it, and that a browser shows it as meant."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from msgspec.structs import replace

from trtheaders.cli.main import run
from trtheaders.model.answers.changes import Action, Change, Detail, Impact, Subject
from trtheaders.model.answers.findings import Counts, Verification
from trtheaders.model.answers.pages import History, Mark, Moment, Page, ShownRelease, Upgrade
from trtheaders.model.places import Location
from trtheaders.report.page import anchor, plot_sizes, render_page
from trtheaders.rules.symbols import MISSING_SYMBOLS

EVIL = (
    "<script>alert(1)</script>`<img src=x onerror=alert(2)>`\" onload='alert(3)'"
    "\x1b[2J\x9b\u202e\n::error::x ##vso[task.x]"
)
CHANGE = Change(
    subject=Subject.CLASS,
    action=Action.CHANGED,
    name="n::Config",
    details=(Detail(text="has 16 bytes, had 8", impact=Impact.SILENT),),
    old="sizeof 8",
    new="sizeof 16",
    location=Location(file="n.h", line=3),
)
CONFIG = History(
    name="n::Config",
    kind="class",
    owner="",
    used=True,
    moments=(
        Moment(mark=Mark.FIRST, size=8),
        Moment(mark=Mark.CHANGED, size=16, changes=(CHANGE,), impact=Impact.SILENT),
    ),
)
GETTER = History(
    name="n::Config::get",
    kind="method",
    owner="n::Config",
    used=False,
    moments=(Moment(mark=Mark.ABSENT), Moment(mark=Mark.NEW)),
)
PAGE = Page(
    title="consumer",
    releases=(
        ShownRelease(version="1.0.0", origin="shipped", promises=1),
        ShownRelease(version="1.1.0", origin="vendored", promises=2, vendored=True, installed=True),
    ),
    histories=(CONFIG, GETTER),
    upgrades=(Upgrade(old="1.0.0", new="1.1.0", changes=(CHANGE,)),),
    refusal="nothing is installed",
    remedy="install it",
    sources=("main.cpp",),
)


class Reader(HTMLParser):
    """The elements, and the text of those that are read."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs


def test_nothing_from_headers_or_libraries_can_act():
    evil = replace(CHANGE, name=EVIL, old=EVIL, new=EVIL, details=(Detail(text=EVIL),), location=Location(file=EVIL))
    finding = MISSING_SYMBOLS.found(EVIL, name=EVIL, hint=EVIL, lines=[EVIL], location=Location(file=EVIL, line=1))
    told = Verification(
        release=EVIL, header_root=None, libraries=(), findings=(finding,), counts=Counts(), remarks=(EVIL,)
    )
    moment = replace(CONFIG.moments[1], changes=(evil,))
    page = replace(
        PAGE,
        title=EVIL,
        verification=told,
        histories=(replace(CONFIG, name=EVIL, moments=(CONFIG.moments[0], moment)), replace(GETTER, owner=EVIL)),
        upgrades=(Upgrade(old=EVIL, new=EVIL, changes=(evil,)),),
        releases=tuple(replace(item, version=EVIL) for item in PAGE.releases),
        sources=(EVIL,),
    )
    plain, attacked = Reader(render_page(PAGE)), Reader(render_page(page))
    assert attacked.tags.count("script") == plain.tags.count("script") == 1
    assert "img" not in attacked.tags
    assert not [name for name, _ in attacked.attributes if name.startswith("on")]
    text = render_page(page)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e]|^\s*::|##vso\[", text, re.MULTILINE)


def test_the_same_page_gives_the_same_bytes_and_needs_no_network():
    text = render_page(PAGE)
    assert text == render_page(PAGE)
    assert not re.search(r"(?:src|href)=[\"'](?!#)", text)


def test_state_is_told_in_words_and_not_by_colour_alone():
    text = re.sub(r"\s+", " ", render_page(PAGE))
    assert '◐16!</span><span class="unseen">changed in 1.1.0, 16 bytes, was 8, breaks silently</span>' in text
    assert '◆</span><span class="unseen">new in 1.1.0</span>' in text


def test_the_verdict_comes_first_with_what_to_do():
    text = render_page(PAGE)
    assert text.index("nothing is installed") < text.index("install it") < text.index("Releases side by side")


def test_places_to_paste_stay_different():
    names = ["n::A<int>", "n::A<int >", "n::operator<<", "n::~A", "n::A"]
    assert len({anchor(name) for name in names}) == len(names)
    assert all(re.fullmatch(r"[\w.:~-]+", anchor(name)) for name in names)


def test_a_plot_has_a_step_for_each_size():
    assert plot_sizes((8, 8)) == ""
    assert plot_sizes((8, 16)) == "0,14.0 12,14.0 12,2.0 24,2.0"
    assert plot_sizes((None, 8, 16)).startswith("12,")


def test_the_command_writes_a_page_even_where_there_is_no_answer(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "main.cpp").write_text("tensorrt_llm::executor::SamplingConfig config;")
    words = ["report", "1.0.0", "1.2.0rc3", "--html", "page.html", "--used-by", "main.cpp", "--library", "absent.so"]
    assert run(words) == 2
    assert "absent.so" in capsys.readouterr().err
    text = (tmp_path / "page.html").read_text()
    assert 'id="tensorrt_llm::executor::SamplingConfig"' in text
    assert run(["report", "9.9.9", "--html", "other.html"]) == 2
    assert "`trtheaders add v9.9.9`" in capsys.readouterr().err
    assert not (tmp_path / "other.html").exists()


@pytest.fixture(name="browser")
def started_browser(tools, tmp_path):
    """Headless Chromium by its own driver, without anything that it would fetch; errors of pages are kept."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = tools("chromium")
    quiet = ("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
    for word in (*quiet, "--disable-component-update", "--disable-sync", f"--user-data-dir={tmp_path / 'profile'}"):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(tools("chromedriver")))
    yield driver
    driver.quit()


def show(browser, path: Path, *, width: int = 1280, script: bool = True, hash_: str = "") -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not script})
    metrics = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.get(f"{path.as_uri()}{hash_}")


def visible(browser, selector: str) -> list[str]:
    found = browser.find_elements("css selector", selector)
    return [item.get_attribute("id") for item in found if item.is_displayed()]


def test_a_browser_shows_filters_and_opens(browser, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(render_page(PAGE))
    show(browser, path)
    rows = "tr[data-name]"
    assert visible(browser, rows) == ["n::Config"], "only what the sources mention is shown at first"
    browser.find_element("id", "used").click()
    assert visible(browser, rows) == ["n::Config", "n::Config::get"]
    browser.find_element("id", "search").send_keys("get")
    assert visible(browser, rows) == ["n::Config::get"]
    browser.find_element("id", "search").clear()
    assert visible(browser, "tr.more") == []
    show(browser, path, hash_="#n::Config")
    browser.find_element("css selector", "th button").send_keys("\n")
    browser.find_element("css selector", "th button").send_keys("\n")
    assert visible(browser, "tr.more") == ["more-1"], "the keyboard closes and opens"
    assert browser.get_log("browser") == []


def test_a_browser_shows_few_rows_at_once_and_all_when_asked(browser, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(render_page(replace(PAGE, histories=tuple(replace(CONFIG, name=f"n::C{n}") for n in range(70)))))
    show(browser, path)
    assert len(visible(browser, "tr[data-name]")) == 60
    assert browser.find_element("id", "shown").text == "60 of 70 shown, 70 fit"
    browser.find_element("id", "rest").click()
    assert len(visible(browser, "tr[data-name]")) == 70


def test_a_browser_without_scripts_shows_everything(browser, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(render_page(PAGE))
    show(browser, path, script=False)
    assert visible(browser, "tr[data-name]") == ["n::Config", "n::Config::get"]
    assert visible(browser, "tr.more") == ["more-1"]


@pytest.mark.parametrize("width", [360, 800, 1920])
def test_a_page_is_as_wide_as_its_window(browser, tmp_path, width):
    path = tmp_path / "page.html"
    path.write_text(render_page(replace(PAGE, releases=PAGE.releases * 12, histories=(many(CONFIG), many(GETTER)))))
    show(browser, path, width=width)
    assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")


def many(history: History) -> History:
    return replace(history, moments=history.moments * 12)
