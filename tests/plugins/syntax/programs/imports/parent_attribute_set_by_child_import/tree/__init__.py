def grow_all():
    return branch.grow()


from tree import branch
