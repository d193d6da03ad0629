"a,b".split(",")
" ".join(["x"]).strip().upper()
