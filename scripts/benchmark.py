#!/usr/bin/env python3
"""
Time and peak memory of a whole build on generated web events, beside the floor of a hand-written
script, and of the next day's increment; for several sizes also how the cost grows.
"""

import argparse
import datetime
import itertools
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb
from pipeline.core.settings import PROJECT_DIR, Settings, new_run_id, project_file
from pipeline.inputs.dbt_vars import make_dbt_vars
from pipeline.inputs.raw_files import find_files

SCRIPTS = Path(__file__).resolve().parent
SLOWEST_MODELS = 10
SAMPLE_SECONDS = 0.1
EVENT_TABLES = ("pages", "tracks", "identifies")
# What grows with the web events and is incremental, with the models that tell what is new.
EVENT_MODELS = (
    "int_web_delivery_days",
    "int_web_events",
    "int_web_repeated_keys",
    "int_web_event_duplicates",
    "int_device_buckets",
    "int_web_session_bounds",
    "int_web_session_texts",
)


@dataclass(frozen=True)
class BenchmarkSettings:
    """What to measure, and where."""

    web_events: int
    seed: int
    runs: int
    data: Path
    work: Path
    as_of: str
    json_file: Path | None


@dataclass(frozen=True)
class Measurement:
    """
    One child process: wall seconds, highest memory of its whole process tree, what it printed.
    """

    seconds: float
    peak_mb: float
    output: str


def tree_memory_kb(root: int) -> int:
    """Resident memory of a process and all below it, now (0 where the system has no /proc)."""
    parents: dict[int, int] = {}
    resident: dict[int, int] = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = dict(
                line.split(":", 1) for line in status.read_text().splitlines() if ":" in line
            )
        except OSError:
            continue
        pid = int(status.parent.name)
        parents[pid] = int(lines["PPid"])
        resident[pid] = int(lines.get("VmRSS", "0 kB").split()[0])
    members = {root}
    while more := {pid for pid, parent in parents.items() if parent in members} - members:
        members |= more
    return sum(resident.get(pid, 0) for pid in members)


