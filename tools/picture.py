"""Make docs/page.png: what `trtheaders report` shows of a small upstream, as Chromium draws it.

    python tools/picture.py

Needs chromium and chromedriver, and selenium (`make developer`).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from support.demo_upstream import build_environment, build_upstream
from support.tools import tool

from trtheaders.cli.main import run

WIDTH, HEIGHT = 1000, 640
SOURCE = """#include <tensorrt_llm/executor/executor.h>
int main() { return tensorrt_llm::executor::SamplingConfig{}.getBeamWidth(); }
"""


def main() -> int:
    """Draw the page; the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        upstream = build_upstream(Path(folder, "upstream"))
        project = Path(folder, "consumer")
        project.mkdir()
        os.chdir(project)
        subprocess.run(["git", "init", "--quiet"], check=True)
        build_environment(project / ".venv", "1.0.0")
        (project / "main.cpp").write_text(SOURCE)
        run(["add", "1.0.0", "1.1.0", "1.2.0rc1", "--remote", str(upstream)])
        shown = ["report", "1.0.0", "1.1.0", "1.2.0rc1", "--release", "1.1.0", "--html", "page.html"]
        run([*shown, "--used-by", "main.cpp"])
        draw(project / "page.html", ROOT / "docs" / "page.png")
        os.chdir(ROOT)
    return 0


def draw(page: Path, picture: Path) -> None:
    """``page`` as a picture, with its first row opened."""
    options = webdriver.ChromeOptions()
    options.binary_location = tool("chromium")
    for word in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
    ):
        options.add_argument(word)
    driver = webdriver.Chrome(options=options, service=Service(tool("chromedriver")))
    metrics = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    driver.get(page.as_uri())
    driver.execute_script("document.querySelectorAll('details').forEach(item => item.open = false)")
    driver.execute_script("[...document.querySelectorAll('th button')].find(item => item.offsetParent).click()")
    driver.save_screenshot(str(picture))
    driver.quit()


if __name__ == "__main__":
    sys.exit(main())
