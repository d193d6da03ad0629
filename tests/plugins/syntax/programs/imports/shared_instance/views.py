from app import application as app


@app.route("index")
def index():
    return app.render("index")


@app.route("help")
def help_page():
    return index()
