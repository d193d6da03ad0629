(lambda: print("x"))()
