def unfold():
    return 1
