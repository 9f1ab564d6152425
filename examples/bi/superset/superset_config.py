"""Settings for trying the example on one machine. For many users, follow Superset's own installation guide instead."""

import os
from pathlib import Path

HOME = Path(os.environ["SUPERSET_HOME"])
SQLALCHEMY_DATABASE_URI = f"sqlite:///{HOME / 'superset.db'}"
# Signs sessions and encrypts the passwords of databases.
SECRET_KEY = os.environ["SUPERSET_SECRET_KEY"]
# bootstrap.py writes over the API. With CSRF protection it would also have to fetch a token for each session.
WTF_CSRF_ENABLED = False
# Superset refuses databases in local files by default: users who may add databases could open any file on the server.
PREVENT_UNSAFE_DB_CONNECTIONS = False
# No HTTPS on a loopback address.
TALISMAN_ENABLED = False
