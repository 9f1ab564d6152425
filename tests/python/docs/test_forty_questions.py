"""
The answers in docs/forty_questions.md are those of the demo company. A changed answer shows in the diff of the page, where
reviewers can judge whether it is believable.
"""

import os
import re
from datetime import date
from decimal import Decimal

from support import ROOT

PAGE = ROOT / "docs" / "forty_questions.md"
BLOCK = re.compile(r"(```sql\n(?P<query>.*?)```\n)(?:\n\|.*?\n(?=\n|\Z))?", re.DOTALL)


def shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        value = Decimal(repr(round(value, 6)))
    if isinstance(value, int | Decimal):
        text = f"{value:,f}"
        return (
            text.rstrip("0").rstrip(".")
            if "." in text and not re.search(r"\.\d\d$", text)
            else text
        )
    return str(value) if isinstance(value, date) else str(value).replace("|", "\\|")


def table(demo, query: str) -> str:
    result = demo.execute(query)
    columns = [name for name, *_ in result.description]
    rows = [[shown(value) for value in row] for row in result.fetchall()]
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def test_the_answers_are_those_of_the_demo_company(demo):
    page = PAGE.read_text(encoding="utf-8")
    answered = BLOCK.sub(lambda found: f"{found[1]}\n{table(demo, found['query'])}", page)
    if os.environ.get("UPDATE_DOCS"):
        PAGE.write_text(answered, encoding="utf-8")
    assert len(re.findall("^### ", page, re.MULTILINE)) == 40
    assert PAGE.read_text(encoding="utf-8") == answered
