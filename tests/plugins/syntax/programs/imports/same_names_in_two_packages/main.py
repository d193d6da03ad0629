import a.util
import b.util
from a.util import helper as ahelper
from b import util as butil

ahelper()
butil.helper()
a.util.only_a()
b.util.only_b()
