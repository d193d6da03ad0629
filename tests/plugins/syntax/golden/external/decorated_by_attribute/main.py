import flask

app = flask.Flask("x")

@app.route("/")
def index():
    pass

index()
