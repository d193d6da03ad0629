from shapes import Square as S

S(1).area()
