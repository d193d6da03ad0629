from pkg import mod
from pkg import mod as m2

mod.f()
m2.g()
