"""
Compares what two engines built from the same input: DuckDB's database with the Parquet files of a Spark warehouse, or
with those that export() writes of another DuckDB database.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb

# Floating point: engines may add in another order. Everything else (money, counts, times, text) must be equal.
RELATIVE_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Model:
    """What must be known of a model to compare it: where it is, its key, its columns and their types."""

    schema: str
    name: str
    key: tuple[str, ...]
    columns: dict[str, str]


@dataclass(frozen=True)
class Difference:
    """A column of a model, or its rows as such, that is not the same on both engines."""

    model: str
    column: str
    rows_count: int
    example: str

    def __str__(self) -> str:
        return f"{self.model:<40} {self.column:<32} {self.rows_count:>8}  {self.example}"


def compared_models(manifest: dict) -> list[Model]:
    """Every canonical model and mart of dbt's manifest, with the key that its tests state."""
    models = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        and node["fqn"][1] in ("canonical", "marts")
        # The engines hash differently.
        and "identifier_key" not in node["columns"]
    ]
    return [
        Model(
            schema=node["schema"],
            name=node["name"],
            key=primary_key(manifest, node),
            columns={name: column["data_type"] for name, column in node["columns"].items()},
        )
        for node in sorted(models, key=lambda node: node["fqn"])
    ]


def primary_key(manifest: dict, node: dict) -> tuple[str, ...]:
    """The columns of the test `primary_key` of all its rows, of several the shortest; all of them where rows may repeat."""
    keys = []
    for test in manifest["nodes"].values():
        if test["resource_type"] == "test" and test.get("attached_node") == node["unique_id"]:
            metadata = test.get("test_metadata") or {}
            if metadata.get("name") == "primary_key" and not test["config"].get("where"):
                arguments = metadata["kwargs"]
                keys.append(tuple(arguments.get("columns") or [arguments["column_name"]]))
    return min(keys, key=lambda key: (len(key), key)) if keys else tuple(node["columns"])


def export(database: Path, warehouse: Path, models: list[Model]) -> None:
    """
    Writes the models of a DuckDB database as Parquet files in the folders of a Spark warehouse. (Attached to another
    database of the same name, its views would read the tables of that one.)
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        for model in models:
            folder = warehouse / f"{model.schema}.db" / model.name
            folder.mkdir(parents=True)
            connection.execute(
                f'copy (from "{model.schema}"."{model.name}") to \'{folder}/rows.parquet\''
            )


def compare(
    database: Path,
    warehouse: Path,
    models: list[Model],
    engines: tuple[str, str] = ("DuckDB", "Spark"),
) -> tuple[list[Difference], int]:
    """All differences between a database and a warehouse, built by these engines, and how many rows were compared."""
    connection = duckdb.connect(str(database), read_only=True)
    connection.execute("set timezone = 'UTC'")
    differences, rows_count = [], 0
    for model in models:
        rows_count += connection.execute(
            f'select count(*) from "{model.schema}"."{model.name}"'
        ).fetchone()[0]
        differences += compare_model(connection, warehouse, model, engines)
    connection.close()
    return differences, rows_count


def compare_model(
    connection: duckdb.DuckDBPyConnection,
    warehouse: Path,
    model: Model,
    engines: tuple[str, str],
) -> list[Difference]:
    folder = warehouse / f"{model.schema}.db" / model.name
    if not folder.is_dir():
        return [
            Difference(
                model.name,
                "(table)",
                0,
                f"not built on {engines[1]}, or a view, which no audit can read: {folder} is absent",
            )
        ]
    duckdb_rows = f'select {typed(model.columns)} from "{model.schema}"."{model.name}"'
    spark_rows = (
        f"select {typed(model.columns)} from read_parquet('{folder}/**/*.parquet', hive_partitioning = true)"
        if any(folder.rglob("*.parquet"))
        else f"{duckdb_rows} where false"
    )
    same_key = " and ".join(
        f'd."{column}" is not distinct from s."{column}"' for column in model.key
    )
    key_text = "concat_ws(', ', {})".format(
        ", ".join(
            f"'{column}=' || coalesce(cast(coalesce(d.\"{column}\", s.\"{column}\") as varchar), 'null')"
            for column in model.key
        )
    )
    # Where rows repeat, the first is compared with the first, and one too many is found.
    quoted_key = ", ".join(f'"{column}"' for column in model.key)
    copy = f"row_number() over (partition by {quoted_key}) as copy_number"
    # A name of a CTE would hide a column of that name, hence the prefix.
    joined = f"""
        with duckdb_rows as (select *, true as is_found, {copy} from ({duckdb_rows})),
        spark_rows as (select *, true as is_found, {copy} from ({spark_rows}))
        select %s from duckdb_rows as d
        full outer join spark_rows as s on {same_key} and d.copy_number = s.copy_number
    """
    found = []
    for column, condition, shown in checks(model, engines):
        rows_count, example = connection.execute(
            joined
            % f"count(*) filter (where {condition}), min({key_text} || {shown}) filter (where {condition})"
        ).fetchone()
        if rows_count:
            found.append(Difference(model.name, column, rows_count, example))
    return found


def checks(model: Model, engines: tuple[str, str]) -> list[tuple[str, str, str]]:
    """(column, condition under which a row differs, text that shows how) for the rows as such and for each column."""
    rows = [
        ("(row)", "s.is_found is null", f"': on {engines[0]} only'"),
        ("(row)", "d.is_found is null", f"': on {engines[1]} only'"),
    ]
    both = "d.is_found and s.is_found and "
    for column, data_type in model.columns.items():
        differs = f'd."{column}" is distinct from s."{column}"'
        if data_type == "double":
            differs += (
                f' and not coalesce(abs(d."{column}" - s."{column}")'
                f' <= {RELATIVE_TOLERANCE} * greatest(abs(d."{column}"), abs(s."{column}")), false)'
            )
        shown = " || ".join(
            f"': {engine} ' || coalesce(cast({side}.\"{column}\" as varchar), 'null')"
            for engine, side in zip(engines, "ds", strict=True)
        )
        rows.append((column, both + differs, shown))
    return rows


def typed(columns: dict[str, str]) -> str:
    """The columns as their declared types, so that the two file formats' own types do not count as differences."""
    return ", ".join(
        f'cast("{name}" as {data_type}) as "{name}"' for name, data_type in columns.items()
    )


def report(differences: list[Difference]) -> str:
    header = f"{'model':<40} {'column':<32} {'rows':>8}  example"
    return "\n".join([header, *(str(difference) for difference in differences)])
