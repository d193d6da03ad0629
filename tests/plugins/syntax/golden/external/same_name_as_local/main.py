from os.path import join as os_join
from util import join

os_join("a", "b")
join()
