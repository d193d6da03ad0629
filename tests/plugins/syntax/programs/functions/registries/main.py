class App:
    def __init__(self):
        self.routes = {}
        self.before = []

    def route(self, path):
        def register(view):
            self.routes[path] = view
            return view

        return register

    def before_request(self, function):
        self.before.append(function)
        return function

    def handle(self, path):
        for function in self.before:
            function()
        return self.routes[path]()


app = App()


@app.route("/")
def index():
    return 1


@app.route("/about")
def about():
    return 2


@app.before_request
def check():
    return 3


app.handle("/")
app.handle("/about")
