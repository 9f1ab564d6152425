"""
The questions in the docs: each is answered by one query on the published marts, and by nothing left of them. Every
```sql block of docs/*questions*.md runs against the demo company.
"""

import re

import pytest
from support import ROOT

QUESTION = re.compile(r"^### (?P<title>.+?)\n+```sql\n(?P<query>.*?)```", re.MULTILINE | re.DOTALL)
FILES = sorted((ROOT / "docs").glob("*questions*.md"))
QUESTIONS = [
    pytest.param(match["query"], id=f"{file.stem}: {match['title']}")
    for file in FILES
    for match in QUESTION.finditer(file.read_text())
]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_question_has_one_query(file):
    text = file.read_text()
    questions = len(QUESTION.findall(text))
    assert questions > 0
    assert questions == text.count("```sql") == len(re.findall("^### ", text, re.MULTILINE))


@pytest.mark.parametrize("query", QUESTIONS)
def test_a_question_is_answered_by_the_marts_alone(demo, query):
    relations = re.findall(r"\b(?:from|join)\s+([a-z_.]+)", query)
    assert relations
    assert all(name.startswith(("marts.", "operations.")) for name in relations), relations
    rows = demo.execute(query).fetchall()
    assert rows
    assert any(value is not None for row in rows for value in row)
