def now():
    return 5
