from bases import *

class C(B):
    pass

C().run()
