from app import App

app = App()
seen = []


@app.route("/")
def index():
    return "index " + about()


@app.route("/about")
def about():
    return "about"


@app.before_request
def remember(path):
    seen.append(path)


assert app.handle("/") == "index about"
assert app.handle("/about") == "about"
assert seen == ["/", "/about"]
