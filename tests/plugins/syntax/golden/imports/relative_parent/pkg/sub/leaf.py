from ..base import work
from .. import base

work()
base.work()
