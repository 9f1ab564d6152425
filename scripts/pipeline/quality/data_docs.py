"""
Data Docs: the pages of Great Expectations that show what was checked. They are cleaned so that they open from disk without
a network, and get an index of both audits.
"""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import jinja2

from pipeline.core.settings import Settings

PAGES = Path(__file__).parent / "pages"
# Scripts, styles, fonts and images that the pages load from the web, and the library's advertisements.
EXTERNAL = re.compile(
    r"<script\b.*?</script>|<link\b[^>]*>|<img\b[^>]*>|@font-face\s*\{.*?\}|<footer\b.*?</footer>"
    r"|url\([^)]*https?:[^)]*\)",
    re.DOTALL,
)
SUMMARY = "summary.json"


def write(settings: Settings, context: Any, border: str, found: dict[str, tuple[int, int]]) -> None:
    """
    Adds the pages of an audit to those of this run; `found` has the expectations of each suite and how many of them were
    not met.
    """
    folder = settings.data_docs_dir
    folder.mkdir(mode=0o700, exist_ok=True)
    pages = folder / border
    site = {
        "class_name": "SiteBuilder",
        "show_how_to_buttons": False,
        "store_backend": {
            "class_name": "TupleFilesystemStoreBackend",
            "base_directory": str(pages),
        },
        "site_section_builders": {"expectations": "None", "profiling": "None"},
    }
    context.add_data_docs_site(border, site)
    context.build_data_docs([border], build_index=False)
    shutil.rmtree(pages / "static", ignore_errors=True)
    summary_file = folder / SUMMARY
    suites = json.loads(summary_file.read_text()) if summary_file.is_file() else []
    style = (PAGES / "data_docs.css").read_text(encoding="utf-8")
    for page in sorted(pages.rglob("*.html")):
        text = EXTERNAL.sub("", page.read_text(encoding="utf-8"))
        text = re.sub(r'<a href="[^"]*/expectations/[^"]*"\s*>(.*?)</a>', r"\1", text)
        home = "../" * len(page.relative_to(folder).parts[:-1]) + "index.html"
        text = re.sub(r'href="[^"]*index\.html"', f'href="{home}"', text)
        page.write_text(text.replace("</head>", f"<style>{style}</style></head>"), encoding="utf-8")
        name = page.stem.split("-", 1)[1]
        suites.append([border, name, str(page.relative_to(folder)), *found[name]])
    summary_file.write_text(json.dumps(suites))
    template = jinja2.Template((PAGES / "data_docs.html.j2").read_text(), autoescape=True)
    html = template.render(
        run_id=settings.run_id, source=settings.source, suites=suites, style=style
    )
    (folder / "index.html").write_text(html, encoding="utf-8")
