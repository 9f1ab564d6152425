"""The project's conventions as functions of dbt's manifest: each returns what is wrong, one sentence per place.

A sentence names the file and says what to do. test_conventions.py applies them to the project, and proves of each that it
can fail.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from dbt.artifacts.resources import ModelConfig

LAYERS = ("staging", "canonical", "intermediate", "marts")
# The folders of models/intermediate in the order in which data passes through them.
TOPICS = (
    "money",
    "web",
    "identity",
    "revenue",
    "spend",
    "touchpoints",
    "opportunities",
    "funnel",
    "pipeline",
    "attribution",
    "value",
    "forecast",
    "operations",
)
# What BI and other layers rely on: contracts, described columns, tested keys.
PUBLISHED_LAYERS = ("canonical", "marts")
MAX_LINES = 120
MAX_REFS = 8
# Vendors whose names are words of the field too: they count only where they stand as a literal or a prefix.
COMMON_WORDS = ("generic", "segment")
CLOCK = re.compile(
    r"\b(current_date|current_timestamp|current_time\b|localtimestamp|getdate|now\s*\(|today\s*\(|run_started_at)",
    re.IGNORECASE,
)
# Settings of a model that dbt knows, and those of its adapters that are used here.
CONFIG_KEYS = {field.name for field in fields(ModelConfig)} | {"partition_by"}
# What yml files say in place of the macros is_demo() and raw_schema(), which they cannot call.
IS_DEMO = "{{ project_name == 'revenue_funnel' and var('raw_data') == 'demo' }}"
RAW_SCHEMA = "{{ '' if project_name == 'revenue_funnel' else target.schema ~ '_' }}raw_"


@dataclass(frozen=True)
class Project:
    """dbt's manifest, the folder it was parsed from, and the exceptions to conventions, each with its reason: models that
    may be longer than others (allowances), models whose rows may repeat (keyless), and columns that have the name of
    another mart's key and hold more than its values (unrelated)."""

    manifest: dict
    root: Path
    allowances: dict[str, str]
    keyless: dict[str, str]
    unrelated: dict[str, str]

    def nodes(self, resource_type: str) -> list[dict]:
        nodes = self.manifest["nodes"].values()
        return [node for node in nodes if node["resource_type"] == resource_type]

    def models(self, *layers: str) -> list[dict]:
        return [node for node in self.nodes("model") if not layers or layer(node) in layers]

    def rules(self) -> list[dict]:
        return [node for node in self.nodes("seed") if node["fqn"][1] == "rules"]

    def vendors(self) -> list[str]:
        return sorted({node["fqn"][2] for node in self.models("staging")})

    def tests_of(self, node: dict) -> Iterator[tuple[str, dict]]:
        """(name, arguments) of the generic tests on a node."""
        for test in self.nodes("test"):
            if test.get("attached_node") == node["unique_id"] and test.get("test_metadata"):
                yield test["test_metadata"]["name"], test["test_metadata"]["kwargs"]


def layer(node: dict) -> str:
    return node["fqn"][1]


def sql_of(node: dict) -> str:
    """The model's SQL without comments: what they say is documentation."""
    return re.sub(r"\{#.*?#\}|--[^\n]*", "", node["raw_code"], flags=re.DOTALL)


