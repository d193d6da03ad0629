from . import tools

tools.work()
