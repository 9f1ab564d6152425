"""The project keeps its conventions (conventions.py), and each check of them can fail."""

import ast
import copy
import json
import re
from pathlib import Path

import conventions
import pytest
from pipeline.engines.marts import built_for
from support import KINDS, ROOT, dbt

# Models that are longer, or read more, than others, each with the reason for which that is better.
UNION = "One ref per vendor and nothing else: the union grows with the vendors."
ALLOWANCES = {
    "raw_ledger": UNION,
    "erasure_pairs": "One ref per vendor with people, merges or web events: the lists grow with the vendors.",
    "int_rows_counted": "One ref per canonical entity and nothing else, each counted the same way.",
    "rpt_monthly_summary": "One row per month of figures that other marts own, one ref each.",
    "rpt_maturity_indicators": "One short query per indicator, each on the mart that owns it.",
    "rpt_weekly_review": "One short query per kind of item, each on the mart that owns it.",
    "base_salesforce__opportunity_field_changes": "Four tracked fields, each carried forward the same way, written out.",
}
# Models whose rows may repeat, each with the reason.
KEYLESS = {
    "erasure_pairs": "A view: a test would read all raw data again. erasure_links has the same pairs, and a tested key.",
    "web_events": "One row per delivery; of a redelivered event the earliest delivery counts, from int_web_event_duplicates on.",
}
# Columns of marts with the name of another mart's key that hold more than that mart, each with the reason.
UNRELATED = {}


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> conventions.Project:
    """The project as dbt parses it with every vendor switched on, whatever kinds of data it delivers."""
    place = tmp_path_factory.mktemp("manifest")
    vendors = sorted(path.name for path in (ROOT / "models" / "staging").iterdir() if path.is_dir())
    # What `generic` cannot deliver in place of a vendor is no kind of own_data().
    kinds = [*KINDS, "marketing"]
    switches = {f"{kind}_sources": [v for v in vendors if delivers(v, kind)] for kind in kinds}
    dbt(place, "parse --no-partial-parse", {"raw_data": "source", **switches})
    manifest = json.loads((place / "target" / "manifest.json").read_text())
    return conventions.Project(manifest, ROOT, ALLOWANCES, KEYLESS, UNRELATED)


def delivers(vendor: str, kind: str) -> bool:
    """Whether a vendor's staging folder is switched on by this kind of data."""
    folder = ROOT / "models" / "staging" / vendor
    return any(f"{kind}_sources" in path.read_text() for path in folder.glob("*.sql"))


@pytest.mark.parametrize("check", conventions.CHECKS, ids=lambda check: check.__name__)
def test_the_project_keeps(check, project):
    problems = check(project)
    assert not problems, "\n" + "\n".join(problems)


def test_a_mart_is_built_with_all_that_its_checks_read(project):
    """A run of selected marts audits them with their checks, and has built what these read."""
    from pipeline.quality import mart_suites

    nodes = project.manifest["nodes"]
    missing = []
    for mart, expectation in mart_suites.OWN.items():
        there = {nodes[i]["name"] for i in built_for((mart,), nodes)}
        read = re.findall(r"\b(?:canonical|marts)\.(\w+)", expectation().unexpected_rows_query)
        missing += [f"{mart}: {table}" for table in read if table not in there]
    assert not missing


def test_every_model_is_seen(project):
    """A vendor or a model that is switched off would escape the checks."""
    files = {str(path.relative_to(ROOT)) for path in (ROOT / "models").rglob("*.sql")}
    assert files - {node["original_file_path"] for node in project.models()} == set()


def model(path: str, *, sql: str = "select 1 as order_id", parents: tuple[str, ...] = ()) -> dict:
    """A model that keeps every convention, as the manifest has it."""
    file = Path("models") / path
    return {
        "unique_id": f"model.shop.{file.stem}",
        "name": file.stem,
        "resource_type": "model",
        "fqn": ["shop", *Path(path).with_suffix("").parts],
        "original_file_path": str(file),
        "patch_path": f"shop://{file.with_suffix('.yml')}",
        "description": "One row per order.",
        "config": {"contract": {"enforced": True}, "access": "public"},
        "unrendered_config": {"contract": {"enforced": True}, "pre-hook": []},
        "language": "sql",
        "columns": {"order_id": {"data_type": "string", "description": "The order."}},
        "raw_code": sql,
        "refs": [{"name": parent, "package": None} for parent in parents],
        "depends_on": {"nodes": [f"model.shop.{parent}" for parent in parents]},
    }


