def fire():
    return "on"
