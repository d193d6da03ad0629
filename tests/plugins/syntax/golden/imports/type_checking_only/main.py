from __future__ import annotations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model import Model

def run(m: Model):
    m.save()

def get():
    from model import Model
    return Model()

run(get())