def data_moves_right_only(project: Project) -> list[str]:
    nodes = {**project.manifest["nodes"], **project.manifest["sources"]}
    problems = []
    for node in project.models():
        for parent in (nodes[name] for name in node["depends_on"]["nodes"]):
            file, name = node["original_file_path"], parent["name"]
            is_raw = parent["resource_type"] == "source" or parent["fqn"][1] == "raw"
            is_generic = is_raw and "generic" in parent["fqn"]
            may_read = ("staging", "canonical") if is_generic else ("staging",)
            if is_raw and layer(node) not in may_read:
                problems.append(
                    f"{file} reads raw table {name}: only staging may (and canonical models the user's own data)."
                    " Ref its staging or canonical model."
                )
            elif parent["resource_type"] == "model":
                if LAYERS.index(layer(parent)) > LAYERS.index(layer(node)):
                    problems.append(
                        f"{file} ({layer(node)}) refs {name} ({layer(parent)}): a model refs its own or an earlier"
                        " layer; move what it needs to the left."
                    )
                elif layer(parent) == "staging" and layer(node) not in ("staging", "canonical"):
                    problems.append(
                        f"{file} refs {name}: right of canonical, ref the canonical model."
                    )
                elif (
                    layer(node) == layer(parent) == "staging" and node["fqn"][2] != parent["fqn"][2]
                ):
                    problems.append(
                        f"{file} refs {name} of another vendor: join them right of canonical."
                    )
    return problems


def topics_keep_their_order(project: Project) -> list[str]:
    """A topic reads itself and earlier topics only, so the topics cannot depend on each other in a circle."""
    models = {node["unique_id"]: node for node in project.models("intermediate")}
    problems = []
    for node in models.values():
        file, topic = node["original_file_path"], node["fqn"][2]
        if topic not in TOPICS:
            problems.append(
                f"{file}: {topic} is no topic. Move the model to one of {', '.join(TOPICS)}."
            )
            continue
        for parent in (models[name] for name in node["depends_on"]["nodes"] if name in models):
            earlier = parent["fqn"][2]
            if earlier in TOPICS and TOPICS.index(earlier) > TOPICS.index(topic):
                problems.append(
                    f"{file} ({topic}) refs {parent['name']} ({earlier}): a model refs its own or an earlier topic"
                    " (the order is TOPICS in tests/python/helpers/conventions.py); move one of the two."
                )
    return problems


def models_are_named_for_their_folder(project: Project) -> list[str]:
    problems = []
    for node in project.models():
        vendor = node["fqn"][2] if layer(node) == "staging" else ""
        pattern, example = {
            "staging": (rf"(stg|base)_{vendor}__\w+", f"stg_{vendor}__<entities>"),
            "canonical": (r"(?!(stg|base|int|fct|dim|rpt)_)\w+", "<entities>"),
            "intermediate": (r"int_\w+", "int_<entities>_<verb>"),
            "marts": (r"(fct|dim|rpt)_\w+", "fct_, dim_ or rpt_<what it holds>"),
        }[layer(node)]
        if not re.fullmatch(pattern, node["name"]) or node["name"] != node["name"].lower():
            problems.append(f"{node['original_file_path']}: rename it to {example}, in lower case.")
    return problems


def each_model_has_a_yml_of_its_own_beside_it(project: Project) -> list[str]:
    problems = []
    for node in project.models():
        expected = str(Path(node["original_file_path"]).with_suffix(".yml"))
        found = (node.get("patch_path") or "").split("://")[-1]
        if found != expected:
            where = f"described in {found}" if found else "described nowhere"
            problems.append(f"{node['original_file_path']} is {where}: describe it in {expected}.")
    return problems


def published_models_have_contracts(project: Project) -> list[str]:
    problems = []
    for node in project.models(*PUBLISHED_LAYERS):
        file = yml_of(node)
        if not node["config"]["contract"]["enforced"]:
            problems.append(
                f"{file}: {node['name']} has no enforced contract; leave it on, as the folder has it."
            )
        problems += [
            f"{file}: column {name} has no data_type."
            for name, column in node["columns"].items()
            if not column.get("data_type")
        ]
        if not node["columns"]:
            problems.append(f"{file}: no column is listed; list all that the model returns.")
        if layer(node) == "marts" and node["config"].get("access") != "public":
            problems.append(f"{file}: marts have access public; leave it on, as the folder has it.")
    return problems


def models_say_their_grain(project: Project) -> list[str]:
    return [
        f"{yml_of(node)}: the description of {node['name']} must open with its grain, `One row per …`."
        for node in project.models()
        if not re.match(r"One row( per\b|,)", node["description"].strip())
    ]


