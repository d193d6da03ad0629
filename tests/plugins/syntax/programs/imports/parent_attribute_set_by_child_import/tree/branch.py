from tree.leaf import unfold


def grow():
    return unfold()
