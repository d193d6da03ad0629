from tools.run import run
import tools.run
from tools import stop

run()
tools.run.run()
stop()
