import keys
from keys import START
from table import TABLE

TABLE[START]()
TABLE[keys.STOP]()
