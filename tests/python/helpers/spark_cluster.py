"""
A standalone Spark cluster on loopback, from the pyspark wheel: a master, two workers and a Thrift server, each a process of
its own, as a company's cluster has them.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pyspark

HOST = "127.0.0.1"
SPARK_HOME = Path(pyspark.__file__).parent
WORKER = "org.apache.spark.deploy.worker.Worker"
SECONDS_TO_START = 120
# Target spark of profiles.yml for it.
TARGET = """
    spark:
      type: spark
      method: thrift
      host: {host}
      port: {port}
      auth: NOSASL
      user: analytics
      schema: main
      threads: {threads}
      connect_retries: 3
      poll_interval: 0
      server_side_parameters:
        set:hivevar:spark.sql.ansi.enabled: "false"
        set:hivevar:spark.sql.session.timeZone: UTC
        set:hivevar:spark.sql.sources.partitionOverwriteMode: dynamic
        set:hivevar:spark.sql.parquet.outputTimestampType: TIMESTAMP_MICROS
        set:hivevar:spark.sql.shuffle.partitions: "2"
        set:hivevar:spark.sql.constraintPropagation.enabled: "false"
"""


def free_port() -> int:
    """A free port on loopback."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


class Cluster:
    """The processes of a cluster; a context manager that starts and stops them."""

    def __init__(self, folder: Path, memory: str = "2g") -> None:
        self.folder, self.memory = folder, memory
        self.port, self.master_port = free_port(), free_port()
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> "Cluster":
        try:
            master = ("--host", HOST, "--port", self.master_port, "--webui-port", free_port())
            self.start("master", "spark-class", "org.apache.spark.deploy.master.Master", *master)
            self.wait_for("master", self.master_port)
            self.start_worker("worker1")
            self.start_worker("worker2")
            self.start_thrift_server()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for name in list(reversed(self.processes)):
            self.kill(name)

    def start_worker(self, name: str) -> None:
        """A worker with one core."""
        of_worker = ("--cores", 1, "--memory", self.memory, "--webui-port", free_port())
        work = ("--work-dir", self.folder / name)
        master = f"spark://{HOST}:{self.master_port}"
        self.start(name, "spark-class", WORKER, "--host", HOST, *of_worker, *work, master)

    def start_thrift_server(self) -> None:
        """The driver: it takes SQL, and has the catalogue open."""
        metastore = f"jdbc:derby:;databaseName={self.folder / 'metastore'};create=true"
        settings = {
            "spark.ui.enabled": "false",
            "spark.sql.session.timeZone": "UTC",
            "spark.sql.warehouse.dir": self.folder / "warehouse",
            "spark.executor.memory": "1g",
            "spark.hadoop.javax.jdo.option.ConnectionURL": metastore,
            "spark.hadoop.hive.server2.thrift.port": self.port,
            "spark.hadoop.hive.server2.thrift.bind.host": HOST,
            "spark.hadoop.hive.server2.authentication": "NOSASL",
        }
        options = [part for item in settings.items() for part in ("--conf", "{}={}".format(*item))]
        server = "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"
        master = ("--master", f"spark://{HOST}:{self.master_port}", "--driver-memory", self.memory)
        self.start("thrift", "spark-submit", *master, "--class", server, *options, "spark-internal")
        self.wait_for("thrift", self.port)

    def start(self, name: str, program: str, *arguments: object) -> None:
        """Starts a process; what it says is in <name>.log."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [str(SPARK_HOME / "bin" / program), *map(str, arguments)],
                env={
                    **os.environ,
                    "SPARK_HOME": str(SPARK_HOME),
                    "SPARK_LOCAL_IP": HOST,
                    "PYSPARK_PYTHON": sys.executable,
                },
                cwd=self.folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """kill -9 of a process and what it has started."""
        process = self.processes.pop(name, None)
        if process and process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def wait_for(self, name: str, port: int) -> None:
        """Waits until a process listens."""
        limit = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < limit and self.processes[name].poll() is None:
            with socket.socket() as client:
                if client.connect_ex((HOST, port)) == 0:
                    return
            time.sleep(0.2)
        said = (self.folder / f"{name}.log").read_text(errors="replace")[-2000:]
        raise AssertionError(f"{name} of the Spark cluster does not listen:\n{said}")

    def profiles(self, text: str, threads: int = 2) -> str:
        """The project's profiles.yml with this cluster as target spark, the last of the file."""
        before = text[: text.index("\n    spark:\n")]
        return before + TARGET.format(host=HOST, port=self.port, threads=threads)