def key_test(name: str, node: dict) -> dict:
    return {
        "unique_id": f"test.shop.{name}.{node['name']}",
        "name": name,
        "resource_type": "test",
        "attached_node": node["unique_id"],
        "test_metadata": {"name": name, "kwargs": {"column_name": "order_id"}},
    }


@pytest.fixture
def shop(tmp_path: Path) -> conventions.Project:
    """A small project that keeps every convention; the tests below break one at a time."""
    models = [
        model("staging/webshop/stg_webshop__orders.sql"),
        model("staging/segment/stg_segment__orders.sql"),
        model("canonical/orders.sql", parents=("stg_webshop__orders",)),
        model("intermediate/revenue/int_orders_joined.sql", parents=("orders",)),
        model("intermediate/value/int_customers_joined.sql", parents=("int_orders_joined",)),
        model("marts/core/fct_orders.sql", parents=("int_orders_joined",)),
        model("marts/core/rpt_orders.sql", parents=("fct_orders",)),
    ]
    seed = {
        **model("rules/margins.csv"),
        "resource_type": "seed",
        "unique_id": "seed.shop.margins",
        "original_file_path": "seeds/rules/margins.csv",
        "patch_path": "shop://seeds/rules/margins.yml",
        "description": "One row per order. Example: `o1` is the first.",
        "config": {"column_types": {"order_id": "string"}},
    }
    nodes = [
        *models,
        seed,
        *(key_test("primary_key", node) for node in [*models, seed]),
        key_test("relationships", models[-1]),
    ]
    (tmp_path / "seeds" / "rules").mkdir(parents=True)
    (tmp_path / "seeds" / "rules" / "margins.csv").write_text("order_id\no1\n")
    (tmp_path / "macros").mkdir()
    (tmp_path / "macros" / "cents.sql").write_text(
        "{# Amounts in cents. #}\n{% macro cents(x) %}{{ x }}{% endmacro %}"
    )
    macro = {
        "name": "cents",
        "package_name": "shop",
        "original_file_path": "macros/cents.sql",
        "macro_sql": "{% macro cents(x) %}{{ x }}{% endmacro %}",
    }
    manifest = {
        "metadata": {"project_name": "shop"},
        "nodes": {node["unique_id"]: node for node in copy.deepcopy(nodes)},
        "sources": {
            "source.shop.webshop.order": {
                "name": "order",
                "resource_type": "source",
                "fqn": ["shop", "staging"],
            }
        },
        "macros": {"macro.shop.cents": macro},
    }
    return conventions.Project(manifest, tmp_path, {}, {}, {})


@pytest.mark.parametrize("check", conventions.CHECKS, ids=lambda check: check.__name__)
def test_a_project_that_keeps_a_convention_passes(check, shop):
    assert check(shop) == []


def set_path(*path_and_value):
    """A change that sets one value deep in a node of the manifest."""
    *path, value = path_and_value

    def change(shop: conventions.Project) -> None:
        place = shop.manifest
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return change


def node(name: str, *path_and_value):
    return set_path("nodes", f"model.shop.{name}", *path_and_value)


def seed(*path_and_value):
    return set_path("nodes", "seed.shop.margins", *path_and_value)


def without(name: str):
    return lambda shop: shop.manifest["nodes"].pop(name)


def yml(text: str):
    """A change that writes a yml file among the models."""

    def change(shop: conventions.Project) -> None:
        (shop.root / "models").mkdir()
        (shop.root / "models" / "orders.yml").write_text(text)

    return change


