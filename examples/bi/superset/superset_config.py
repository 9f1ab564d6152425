"""Settings of a Superset on one machine, to try the example; docs of Superset say what production needs (another database, workers)."""

import os
from pathlib import Path

HOME = Path(os.environ["SUPERSET_HOME"])
SQLALCHEMY_DATABASE_URI = f"sqlite:///{HOME / 'superset.db'}"
# Signs sessions and encrypts the passwords of databases.
SECRET_KEY = os.environ["SUPERSET_SECRET_KEY"]
# Scripts log in and write over the API; without this each write needs a token of a session in a browser.
WTF_CSRF_ENABLED = False
# A local file counts as an unsafe database, because whoever may add databases could read any file of the server.
PREVENT_UNSAFE_DB_CONNECTIONS = False
TALISMAN_ENABLED = False
