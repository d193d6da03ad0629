"a,b".split(",")
