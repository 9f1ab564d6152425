"""
Target spark of the profile: whether it is in this process or a cluster, and whether it can be used. Spark itself is only
imported when it is used.
"""

import fcntl
import os
import re
import shutil
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pipeline.core.errors import AnotherRunError, InputError
from pipeline.core.settings import Settings, project_file

# The Java process of a run that was killed ends some seconds later.
SECONDS_TO_WAIT = 10.0


def target_of(settings: Settings) -> dict[str, Any]:
    """Target spark of profiles.yml, rendered by dbt."""
    from dbt.config.profile import Profile, read_profile
    from dbt.config.renderer import ProfileRenderer
    from dbt_common.context import set_invocation_context
    from dbt_common.exceptions import DbtBaseException

    os.environ["WAREHOUSE_DIR"] = str(settings.warehouse_dir)
    set_invocation_context(os.environ)
    name = project_file(settings.project_dir)["profile"]
    try:
        profile = read_profile(str(settings.profiles_dir)).get(name) or {}
        return Profile.render_profile(profile, name, "spark", ProfileRenderer({}))[1]
    except DbtBaseException as error:
        raise InputError(
            f"{settings.profiles_dir / 'profiles.yml'}, target spark: {' '.join(str(error).split())}",
            "Correct the target, or unset DBT_PROFILES_DIR to use the project's own profiles.yml.",
        ) from error


def is_cluster(settings: Settings) -> bool:
    """Whether target spark is a cluster, whose tables are only reached by its SQL."""
    return target_of(settings).get("method") != "session"


def builds_on_cluster(settings: Settings) -> bool:
    """Whether this run builds on a cluster."""
    return settings.target == "spark" and is_cluster(settings)


def address(settings: Settings) -> str:
    """The cluster in words: its server, or nothing where Spark is in this process."""
    target = target_of(settings)
    if target.get("method") == "session":
        return ""
    return (
        f"{target.get('method') or target['type']} {target.get('host')}:{target.get('port', 443)}"
    )


def check_installed(settings: Settings) -> None:
    """Stops if the packages or Java that target spark needs are not installed. A cluster needs no Java here."""
    target = target_of(settings)
    method = target.get("method")
    needed = [f"dbt.adapters.{target['type']}"]
    needed += {"session": ["pyspark"], "thrift": ["pyhive"], "http": ["pyhive"]}.get(
        str(method), []
    )
    missing = [name for name in needed if not is_installed(name)]
    if missing:
        raise InputError(
            f"Target spark needs {' and '.join(missing)}, which {sys.executable} does not have.",
            f"Run {sys.executable} -m pip install --require-hashes --no-deps -r requirements-spark.lock.",
        )
    if method == "session" and not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise InputError("Target spark needs Java.", "Install Java 17; set JAVA_HOME.")


def is_installed(name: str) -> bool:
    """Whether a module can be imported."""
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:  # its package is missing
        return False


def check_catalogue_is_free(settings: Settings) -> None:
    """Stops if another process has the catalogue open: Derby admits one process at a time."""
    if has_session():
        return
    parameters = target_of(settings).get("server_side_parameters") or {}
    url = parameters.get("spark.hadoop.javax.jdo.option.ConnectionURL", "")
    derby = re.search(r"^jdbc:derby:;databaseName=([^;]+)", url)
    if derby and not is_free(Path(derby[1]) / "dbex.lck"):
        raise AnotherRunError(
            f"The Spark catalogue {derby[1]} is open in another program.",
            "Close it (a Spark shell, a Thrift server, a dbt command), then start again.",
        )


def has_session() -> bool:
    """Whether this process has a Spark session, and so the catalogue, open."""
    if "pyspark" not in sys.modules:
        return False
    from pyspark import SparkContext

    # The public interface only knows sessions of the calling thread; dbt opens its own in another.
    return SparkContext._active_spark_context is not None


def is_free(lock_file: Path) -> bool:
    """Whether no process holds Derby's lock file."""
    limit = time.monotonic() + SECONDS_TO_WAIT
    while lock_file.is_file():
        with lock_file.open("r+b") as file:
            try:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            except BlockingIOError:
                if time.monotonic() > limit:
                    return False
        time.sleep(0.5)
    return True
