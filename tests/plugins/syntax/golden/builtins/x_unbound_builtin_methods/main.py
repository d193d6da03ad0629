names = sorted(["b", "A"], key=str.lower)
digits = list(filter(str.isdigit, names))
text = list(map(str, [1]))
