class App:
    def __init__(self):
        self.routes = {}

    def route(self, path):
        def deco(f):
            self.routes[path] = f
            return f
        return deco

    def handle(self, path):
        return self.routes[path]()

app = App()

@app.route("/")
def index():
    pass

app.handle("/")
