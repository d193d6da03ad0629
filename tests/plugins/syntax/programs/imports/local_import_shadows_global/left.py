def act():
    return "left"
