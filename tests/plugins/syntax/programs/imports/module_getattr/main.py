import lazy

lazy.thing()
lazy.real()
