def bottom():
    return 1


def bottom_too():
    from deep import top

    return top()