def measure(command: list[str], environment: Mapping[str, str]) -> Measurement:
    """Runs a command to its end; one that fails ends the benchmark with its words."""
    with tempfile.TemporaryFile("w+") as output:
        start = time.perf_counter()
        child = subprocess.Popen(
            command,
            env={**os.environ, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=PROJECT_DIR,
        )
        peak_kb = 0
        try:
            while child.poll() is None:
                peak_kb = max(peak_kb, tree_memory_kb(child.pid))
                time.sleep(SAMPLE_SECONDS)
        finally:
            child.kill()  # of no effect where it has ended; else the benchmark was interrupted
        seconds = time.perf_counter() - start
        output.seek(0)
        text = output.read()
    if child.returncode != 0:
        raise SystemExit(
            f"{' '.join(command[:4])} … failed with exit code {child.returncode}:\n{text[-4000:]}"
        )
    return Measurement(round(seconds, 2), round(peak_kb / 1024, 1), text)


def median_of(measurements: list[Measurement]) -> Measurement:
    """The measurement with the median time, and the highest memory of all."""
    middle = sorted(measurements, key=lambda one: one.seconds)[(len(measurements) - 1) // 2]
    seconds = statistics.median(one.seconds for one in measurements)
    return Measurement(round(seconds, 2), max(one.peak_mb for one in measurements), middle.output)


def dbt_command(verb: list[str], dbt_vars: Mapping[str, Any]) -> list[str]:
    """The command line of a dbt verb without tests, on the raw location of the benchmark."""
    return [
        *(
            sys.executable,
            "-m",
            "dbt.cli.main",
            "--quiet",
            *verb,
            "--project-dir",
            str(PROJECT_DIR),
        ),
        *("--profiles-dir", str(PROJECT_DIR), "--target", "duckdb", "--vars", json.dumps(dbt_vars)),
    ]


def make_data(settings: BenchmarkSettings) -> float | None:
    """Generates the raw data unless it is there; returns the seconds that took."""
    marker = settings.data / ".complete.json"
    wanted = {"web_events": settings.web_events, "seed": settings.seed}
    if marker.exists() and json.loads(marker.read_text(encoding="utf-8")) == wanted:
        return None
    if settings.data.exists() and any(settings.data.iterdir()) and not marker.exists():
        raise SystemExit(
            f"{settings.data} holds other files: name an empty or new folder with --data."
        )
    shutil.rmtree(settings.data, ignore_errors=True)
    settings.data.mkdir(parents=True)
    command = [
        sys.executable,
        str(SCRIPTS / "generate_data.py"),
        "--web-events",
        str(settings.web_events),
    ]
    seconds = measure(
        [*command, "--seed", str(settings.seed), "--out", str(settings.data)], {}
    ).seconds
    marker.write_text(json.dumps(wanted), encoding="utf-8")
    return seconds


def day_before(settings: BenchmarkSettings) -> tuple[Path, list[tuple[Path, Path]]]:
    """
    The raw location as it was before the web events of the last day up to as_of were delivered (some
    are dated years ahead): links to the generated files, but for those that hold that day. Returns
    also which files the day replaces.
    """
    raw = settings.work / "raw"
    shutil.rmtree(raw, ignore_errors=True)
    events = [
        file for table in EVENT_TABLES for file in (settings.data / "segment" / table).iterdir()
    ]
    with duckdb.connect() as connection:
        (last_day,) = connection.execute(
            "select max(cast(received_at as date)) from read_parquet($files)"
            " where cast(received_at as date) <= cast($as_of as date)",
            {"files": [str(file) for file in events], "as_of": settings.as_of},
        ).fetchone() or (None,)
        arriving = []
        for file in (file for file in settings.data.rglob("*.*") if file.is_file()):
            link = raw / file.relative_to(settings.data)
            link.parent.mkdir(parents=True, exist_ok=True)
            source = f"from read_parquet('{file}') where received_at < timestamp '{last_day}'"
            if file in events and connection.execute(
                f"select count(*) > 0 from read_parquet('{file}')"
                f" where received_at >= timestamp '{last_day}'"
            ).fetchone() == (True,):
                connection.execute(f"copy ({source}) to '{link}' (format parquet)")
                arriving.append((file, link))
            else:
                link.symlink_to(file)
    return raw, arriving


def vars_for(settings: BenchmarkSettings, raw_location: Path) -> dict[str, Any]:
    """The vars with which the pipeline would build this raw location."""
    now = datetime.datetime.now(datetime.UTC)
    run = Settings(
        new_run_id(now), now, settings.work, raw_location=raw_location, as_of=settings.as_of
    )
    return make_dbt_vars(run, find_files(raw_location))


def model_seconds(settings: BenchmarkSettings) -> dict[str, float]:
    """Seconds of each model of the last build, from dbt's own record of it."""
    run_results = settings.work / "target" / "run_results.json"
    results = json.loads(run_results.read_text(encoding="utf-8"))["results"]
    return {result["unique_id"].split(".")[-1]: result["execution_time"] for result in results}


def slowest_models(seconds: Mapping[str, float]) -> dict[str, float]:
    """The slowest models of a build."""
    slowest = sorted(seconds, key=lambda name: -seconds[name])[:SLOWEST_MODELS]
    return {name: round(seconds[name], 2) for name in slowest}


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return {
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "memory_gb": round(memory, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "load_before": round(os.getloadavg()[0], 2),
    }


def versions() -> dict[str, str]:
    """Versions of what does the work."""
    from importlib.metadata import version

    return {
        "python": platform.python_version(),
        **{name: version(name) for name in ("dbt-core", "dbt-duckdb", "duckdb")},
    }


def run_benchmark(settings: BenchmarkSettings) -> dict[str, Any]:
    """Measures start-up, build and floor, each as the median of several runs."""
    before = machine()
    generated = make_data(settings)
    raw, arriving = day_before(settings)
    dbt_vars = vars_for(settings, raw)
    environment = {
        "DBT_TARGET_PATH": str(settings.work / "target"),
        "DBT_LOG_PATH": str(settings.work / "logs"),
        "WAREHOUSE_DIR": str(settings.work / "warehouse"),
    }
    warehouse = settings.work / "warehouse"
    build_verb = [
        "build",
        "--exclude-resource-type",
        "test",
        "--exclude-resource-type",
        "unit_test",
    ]

    def fresh(verb: list[str]) -> Measurement:
        shutil.rmtree(warehouse, ignore_errors=True)
        warehouse.mkdir(parents=True)
        return measure(dbt_command(verb, dbt_vars), environment)

    parse = measure(dbt_command(["parse", "--no-partial-parse"], dbt_vars), environment)
    start_up = median_of([fresh(["run", "--select", "as_of"]) for _ in range(settings.runs)])
    build = median_of([fresh(build_verb) for _ in range(settings.runs)])
    full = model_seconds(settings)
    for file, link in arriving:
        link.unlink()
        link.symlink_to(file)
    increment = measure(dbt_command(build_verb, dbt_vars), environment)
    added = model_seconds(settings)
    floor_command = [sys.executable, str(SCRIPTS / "benchmark_floor.py"), str(settings.data)]
    floor = median_of(
        [
            measure([*floor_command, str(settings.work / "floor.duckdb")], {})
            for _ in range(settings.runs)
        ]
    )
    floor_result = json.loads(floor.output.strip().splitlines()[-1])
    return {
        "measured_at": f"{datetime.datetime.now(datetime.UTC):%Y-%m-%dT%H:%M:%SZ}",
        **{
            name: value
            for name, value in asdict(settings).items()
            if name in ("web_events", "seed", "runs")
        },
        "machine": before,
        "versions": versions(),
        "generate_seconds": generated,
        "parse_seconds": parse.seconds,
        "start_up_seconds": start_up.seconds,
        "build_seconds": build.seconds,
        "build_peak_mb": build.peak_mb,
        "floor_seconds": floor.seconds,
        "floor_peak_mb": floor.peak_mb,
        "floor": floor_result,
        "build_to_floor": round(build.seconds / floor.seconds, 2),
        "build_less_start_up_to_floor": round(
            (build.seconds - start_up.seconds) / floor.seconds, 2
        ),
        "increment_seconds": increment.seconds,
        "increment_peak_mb": increment.peak_mb,
        "increment_to_build": round(
            (increment.seconds - start_up.seconds) / (build.seconds - start_up.seconds), 3
        ),
        "event_models_seconds": round(sum(full[name] for name in EVENT_MODELS), 2),
        "event_models_increment_seconds": round(sum(added[name] for name in EVENT_MODELS), 2),
        "event_models_increment_to_build": round(
            sum(added[name] for name in EVENT_MODELS) / sum(full[name] for name in EVENT_MODELS), 3
        ),
        "event_models": {
            name: [round(full[name], 2), round(added[name], 2)] for name in EVENT_MODELS
        },
        "slowest_models": slowest_models(full),
        "slowest_models_of_increment": slowest_models(added),
    }


def table(result: Mapping[str, Any]) -> str:
    """The result for people."""
    rows = [
        ("dbt parse, cold", result["parse_seconds"], None),
        ("dbt start-up (run -s as_of)", result["start_up_seconds"], None),
        ("whole build, without tests", result["build_seconds"], result["build_peak_mb"]),
        ("floor", result["floor_seconds"], result["floor_peak_mb"]),
        ("next day's increment", result["increment_seconds"], result["increment_peak_mb"]),
    ]
    floor = result["floor"]
    lines = [
        f"{result['web_events']:,} web events, median of {result['runs']}:"
        f" {result['machine']['cores']} cores,"
        f" {result['machine']['memory_gb']} GB, load {result['machine']['load_before']} at the"
        f" start",
        "",
        f"{'':<30}{'seconds':>10}{'peak MB':>10}",
    ]
    lines += [
        f"{name:<30}{seconds:>10.2f}{f'{peak:,.0f}' if peak else '':>10}"
        for name, seconds, peak in rows
    ]
    lines += [
        "",
        f"build ÷ floor {result['build_to_floor']:.1f}; without dbt's start-up"
        f" {result['build_less_start_up_to_floor']:.1f}",
        f"increment ÷ build, without dbt's start-up {result['increment_to_build']:.0%};"
        f" event-sized models {result['event_models_increment_seconds']:.1f} s of"
        f" {result['event_models_seconds']:.1f} s,"
        f" {result['event_models_increment_to_build']:.0%}",
        f"floor: {floor['events']:,} events of {floor['devices']:,} devices in"
        f" {floor['sessions']:,} sessions",
        "",
        "slowest models:",
    ]
    lines += [f"  {name:<50}{seconds:>8.2f}" for name, seconds in result["slowest_models"].items()]
    lines += ["", "event-sized models, whole build and increment:"]
    lines += [
        f"  {name:<50}{full:>8.2f}{added:>8.2f}"
        for name, (full, added) in result["event_models"].items()
    ]
    return "\n".join(lines)


def make_parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="benchmark.py", description=__doc__)
    parser.add_argument(
        "--web-events",
        type=int,
        required=True,
        nargs="+",
        metavar="N",
        help="how many web events to generate; several sizes are measured one after the other",
    )
    parser.add_argument(
        "--seed", type=int, default=1, metavar="S", help="seed of the generator (default: 1)"
    )
    parser.add_argument(
        "--runs", type=int, default=1, metavar="R", help="runs of each measurement (default: 1)"
    )
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="where the generated data lies, a folder for each size: reused when it was made by the"
        " same N and S, and kept (default: a temporary folder, removed)",
    )
    parser.add_argument(
        "--as-of",
        metavar="DATE",
        help="day up to which facts count (default: demo_as_of_date of dbt_project.yml)",
    )
    parser.add_argument(
        "--json",
        type=Path,
        metavar="FILE",
        help="append the result to this file, as one line of JSON",
    )
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Parses the command line, measures, prints."""
    given = make_parser().parse_args(arguments)
    if min(given.web_events) < 1 or given.runs < 1:
        raise SystemExit("--web-events and --runs must be 1 or more.")
    seconds: dict[int, float] = {}
    with tempfile.TemporaryDirectory(prefix="benchmark-") as work:
        for web_events in given.web_events:
            settings = BenchmarkSettings(
                web_events=web_events,
                seed=given.seed,
                runs=given.runs,
                data=((given.data or Path(work) / "data") / str(web_events)).absolute(),
                work=Path(work),
                as_of=given.as_of or str(project_file(PROJECT_DIR)["vars"]["demo_as_of_date"]),
                json_file=given.json,
            )
            result = run_benchmark(settings)
            print(table(result))
            seconds[web_events] = result["build_seconds"] - result["start_up_seconds"]
            if settings.json_file:
                with settings.json_file.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(result) + "\n")
    for smaller, larger in itertools.pairwise(sorted(seconds)):
        print(
            f"{larger / smaller:.1f} times the events: {seconds[larger] / seconds[smaller]:.1f}"
            " times the time of the build, without dbt's start-up"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
