class App:
    def __init__(self):
        self.views = {}

    def route(self, path):
        def decorator(view):
            self.views[path] = view
            return view
        return decorator

    def serve(self, path):
        self.views[path]()

app = App()

@app.route("/")
def index():
    pass

app.serve("/")
