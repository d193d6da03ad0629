class Application:
    def __init__(self):
        self.routes = {}

    def route(self, name):
        return lambda function: self.routes.setdefault(name, function)

    def dispatch(self, name):
        return self.routes[name]()

    def render(self, name):
        return name
