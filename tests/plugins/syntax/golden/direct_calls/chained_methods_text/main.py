"abc".upper().lower().strip()
