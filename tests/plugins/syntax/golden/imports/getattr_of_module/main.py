import lazy
from lazy import later

lazy.thing()
lazy.real()
later()
