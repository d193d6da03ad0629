class Shell:
    def execute(self, line):
        name, *args = line.split()
        method = getattr(self, f"do_{name}", None)
        if method is None:
            return self.default(line)
        return method(*args)

    def do_help(self):
        return self.write("help")

    def do_quit(self):
        return self.write("bye")

    def default(self, line):
        return self.write(line)

    def write(self, text):
        return text


shell = Shell()
for command in ("help", "quit", "other"):
    shell.execute(command)
if hasattr(shell, "do_help"):
    shell.do_help()