BROKEN = [
    (
        conventions.data_moves_right_only,
        node("orders", "depends_on", "nodes", ["model.shop.fct_orders"]),
        "canonical/orders.sql",
    ),
    (
        conventions.data_moves_right_only,
        node("fct_orders", "depends_on", "nodes", ["source.shop.webshop.order"]),
        "fct_orders.sql",
    ),
    (
        conventions.data_moves_right_only,
        node("fct_orders", "depends_on", "nodes", ["model.shop.stg_webshop__orders"]),
        "fct_orders.sql",
    ),
    (
        conventions.data_moves_right_only,
        node("stg_webshop__orders", "depends_on", "nodes", ["model.shop.stg_segment__orders"]),
        "another vendor",
    ),
    (
        conventions.topics_keep_their_order,
        node("int_orders_joined", "fqn", ["shop", "intermediate", "orders", "int_orders_joined"]),
        "orders is no topic",
    ),
    (
        conventions.topics_keep_their_order,
        node(
            "int_customers_joined", "fqn", ["shop", "intermediate", "web", "int_customers_joined"]
        ),
        "int_customers_joined.sql (web) refs int_orders_joined (revenue)",
    ),
    (
        conventions.models_are_named_for_their_folder,
        node("stg_webshop__orders", "name", "stg_shop__orders"),
        "stg_webshop__",
    ),
    (
        conventions.models_are_named_for_their_folder,
        node("orders", "name", "stg_orders"),
        "canonical/orders.sql",
    ),
    (
        conventions.models_are_named_for_their_folder,
        node("int_orders_joined", "name", "orders_joined"),
        "int_",
    ),
    (
        conventions.models_are_named_for_their_folder,
        node("fct_orders", "name", "mart_orders"),
        "fct_",
    ),
    (
        conventions.models_are_named_for_their_folder,
        node("fct_orders", "name", "fct_Orders"),
        "lower case",
    ),
    (
        conventions.each_model_has_a_yml_of_its_own_beside_it,
        node("orders", "patch_path", None),
        "described nowhere",
    ),
    (
        conventions.each_model_has_a_yml_of_its_own_beside_it,
        node("orders", "patch_path", "shop://models/canonical/schema.yml"),
        "orders.yml",
    ),
    (
        conventions.published_models_have_contracts,
        node("fct_orders", "config", "contract", "enforced", False),
        "fct_orders.yml",
    ),
    (
        conventions.published_models_have_contracts,
        node("orders", "columns", "order_id", "data_type", None),
        "orders.yml: column order_id",
    ),
    (
        conventions.published_models_have_contracts,
        node("orders", "columns", {}),
        "no column is listed",
    ),
    (
        conventions.published_models_have_contracts,
        node("fct_orders", "config", "access", "protected"),
        "access public",
    ),
    (
        conventions.models_say_their_grain,
        node("int_orders_joined", "description", "Orders."),
        "int_orders_joined.yml",
    ),
    (
        conventions.columns_are_described,
        node("orders", "columns", "order_id", "description", " "),
        "column order_id is not described",
    ),
    (
        conventions.columns_are_described,
        node("orders", "columns", "order_id", "description", "TODO"),
        "orders.yml",
    ),
    (
        conventions.columns_are_described,
        node("orders", "columns", "copy_id", {"description": "The  order."}),
        "2 columns are described by the same words",
    ),
    (
        conventions.published_models_have_tested_keys,
        without("test.shop.primary_key.fct_orders"),
        "fct_orders.yml",
    ),
    (
        conventions.published_models_have_tested_keys,
        without("test.shop.primary_key.orders"),
        "orders.yml",
    ),
    (
        conventions.published_models_have_tested_keys,
        lambda shop: shop.keyless.update(gone="Rows repeat."),
        "KEYLESS: gone is no model any more",
    ),
    (
        conventions.foreign_keys_of_marts_are_tested,
        without("test.shop.relationships.rpt_orders"),
        "rpt_orders.yml: order_id refers to fct_orders untested",
    ),
    (
        conventions.no_vendor_is_named_right_of_staging,
        node("fct_orders", "raw_code", "select 1 where source_system = 'webshop'"),
        "names the vendor webshop",
    ),
    (
        conventions.no_vendor_is_named_right_of_staging,
        node("fct_orders", "raw_code", "select webshop from x"),
        "names the vendor webshop",
    ),
    (
        conventions.no_vendor_is_named_right_of_staging,
        node("fct_orders", "raw_code", "select 'segment' as s"),
        "names the vendor segment",
    ),
    (
        conventions.no_model_reads_the_clock,
        node("fct_orders", "raw_code", "select current_date as d"),
        "fct_orders.sql",
    ),
    (
        conventions.no_model_reads_the_clock,
        node("fct_orders", "raw_code", "select NOW ()"),
        "fct_orders.sql",
    ),
    (
        conventions.no_model_reads_the_clock,
        set_path("macros", "macro.shop.cents", "macro_sql", "{{ run_started_at }}"),
        "macros/cents.sql",
    ),
    (
        conventions.rules_are_documented_and_typed,
        seed("description", "One row per order."),
        "example row",
    ),
    (
        conventions.rules_are_documented_and_typed,
        seed("config", "column_types", {}),
        "column_types must name exactly the columns order_id",
    ),
    (
        conventions.rules_are_documented_and_typed,
        seed("columns", {}),
        "column order_id is not listed",
    ),
    (
        conventions.rules_are_documented_and_typed,
        without("test.shop.primary_key.margins"),
        "the key of margins is not tested",
    ),
    (conventions.models_are_short, node("fct_orders", "raw_code", "select 1\n" * 121), "121 lines"),
    (
        conventions.models_are_short,
        node("fct_orders", "refs", [{"name": f"m{i}", "package": None} for i in range(9)]),
        "9 refs",
    ),
    (
        conventions.models_are_short,
        lambda shop: shop.allowances.update(gone="It was long."),
        "no model any more",
    ),
    (
        conventions.models_are_short,
        lambda shop: shop.allowances.update(fct_orders=""),
        "without a reason",
    ),
    (
        conventions.macros_say_what_they_are_for,
        lambda shop: (shop.root / "macros" / "cents.sql").write_text("{% macro cents(x) %}"),
        "macros/cents.sql",
    ),
    (
        conventions.own_settings_of_models_are_in_meta,
        node("fct_orders", "unrendered_config", "max_iterations", 5),
        "move max_iterations into the meta",
    ),
    (
        conventions.declarations_hold_in_another_project,
        yml("sources:\n  - name: webshop\n    schema: raw_webshop\n"),
        "the schema of a source must be",
    ),
    (
        conventions.declarations_hold_in_another_project,
        yml("config: {enabled: \"{{ var('raw_data') == 'demo' }}\"}\n"),
        "ask for the demo by",
    ),
]


