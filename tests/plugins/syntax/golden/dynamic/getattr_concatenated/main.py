class Writer:
    def to_json(self):
        pass

    def to_yaml(self):
        pass

    def write(self, kind):
        name = "to_" + kind.lower()
        return getattr(self, name)()

    def load_text_file(self):
        pass

    def load_text_folder(self):
        pass

    def load_binary_file(self):
        pass

    def load(self, kind):
        method = getattr(self, "load_%s_file" % kind)
        method()


Writer().write("json")
Writer().load("text")
