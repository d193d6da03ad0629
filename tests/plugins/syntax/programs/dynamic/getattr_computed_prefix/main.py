class Shell:
    def do_list(self, arg):
        return ["item"]

    def do_echo(self, arg):
        return arg

    def default(self, arg):
        return None

    def helper_list(self, arg):
        return "not a command"

    def run(self, line):
        name, _, arg = line.partition(" ")
        command = getattr(self, "do_" + name, self.default)
        return command(arg)


shell = Shell()
assert shell.run("list") == ["item"]
assert shell.run("echo hi") == "hi"
assert shell.run("quit now") is None
