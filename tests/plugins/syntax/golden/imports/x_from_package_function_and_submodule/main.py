import app.core
from app import core as c
from app.core import start as begin

app.core.start()
c.start()
begin()
app.version()