def columns_are_described(project: Project) -> list[str]:
    """On published models every column; elsewhere those that are listed. No text stands twice in a model."""
    problems = []
    for node in [*project.models(), *project.rules()]:
        texts = Counter()
        for name, column in node["columns"].items():
            text = " ".join(column.get("description", "").split())
            if not text or re.search(r"\b(TODO|TBD|FIXME)\b", text):
                problems.append(
                    f"{yml_of(node)}: column {name} is not described; say what it holds and its unit."
                )
            else:
                texts[text.lower()] += 1
        problems += [
            f"{yml_of(node)}: {count} columns are described by the same words, `{text[:60]}`; say how they differ."
            for text, count in texts.items()
            if count > 1
        ]
    return problems


def published_models_have_tested_keys(project: Project) -> list[str]:
    problems = [
        f"{yml_of(node)}: the key of {node['name']} is not tested; add primary_key to its column, or to the model"
        " with the columns of the key."
        for node in project.models(*PUBLISHED_LAYERS)
        if node["name"] not in project.keyless and not has_tested_key(project, node)
    ]
    return problems + without_use("KEYLESS", project.keyless, project)


def without_use(title: str, spared: dict[str, str], project: Project) -> list[str]:
    """Entries of a list of spared models that spare no model, or give no reason."""
    names = {node["name"] for node in project.models()}
    return [
        f"{title}: {name} is {'no model any more; remove it' if name not in names else 'there without a reason'}."
        for name, reason in spared.items()
        if name not in names or not reason
    ]


def has_tested_key(project: Project, node: dict) -> bool:
    return any(name == "primary_key" for name, _ in project.tests_of(node))


def foreign_keys_of_marts_are_tested(project: Project) -> list[str]:
    """A mart's column with the name of a dimension's or fact's key refers to it."""
    home = {}
    for node in project.models("marts"):
        if node["name"].startswith(("dim_", "fct_")):
            for name, arguments in project.tests_of(node):
                if name == "primary_key" and "column_name" in arguments:
                    home[arguments["column_name"]] = node["name"]
    problems = []
    for node in project.models("marts"):
        tested = {
            arguments["column_name"]
            for name, arguments in project.tests_of(node)
            if name == "relationships"
        }
        problems += [
            f"{yml_of(node)}: {column} refers to {home[column]} untested; add relationships to the column."
            for column in node["columns"]
            if column in home
            and home[column] != node["name"]
            and column not in tested
            and f"{node['name']}.{column}" not in project.unrelated
        ]
    return problems


def no_vendor_is_named_right_of_staging(project: Project) -> list[str]:
    problems = []
    for node in project.models("canonical", "intermediate", "marts"):
        for vendor in project.vendors():
            pattern = rf"'{vendor}'|\b{vendor}(__|:)|_{vendor}__"
            if vendor not in COMMON_WORDS:
                pattern += rf"|\b{vendor}\b"
            if re.search(pattern, sql_of(node), re.IGNORECASE):
                problems.append(
                    f"{node['original_file_path']} names the vendor {vendor}: what depends on a vendor belongs in"
                    " its staging folder, or in a rule seed."
                )
    return problems


def no_model_reads_the_clock(project: Project) -> list[str]:
    problems = [
        f"{node['original_file_path']} reads the clock ({found[0].strip('( ')}): ref as_of instead."
        for node in project.models()
        if (found := CLOCK.search(sql_of(node)))
    ]
    for macro in project.manifest["macros"].values():
        is_ours = macro["package_name"] == project.manifest["metadata"]["project_name"]
        if is_ours and macro["name"] != "as_of_day":
            text = re.sub(r"\{#.*?#\}", "", macro["macro_sql"], flags=re.DOTALL)
            if found := CLOCK.search(text):
                problems.append(
                    f"{macro['original_file_path']}: macro {macro['name']} reads the clock"
                    f" ({found[0].strip('( ')}): use as_of_day()."
                )
    return problems


