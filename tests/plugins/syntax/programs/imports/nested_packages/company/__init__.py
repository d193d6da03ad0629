def motto():
    return "go"
