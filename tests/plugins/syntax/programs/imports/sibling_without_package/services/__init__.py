def send(text):
    return "package"
