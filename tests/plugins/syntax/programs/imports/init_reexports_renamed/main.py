import pkg
from pkg import public, Thing

pkg.public()
public()
Thing().work()
pkg.sub.other()
