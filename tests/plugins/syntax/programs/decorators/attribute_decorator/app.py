class App:
    def __init__(self):
        self.routes = {}
        self.before = []

    def route(self, path):
        def add(view):
            self.routes[path] = view
            return view
        return add

    def before_request(self, hook):
        self.before.append(hook)
        return hook

    def handle(self, path):
        for hook in self.before:
            hook(path)
        return self.routes[path]()
