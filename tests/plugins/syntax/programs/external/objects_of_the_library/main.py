import os.path
import json
import collections
from pathlib import Path
from datetime import datetime, timedelta
import logging

logger = logging.getLogger(__name__)


def paths():
    p = Path("a") / "b"
    p.exists()
    return os.path.join("a", str(p))


def dates():
    d = datetime(2020, 1, 1) + timedelta(days=1)
    return d.isoformat()


def data():
    c = collections.Counter("abc")
    c.most_common(1)
    return json.dumps(json.loads("[1]"))


def main():
    paths()
    dates()
    data()
    logger.info("x")


main()