@pytest.mark.parametrize(
    ("check", "change", "message"), BROKEN, ids=lambda value: getattr(value, "__name__", None)
)
def test_a_check_finds_what_is_broken(check, change, message, shop):
    change(shop)
    problems = check(shop)
    assert len(problems) == 1, problems
    assert message in problems[0]


def test_every_check_is_proven_able_to_fail():
    assert {check for check, _, _ in BROKEN} == set(conventions.CHECKS)


@pytest.mark.parametrize(
    "sql",
    [
        "select segment from accounts",
        "-- as webshop has it\nselect 1",
        "{# current_date #}select 1",
        "select known_at",
    ],
)
def test_words_of_the_field_and_comments_are_free(sql, shop):
    node("fct_orders", "raw_code", sql)(shop)
    assert conventions.no_vendor_is_named_right_of_staging(shop) == []
    assert conventions.no_model_reads_the_clock(shop) == []


# The packages of scripts/pipeline, lowest first. Each imports from itself and from those before it.
PACKAGES = (
    "core",
    "records",
    "inputs",
    "engines",
    "quality",
    "publishing",
    "verbs",
)


def test_the_packages_of_the_pipeline_import_in_one_direction():
    scripts = ROOT / "scripts" / "pipeline"
    assert {path.parent.name for path in scripts.glob("*/__init__.py")} == set(PACKAGES)
    upward = [
        f"{path.relative_to(ROOT)} imports {node.module}"
        for path in scripts.glob("*/*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pipeline.")
        if PACKAGES.index(node.module.split(".")[1]) > PACKAGES.index(path.parent.name)
    ]
    assert not upward


def test_a_package_of_the_pipeline_holds_at_most_a_dozen_files():
    scripts = ROOT / "scripts" / "pipeline"
    assert max(len(list((scripts / name).glob("[!_]*.py"))) for name in PACKAGES) <= 12
