def act():
    return "right"
