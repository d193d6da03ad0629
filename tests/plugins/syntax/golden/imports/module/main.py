import tools

tools.work()
