import mid

class Leaf(mid.Mid):
    pass

Leaf().run()
