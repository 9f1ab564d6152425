"""
Spark's catalogue, in the session that dbt opens, with the settings of the profile. Spark itself is only
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

from pipeline.core.errors import AnotherRunError, InputError, InternalError
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


def check_method(settings: Settings) -> None:
    """Stops at a remote cluster: this process could not read its marts."""
    method = target_of(settings).get("method")
    if method != "session":
        raise InputError(
            f"Target spark is a remote cluster (method {method} in profiles.yml): this command cannot"
            " audit and publish its marts.",
            "Build there with `dbt build --target spark` and publish from the cluster's own catalogue,"
            " or use method session, which builds and publishes here.",
        )


def check_installed() -> None:
    """Stops if the packages or Java that target spark needs are not installed."""
    missing = [name for name in ("pyspark", "dbt.adapters.spark") if find_spec(name) is None]
    if missing:
        raise InputError(
            f"Target spark needs {' and '.join(missing)}, which {sys.executable} does not have.",
            f"Run {sys.executable} -m pip install --require-hashes --no-deps -r requirements-spark.lock.",
        )
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise InputError("Target spark needs Java.", "Install Java 17; set JAVA_HOME.")


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


class Catalogue:
    """Runs Spark SQL in the session of this process; after a build, that is dbt's session."""

    def __init__(self, settings: Settings) -> None:
        target = target_of(settings)
        try:
            from dbt.adapters.spark.connections import SparkCredentials
            from dbt.adapters.spark.session import Connection
        except ImportError as error:
            raise InputError(
                f"Spark's catalogue has readers, but Spark is not installed: {error}",
                "Run pip install --require-hashes --no-deps -r requirements-spark.lock. If Spark is no"
                f" longer used, delete {settings.spark_warehouse} and its catalogue.",
            ) from error
        connection = {key: target[key] for key in target if key not in ("type", "threads")}
        parameters = SparkCredentials.from_dict(connection).server_side_parameters
        self._connection = Connection(server_side_parameters=parameters)

    def run(self, statement: str) -> list[Any]:
        """The rows of a statement."""
        from dbt_common.exceptions import DbtBaseException
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        cursor = self._connection.cursor()
        try:
            cursor.execute(statement)
            return cursor.fetchall() or []
        except (DbtBaseException, Py4JError, PySparkException) as error:
            raise InternalError(
                f"Spark could not run `{statement[:100]}`: {' '.join(str(error).split())[:500]}",
                "Check the disk of WAREHOUSE_DIR and the memory (SPARK_DRIVER_MEMORY), then start again.",
            ) from error