def rules_are_documented_and_typed(project: Project) -> list[str]:
    problems = []
    for seed in project.rules():
        file = yml_of(seed)
        with (project.root / seed["original_file_path"]).open(newline="") as rows:
            header = next(csv.reader(rows))
        if "xample" not in seed["description"]:
            problems.append(
                f"{file}: describe {seed['name']}, with an example row and what it says."
            )
        if sorted(seed["config"]["column_types"]) != sorted(header):
            problems.append(
                f"{file}: column_types must name exactly the columns {', '.join(header)}."
            )
        problems += [
            f"{file}: column {column} is not listed; describe it."
            for column in header
            if column not in seed["columns"]
        ]
        if not has_tested_key(project, seed):
            problems.append(
                f"{file}: the key of {seed['name']} is not tested; duplicates would multiply rows."
            )
    return problems


def models_are_short(project: Project) -> list[str]:
    problems = []
    for node in project.models():
        if node["name"] in project.allowances:
            continue
        lines_count = node["raw_code"].strip().count("\n") + 1
        refs_count = len({(ref["package"], ref["name"]) for ref in node["refs"]})
        advice = "an intermediate model is missing; or state in ALLOWANCES why not."
        if lines_count > MAX_LINES:
            problems.append(
                f"{node['original_file_path']} has {lines_count} lines (at most {MAX_LINES}): {advice}"
            )
        if refs_count > MAX_REFS:
            problems.append(
                f"{node['original_file_path']} has {refs_count} refs (at most {MAX_REFS}): {advice}"
            )
    return problems + without_use("ALLOWANCES", project.allowances, project)


def macros_say_what_they_are_for(project: Project) -> list[str]:
    files = {
        macro["original_file_path"]
        for macro in project.manifest["macros"].values()
        if macro["package_name"] == project.manifest["metadata"]["project_name"]
    }
    return [
        f"{file}: open with a comment that says what the macro is for."
        for file in sorted(files)
        if not (project.root / file).read_text().lstrip().startswith(("{#", "{%- docs"))
    ]


def own_settings_of_models_are_in_meta(project: Project) -> list[str]:
    """dbt 2 reads no model whose config has a key that is neither dbt's nor the adapter's."""
    return [
        f"{node['original_file_path']}: move {key} into the meta of its config."
        for node in project.models()
        if node["language"] == "sql"
        for key in sorted(node["unrendered_config"])
        if key.replace("-", "_") not in CONFIG_KEYS
    ]


def declarations_hold_in_another_project(project: Project) -> list[str]:
    """Another project, which has installed this one as a package, never builds the demo, and keeps its schemas apart."""
    problems = []
    for path in sorted((project.root / "models").rglob("*.yml")):
        file = path.relative_to(project.root)
        for line in path.read_text().splitlines():
            if "raw_data" in line and IS_DEMO not in line:
                problems.append(f"{file}: ask for the demo by {IS_DEMO}.")
            if line.startswith("    schema: ") and RAW_SCHEMA not in line:
                problems.append(f"{file}: the schema of a source must be {RAW_SCHEMA}<vendor>.")
    return problems


def yml_of(node: dict) -> str:
    """Where a node is described: what a message about its properties names."""
    patch = node.get("patch_path")
    return patch.split("://")[-1] if patch else node["original_file_path"]


CHECKS = (
    data_moves_right_only,
    topics_keep_their_order,
    models_are_named_for_their_folder,
    each_model_has_a_yml_of_its_own_beside_it,
    published_models_have_contracts,
    models_say_their_grain,
    columns_are_described,
    published_models_have_tested_keys,
    foreign_keys_of_marts_are_tested,
    no_vendor_is_named_right_of_staging,
    no_model_reads_the_clock,
    rules_are_documented_and_typed,
    models_are_short,
    macros_say_what_they_are_for,
    own_settings_of_models_are_in_meta,
    declarations_hold_in_another_project,
)
