text = "a,b"
text.upper()
